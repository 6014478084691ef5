"""Who may do what: every command and every button of administrators, pressed by everybody who may not."""

from __future__ import annotations

from itertools import product

import pytest

from handlers import COMMANDS, RIGHTS
from newsbot.messages.wording import label
from newsbot.models.staff import Entry, Member, Role, may
from playground import media
from tests.examples import NOON
from tests.house import House, buttons

OF_STAFF = [one for one in COMMANDS if one.right is not None]
UNKNOWN = "没有这个命令，看看 /help。"
REFUSED = "你的角色不能做这件事。"
ROLES = {"owner": Role.OWNER, "editor": Role.EDITOR, "moderator": Role.MODERATOR, "reader": None}


@pytest.fixture
async def people(home: House) -> dict[str, str]:
    """Somebody of each role: who they are in the playground."""
    for key in ("editor", "moderator"):
        home.telegram.add_person(key, key, started=True)
    who = {"owner": "admin", "editor": "editor", "moderator": "moderator", "reader": "zh"}
    home.room.settings = home.room.settings.model_copy(update={"admins": (home.id_of("admin"),)})
    async with home.room.store.begin() as tx:
        for key in ("editor", "moderator"):
            await tx.staff.put(Member(home.id_of(key), Role(key), home.id_of("admin"), NOON))
    return who


async def refusals(home: House) -> list[Entry]:
    async with home.room.store.read() as tx:
        return [one for one in await tx.audit.page(0, 1000) if not one.is_allowed]


@pytest.mark.parametrize(("role", "command"), list(product(ROLES, [one.name for one in OF_STAFF])))
async def test_a_command_is_obeyed_by_role(home: House, people: dict[str, str], role: str, command: str):
    """Who has no role is told that there is no such command; all that is refused is written down."""
    who = people[role]
    (right,) = [one.right for one in OF_STAFF if one.name == command]
    said = (await home.says(f"/{command}", who=who))["text"]
    refused = await refusals(home)

    if may(ROLES[role], right):
        assert (said in (UNKNOWN, REFUSED), []) == (False, refused)
    else:
        assert said == (UNKNOWN if role == "reader" else REFUSED)
        assert [(home.id_of(who), f"/{command}")] == [(one.by, one.deed) for one in refused]


@pytest.mark.parametrize(("role", "verb"), list(product(ROLES, RIGHTS)))
async def test_a_button_is_obeyed_by_role(home: House, people: dict[str, str], role: str, verb: str):
    """A client may send whatever it likes."""
    who = people[role]
    story = await home.publishes("长庚光刻机通过验收")
    message = await home.says("/help", who=who)
    await home.forges(f"{verb}:-:{story}:x", message["message_id"], who=who)
    refused = await refusals(home)

    if may(ROLES[role], RIGHTS[verb]):
        assert [] == refused
    else:
        assert home.toast == ("这个按钮已失效。" if role == "reader" else REFUSED)
        assert [(home.id_of(who), verb)] == [(one.by, one.deed) for one in refused]


@pytest.mark.parametrize("command", [one.name for one in OF_STAFF])
async def test_nobody_is_obeyed_in_a_group(home: House, people: dict[str, str], command: str):
    """Neither an owner, nor an administrator whose name is hidden; it is silent, and written down."""
    owner = home.id_of("admin")
    group = home.telegram.add_group("群", [owner, home.id_of("zh")], bot_is_admin=True)
    before = len(home.telegram.calls)
    home.telegram.says(owner, f"/{command} 你好", group.id)
    home.telegram.says_as_group(group.id, f"/{command} 你好")
    await home.is_quiet(before)
    sent = [one.method for one in list(home.telegram.calls)[before:] if one.method.startswith("send")]

    assert ([], [owner, group.id]) == (sent, sorted((one.by for one in await refusals(home)), reverse=True))


@pytest.mark.parametrize("command", [one.name for one in OF_STAFF])
async def test_a_forwarded_command_is_not_carried_out(home: House, people: dict[str, str], command: str):
    """Somebody may have written it to be forwarded."""
    await home.says(f"/{command} 你好", who="zh")
    theirs = home.telegram.messages(home.id_of("zh"))
    written = next(one for one in theirs if one.get("text") == f"/{command} 你好")
    before = len(home.telegram.calls)
    media.forward(home.telegram, home.id_of("admin"), written)
    await home.is_quiet(before)
    refused = await refusals(home)

    assert home.last("admin")["text"] == "转发来的命令不会执行，请自己输入。"
    assert [home.id_of("admin"), home.id_of("zh")] == [one.by for one in refused]


async def test_a_button_of_another_is_nobodys(home: House, people: dict[str, str]):
    """In a group an owner's press on whatever data is refused: only in their own chat."""
    owner = home.id_of("admin")
    group = home.telegram.add_group("群", [owner, home.id_of("zh")], bot_is_admin=True)
    await home.says("/broadcast 你好", who="admin")
    home.telegram.says(owner, "/help", group.id)
    await home.is_quiet(0)
    message = home.telegram.messages(group.id)[-1]
    await home.forges("cast:-:-:send.1", message["message_id"], who="admin", chat=group.id)
    async with home.room.store.read() as tx:
        one = await tx.broadcasts.get(1)

    assert (REFUSED, "draft") == (home.toast, one.stage if one else "")
    assert [owner] == [entry.by for entry in await refusals(home)]


