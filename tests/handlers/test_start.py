"""/start."""

from __future__ import annotations

import asyncio
import base64

from tests.house import House, buttons


async def test_the_first_answer_is_the_news(home: House):
    """A digest, then one question; the headline comes before anything else."""
    await home.publishes("云雀大模型开源，商用免费")
    await home.says("/start")

    digest, words = home.texts()
    assert digest.startswith("1. 云雀大模型开源，商用免费\n")
    assert digest.endswith("今天就这些")
    assert words.startswith("选一组你关心的词")


async def test_three_taps_choose_words_an_hour_and_a_place(home: House):
    """The question becomes the next one, and then the confirmation: never an extra message."""
    await home.says("/start")
    before = len(home.texts())
    await home.presses("手机 · 芯片 · 汽车")
    await home.presses("09:00")
    done = await home.presses("东京")

    assert before == len(home.texts())
    assert "好的：手机、芯片、汽车，每天 09:00（东京）。用 /schedule 可以改时间。" == done["text"]
    async with home.room.store.read() as tx:
        reader = await tx.readers.get(home.id_of())
    assert ("手机", "芯片", "汽车") == reader.follows
    assert "2026-11-25T00:00:00+00:00" == reader.next_due.isoformat()


async def test_another_place_may_be_typed(home: House):
    """Where the buttons do not have it."""
    await home.says("/start")
    await home.presses("都要")
    await home.presses("08:00")

    assert (await home.says("奥克兰"))["text"].startswith("好的，推送时间：08:00（奥克兰 UTC+13）")


async def test_everything_may_be_wanted(home: House):
    """都要 follows nothing."""
    await home.says("/start")
    await home.presses("都要")
    await home.presses("08:00")
    done = await home.presses("上海")

    assert "好的：全部新闻，每天 08:00（上海）。用 /schedule 可以改时间。" == done["text"]


async def test_the_first_pull_is_shown_and_becomes_the_digest(home: House):
    """One message says how far it is, and turns into the digest."""
    progress = home.room.progress
    progress.rounds, progress.running, progress.done, progress.total = 0, True, 3, 30
    waiting = asyncio.create_task(home.says("/start"))
    first = await home.telegram.wait_for(lambda: home.texts() and home.texts()[0])
    await home.publishes("云雀大模型开源，商用免费")
    progress.rounds, progress.running = 1, False
    await waiting

    assert "正在抓取新闻：3/30 个来源" == first
    assert home.texts()[0].startswith("1. 云雀大模型开源，商用免费")


async def test_without_news_it_says_so(home: House):
    """No empty digest."""
    await home.says("/start")

    assert "暂时还没有新闻，有了就会按时送来。" == home.texts()[0]


async def test_what_the_first_digest_showed_does_not_come_again(home: House):
    """It enters the ledger; /digest does not."""
    await home.publishes("云雀大模型开源，商用免费")
    await home.says("/start")
    again = await home.says("/digest")

    assert "暂时没有新内容。" == again["text"]


async def test_a_second_start_spoils_no_digest(home: House):
    """It shows what is new, as /digest does, and asks nothing; at its hour that comes nevertheless."""
    await home.publishes("云雀大模型开源，商用免费")
    await home.says("/start")
    await home.publishes("长庚光刻机通过验收")
    for _ in range(2):
        await home.says("/start")

    assert ["长庚光刻机通过验收"] * 2 == [
        text.split("\n")[0].removeprefix("1. ") for text in home.texts()[-2:]
    ]


async def test_coming_back_is_welcome(home: House):
    """After /stop everything is as it was, and nothing is asked again."""
    await home.publishes("云雀大模型开源，商用免费")
    await home.says("/start")
    await home.says("/stop")
    before = len(home.texts())
    await home.says("/start")

    assert "欢迎回来，推送已恢复。" == home.texts()[before]
    async with home.room.store.read() as tx:
        assert (await tx.readers.get(home.id_of())).subscribed


async def test_an_english_reader_gets_english(home: House):
    """The words and the articles."""
    await home.publishes("云雀大模型开源，商用免费")
    await home.publishes("Skylark model is open source now", "The weights can be had. " * 20, language="en")
    await home.says("/start", who="en")

    digest, words = home.texts("en")
    assert digest.startswith("1. Skylark model is open source now\n")
    assert words.startswith("Pick")


async def test_a_link_with_a_word_changes_nothing_without_a_press(home: House):
    """kw_ offers to follow; base64url and the plain word alike."""
    encoded = base64.urlsafe_b64encode("鸿蒙".encode()).decode().rstrip("=")
    for payload in ("kw_鸿蒙", f"kw_{encoded}"):
        await home.says(f"/start {payload}")
        async with home.room.store.read() as tx:
            assert await tx.readers.get(home.id_of()) is None
    await home.presses("关注 鸿蒙")

    async with home.room.store.read() as tx:
        assert ("鸿蒙",) == (await tx.readers.get(home.id_of())).follows


async def test_links_to_a_story_and_a_source(home: House):
    """story_ shows the card, src_ what the source has."""
    story = await home.publishes("云雀大模型开源，商用免费")
    card = await home.says(f"/start story_{story}")
    listed = await home.says("/start src_daily")
    gone = await home.says("/start story_999")

    assert "👍 0" == buttons(card)[0]["text"]
    assert "云雀大模型开源，商用免费" in listed["text"]
    assert "这条新闻已经不在了。" == gone["text"]
