"""The digest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from newsbot.messages.digest import digest, no_digest
from newsbot.messages.onboarding import onboarded
from newsbot.models.digests import Correction, Digest
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story
from tests.examples import NOON, article, story
from tests.messages.phone import (
    EN,
    ZH,
    bold_of,
    chip,
    data_of,
    links_of,
    problems,
    ranked,
    robot,
    rows_of,
    sky,
    text_of,
)


def made(*stories: Story, reader: Reader = ZH, **found: Any) -> Message:
    return digest(Digest(stories=ranked(*stories), **found), reader, NOON, "d12")


def test_a_digest_in_chinese() -> None:
    """The headline first: it is the notification too. Two lines a story, one of tags, and the end."""
    message = made(sky(), robot(), chip(), lost_ids=frozenset((2,)), filtered=4)

    assert """\
1. 云雀大模型开源，商用免费
团队表示，模型权重今天起可以下载，商用免费。下一版已在训练 · IT之家 等 3 家 · 11:00

2. 青松机器人开始量产人形机器人 <X1> & “X2”
机器之心 · 昨天 18:00 · 可能漏看

3. Acme unveils a two-nanometre chip
The company says the first machines ship in spring. Analysts doubt it. · Chips Weekly · 2025-11-24

#大模型 #Cpp #GPT_4o #机器人 #Acme #chip
今天就这些 · 已滤 4 条""" == text_of(message)


def test_a_story_that_has_grown_says_so() -> None:
    """In both languages; what may have been lost says only that."""
    zh, en = (
        text_of(made(sky(), robot(), reader=reader, grown_ids=frozenset((1, 2)), lost_ids=frozenset((2,))))
        for reader in (ZH, EN)
    )

    assert ("11:00 · 🔄 进展" in zh, "18:00 · 可能漏看" in zh, "03:00 · 🔄 update" in en) == (
        True,
        True,
        True,
    )


def test_a_digest_in_english() -> None:
    """The bot's words are the reader's, the news is as it was written; times in London."""
    message = made(sky(), robot(), reader=EN, lost_ids=frozenset((2,)), filtered=1)

    assert """\
1. 云雀大模型开源，商用免费
团队表示，模型权重今天起可以下载，商用免费。下一版已在训练 · IT之家 + 2 more · 03:00

2. 青松机器人开始量产人形机器人 <X1> & “X2”
机器之心 · yesterday 10:00 · you may have missed this

#LLM #Cpp #GPT_4o #robot
That's all for now · 1 filtered out""" == text_of(message)


def test_headlines_are_bold_and_lead_to_the_original() -> None:
    """And nothing else is a link."""
    message = made(sky(), robot())

    assert ["云雀大模型开源，商用免费", "青松机器人开始量产人形机器人 <X1> & “X2”"] == bold_of(message)
    assert ["https://daily.example/11?a=1&b=2", "https://robots.example/21"] == links_of(message)


def test_a_number_opens_its_story() -> None:
    """One button a story, at most seven in a row, in rows of about the same length."""
    message = made(*(story(number, article(number)) for number in range(51, 60)))

    assert ["1 | 2 | 3 | 4 | 5", "6 | 7 | 8 | 9", "更多 › | ⚙️ 设置"] == rows_of(message)
    assert ["open:d12:51:", "open:d12:59:"] == [data_of(message)[0], data_of(message)[8]]


def test_a_digest_of_samples_says_so() -> None:
    """Nobody takes them for news."""
    assert text_of(made(robot(), sample=True)).endswith("今天就这些 · 示例新闻，仅供演示")


def test_tags_are_those_of_most_stories() -> None:
    """Six at most, the common ones first; without tags there is no line for them."""
    stories = [story(n, article(n, tags=(f"标签{n}", "芯片", "汽车", "第四"))) for n in range(1, 9)]

    assert "#芯片 #汽车 #标签1 #标签2 #标签3 #标签4" == text_of(made(*stories)).splitlines()[-2]
    assert "" == text_of(made(story(1, article(1, tags=("2026",))))).splitlines()[-2]


def test_nothing_new_is_said_in_silence() -> None:
    """With a way to something else, and nobody's phone rings for it."""
    messages = [made(reader=reader) for reader in (ZH, EN)]

    assert ["暂时没有新内容。", "Nothing new right now."] == [text_of(message) for message in messages]
    assert [(True, "🔥 今日热门"), (True, "🔥 Today")] == [
        (message.silent, message.buttons[0][0].text) for message in messages
    ]
    assert [(True, "这次没有值得打扰你的新闻。")] == [
        (message.silent, message.text) for message in [no_digest(Digest(stories=()), "zh")]
    ]