async def test_who_asks_without_end_does_not_fill_the_log(home: House, people: dict[str, str]):
    """Twenty an hour say enough."""
    for _ in range(25):
        await home.says("/stats")

    assert 20 == len(await refusals(home))


async def test_an_owner_names_and_removes_editors(home: House, people: dict[str, str]):
    """By id; the log shows it."""
    new = home.telegram.add_person("new", "新", started=True).id
    said = [
        (await home.says(words, who="admin"))["text"]
        for words in (
            f"/admin {new} 编辑",
            f"/admin {new} moderator",
            f"/admin {new} 移除",
            f"/admin {new} 移除",
            f"/admin {home.id_of('admin')} 移除",
            "/admin -100123 编辑",
            "/admin 新 编辑",
        )
    ]
    shown = (await home.says("/admin", who="admin"))["text"]

    assert [
        f"{new} 现在是编辑。",
        f"{new} 现在是版务。",
        f"{new} 现在没有角色。",
        "这个人没有角色。",
        "主人写在 NEWSBOT_ADMINS 里，这里改不了。",
        "这不是一个人的 ID。",
    ] == said[:6]
    assert said[6].startswith("没看懂。")
    assert f"{home.id_of('admin')} · 角色 {new} editor" in shown


async def test_the_page_lists_who_may_what_and_takes_answers(home: House, people: dict[str, str]):
    """By buttons and questions as well."""
    page = await home.says("/admin", who="admin")
    await home.presses("＋ 角色", who="admin")
    added = await home.says("777 编辑", who="admin")
    await home.says("/admin", who="admin")
    await home.presses("撤掉 777", who="admin")
    async with home.room.store.read() as tx:
        left = [one.id for one in await tx.staff.all()]

    assert f"· {home.id_of('editor')} 编辑\n· {home.id_of('moderator')} 版务" in page["text"]
    assert ("777 现在是编辑。", False) == (added["text"], 777 in left)


async def test_a_reader_is_shut_out_and_let_back(home: House, people: dict[str, str]):
    """Nothing is sent or done for them; a moderator may say so, and nobody of the staff can be."""
    story = await home.publishes("长庚光刻机通过验收")
    await home.says("/start")
    card = await home.says(f"/start story_{story}")
    reader = home.id_of()
    done = await home.says(f"/admin 移出 {reader} 刷票", who="moderator")
    before = len(home.telegram.messages(reader))
    home.telegram.says(reader, "/digest")
    await home.is_quiet(0)
    silent = len(home.telegram.messages(reader)) - before
    await home.forges(buttons(card)[0]["callback_data"], card["message_id"])
    toast = home.toast
    staff = await home.says(f"/admin 移出 {home.id_of('editor')}", who="moderator")
    async with home.room.store.read() as tx:
        out = await tx.readers.get(reader)
        votes = await tx.votes.counts([story])
    back = await home.says(f"/admin 放回 {reader}", who="moderator")
    again = await home.says("/start")

    assert (done["text"], silent, toast) == (f"已移出 {reader}。", 1, "管理员已停止为你服务。")
    assert (staff["text"], votes) == ("有角色的人不能移出，先撤掉角色。", {})
    assert out is not None
    assert (False, None) == (out.subscribed, out.next_due)
    assert back["text"].startswith(f"已放回 {reader}")
    assert "管理员" not in again["text"]


async def test_the_log_has_pages(home: House, people: dict[str, str]):
    """Ten lines each."""
    for number in range(25):
        await home.says(f"/admin {1000 + number} 编辑", who="admin")
    first = await home.says("/admin", who="admin")
    second = await home.presses("▶", who="admin")

    assert ("1/3" in [one["text"] for one in buttons(first)], "角色 1005 editor" in second["text"]) == (
        True,
        True,
    )


async def test_who_is_no_editor_any_more_sends_nothing(home: House, people: dict[str, str]):
    """What they planned is a draft again, and who removed them hears of it."""
    await home.says("/start")
    await home.says("/broadcast 你好", who="editor")
    await home.presses("定时", who="editor")
    await home.says("30分钟后", who="editor")
    await home.says(f"/admin {home.id_of('editor')} 移除", who="admin")
    said = [one.get("text") for one in home.telegram.messages(home.id_of("admin"))][-2:]
    async with home.room.store.read() as tx:
        one = await tx.broadcasts.get(1)

    assert [
        f"{home.id_of('editor')} 定时的 1 条广播已退回草稿。",
        f"{home.id_of('editor')} 现在没有角色。",
    ] == said
    assert ("draft", None) == ((one.stage, one.starts_at) if one else ())


async def test_the_page_has_only_buttons_that_its_reader_may_press(home: House, people: dict[str, str]):
    """A moderator shuts readers out, and gives nobody a role."""
    theirs = await home.says("/admin", who="moderator")

    assert ["移出读者"] == [one["text"] for one in buttons(theirs)]


async def test_who_was_shut_out_is_told_in_their_language(home: House, people: dict[str, str]):
    """As their client says it."""
    await home.says("/start", who="en")
    message = home.last("en")
    await home.says(f"/admin 移出 {home.id_of('en')} spam", who="admin")
    await home.forges("settings:-:-:open", message["message_id"], who="en")

    assert label("staff.shut_out", "en") == home.toast
