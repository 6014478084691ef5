"""What the archive teaches about words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsbot.chinese import vocabulary
from newsbot.errors import SettingsError
from newsbot.flows import learn
from newsbot.models.words import Counts, Vocabulary
from newsbot.tags.pick import pick
from tests.flows.desk import Desk


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """What a test teaches this process is forgotten."""
    yield
    vocabulary.use(Vocabulary())


async def counts(desk: Desk) -> Counts:
    async with desk.room.store.read() as tx:
        return await tx.words.counts()


async def test_words_are_counted_once_an_article(desk: Desk):
    """Those of two articles and more; samples are none; counting again takes the place of the old counts."""
    assert Counts() == await counts(desk)
    for number in range(3):
        await desk.stores(f"芯片与芯片，第{number}条", text="芯片、芯片，光刻机。" + "量子计算。" * number)
    await desk.stores("芯片的示例", text="芯片", sample=True)

    found = await learn.learn(desk.room)
    assert (3, 3, 3, 2) == (found.articles, *(found.words[word] for word in ("芯片", "光刻机", "量子计算")))
    assert found == await counts(desk) == await learn.learn(desk.room)


async def test_more_articles_than_one_go_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """The newest, as many as are wanted."""
    monkeypatch.setattr(learn, "AT_ONCE", 2)
    monkeypatch.setattr(learn, "MOST_ARTICLES", 4)
    for number in range(7):
        await desk.stores(f"芯片，第{number}条", text="光刻机。")

    assert 4 == (await learn.learn(desk.room)).articles


async def test_children_are_told_what_was_learned(desk: Desk):
    """From the next one on; this process knows names alone."""
    async with desk.room.store.begin() as tx:
        await tx.words.replace(Counts(articles=4000, words={"芯片": 2000}))
    before = await desk.room.sandbox.run(pick, "饼干上的月光，马斯克与芯片、特斯拉", "", seconds=10)
    await learn.recall(desk.room, learn.described(desk.room.settings))
    after = await desk.room.sandbox.run(pick, "饼干上的月光，马斯克与芯片、特斯拉", "", seconds=10)

    assert ("饼干" in before, "饼干" in after) == (True, False)
    assert Counts() == vocabulary.used().counts


async def test_the_operators_words_reach_children_and_this_process(desk: Desk, tmp_path: Path):
    """So that a tag and a followed word mean the same."""
    file = tmp_path / "words.toml"
    file.write_text(
        '[words]\ncompany = ["星河奇点"]\n[aliases]\n"星河奇点" = ["Singularis"]\n', encoding="utf-8"
    )
    desk.room.settings = desk.room.settings.model_copy(update={"words": str(file)})
    await learn.recall(desk.room, learn.described(desk.room.settings))

    assert ("星河奇点",) == await desk.room.sandbox.run(pick, "星河奇点与 Singularis", "", seconds=10)
    assert {"星河奇点": "company"} == vocabulary.used().words


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"[words"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, desk: Desk, content: bytes | None):
    """Missing, no UTF-8, no TOML."""
    file = tmp_path / "words.toml"
    if content is not None:
        file.write_bytes(content)
    given = desk.room.settings.model_copy(update={"words": str(file)})
    with pytest.raises(SettingsError, match=r"NEWSBOT_WORDS: .*words\.toml"):
        learn.described(given)


async def test_learning_stops_when_the_bot_closes(desk: Desk):
    """It begins nothing new."""
    await desk.stores("芯片", text="光刻机")
    desk.room.closing.set()
    assert 0 == (await learn.learn(desk.room)).articles
