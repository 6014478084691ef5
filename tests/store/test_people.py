"""What names a person is taken out everywhere; what others rely on stays as somebody's whom nobody can name."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import BigInteger, Text, cast, select, text
from sqlalchemy.engine import make_url

from newsbot.models.broadcasts import Broadcast, Content, Kind, Segment, Stage
from newsbot.models.deliveries import Delivery, State, Told
from newsbot.models.messages import Incoming
from newsbot.models.payments import Payment
from newsbot.models.people import is_forgotten, pseudonym
from newsbot.models.readers import Question, Reader
from newsbot.models.staff import Entry, Member, Outcast, Role
from newsbot.models.stories import Ruling
from newsbot.models.views import View
from newsbot.store.tables import metadata, outcasts, payments, ratings, votes
from tests.examples import NOON

PERSON, OTHER = 5_123_456_789, 5_987_654_321
KEY = b"k" * 32
KNOWN_AS = pseudonym(KEY, PERSON)
LATELY = NOON - timedelta(days=90)


async def lives(tx, person: int, story: int = 1) -> None:
    """Whatever somebody can leave behind, as reader, as one of the staff, and as somebody who is shut out."""
    await tx.readers.save(Reader(id=person), NOON)
    await tx.readers.add_words(person, "follow", ["芯片"], NOON)
    await tx.votes.cast(person, story, 1, NOON, update_id=1, said_by=f"{person}:7")
    await tx.votes.rate(person, story, 5, NOON)
    await tx.votes.save(person, story, True, NOON)
    await tx.posts.put(person, 7, story, "v1", NOON)
    await tx.feedback.add(person, story, "clickbait", "", NOON)
    await tx.feedback.add(person, None, "words", f"我是 {person}", NOON)
    await tx.deliveries.plan(delivery(person, "2026-11-24T08:00"))
    await tx.deliveries.show(person, [Told(story, 1, (1, 2))], NOON)
    await tx.views.add(View(chat_id=person, kind="search", story_ids=(story,), words="秘密"), NOON)
    await tx.questions.ask(Question(person, "search", NOON, NOON))
    await tx.inbox.keep([Incoming(person % 1000, person, f'{{"from": {person}}}')], NOON)
    await tx.audit.add(Entry(person, person, "desk_pin", "1", NOON))
    await tx.audit.add(Entry(OTHER, OTHER, "admin_appoint", f"{person} editor", NOON))
    await tx.staff.put(Member(person, Role.EDITOR, OTHER, NOON))
    await tx.staff.put(Member(1, Role.EDITOR, person, NOON))
    await tx.facts.put(f"not_nudged:{person}", "yes")
    await tx.facts.put(
        f"alarm {person % 10}", json.dumps({"messages": {str(person): 12, "7": 13}, "bad": []})
    )
    alone = {"votes": [person, 8], "marks": [[person, "vote"]], "words": [[person, "follow"]]}
    await tx.rulings.rule(
        Ruling(kind="merge", story_id=1, other_id=2, article_ids=(1,), by=person, at=NOON, before=alone)
    )
    number = await tx.broadcasts.add(broadcast(person))
    await tx.deliveries.plan(delivery(person, f"cast:{number}", number))
    await tx.outcasts.put(Outcast(person, OTHER, f"{person} 骂人", NOON))
    await tx.outcasts.put(Outcast(2, person, "", NOON))


def delivery(chat: int, slot: str, broadcast_id: int | None = None) -> Delivery:
    return Delivery(
        id=0, chat_id=chat, slot=slot, state=State.SENT, due_at=NOON, expires_at=NOON, story_ids=(1,),
        message_id=3, sent_at=NOON, broadcast_id=broadcast_id,
    )  # fmt: skip


def broadcast(person: int) -> Broadcast:
    return Broadcast(
        id=0, by=person, at=NOON, key="", stage=Stage.SENT, began_at=NOON, audience=2,
        content=Content(kind=Kind.COPY, origin=(person, 12), values={"who": f"{person}"}),
        segment=Segment(ids=frozenset((person, OTHER))),
    )  # fmt: skip


async def stories(tx) -> None:
    for number in range(1, 4):
        await tx._connection.execute(
            text("INSERT INTO stories (id, first_at) VALUES (:n, :at)"),
            {"n": number, "at": "2026-11-24 04:00:00"},
        )


async def naming(tx, number: int) -> list[str]:
    """Every table and column that has this number, as one or in words."""
    found = []
    for table in metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, BigInteger):
                says = column == number
            else:
                says = cast(column, Text).contains(str(number))
            if await tx._connection.scalar(select(1).select_from(table).where(says).limit(1)):
                found.append(f"{table.name}.{column.name}")
    return found


async def forget(store, person: int = PERSON, update_id: int = PERSON % 1000) -> None:
    async with store.begin() as tx:
        await tx.people.forget(person, pseudonym(KEY, person), update_id, LATELY)


async def test_no_row_names_who_was_forgotten(store):
    """In any table, as a number or within words; what others are named by stays."""
    async with store.begin() as tx:
        await stories(tx)
        await lives(tx, PERSON)
        await lives(tx, OTHER)
    async with store.read() as tx:
        assert len(await naming(tx, PERSON)) > 20
        others = await naming(tx, OTHER)
    await forget(store)

    async with store.read() as tx:
        assert [] == await naming(tx, PERSON)
        assert others == await naming(tx, OTHER)
        assert {1, 2, OTHER} <= await tx.people.all()
        assert PERSON not in await tx.people.all()


async def test_the_update_in_which_they_asked_stays_without_what_it_said(store):
    """It is still to be answered."""
    async with store.begin() as tx:
        await stories(tx)
        await lives(tx, PERSON)
    await forget(store)

    async with store.read() as tx:
        number = PERSON % 1000
        assert [Incoming(number, 0, f'{{"update_id": {number}}}')] == await tx.inbox.pending()


async def test_a_merge_can_still_be_undone(store):
    """Who voted is known by the pseudonym."""
    async with store.begin() as tx:
        await stories(tx)
        await lives(tx, PERSON)
    await forget(store)

    async with store.read() as tx:
        (ruling,) = await tx.rulings.of(1)
        assert [KNOWN_AS, 8] == ruling.before["votes"]
        assert json.dumps({"messages": {"7": 13}, "bad": []}) == await tx.facts.get(f"alarm {PERSON % 10}")


async def test_votes_stay_in_the_tally_and_are_known_again(store):
    """Those of before 90 days are nobody's at once."""
    async with store.begin() as tx:
        await stories(tx)
        await tx.votes.cast(PERSON, 1, 1, NOON)
        await tx.votes.cast(PERSON, 2, -1, LATELY - timedelta(days=1))
        await tx.votes.rate(PERSON, 1, 4, NOON)
    await forget(store)
    async with store.read() as tx:
        assert {1: (1, 0), 2: (0, 1)} == await tx.votes.counts([1, 2])
        kept = dict((await tx._connection.execute(select(votes.c.story_id, votes.c.reader_id))).all())
    assert KNOWN_AS == kept[1]
    assert is_forgotten(kept[2])
    assert KNOWN_AS != kept[2]

    async with store.begin() as tx:
        for story in (1, 2, 3):
            await tx.people.voted_before(PERSON, KNOWN_AS, story)
            await tx.votes.cast(PERSON, story, -1, NOON)
        assert (-1, 0) == (await tx.votes.of(PERSON, 1))[:2]
        await tx.people.rated_before(PERSON, KNOWN_AS, 1)

    async with store.read() as tx:
        assert {1: (0, 1), 2: (0, 2), 3: (0, 1)} == await tx.votes.counts([1, 2, 3])
        assert (-1, 4) == (await tx.votes.of(PERSON, 1))[:2]


