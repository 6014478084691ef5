"""What readers follow and mute, and what comes of it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from newsbot.errors import NotUnderstood
from newsbot.flows import alert, digest, follows, group, readers, story
from newsbot.flows.refresh import refresh
from newsbot.models.deliveries import Delivery
from newsbot.models.messages import Incoming
from newsbot.models.readers import of_story
from tests.conftest import shared
from tests.examples import source
from tests.flows.web import item
from tests.house import body

ME, OTHER = 7, 8
EVENT = "长庚光刻机通过验收"


async def starts(desk) -> None:
    await readers.begin(desk.room, await readers.known(desk.room, ME, "zh-hans"))


async def followed(desk, *words: str, who: int = ME) -> list[str]:
    """The words that were new."""
    return list(await follows.follow(desk.room, await readers.known(desk.room, who, None), words))


async def wants_to_know(desk, *words: str, who: int = ME) -> None:
    """A subscriber who is to be told at once."""
    await desk.subscribes(who)
    await followed(desk, *words, who=who)
    assert await follows.alert(desk.room, await desk.reader(who), words, True)


async def digested(desk) -> list[tuple[str, str]]:
    """The headlines of a digest, and for what each of them comes first."""
    found, _ = await digest.now(desk.room, await desk.reader(ME))
    reader = await desk.reader(ME)
    said = [
        {reason.key: dict(reason.values) for reason in await story.why(desk.room, reader, one.story)}
        for one in found.stories
    ]
    return [
        (one.story.title, str(why.get("rank.follow", {}).get("words", "")))
        for one, why in zip(found.stories, said, strict=True)
    ]


async def alerts(desk, who: int = ME) -> list[Delivery]:
    await alert.alert(desk.room)
    return [one for one in await desk.deliveries(who) if one.is_alert]


# words


async def test_words_are_followed_once(desk):
    """Whatever their writing; the first one stays as it was typed."""
    await starts(desk)

    assert ["鸿蒙", "AI"] == await followed(desk, "鸿蒙", "#AI", "ai", "鴻蒙", "ＡＩ", "鸿蒙")
    desk.later(seconds=1)
    assert ["芯片"] == await followed(desk, "鴻蒙", "Ai", "芯片")
    assert ("鸿蒙", "AI", "芯片") == (await desk.reader(ME)).follows


async def test_words_are_given_up_whatever_their_writing(desk):
    """And the reader hears which they were."""
    await starts(desk)
    await followed(desk, "鸿蒙", "AI", "芯片")
    old = await follows.unfollow(desk.room, await desk.reader(ME), ["鴻蒙", "ａi", "没有"])

    assert (["鸿蒙", "AI"], ("芯片",)) == (old, (await desk.reader(ME)).follows)


async def test_who_never_started_may_follow(desk):
    """The words wait for them."""
    await followed(desk, "芯片")

    reader = await desk.reader(ME)
    assert (("芯片",), False) == (reader.follows, reader.subscribed)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ([], "follow.none"),
        (["", "#", " \u200b ", "☃ ***"], "follow.none"),
        (["-华为"], "search.only_excluded"),
        (["芯片 -来源:x"], "search.cannot_exclude"),
        (["很" * 101], "follow.too_long"),
        ([f"词{number}" for number in range(101)], "follow.too_many"),
    ],
)
async def test_words_have_bounds(desk, words, key):
    """And nothing is stored where they are passed."""
    await starts(desk)
    with pytest.raises(NotUnderstood, match=key):
        await followed(desk, *words)

    assert () == (await desk.reader(ME)).follows


async def test_hostile_words_are_stored_or_refused(desk):
    """Each of the well-known strings, half a surrogate pair and NUL."""
    await starts(desk)
    strings = json.loads(shared("hostile/naughty_strings.json").read_text("utf-8"))
    for words in [*strings[::5], "\ud800", "词\ud800", "a\x00b"]:
        try:
            await followed(desk, words)
        except NotUnderstood:
            continue
        await follows.unfollow(desk.room, await desk.reader(ME), [words])

    assert () == (await desk.reader(ME)).follows


# what the last days had


async def test_a_preview_of_the_last_week(desk):
    """How many stories, how many that is a day, and the best of them."""
    for number in range(14):
        await desk.publishes(f"第{number}号光刻机", hours=number + 1, text=body(f"{number}"))
    await desk.publishes("旧的光刻机", hours=24 * 8)

    seen = await follows.preview(desk.room, "光刻机 24h")
    assert (14, False, 2.0, 3) == (seen.count, seen.more, seen.per_day, len(seen.titles))
    assert 0 == (await follows.preview(desk.room, "没有的词")).count


async def test_what_was_stored_before_it_was_followed_counts(desk):
    """A mention in the text, too: the digest of today puts it first."""
    await desk.publishes("无关的标题", hours=9, text=f"文中提到光刻机。{body('无关')}")
    await desk.publishes("更新的标题", hours=1)
    await starts(desk)
    await followed(desk, "光刻机")

    assert [("无关的标题", "光刻机"), ("更新的标题", "")] == await digested(desk)


# matching


async def test_new_articles_are_matched_with_all_that_is_followed(desk):
    """With the whole grammar: in title or text, as words, not what is excluded; whoever follows it."""
    await starts(desk)
    await followed(desk, "光刻机 -荷兰", "上海", "来源:weekly 芯片", '"验收 通过"')
    await desk.publishes("国产光刻机", hours=1)
    await desk.publishes("荷兰光刻机", hours=2)
    await desk.publishes("以上海量数据", hours=3)
    await desk.publishes("无关", hours=4, text="公司在上海。" + body("无关"))
    await desk.publishes("芯片涨价", "weekly", hours=5)
    await desk.publishes("芯片降价", "daily", hours=6)

    said = dict(await digested(desk))
    assert {
        "国产光刻机": "光刻机 -荷兰",
        "荷兰光刻机": "",
        "以上海量数据": "上海",  # its title is looked at as it stands
        "无关": "上海",
        "芯片涨价": "来源:weekly 芯片",
        "芯片降价": "",
    } == said


async def test_who_follows_another_name_of_a_thing_gets_it(desk):
    """LLM is 大模型."""
    await starts(desk)
    await followed(desk, "LLM")
    await desk.publishes("云雀开源", tags=("大模型",))

    assert [("云雀开源", "LLM")] == await digested(desk)


async def test_an_edited_article_answers_by_its_new_words(desk):
    """And by the old ones no more."""
    await starts(desk)
    await followed(desk, "旧的说法", "新的讲法")
    url = desk.web.publishes("/daily", item("甲", body("甲") + "旧的说法", "https://a.example/1"))
    await desk.knows(source("daily", url=url))
    await refresh(desk.room)
    before = await digested(desk)
    desk.web.publishes("/daily", item("甲", body("甲") + "新的讲法", "https://a.example/1"))
    await refresh(desk.room, force=True)

    assert ([("甲", "旧的说法")], [("甲", "新的讲法")]) == (before, await digested(desk))


async def test_what_is_followed_is_known_after_a_restart(desk):
    """It is read once, and kept up to date."""
    await starts(desk)
    await followed(desk, "光刻机")
    desk.room.follows = None
    await desk.publishes("无关的标题", text=f"文中提到光刻机。{body('无关')}")
    await followed(desk, "芯片")
    await desk.publishes("其他标题", text=f"文中提到芯片。{body('其他')}")

    assert {"无关的标题": "光刻机", "其他标题": "芯片"} == dict(await digested(desk))


# muting


async def test_what_is_muted_does_not_come(desk):
    """By word, by source, by search, by story; until it is no longer."""
    await starts(desk)
    last = await desk.publishes("最后的故事", hours=1)
    await desk.publishes("券后价格", hours=2)
    await desk.publishes("芯片涨价", "weekly", hours=3)
    await desk.publishes("手机芯片", hours=4)
    await desk.publishes("汽车芯片", hours=5)
    words = ["券后", "来源:weekly", "芯片 -手机", of_story(last)]
    assert words == await follows.mute(desk.room, await desk.reader(ME), words)

    assert ["手机芯片"] == [title for title, _ in await digested(desk)]
    await follows.unmute(desk.room, await desk.reader(ME), words[1:])
    assert 4 == len(await digested(desk))


# a story


async def test_more_of_a_story_that_is_followed_comes_again(desk):
    """Though it was shown; of another story it does not."""
    await starts(desk)
    first = await desk.publishes(EVENT, "daily", hours=5, text=body(EVENT))
    other = await desk.publishes("北斗云降价三成", "daily", hours=5, text=body("北斗云"))
    await followed(desk, of_story(first))
    reader = await desk.reader(ME)
    told = digest.told([await desk.story(number) for number in (first, other)])
    await readers.greeted(desk.room, reader, told)
    assert [] == await digested(desk)

    await desk.publishes(EVENT, "weekly", text=body(EVENT))
    await desk.publishes("北斗云降价三成", "weekly", text=body("北斗云"))
    assert [EVENT] == [title for title, _ in await digested(desk)]


async def test_what_has_the_tags_of_a_story_comes_after_it(desk):
    """Another event about the same things, told at once."""
    tags = ("长庚", "光刻机", "芯片")
    first = await desk.publishes(EVENT, hours=30, tags=tags)
    await wants_to_know(desk, of_story(first))
    await desk.publishes("完全不同的事件", tags=tags)
    await desk.publishes("只有一个标签", tags=tags[:1])

    (one,) = await alerts(desk)
    assert "完全不同的事件" == (await story.look(desk.room, ME, one.story_ids[0])).story.title


# alerts


async def test_who_asked_is_told_at_once(desk):
    """Once a story; who only follows is not."""
    await wants_to_know(desk, "光刻机")
    await desk.subscribes(OTHER)
    await followed(desk, "光刻机", who=OTHER)
    told = await desk.publishes(EVENT, "daily", text=body(EVENT))
    first = await alerts(desk)
    await desk.publishes(EVENT, "weekly", text=body(EVENT))

    assert [(f"alert:{told}", (told,), desk.room.now())] == [
        (one.slot, one.story_ids, one.due_at) for one in first
    ]
    assert first == await alerts(desk)
    assert [] == await alerts(desk, OTHER)


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": 25},
        {"text": "文中提到光刻机。", "title": "无关的标题"},
        {"noise": "deal"},
        {"language": "en"},
        {"title": "光刻机券后价格"},
        {"backlog": True},
    ],
)
async def test_what_is_no_news_for_a_reader_is_not_told_at_once(desk, changes):
    """What is old, a mention, noise, in another language, muted, or what a source had before it was ours."""
    await wants_to_know(desk, "光刻机")
    await follows.mute(desk.room, await desk.reader(ME), ["券后"])
    await desk.publishes(changes.pop("title", EVENT), **changes)

    assert [] == await alerts(desk)


async def test_so_many_a_day(desk):
    """The others come with the digest; the next day begins anew."""
    await wants_to_know(desk, "光刻机")
    for number in range(8):
        await desk.publishes(f"第{number}号光刻机", text=body(f"{number}"))
    first = await alerts(desk)
    desk.later(days=1)
    await desk.publishes("明天的光刻机", text=body("明天"))

    assert (5, 6) == (len(first), len(await alerts(desk)))


async def test_who_stopped_or_was_shown_it_is_not_told(desk):
    """Nor who wants it no longer."""
    await wants_to_know(desk, "光刻机")
    await wants_to_know(desk, "光刻机", who=OTHER)
    await readers.stop(desk.room, await desk.reader(ME))
    number = await desk.publishes(EVENT)
    shown = digest.told([await desk.story(number)])
    await readers.greeted(desk.room, await desk.reader(OTHER), shown)

    assert ([], []) == (await alerts(desk), await alerts(desk, OTHER))
    assert not await follows.alert(desk.room, await desk.reader(ME), ["没有"], True)


async def test_who_gets_no_digests_may_be_told_at_once(desk):
    """Who asked for it without /start, or after /stop; /stop puts an end to what was asked before."""
    await followed(desk, "光刻机")
    await follows.alert(desk.room, await desk.reader(ME), ["光刻机"], True)
    await desk.publishes(EVENT)
    assert 1 == len(await alerts(desk))

    await readers.stop(desk.room, await desk.reader(ME))
    assert frozenset() == (await desk.reader(ME)).alerts


async def test_more_of_a_story_is_told_after_a_restart(desk):
    """What was stored before it, and grouped after."""
    first = await desk.publishes(EVENT, "daily", hours=5, text=body(EVENT))
    await wants_to_know(desk, of_story(first))
    told = digest.told([await desk.story(first)])
    await readers.greeted(desk.room, await desk.reader(ME), told)
    await desk.stores(EVENT, "weekly", text=body(EVENT))
    desk.room.follows = None
    await group.group(desk.room)

    assert [(first,)] == [one.story_ids for one in await alerts(desk)]


async def test_a_story_with_one_tag_is_only_itself(desk):
    """Everything about 人工智能 is not what comes after it."""
    first = await desk.publishes(EVENT, hours=30, tags=("人工智能",))
    await wants_to_know(desk, of_story(first))
    await desk.publishes("完全不同的事件", tags=("人工智能",))

    assert [] == await alerts(desk)


async def test_a_press_that_is_dealt_with_twice_counts_once(desk):
    """As after a crash between the effect and the answer."""
    await starts(desk)
    word = of_story(await desk.publishes(EVENT))
    reader = await desk.reader(ME)
    async with desk.room.store.begin() as tx:
        await tx.inbox.keep([Incoming(number, ME, "{}") for number in (1, 2, 3)], desk.room.now())

    assert [True, True] == [await follows.toggle(desk.room, reader, "follow", word, 1) for _ in range(2)]
    assert ((word,), {word}) == ((await desk.reader(ME)).follows, set((await desk.reader(ME)).alerts))
    assert [False, False] == [await follows.ring(desk.room, reader, word, 2) for _ in range(2)]
    assert [True, True] == [await follows.toggle(desk.room, reader, "mute", word, 3) for _ in range(2)]
    assert ((), (word,)) == ((await desk.reader(ME)).follows, (await desk.reader(ME)).mutes)
    assert await follows.ring(desk.room, reader, "没有", 4) is None


async def test_no_number_of_a_story_stops_the_pull(desk):
    """Typed by anybody, as long as one likes."""
    await starts(desk)
    for number in ("9" * 18, "9" * 30, "²", "-1"):
        with suppress(NotUnderstood):
            await followed(desk, f"story:{number}")
    desk.room.follows = None
    await desk.publishes(EVENT)

    assert [EVENT] == [title for title, _ in await digested(desk)]
    assert [] == follows.searches("story:5")


async def test_looking_back_finds_what_the_search_finds(desk):
    """No pieces of a phrase, and nothing that is excluded by a long one."""
    await desk.publishes("人工与工智还有智能", hours=2)
    await desk.publishes("光刻机与荷兰公司", hours=3)
    await desk.publishes("人工智能与光刻机", hours=4)
    await starts(desk)
    await followed(desk, "人工智能 光刻机 -荷兰公司")

    assert {"人工智能与光刻机": "人工智能 光刻机 -荷兰公司"} == {
        title: why for title, why in await digested(desk) if why
    }


async def test_a_story_is_not_followed_for_ever(desk):
    """It is over by then; words are."""
    from newsbot.flows.tidy import tidy

    await starts(desk)
    await followed(desk, of_story(await desk.publishes(EVENT)), "芯片")
    desk.later(seconds=follows.STORY_KEPT / timedelta(seconds=1) + 1)
    await tidy(desk.room)

    assert ("芯片",) == (await desk.reader(ME)).follows
    assert replace(await desk.reader(ME), follows=()).alerts == frozenset()
