"""/privacy, /export, /forget: what is kept of a person, all of it in two files, and nothing of it any more."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from newsbot.flows import rights, tidy
from newsbot.flows.broadcast import begin_due
from newsbot.flows.mailing import mail
from newsbot.models.people import is_forgotten
from newsbot.models.staff import Member, Role
from newsbot.sources.opml import parse_opml
from tests import databases
from tests.house import House, words

NAME = "慕容复兴"
TITLE = "云雀大模型开源，商用免费"


@pytest.fixture
def person(home: House) -> int:
    """Somebody with a name that stands nowhere else."""
    return home.telegram.add_person("mu", NAME).id


async def lives(home: House, who: str = "mu") -> int:
    """They read, follow, vote, value, save, search and say what they think; the story."""
    story = await home.publishes(TITLE)
    await home.says("/start", who=who)
    await home.says("/follow 大模型 芯片", who=who)
    await home.says("/mute 理财", who=who)
    await home.says("/schedule 7:45 免打扰 23-7", who=who)
    await home.says("/search 云雀", who=who)
    await home.presses("1", who=who)
    await home.presses("👍", who=who)
    await home.presses("★", who=who)
    await home.presses("5★", who=who)
    await home.presses("收藏", who=who)
    await home.says(f"/feedback 我是{NAME}，很喜欢", who=who)
    return story


def traces(home: House, person: int) -> list[str]:
    """Where their number, in digits or as the database has it, or their name still stands."""
    needles = (str(person).encode(), person.to_bytes(6, "big"), NAME.encode(), NAME.encode("utf-16-le"))
    escaped = json.dumps(NAME).strip('"').encode()
    return [
        f"{file.name}: {needle!r}"
        for file in Path(home.room.settings.data).iterdir()
        for needle in (*needles, escaped)
        if needle in file.read_bytes()
    ]


async def rows(home: House, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    async with home.room.store.read() as tx:
        found = await tx._connection.execute(text(statement), values)
        return [tuple(row) for row in found]


async def forgets(home: House, who: str = "mu") -> dict[str, Any]:
    await home.says("/forget", who=who)
    return await home.presses("全部删除", who=who)


@databases.sqlite_only("looks through its files")
async def test_who_is_forgotten_stands_nowhere_in_the_files(home: House, person: int):
    """Neither their number nor their name; not in the journal either. A moment before they do."""
    await lives(home)
    assert traces(home, person)

    said = await forgets(home)

    assert "已全部删除" in said["text"]
    assert [] == traces(home, person)


async def test_forgetting_asks_once(home: House, person: int):
    """Until the second press nothing happens, and 取消 is a way out."""
    await lives(home)
    asked = await home.says("/forget", who="mu")
    assert ["全部删除", "取消", "先导出"] == words(asked)

    assert "什么都没删" in (await home.presses("取消", who="mu"))["text"]
    assert [(person,)] == await rows(home, "SELECT id FROM readers WHERE id = :p", p=person)


async def test_the_tallies_stay_and_nobody_votes_twice(home: House, person: int):
    """Who comes back and votes again has one vote, the later one."""
    story = await lives(home)
    await forgets(home)
    async with home.room.store.read() as tx:
        (told,) = await tx.stories.load([story])
    assert (1, 0) == (told.tally.up, told.tally.down)
    ((kept,),) = await rows(home, "SELECT reader_id FROM votes")
    assert is_forgotten(kept)
    assert kept != person

    await home.says("/start", who="mu")
    await home.says("云雀", who="mu")
    await home.presses("1", who="mu")
    await home.presses("👎", who="mu")

    assert [(person, -1)] == await rows(home, "SELECT reader_id, vote FROM votes")
    await home.presses("★", who="mu")
    await home.presses("4★", who="mu")
    assert [(person, 4)] == await rows(home, "SELECT reader_id, value FROM ratings")


async def test_forgetting_twice_keeps_one_vote(home: House, person: int):
    await lives(home)
    await forgets(home)
    await home.says("/start", who="mu")
    await home.says("云雀", who="mu")
    await home.presses("1", who="mu")
    await home.presses("👍", who="mu")
    await forgets(home)

    assert 1 == len(await rows(home, "SELECT reader_id FROM votes"))
    assert [] == traces(home, person)


async def test_after_ninety_days_nobody_can_tell_whose_votes_they_were(home: House, person: int):
    """The pseudonym goes, the vote stays."""
    await lives(home)
    await forgets(home)
    ((pseudonym,),) = await rows(home, "SELECT reader_id FROM votes")
    assert home.room.pseudonym(person) == pseudonym

    home.later(days=91)
    await tidy.tidy(home.room)

    ((nobody,),) = await rows(home, "SELECT reader_id FROM votes")
    assert nobody != pseudonym
    assert is_forgotten(nobody)
    ((other,),) = await rows(home, "SELECT reader_id FROM ratings")
    assert other != nobody  # no two of them tell that they were one person's


async def test_who_is_shut_out_stays_so(home: House, admin: str, person: int):
    """To come back as somebody else is no way in; and they can be let back in."""
    await home.says("/start", who="mu")
    await home.says(f"/admin out {person} 骂{NAME}", who=admin)
    before = len(home.texts("mu"))
    async with home.room.store.begin() as tx:  # who is out is not answered, so by the people who run it
        await tx.people.forget(person, home.room.pseudonym(person), 0, home.moment)
    await rights.scrub(home.room)

    await home.says("/start", who="mu")
    assert before == len(home.texts("mu"))

    assert "（已删除数据的人）" in (await home.says("/admin", who=admin))["text"]
    await home.says(f"/admin in {person}", who=admin)
    await home.says("/start", who="mu")
    assert before < len(home.texts("mu"))


async def test_an_editor_who_is_forgotten_leaves_the_log_readable(home: House, admin: str, person: int):
    """What they did stands under a number that is not theirs; the role is gone."""
    async with home.room.store.begin() as tx:
        await tx.staff.put(Member(person, Role.EDITOR, home.id_of(admin), home.moment))
    await home.publishes(TITLE)
    await home.says("/desk", who="mu")
    await home.says("/broadcast 大家好", who="mu")
    await home.says(f"/admin {person} moderator", who=admin)
    done = await rows(home, "SELECT count(*) FROM audit")

    await forgets(home)

    assert done == await rows(home, "SELECT count(*) FROM audit")
    assert [] == await rows(home, "SELECT * FROM staff WHERE person_id = :p", p=person)
    assert [] == traces(home, person)


async def test_a_digest_on_its_way_leaves_no_trace_either(home: House, person: int):
    """It was on the wire when they asked: what becomes of it is not written down for them."""
    await lives(home)
    async with home.room.store.begin() as tx:
        first = await tx._connection.execute(
            text("SELECT id FROM deliveries WHERE chat_id = :p"), {"p": person}
        )
        assert first is not None
    await forgets(home)
    assert [] == await rows(home, "SELECT * FROM shown WHERE chat_id = :p", p=person)


@pytest.mark.parametrize("data", ["wipe:-:-:do", "wipe:-:-:ask", "wipe:-:-:export", "wipe:-:-:"])
async def test_in_a_group_nobody_forgets_for_anybody(home: House, person: int, data: str):
    """A made-up press is answered, and nothing is done."""
    group = home.telegram.add_group("群", [person], bot_is_admin=True).id
    await lives(home)
    await home.says("/help", who="mu", chat=group)

    await home.forges(data, home.last(chat=group)["message_id"], who="mu", chat=group)

    assert "失效" in home.toast
    assert [(person,)] == await rows(home, "SELECT id FROM readers WHERE id = :p", p=person)


# /export


def exported(home: House, who: str = "mu") -> tuple[dict[str, Any], bytes]:
    """The two files of the last export: JSON, and OPML."""
    files = [
        home.telegram.files[message["document"]["file_id"]]
        for message in home.telegram.messages(home.id_of(who))
        if "document" in message
    ]
    data, opml = files[-2:]
    raw = gzip.decompress(data.data) if data.name.endswith(".gz") else data.data
    return json.loads(raw), opml.data


async def test_an_export_has_everything_that_is_kept(home: House, person: int):
    """Plan, words, votes, values, saves and feedback; sources and words as OPML."""
    story = await lives(home)
    await home.says("/export", who="mu")

    data, opml = exported(home)

    assert person == data["id"]
    assert [{"at": "07:45", "days": list(range(7))}] == data["plan"]["hours"]
    assert ["23:00", "07:00"] == data["plan"]["quiet"]
    assert [("follow", "大模型"), ("follow", "芯片"), ("mute", "理财")] == [
        (one["kind"], one["word"]) for one in data["words"]
    ]
    (vote,) = data["votes"]
    assert (story, TITLE, 1) == (vote["story"], vote["title"], vote["vote"])
    assert vote["at"].endswith("+08:00")
    assert [5] == [one["value"] for one in data["values"]]
    assert [TITLE] == [one["title"] for one in data["saves"]]
    assert [f"我是{NAME}，很喜欢"] == [one["words"] for one in data["feedback"]]
    assert "云雀" in [one["words"] for one in data["lists"]]
    assert (None, [], []) == (data["role"], data["tips"], data["sent"])
    found = parse_opml(opml, "newsbot.opml")
    assert ["https://daily.example/feed"] == [one.url for one in found.outlines if one.url.endswith("/feed")]
    assert "大模型" in opml.decode()


async def test_who_is_no_reader_gets_an_export_too(home: House):
    """It says that there is nothing."""
    await home.says("/export")
    data, _ = exported(home, "zh")

    assert (None, [], [], []) == (data["plan"], data["words"], data["votes"], data["feedback"])


async def test_much_is_sent_compressed(home: House, person: int, monkeypatch: pytest.MonkeyPatch):
    """And is the same."""
    monkeypatch.setattr(rights, "LONGEST", 100)
    await lives(home)
    await home.says("/export", who="mu")

    assert home.telegram.messages(person)[-2]["document"]["file_name"] == "newsbot.json.gz"
    assert 1 == len(exported(home)[0]["votes"])


async def test_privacy_says_what_is_kept_and_leads_to_both(home: House, person: int):
    said = await home.says("/privacy", who="mu")

    assert ["导出", "全部删除"] == words(said)
    for promise in ("30 天", "90 天", "180 天"):
        assert promise in said["text"]
    assert "全部删除" in words(await home.presses("全部删除", who="mu"))[0]


def test_privacy_promises_what_the_code_keeps():
    """The days that it names are those of the code."""
    assert timedelta(days=90) == rights.VOTES_KEPT
    assert timedelta(days=30) == tidy.DELIVERIES_KEPT


async def test_who_comes_back_and_says_the_same_again_withdraws_nothing(home: House, person: int):
    """They see no mark of theirs: it is their vote again."""
    await lives(home)
    await forgets(home)
    await home.says("/start", who="mu")
    await home.says("云雀", who="mu")
    await home.presses("1", who="mu")
    card = await home.presses("👍", who="mu")

    assert "👍 1 ✓" == words(card)[0]
    assert [(person, 1)] == await rows(home, "SELECT reader_id, vote FROM votes")


async def test_a_reaction_leaves_no_trace(home: House, person: int):
    """The message that was reacted to stood in their chat."""
    await lives(home)
    before = len(home.telegram.calls)
    home.telegram.reacts(person, person, home.telegram.messages(person)[-1]["message_id"], "👎")
    card = next(one for one in reversed(home.telegram.messages(person)) if "👍" in "".join(words(one)))
    home.telegram.reacts(person, person, card["message_id"], "👍")
    await home.is_quiet(before)
    assert await rows(home, "SELECT 1 FROM votes WHERE said_by <> ''")
    await forgets(home)

    assert [] == traces(home, person)


async def test_who_is_shut_out_has_these_rights_all_the_same(home: House, admin: str, person: int):
    """And no others; having used them they are still out."""
    await lives(home)
    await home.says(f"/admin out {person} x", who=admin)
    before = len(home.telegram.messages(person))
    await home.says("/digest", who="mu")
    assert before + 1 == len(home.telegram.messages(person))
    assert "隐私" in (await home.says("/privacy", who="mu"))["text"]
    await home.says("/export", who="mu")
    assert 1 == len(exported(home)[0]["votes"])
    assert "已全部删除" in (await forgets(home))["text"]
    await home.says("/start", who="mu")

    assert await rows(home, "SELECT 1 FROM outcasts")
    assert [] == await rows(home, "SELECT 1 FROM readers WHERE id = :p", p=person)


async def test_what_only_they_followed_is_followed_by_nobody(home: House, person: int):
    """Neither in memory nor among what articles were found to answer."""
    await home.says("/start", who="mu")
    await home.says(f"/follow {NAME}", who="mu")
    await home.publishes(f"{NAME}创业融资")
    assert await rows(home, "SELECT 1 FROM hits")
    await forgets(home)
    await home.publishes(f"{NAME}再次创业", source="weekly")

    assert [] == await rows(home, "SELECT * FROM hits")


async def test_a_planned_broadcast_of_who_is_forgotten_is_not_sent(home: House, admin: str, person: int):
    """Nor is what was for them alone sent to everybody."""
    async with home.room.store.begin() as tx:
        await tx.staff.put(Member(person, Role.EDITOR, home.id_of(admin), home.moment))
    await home.says("/start", who="mu")
    await home.says("/broadcast 编辑的广播", who="mu")
    await home.presses("定时", who="mu")
    await home.says("30分钟后", who="mu")
    await home.says("/broadcast 只给一个人", who=admin)
    await home.presses("受众", who=admin)
    await home.presses("指定", who=admin)
    await home.says(str(person), who=admin)
    await home.presses("返回", who=admin)
    await home.presses("定时", who=admin)
    await home.says("30分钟后", who=admin)
    await forgets(home)
    home.later(hours=1)
    await begin_due(home.room)
    await mail(home.room)

    said = "".join(home.texts("zh") + home.texts("en"))
    assert "编辑的广播" not in said
    assert "只给一个人" not in said