async def test_of_two_votes_of_one_person_the_later_stays(store):
    """Two stories were merged: one they voted on before they were forgotten, one after."""
    async with store.begin() as tx:
        await stories(tx)
        await tx.votes.cast(PERSON, 1, 1, NOON)
    await forget(store)
    async with store.begin() as tx:
        await tx.votes.cast(PERSON, 2, -1, NOON + timedelta(hours=1))
        await tx.votes.merge(1, 2)
        assert (1, 1) == (await tx.votes.counts([1]))[1]
        await tx.people.voted_before(PERSON, KNOWN_AS, 1)
        assert (0, 1) == (await tx.votes.counts([1]))[1]


async def test_pseudonyms_are_let_go_in_time(store):
    """Every row gets a number of its own; what is younger keeps its name."""
    async with store.begin() as tx:
        await stories(tx)
        for story in (1, 2, 3):
            await tx.votes.cast(PERSON, story, 1, NOON - timedelta(days=story))
            await tx.votes.rate(PERSON, story, 3, NOON)
    await forget(store)
    async with store.begin() as tx:
        assert 2 == await tx.people.let_go(NOON - timedelta(days=1, hours=1), 100)
        assert 0 == await tx.people.let_go(NOON - timedelta(days=1, hours=1), 100)

    async with store.read() as tx:
        ids = list(await tx._connection.scalars(select(votes.c.reader_id).order_by(votes.c.story_id)))
        values = list(await tx._connection.scalars(select(ratings.c.reader_id)))
    assert KNOWN_AS == ids[0]
    assert 3 == len(set(ids))
    assert all(map(is_forgotten, ids))
    assert [KNOWN_AS] * 3 == values


