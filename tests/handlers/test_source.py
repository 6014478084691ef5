"""/source: administrators look after the sources, in the chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsbot.models.sources import Health, Source
from playground import media
from tests.examples import NOON, minutes_ago, source
from tests.flows.web import Web, item, page
from tests.house import House, buttons

ONE = item("云雀大模型今天开源", "团队表示，模型权重今天起可以下载，商用免费。")


@pytest.fixture
def admin(home: House) -> str:
    """The administrator of the settings."""
    home.room.settings = home.room.settings.model_copy(update={"admins": (home.id_of("admin"),)})
    return "admin"


async def knows(home: House, *known: tuple[Source, Health | None]) -> None:
    async with home.room.store.begin() as tx:
        for one, health in known:
            await tx.sources.seed([one], minutes_ago(60 * 24 * 9))
            if health:
                await tx.sources.save_health(replace(health, source_id=one.id))


async def all_of(home: House) -> dict[str, Source]:
    async with home.room.store.read() as tx:
        return {one.id: one for one, _ in await tx.sources.all()}


FINE = Health(
    source_id="", checked_at=NOON, last_success_at=NOON, next_at=NOON + timedelta(minutes=15), per_day=12.5
)
DOWN = replace(
    FINE,
    failures=3,
    failing_since=minutes_ago(60),
    error="it answered 503",
    reason="status_503",
    last_success_at=None,
)
VIA = replace(FINE, via="https://other.example/feed", error="it answered 404", reason="status_404")


async def test_what_fails_stands_first(home: House, admin: str):
    """With what is wrong, in words; then those that are well, then those that are off."""
    await knows(
        home,
        (source("well", name="好好日报"), FINE),
        (source("off", name="关门日报", on=False), None),
        (source("down", name="倒霉日报"), DOWN),
        (source("via", name="绕路日报"), VIA),
    )
    told = (await home.says("/source", who=admin))["text"]

    assert "来源 4 个：开启 3，异常 1" in told
    assert ["倒霉日报", "绕路日报", "好好日报", "关门日报"] == sorted(
        ("倒霉日报", "绕路日报", "好好日报", "关门日报"), key=told.index
    )
    assert "1. 🟠 倒霉日报 · 服务器暂时不可用（503）" in told
    assert "3. 🟢 好好日报 · 每天 12.5 篇" in told


async def test_a_number_opens_that_source(home: House, admin: str):
    """Last success, items a day, last error in words, next try, fallback in use."""
    await knows(home, (source("via", name="绕路日报"), VIA))
    await home.says("/source", who=admin)
    told = (await home.presses("1", who=admin))["text"]

    for words in (
        "绕路日报", "使用备用地址 · feed · via", "https://via.example/feed", "上次成功：11-24 12:00", "每天约 12.5 篇",
        "下次抓取：11-24 12:15", "备用地址：https://other.example/feed", "上次出错：页面不存在（404）",
    ):  # fmt: skip
        assert words in told
    assert ["⏸ 关闭", "🔄 立即检查", "✏️ 编辑", "🗑 删除", "−", "权重 1", "＋", "‹ 返回"] == [
        one["text"] for one in buttons(home.last(admin))
    ]
    assert "来源 1 个" in (await home.presses("返回", who=admin))["text"]


@pytest.mark.parametrize("words", ["via", "绕路日报", "绕路", "via.example", "VIA"])
async def test_a_source_is_found_by_what_it_is_called(home: House, admin: str, words: str):
    """Its id, its name, a part of it, its address."""
    await knows(home, (source("other", name="其他"), FINE), (source("via", name="绕路日报"), VIA))

    assert "绕路日报" in (await home.says(f"/source {words}", who=admin))["text"]


async def test_what_is_not_there_is_said(home: House, admin: str):
    """And what to do."""
    assert "还没有来源" in (await home.says("/source", who=admin))["text"]
    assert "没有找到来源「没有的」" in (await home.says("/source 没有的", who=admin))["text"]


async def test_a_source_is_turned_off_and_on(home: House, admin: str):
    """At once; a press on an old message likewise."""
    await knows(home, (source("daily"), FINE))
    await home.says("/source daily", who=admin)
    off = await home.presses("关闭", who=admin)
    was_off = (await all_of(home))["daily"].on
    on = await home.presses("开启", who=admin)

    assert ("已关闭" in off["text"], "正常" in on["text"]) == (True, True)
    assert (False, True, "已开启：daily 日报") == (was_off, (await all_of(home))["daily"].on, home.toast)


async def test_a_source_is_checked_now(home: House, admin: str, web: Web):
    """Nothing is stored: the next pull brings its articles."""
    await knows(home, (source("daily", url=web.publishes("/daily", ONE)), FINE))
    await home.says("/source daily", who=admin)
    fine = (await home.presses("立即检查", who=admin))["text"]
    web.fails("/daily", 403)
    bad = (await home.presses("立即检查", who=admin))["text"]

    assert "刚刚检查：正常，共 1 篇" in fine
    assert "刚刚检查：失败，拒绝访问（403）" in bad
    async with home.room.store.read() as tx:
        assert {} == await tx.articles.load([1])


async def test_a_source_is_removed_after_a_question(home: House, admin: str):
    """Back leads to its card."""
    await knows(home, (source("daily"), FINE))
    await home.says("/source daily", who=admin)
    asked = await home.presses("删除", who=admin)
    back = await home.presses("返回", who=admin)
    await home.presses("删除", who=admin)
    gone = await home.presses("确认删除", who=admin)

    assert "要删除「daily 日报」吗？" in asked["text"]
    assert "正常" in back["text"]
    assert ("还没有来源" in gone["text"], {}, "已删除：daily 日报") == (True, await all_of(home), home.toast)


async def test_a_source_is_added_by_its_address(home: House, admin: str, web: Web):
    """A feed, the feed of a site, a list page with its selector."""
    web.publishes("/feed", ONE, title="某某日报")
    site = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    web.serves("/", site, content_type="text/html")
    looked = (await home.says(f"/source {web.url('/')}", who=admin))["text"]
    before = await all_of(home)
    added = (await home.presses("保存", who=admin))["text"]
    await home.says(f"/source {web.url('/')}", who=admin)
    again = (await home.presses("保存", who=admin))["text"]
    web.serves("/list", '<p class="n"><a href="/1">第一条新闻的标题</a></p>', content_type="text/html")
    await home.says(f"/source {web.url('/list')} .n a", who=admin)
    await home.presses("保存", who=admin)

    assert ("共 1 条，最近的：\n· 云雀大模型今天开源" in looked, {}) == (True, before)
    assert "某某日报" in added
    assert ("已添加" in added, "这个来源已经在了。" in again) == (True, True)
    assert {(web.url("/feed"), "feed", None), (web.url("/list"), "list", ".n a")} == {
        (one.url, one.kind, one.selector) for one in (await all_of(home)).values()
    }


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("{}/dead", "服务器暂时不可用（503）"),
        ("{}/page", "没有文章或订阅源"),
        ("http://10.0.0.1/", "内网"),
        ("http://127.0.0.1:1/", "连接不上"),
    ],
)
async def test_what_cannot_be_a_source_is_not_added(home: House, admin: str, web: Web, words: str, why: str):
    """And the reason said."""
    web.fails("/dead", 503)
    web.serves("/page", page("首页", "欢迎"), content_type="text/html")

    told = (await home.says(f"/source {words.format(web.url(''))}", who=admin))["text"]
    assert ("没有添加" in told, why in told, {}) == (True, True, await all_of(home))


async def test_a_wrong_selector_is_explained(home: House, admin: str, web: Web):
    """With one that is right."""
    web.serves("/list", "<p>x</p>", content_type="text/html")

    assert "没有添加" in (await home.says(f"/source {web.url('/list')} ..[", who=admin))["text"]


async def test_many_sources_come_in_pages(home: House, admin: str):
    """Ten on each; numbers go on."""
    await knows(home, *((source(f"s{number:02}", name=f"日报{number:02}"), FINE) for number in range(23)))
    first = await home.says("/source", who=admin)
    second = await home.presses("›", who=admin)
    third = await home.presses("›", who=admin)
    back = await home.presses("‹", who=admin)

    assert ("1. 🟢 日报00" in first["text"], "11. 🟢 日报10" in second["text"]) == (True, True)
    assert ("23. 🟢 日报22" in third["text"], back["text"]) == (True, second["text"])
    assert "日报15" in (await home.presses("16", who=admin))["text"]


async def test_a_press_of_nowhere_is_answered(home: House, admin: str):
    """A source that was removed meanwhile, a made-up number, a page that is not there."""
    await knows(home, (source("daily"), FINE))
    message = await home.says("/source", who=admin)
    for data in ("source:-:-:nothing", "switch:-:-:", "removed:-:-:ffffffffffff", "check:-:-:x.on"):
        await home.forges(data, message["message_id"], who=admin)
        assert home.toast
    shown = await home.forges("sources:-:-:99999", message["message_id"], who=admin)

    assert "来源 1 个" in shown["text"]
    assert ["daily"] == list(await all_of(home))


async def test_to_everybody_else_it_is_an_unknown_command(home: House, admin: str):
    """Word for word; and its buttons do nothing for them."""
    await knows(home, (source("daily"), FINE))
    message = await home.says("/source", who=admin)
    stranger = (await home.says("/source"))["text"]
    unknown = (await home.says("/nothing"))["text"]
    data = next(one["callback_data"] for one in buttons(message) if one["text"] == "1")
    for verb in ("source", "switch", "check", "remove", "removed"):
        await home.forges(data.replace("source:", f"{verb}:"), home.last()["message_id"])

    assert unknown.replace("nothing", "source") == stranger
    assert ["daily"] == list(await all_of(home))


async def test_names_from_outside_are_shown_as_they_are(home: House, admin: str):
    """Markup, bidi tricks, nothing at all."""
    names = ("<b>&amp;</b>", "\u202eevil", " ", "长" * 200)
    await knows(home, *((source(f"s{n}", name=name or "x"), DOWN) for n, name in enumerate(names)))
    told = (await home.says("/source", who=admin))["text"]

    assert ("<b>&amp;</b>" in told, "\u202e" in told, "长" * 60 in told) == (True, False, False)


async def test_the_last_five_items_are_shown_and_nothing_saved_without_a_press(
    home: House, admin: str, web: Web
):
    """不要 leaves the catalogue as it was; what was kept may be too old."""
    web.publishes("/feed", *[item(f"第 {n} 条新闻的标题", "正文。") for n in range(7)])
    looked = await home.says(f"/source {web.url('/feed')}", who=admin)
    dropped = await home.presses("不要", who=admin)
    await home.forges("keep:v999:-:yes", looked["message_id"], who=admin)

    assert (5, "没有保存。", {}) == (looked["text"].count("· 第"), dropped["text"], await all_of(home))
    assert home.toast == "这个按钮已失效。"


async def test_a_source_is_edited(home: House, admin: str):
    """One thing after the other; what cannot be is said."""
    await knows(home, (source("daily"), FINE))
    for button, typed in (("名字", "新日报"), ("间隔", "600"), ("正文选择器", ".text"), ("分类", "-")):
        await home.says("/source daily", who=admin)
        await home.presses("编辑", who=admin)
        await home.presses(button, who=admin)
        told = await home.says(typed, who=admin)
    await home.presses("编辑", who=admin)
    await home.presses("语言", who=admin)
    wrong = await home.says("汉语", who=admin)
    known = (await all_of(home))["daily"]

    assert told["text"].startswith("🟢 新日报")
    assert ("新日报", 600, ".text", None, "zh") == (
        known.name, known.interval, known.body, known.category, known.language,
    )  # fmt: skip
    assert wrong["text"] == "这一项不能这样写。"


async def test_opml_goes_in_and_out_as_a_file(home: House, admin: str):
    """New, known, and the lines that cannot be used."""
    await knows(home, (source("daily"), FINE))
    file = """<opml version="2.0"><body>
