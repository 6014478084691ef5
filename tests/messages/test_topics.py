"""What goes to the topics of a forum, as it is told there."""

from __future__ import annotations

import pytest

from newsbot.messages.topics import page
from newsbot.models.readers import Reader, Topic

FORUM = (Topic(5, ("chips", "R&D")), Topic(9, ("云",)))


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh",
            [
                '· <a href="https://t.me/c/42/5">这个话题：chips、R&amp;D</a>',
                '· <a href="https://t.me/c/42/9">那个话题：云</a>',
            ],
        ),
        (
            "en",
            [
                '· <a href="https://t.me/c/42/5">This topic: chips, R&amp;D</a>',
                '· <a href="https://t.me/c/42/9">That topic: 云</a>',
            ],
        ),
    ],
)
def test_what_goes_where_is_told_in_the_readers_language(language: str, lines: list[str]):
    forum = Reader(id=-10042, kind="group", language=language, topics=FORUM)

    assert lines == page(forum, 5).text.splitlines()[:2]
