"""The week's review."""

from __future__ import annotations

from datetime import date
from typing import Any

from newsbot.messages.markup import LONGEST_CAPTION
from newsbot.messages.review import review
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.review import Review, Rising
from newsbot.models.stories import Story
from newsbot.models.taste import Deed
from playground.entities import formatted
from playground.reading import utf16
from tests.examples import article, story
from tests.messages.phone import EN, ZH, data_of, links_of, problems, robot, rows_of, sky, text_of

RISING = (Rising("大模型", 28, 9.0), Rising("芯片", 14, 0.0))
PICTURE = b"\x89PNG"


def made(*stories: Story, reader: Reader = ZH, picture: bytes = b"", **told: Any) -> Message:
    week = Review(first=date(2026, 11, 16), last=date(2026, 11, 22), stories=stories, **told)
    return review(week, reader, "d12", picture)


def caption_of(message: Message) -> str:
    return formatted(message.caption, "HTML").text


def test_a_review_in_chinese() -> None:
    """The best stories, the rising words as bars, and what the reader did."""
    message = made(sky(), robot(), rising=RISING, deeds={Deed.VOTE: 7, Deed.SAVE: 3, Deed.OPEN: 99})

    assert """\
📊 本周回顾 11-16 – 11-22

最受支持

1. 云雀大模型开源，商用免费
👍 12 · IT之家 等 3 家

2. 青松机器人开始量产人形机器人 <X1> & “X2”
机器之心

升温的词
▇▇▇▇▇▇ 大模型 28 ↑3.1×
▇▇▇▁▁▁ 芯片 14 新

你这周投票 7 次，打分 0 次，收藏 3 条""" == text_of(message)
    assert ["https://daily.example/11?a=1&b=2", "https://robots.example/21"] == links_of(message)
    assert (["1 | 2"], ["open:d12:1:", "open:d12:2:"]) == (rows_of(message), data_of(message))


def test_a_review_in_english() -> None:
    """The words are the reader's too."""
    message = made(sky(), reader=EN, rising=RISING, deeds={Deed.VALUE: 1})

    assert """\
📊 The week 11-16 – 11-22

Most upvoted

1. 云雀大模型开源，商用免费
👍 12 · IT之家 + 2 more

Trending words
▇▇▇▇▇▇ LLM 28 ↑3.1×
▇▇▇▁▁▁ chip 14 new

Your week: votes 0 · ratings 1 · saved 0""" == text_of(message)


def test_where_nobody_votes_nothing_is_called_supported() -> None:
    """The stories are those that most sources told; who did nothing may be told how."""
    shown = text_of(made(robot()))

    assert "\n\n报道最多\n\n1. " in shown
    assert shown.endswith("你这周还没投过票：点数字打开一条，觉得好就点 👍。")


def test_a_week_without_rising_words_has_no_bars() -> None:
    """Nor a headline for them."""
    assert "升温的词" not in text_of(made(sky()))


def test_a_picture_takes_the_place_of_the_bars() -> None:
    """Its caption has the rest; the text stays complete, for where no picture is taken."""
    plain = made(sky(), robot(), rising=RISING)
    message = made(sky(), robot(), rising=RISING, picture=PICTURE)

    assert (PICTURE, plain.text, plain.buttons) == (message.picture, message.text, message.buttons)
    assert "升温的词" not in message.caption
    assert caption_of(message).startswith("📊 本周回顾 11-16 – 11-22\n\n最受支持\n\n1. 云雀大模型开源")
    assert caption_of(message).endswith("觉得好就点 👍。")


def test_five_long_stories_fit_into_a_caption() -> None:
    """With the longest headlines and names of sources there are."""
    told = [
        story(n, article(n, "长" * 200, source="源" * 99), article(10 * n, source="另"), up=9999)
        for n in range(1, 6)
    ]
    message = made(*told, picture=PICTURE)

    assert (5, PICTURE) == (len(data_of(message)), message.picture)
    assert utf16(caption_of(message)) <= LONGEST_CAPTION


def test_a_caption_that_would_lack_a_story_is_none() -> None:
    """The review comes as text then, with all of them."""
    told = [story(n, article(n, "长" * 200)) for n in range(1, 31)]
    message = made(*told, rising=RISING, picture=PICTURE)

    assert (b"", "", 30, []) == (message.picture, message.caption, len(data_of(message)), problems(message))