<outline text="一" type="rss" xmlUrl="https://one.example/feed"/>
<outline text="已有" type="rss" xmlUrl="https://daily.example/feed"/>
<outline text="坏" type="rss" xmlUrl="ftp://x"/>
</body></opml>"""
    await home.says("/source", who=admin)
    await home.presses("导入 OPML", who=admin)
    media.document(home.telegram, home.id_of(admin), "subs.opml", file.encode())
    await home.is_quiet(0)
    told = home.last(admin)["text"]
    await home.presses("查看来源", who=admin)
    await home.presses("导出 OPML", who=admin)
    sent = home.last(admin)["document"]

    assert "新加 1 个来源，已有 1 个，有问题的行 1。\n第 4 行：" in told
    assert "newsbot.opml" == sent["file_name"]
    assert "https://one.example/feed" in home.telegram.files[sent["file_id"]].data.decode()


@pytest.mark.parametrize(
    ("data", "said"), [(b"no opml", "这个文件读不了："), (b"x" * 5_000_001, "这个文件读不了：文件太大")]
)
async def test_a_file_that_is_none_of_it(home: House, admin: str, data: bytes, said: str):
    await home.says("/source", who=admin)
    await knows(home, (source("daily"), FINE))
    await home.says("/source", who=admin)
    await home.presses("导入 OPML", who=admin)
    media.document(home.telegram, home.id_of(admin), "subs.opml", data)
    await home.is_quiet(0)

    assert home.last(admin)["text"].startswith(said)