async def test_what_was_paid_stays_with_who_paid_it(store):
    """It can be given back."""
    async with store.begin() as tx:
        await tx.payments.add(Payment(charge_id="c1", person_id=PERSON, stars=50, at=NOON, update_id=1))
    await forget(store)

    async with store.read() as tx:
        assert ["payments.person_id"] == await naming(tx, PERSON)
        assert [50] == [one.stars for one in await tx.payments.of(PERSON, 10)]


async def test_who_is_out_stays_out_under_the_pseudonym(store):
    async with store.begin() as tx:
        await tx.outcasts.put(Outcast(PERSON, OTHER, "骂人", NOON))
    await forget(store)

    async with store.read() as tx:
        assert await tx.outcasts.get(PERSON, KNOWN_AS) is not None
        assert [(KNOWN_AS, "")] == [
            tuple(row) for row in await tx._connection.execute(select(outcasts.c.person_id, outcasts.c.why))
        ]
    async with store.begin() as tx:
        assert await tx.outcasts.remove(PERSON, KNOWN_AS)
        assert await tx.outcasts.get(PERSON, KNOWN_AS) is None


async def test_a_message_on_its_way_leaves_no_ledger_behind(store):
    """Its reader was forgotten before it arrived."""
    async with store.begin() as tx:
        await stories(tx)
        await tx.readers.save(Reader(id=PERSON), NOON)
        sending = delivery(PERSON, "2026-11-24T08:00")
        number = await tx.deliveries.plan(sending)
    await forget(store)
    (gone,) = [Delivery(**{**_fields(sending), "id": number, "told_at": NOON})]
    await store.settle([gone], [(PERSON, [Told(1, 1, (1, 2))])], NOON, "2026-11-24")

    async with store.read() as tx:
        assert [] == await naming(tx, PERSON)


def _fields(one: Delivery) -> dict[str, object]:
    return {name: getattr(one, name) for name in Delivery.__slots__}


async def test_nothing_of_them_is_in_sqlites_files_after_a_busy_time(store):
    """Rows that were written, changed and moved between pages many times; also of those forgotten on the way."""
    if store.dialect != "sqlite":
        return
    chance = random.Random(7)
    people = [chance.randrange(1 << 40, 1 << 46) for _ in range(300)]
    gone: list[int] = []
    async with store.begin() as tx:
        await stories(tx)
    for turn in range(30):
        async with store.begin() as tx:
            for person in chance.sample(people, 30):
                await tx.readers.save(Reader(id=person), NOON)
                await tx.readers.add_words(person, "follow", [f"词{chance.randrange(500)}"], NOON)
                await tx.votes.cast(person, chance.randrange(1, 4), chance.choice((1, -1, 0)), NOON, turn)
                filling = "x" * chance.randrange(900)
                await tx.views.add(View(chat_id=person, kind="word", story_ids=(1,), words=filling), NOON)
                await tx.deliveries.show(person, [Told(1, 1, tuple(chance.sample(range(900), 4)))], NOON)
        if turn % 3 == 2:
            leaving = people.pop()
            gone.append(leaving)
            await forget(store, leaving, 0)
    assert await store.scrub()

    content = b"".join(file.read_bytes() for file in files(store))
    assert [] == [one for one in gone if str(one).encode() in content or one.to_bytes(6, "big") in content]


def files(store) -> list[Path]:
    return list(Path(make_url(store.address).database or "").parent.iterdir())


async def test_the_journal_waits_for_who_reads_what_is_older(store):
    """Then it is cut."""
    if store.dialect != "sqlite":
        assert await store.scrub()
        return
    async with store.begin() as tx:
        await tx.facts.put("before", "1")
    async with store.read() as reading:
        await reading.facts.get("before")
        async with store.begin() as tx:
            await tx.facts.put("after", "1")
        assert not await store.scrub()
    assert await store.scrub()
    assert [0] == [file.stat().st_size for file in files(store) if file.name.endswith("-wal")]