def test_a_long_digest_has_pages() -> None:
    """Ten stories each; the numbers below are those above, and the end is there."""
    long = [
        story(n, article(n, "长" * 99, summary="长" * 59 + "。", source=f"{n}" + "源" * 50))
        for n in range(1, 41)
    ]
    found = Digest(stories=tuple(Ranked(one, 0.0) for one in long))
    pages = [digest(found, ZH, NOON, "d12", page=number) for number in range(5)]

    for number, page in enumerate(pages[:4]):
        first = 10 * number + 1
        assert ([], True) == (problems(page), text_of(page).startswith(f"{first}. "))
        assert f"\n\n{first + 9}. " in text_of(page)
        assert f"\n\n{first + 10}. " not in text_of(page)
        assert text_of(page).endswith("今天就这些" if number == 3 else "共 40 条，下一页 ▶")
        assert [str(first), f"open:d12:{first}:"] == [page.buttons[0][0].text, page.buttons[0][0].data]
        assert f"◀ | {number + 1}/4 | ▶" == rows_of(page)[-2]
    assert text_of(pages[0]) == text_of(pages[4])
    assert text_of(pages[2]) == text_of(digest(found, ZH, NOON, "d12", story_id=25))


def test_what_was_corrected_stands_behind_the_stories() -> None:
    """With a link to what it says now; on the first page alone."""
    corrected = Correction(1, 7, "甲公司亏损 3 亿元", "甲公司亏损 <5> 亿元", "https://a.example/7", NOON)
    message = made(sky(), corrections=(corrected,))
    many = ranked(*(story(number, article(number)) for number in range(1, 13)))
    pages = [
        text_of(digest(Digest(stories=many, corrections=(corrected,)), ZH, NOON, "d12", page=number))
        for number in range(2)
    ]

    assert [True, False] == ["✏️ 更正" in page for page in pages]

    assert "\n\n✏️ 更正：甲公司亏损 <5> 亿元（原题：甲公司亏损 3 亿元）\n\n" in text_of(message)
    assert "https://a.example/7" in links_of(message)


def test_a_preview_is_of_the_lead_for_who_wants_it() -> None:
    """And of nothing that is no address; the lead stands on the first page alone."""
    wants = replace(ZH, preview=True)
    many = Digest(stories=ranked(*(story(number, article(number)) for number in range(1, 13))))
    bad = story(1, article(1, link="javascript:alert(1)"))

    assert ["", "https://daily.example/11?a=1&b=2", ""] == [
        made(sky()).preview, made(sky(), reader=wants).preview, made(bad, reader=wants).preview
    ]  # fmt: skip
    assert [True, False] == [
        bool(digest(many, wants, NOON, "d12", page=number).preview) for number in range(2)
    ]


def test_a_correction_never_takes_the_place_of_the_news() -> None:
    """Nor does one that Telegram makes a hundred links of; it is left out."""
    flood = "#一 " * 30
    corrected = Correction(1, 7, flood, flood, None, NOON)
    message = made(sky(), corrections=(corrected,) * 9)

    assert text_of(message).startswith("1. 云雀大模型开源，商用免费")
    assert ([], 1) == (problems(message), text_of(message).count("✏️ 更正"))


def test_a_headline_that_is_all_links_is_told() -> None:
    """Telegram makes a link of a hundred of them; the story is there all the same."""
    one = story(1, article(1, "#一 " * 99, link=None, summary="#二 " * 99, language="en"))

    assert text_of(made(one)).startswith("1. #一 #一")


def test_what_goes_on_from_a_list_leads_back_to_it() -> None:
    """In the place of the settings, which are one person's; 更多 stands where there may be more."""
    found = Digest(stories=(Ranked(sky(), 0.0),))
    one = replace(ZH, length=1)
    on, in_a_group = (
        digest(found, one, NOON, "v3", before="d12"),
        digest(found, replace(one, id=-5), NOON, "d1"),
    )
    last = digest(found, ZH, NOON, "v3", before="d12")

    assert ["‹ 返回 | 更多 ›", "更多 ›", "‹ 返回"] == [rows_of(each)[-1] for each in (on, in_a_group, last)]
    assert ["back:d12:-:", "next:v3:-:"] == [button.data for button in on.buttons[-1]]
    assert ["1"] == rows_of(digest(found, replace(ZH, id=-5), NOON, "d1"))


def test_a_usual_digest_is_two_screens_at_most() -> None:
    """Seven stories with everything are fewer than 60 lines of 24 Chinese characters; so is a page of ten."""
    told = Correction(1, 7, "甲公司第三季度亏损 3 亿元", "甲公司第三季度亏损 5 亿元", None, NOON)
    for page in (made(*[sky()] * 7), made(*[sky()] * 10, corrections=(told,) * 2)):
        assert sum(1 + len(line) // 24 for line in text_of(page).splitlines()) < 60


def test_what_was_chosen_is_said_in_a_line() -> None:
    """A few of the words; followed stories are no words; nothing chosen is everything."""
    many = replace(ZH, follows=(*(f"词{number}" for number in range(100)), "story:7"))
    messages = [onboarded(one, "08:00") for one in (replace(ZH, follows=("芯片", "story:7")), many, ZH)]

    assert [
        "好的：芯片，每天 08:00（上海）。用 /schedule 可以改时间。",
        "好的：词0、词1、词2、词3 等 100 个，每天 08:00（上海）。用 /schedule 可以改时间。",
        "好的：全部新闻，每天 08:00（上海）。用 /schedule 可以改时间。",
    ] == [text_of(message) for message in messages]
