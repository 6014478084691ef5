"""The digest as a rich message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from newsbot.messages.digest import digest
from newsbot.models.digests import Correction, Digest
from newsbot.models.stories import Story
from playground.rich import rich_of
from tests.examples import NOON, article, story
from tests.messages.phone import EN, ZH, chip, hostile, ranked, robot, sky, text_of

READER = replace(ZH, rich=True)


def blocks(*stories: Story, reader: Any = READER, page: int = 0, **found: Any) -> list[dict[str, Any]]:
    """What Telegram makes of the rich message."""
    html = digest(Digest(stories=ranked(*stories), **found), reader, NOON, "d12", page=page).rich
    made: list[dict[str, Any]] = rich_of({"html": html})["rich_message"]["blocks"]
    return made


def words(content: Any) -> str:
    """What one reads of a block, opened."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(map(words, content))
    shown = [words(content[name]) for name in ("text", "summary") if name in content]
    below = [words(one) for name in ("blocks", "items") for one in content.get(name, [])]
    return "\n".join([*shown, *below])


def test_only_who_wants_it_gets_a_rich_digest() -> None:
    """The text is there for both: a server may refuse the other."""
    found = Digest(stories=ranked(sky()))
    plain, rich = (digest(found, reader, NOON, "d12") for reader in (ZH, READER))

    assert ("", True) == (plain.rich, bool(rich.rich))
    assert text_of(plain) == text_of(rich)


def test_what_a_card_says_is_folded_under_its_headline() -> None:
    """The line below the headline stays to be seen; the sources with their links, and the tags, unfold."""
    headline, details, footer = blocks(sky(), filtered=4)

    assert ["paragraph", "details", "footer"] == [one["type"] for one in (headline, details, footer)]
    assert "1. 云雀大模型开源，商用免费" == words(headline)
    assert "团队表示，模型权重今天起可以下载，商用免费。下一版已在训练 · IT之家 等 3 家 · 11:00" == words(
        details["summary"]
    )
    assert "IT之家\n36氪\nThe Verge\n#大模型 #Cpp #GPT_4o #开源" == "\n".join(
        words(one) for one in details["blocks"]
    ).lstrip("\n")
    assert "is_open" not in details
    assert "#大模型 #Cpp #GPT_4o\n今天就这些 · 已滤 4 条" == words(footer)


def test_what_stands_in_the_line_is_not_said_again() -> None:
    """Only a summary of which the line has the beginning unfolds."""
    long = "团队今天开放了模型的全部权重，任何公司都可以免费商用。" * 3
    folded = [
        words(blocks(story(1, article(1, summary=summary)))[1]["blocks"][0])
        for summary in ("团队今天开放了模型的全部权重。", long)
    ]

    assert ["#大模型 #开源", long] == folded


def test_a_story_with_nothing_more_has_nothing_to_unfold() -> None:
    """Its line is a paragraph."""
    bare = story(1, article(1, tags=(), summary="", text=""))

    assert ["paragraph", "paragraph", "footer"] == [one["type"] for one in blocks(bare)]


def test_corrections_and_marks_are_there_too() -> None:
    """As in the text, and in the reader's language."""
    corrected = Correction(1, 7, "亏损 3 亿元", "亏损 <5> 亿元", "https://a.example/7", NOON)
    found = blocks(
        robot(), reader=replace(EN, rich=True), corrections=(corrected,), grown_ids=frozenset((2,))
    )

    assert words(found[1]).startswith("机器之心 · yesterday 10:00 · 🔄 update")
    assert {"type": "url", "text": "亏损 <5> 亿元", "url": "https://a.example/7"} in found[-2]["text"]


def test_a_rich_digest_has_the_same_pages() -> None:
    """Ten stories each, and the corrections on the first."""
    many = [story(number, article(number)) for number in range(1, 13)]
    corrected = Correction(1, 7, "前", "后", None, NOON)
    first, second = (blocks(*many, page=number, corrections=(corrected,)) for number in range(2))

    assert ([10, 2], "11.") == (
        [sum(one["type"] == "details" for one in page) for page in (first, second)],
        words(second[0])[:3],
    )
    assert "✏️ 更正：后（原题：前）" == words(first[-2])
    assert words(first[-1]).endswith("共 12 条，下一页 ▶")


def test_the_longest_digest_is_far_below_the_limits() -> None:
    """Telegram takes 32,768 characters; a page of ten has half of them at most."""
    longest = [hostile("长，" * 999, number) for number in range(1, 21)]

    assert len("".join(map(words, blocks(*longest, chip())))) < 16_384