async def test_a_charge_is_one_payment_whatever_is_told_of_it(store):
    """The update that told it first may be dealt with again."""
    one = Payment(charge_id="c", person_id=PERSON, stars=50, at=NOON, update_id=10)
    async with store.begin() as tx:
        assert await tx.payments.add(one)
        assert await tx.payments.add(one)
        again = Payment(charge_id="c", person_id=OTHER, stars=500, at=NOON, update_id=11)
        assert not await tx.payments.add(again)
        till = await tx.payments.till(NOON, 0, 10)
        assert (50, 1, 50, 0, 1) == (till.stars, till.many, till.month, till.refunded, till.total)
        assert await tx.payments.refunded("c", OTHER, NOON)
        assert not await tx.payments.refunded("c", OTHER, NOON)
        till = await tx.payments.till(NOON + timedelta(days=31), 0, 10)
        assert (0, 0, 0, 50, 1) == (till.stars, till.many, till.month, till.refunded, till.total)
        assert 1 == await tx.payments.let_go(NOON + timedelta(seconds=1))
        assert [0] == list(await tx._connection.scalars(select(payments.c.person_id)))


async def test_belongings_come_in_pages(store, monkeypatch):
    """Each once, whatever the size of a page."""
    from newsbot.store import belongings

    monkeypatch.setattr(belongings, "PAGE", 2)
    async with store.begin() as tx:
        await stories(tx)
        for story in (1, 2, 3):
            await tx.votes.cast(PERSON, story, 1, NOON)
            await tx.votes.save(PERSON, story, True, NOON)
        await tx.votes.cast(OTHER, 1, 1, NOON)
        await tx.votes.cast(PERSON, 2, 0, NOON)
    async with store.read() as tx:
        assert [1, 3] == [one.story_id async for one in tx.belongings.votes(PERSON)]
        assert [1, 2, 3] == [one.story_id async for one in tx.belongings.saves(PERSON)]
        assert [] == [one async for one in tx.belongings.values(PERSON)]


async def test_what_was_for_them_alone_is_for_nobody(store):
    """Never for everybody; and who was chosen beside them still is."""
    segments = [(PERSON,), (PERSON, OTHER), (OTHER,), ()]
    async with store.begin() as tx:
        for ids in segments:
            one = replace(broadcast(OTHER), segment=Segment(ids=frozenset(ids)), stage=Stage.PLANNED)
            await tx.broadcasts.add(one)
    await forget(store)

    async with store.read() as tx:
        told = [await tx.broadcasts.get(number) for number in range(1, 5)]
    assert [{0}, {OTHER}, {OTHER}, set()] == [set(one.segment.ids) for one in told]


async def test_what_shows_their_message_is_over(store):
    """There is nothing left to be sent."""
    async with store.begin() as tx:
        number = await tx.broadcasts.add(replace(broadcast(PERSON), stage=Stage.PLANNED))
    await forget(store)

    async with store.read() as tx:
        one = await tx.broadcasts.get(number)
    assert (Stage.CANCELLED, (0, 0)) == (one.stage, one.content.origin)


async def test_their_number_within_another_one_is_not_theirs(store):
    """Nor in words that an administrator sends; a fact that is no JSON is no harm."""
    short = 12345678
    content = Content(
        kind=Kind.TEXT, text=f"https://a.example/{short}.htm", values={"a": f"{short}", "b": f"9{short}"}
    )
    async with store.begin() as tx:
        await tx.readers.save(Reader(id=short), NOON)
        await tx.audit.add(Entry(1, 1, "admin_appoint", f"9{short} editor {short}", NOON))
        await tx.facts.put("until", f"{short}9")
        await tx.facts.put("words", f"since {short}")
        await tx.broadcasts.add(replace(broadcast(OTHER), content=content))
        await tx.people.forget(short, pseudonym(KEY, short), 0, LATELY)

    async with store.read() as tx:
        assert [f"9{short} editor …"] == [one.about for one in await tx.audit.page(0, 9)]
        assert (f"{short}9", "since …") == (await tx.facts.get("until"), await tx.facts.get("words"))
        one = await tx.broadcasts.get(1)
        assert (content.text, {"a": "…", "b": f"9{short}"}) == (one.content.text, one.content.values)


async def test_who_is_there_since_before_is_told_from_who_came_back(store):
    """As a database that was put back has them."""
    async with store.begin() as tx:
        await stories(tx)
        await tx.readers.save(Reader(id=PERSON), NOON)
        await tx.votes.cast(OTHER, 1, 1, NOON - timedelta(hours=2))
    async with store.read() as tx:
        hours = (timedelta(hours=-3), timedelta(hours=-1), timedelta(hours=1))
        assert [False, False, True] == [await tx.people.is_older(PERSON, NOON + one) for one in hours]
        assert [False, True, True] == [await tx.people.is_older(OTHER, NOON + one) for one in hours]
