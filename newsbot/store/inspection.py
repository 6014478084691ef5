"""What must not be in a database: a table of checks, each of something that the code relies on.

To add a check: an entry in CHECKS. What is on its way is no finding: an article waits for its story for
an hour, deliveries are claimed while a bot runs. These are none either, though they look like it:

- marks, rulings and the ledger outlive their stories and articles; decided deliveries their broadcast
- a source without `next_at` is due at once
- a story's votes and values are counted from their rows whenever it is loaded: no count can differ
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Table,
    Text,
    and_,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    text,
    type_coerce,
    union,
    update,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.chinese.variants import fold
from newsbot.models.broadcasts import GOING, KINDS_OF_CHATS, Stage
from newsbot.models.deliveries import State
from newsbot.models.inspection import EXAMPLES, Finding
from newsbot.models.people import FIRST_NOBODY
from newsbot.models.search import Place, whole
from newsbot.models.staff import Role
from newsbot.models.taste import Deed, growth
from newsbot.store.broadcasts import NOT_DELETED
from newsbot.store.checks import (
    AT_ONCE,
    DELETE,
    Check,
    Find,
    Found,
    Keys,
    Values,
    chosen,
    is_gone,
    read,
    rows,
)
from newsbot.store.deliveries import UNDECIDED
from newsbot.store.grams import SEARCH
from newsbot.store.readers import hour_bits
from newsbot.store.search import PIECES, REST
from newsbot.store.tables import (
    Moment,
    articles,
    broadcasts,
    deliveries,
    facts,
    feedback,
    impressions,
    inbox,
    marks,
    metadata,
    outcasts,
    payments,
    posts,
    questions,
    ratings,
    readers,
    rulings,
    saves,
    shown,
    sources,
    staff,
    stories,
    tastes,
    votes,
    words,
)
from newsbot.store.votes import go_over

FRESH = timedelta(hours=1)  # what is younger may be on its way
DAY, WEEK = timedelta(days=1), timedelta(days=7)
WRITTEN = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]." + 6 * "[0-9]"
NO_PLACES = 1e-6  # of a taste: what adding in another order may leave
BY_HAND = whole(["read"], Place.SOURCE)  # see flows/read.py
INTEGRITY = "integrity"  # where this fails, nothing else can be asked

# rows that are nothing without what they name; what people wrote and published is only loosened from it
OWNED = {
    "article_keys", "article_tags", "story_keys", "signatures", "hits", "corrections", "words",
    "votes", "ratings", "saves",
}  # fmt: skip
LOOSENED: dict[str, Values] = {
    "feedback.story_id": {"story_id": None},
    "articles.story_id": {"story_id": None, "copy_of": None},  # it is given a story as new ones are
}


def _orphans() -> Iterator[Check]:
    """Of every foreign key: rows whose other end is gone."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            name, parent = f"{table.name}.{key.parent.name}", key.column
            mend = DELETE if table.name in OWNED else LOOSENED.get(name)
            what = f"rows of {table.name} whose {parent.table.name} are gone"
            yield rows(name, what, table, partial(_is_orphan, key.parent, parent), mend)


def _is_orphan(child: ColumnElement[Any], parent: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    return is_gone(child, parent)


def _values(asked: ColumnElement[Any], known: Sequence[Any]) -> Check:
    table = asked.table
    name = f"{table.name}.{asked.key}"
    return rows(name, f"{table.name} with an unknown {asked.key}", table, lambda now: asked.not_in(known))


# the database itself


async def _integrity(connection: AsyncConnection, now: datetime, many: int) -> Found:
    if connection.dialect.name != "sqlite":
        return Found()
    try:
        lines = list(await connection.scalars(text("PRAGMA integrity_check")))
    except DatabaseError as error:  # so damaged that it cannot be looked through
        lines = [str(error.orig)]
    wrong = [] if lines == ["ok"] else lines
    return Found(len(wrong), [(line,) for line in wrong[:many]])


async def _constraints(connection: AsyncConnection, now: datetime, many: int) -> Found:
    """Keys that have no check of their own here, constraints and indexes that do not hold."""
    if connection.dialect.name == "sqlite":
        ours = {
            (table.name, key.column.table.name)
            for table in metadata.tables.values()
            for key in table.foreign_keys
        }
        broken = await connection.execute(text("PRAGMA foreign_key_check"))
        wrong = [(row[0], row[1]) for row in broken if (row[0], row[2]) not in ours]
    else:
        named = await connection.scalars(
            text(
                "SELECT conname FROM pg_constraint WHERE NOT convalidated"
                " UNION SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1"
            )
        )
        wrong = [(name, "") for name in named]
    return Found(len(wrong), [tuple(filter(None, one)) for one in wrong[:many]])


def _written(kind: type[Any], is_wrong: Callable[[ColumnElement[Any]], ColumnElement[bool]]) -> Find:
    """Columns of a kind that SQLite takes any text for."""

    async def find(connection: AsyncConnection, now: datetime, many: int) -> Found:
        count = 0
        keys: list[Keys] = []
        asked = [one for table in metadata.sorted_tables for one in table.c if isinstance(one.type, kind)]
        for one in asked if connection.dialect.name == "sqlite" else ():
            key = list(one.table.primary_key.columns)
            wrong = await connection.execute(select(*key).where(one.is_not(None), is_wrong(one)))
            found = [(f"{one.table.name}.{one.key}", *row) for row in wrong]
            count += len(found)
            keys += found[: many - len(keys)]
        return Found(count, keys)

    return find


def _is_no_json(one: ColumnElement[Any]) -> ColumnElement[bool]:
    has_its_own = str(one) in ("readers.hours", "readers.languages", "readers.lets_in")  # of a plan
    return false() if has_its_own else func.json_valid(one) == 0


def _is_no_moment(one: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.glob(WRITTEN, type_coerce(one, Text)) == 0


# stories

gone, kept = stories.alias("gone"), stories.alias("kept")


def _tells(story: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(articles.c.story_id == story)


def _is_named(story: ColumnElement[Any]) -> ColumnElement[bool]:
    """Somebody said something of it, or it stands in the place of another."""
    other = stories.alias("other")
    said = [exists().where(table.c.story_id == story) for table in (votes, ratings, saves, feedback)]
    return or_(exists().where(other.c.merged_into == story), _tells(story), *said)


def _is_empty(now: datetime) -> ColumnElement[bool]:
    is_old = stories.c.first_at < now - FRESH
    return and_(is_old, stories.c.merged_into.is_(None), ~_tells(stories.c.id))


def _is_lost(now: datetime) -> ColumnElement[bool]:
    return is_gone(stories.c.merged_into, kept.c.id)


def _stories(name: str, what: str, wrong: Callable[[datetime], ColumnElement[bool]]) -> Check:
    """Stories that are forgotten, with what shows them, where nobody said anything of them."""

    async def forget(connection: AsyncConnection, now: datetime) -> int:
        asked = and_(wrong(now), ~_is_named(stories.c.id))
        first = select(stories.c.id).where(asked).limit(AT_ONCE).correlate(None)
        done = delete(stories).where(asked, stories.c.id.in_(first)).returning(stories.c.id)
        ids = list(await connection.scalars(done))
        for table in (impressions, posts):
            await connection.execute(delete(table).where(table.c.story_id.in_(ids)))
        return len(ids)

    return Check(name, what, rows(name, what, stories, wrong).find, forget)


def _is_chained(now: datetime) -> ColumnElement[bool]:
    return exists().where(kept.c.id == stories.c.merged_into, kept.c.merged_into.is_not(None))


def _ends(now: datetime) -> ColumnElement[bool]:
    end = stories.alias("end")
    return exists().where(
        kept.c.id == stories.c.merged_into, end.c.id == kept.c.merged_into, end.c.merged_into.is_(None)
    )


_next = select(kept.c.merged_into).where(kept.c.id == stories.c.merged_into).scalar_subquery()


def _is_of_merged(table: Table) -> Callable[[datetime], ColumnElement[bool]]:
    theirs = exists().where(gone.c.id == table.c.story_id, kept.c.id == gone.c.merged_into)
    return lambda now: theirs


def _is_kept(table: Table) -> Callable[[datetime], ColumnElement[bool]]:
    """What its story was merged into is there, and was not merged itself."""
    theirs = exists().where(
        gone.c.id == table.c.story_id, kept.c.id == gone.c.merged_into, kept.c.merged_into.is_(None)
    )
    return lambda now: theirs


_kept_of = select(gone.c.merged_into).where(gone.c.id == articles.c.story_id).scalar_subquery()


def _said(table: Table) -> Check:
    """What is said of a merged story goes over to the other one, as `Votes.merge` does it."""
    name, what = f"{table.name}.merged", f"{table.name} on stories that were merged into others"

    async def move(connection: AsyncConnection, now: datetime) -> int:
        chosen = (
            select(table.c.reader_id, table.c.story_id, gone.c.merged_into)
            .join(gone, gone.c.id == table.c.story_id)
            .where(_is_kept(table)(now))
            .order_by(table.c.story_id, table.c.reader_id)
            .limit(AT_ONCE)
        )
        theirs: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for row in await connection.execute(chosen):
            theirs[(row.merged_into, row.story_id)].append(row.reader_id)
        done = 0
        for (into, story_id), ids in theirs.items():
            still = exists().where(gone.c.id == story_id, gone.c.merged_into == into)
            done += await go_over(connection, table, into, story_id, and_(table.c.reader_id.in_(ids), still))
        return done

    return Check(name, what, rows(name, what, table, _is_of_merged(table)).find, move)


def _has_no_lead(now: datetime) -> ColumnElement[bool]:
    lead = articles.alias("lead")
    leads = exists().where(lead.c.id == stories.c.lead_id, lead.c.story_id == stories.c.id)
    return and_(stories.c.merged_into.is_(None), _tells(stories.c.id), ~leads)


def _copies_nothing(now: datetime) -> ColumnElement[bool]:
    original = articles.alias("original")
    is_there = exists().where(original.c.id == articles.c.copy_of, original.c.story_id == articles.c.story_id)
    tells = exists().where(stories.c.id == articles.c.story_id)
    return and_(articles.c.copy_of.is_not(None), tells, ~is_there)


def _is_unplaced(now: datetime) -> ColumnElement[bool]:
    """Stored an hour ago, and told by no story.

    What a source had before counts as seen when it was published: its place among the others says when it
    was stored.
    """
    others = articles.alias("others")
    is_dated = or_(others.c.published.is_(None), others.c.published != others.c.first_seen)
    last = select(func.max(others.c.id)).where(is_dated, others.c.first_seen < now - FRESH)
    return and_(articles.c.story_id.is_(None), articles.c.id <= last.scalar_subquery())


def _shown_more(now: datetime) -> Select[Any]:
    """Stories of whose articles the ledger has more chats than were counted.

    Alerts are not counted (place 0), a group that got another number stands there twice, and of merged and
    split stories the counts are not added up.
    """
    told = (
        select(articles.c.story_id, func.count(shown.c.chat_id.distinct()).label("many"))
        .join(articles, articles.c.id == shown.c.article_id)
        .where(shown.c.place > 0, articles.c.story_id.is_not(None))
        .where(exists().where(readers.c.id == shown.c.chat_id))
        .group_by(articles.c.story_id)
        .subquery()
    )
    ruled = exists().where(
        rulings.c.kind.in_(("merge", "split")),
        or_(rulings.c.story_id == told.c.story_id, rulings.c.other_id == told.c.story_id),
    )
    return (
        select(told.c.story_id)
        .outerjoin(impressions, impressions.c.story_id == told.c.story_id)
        .where(told.c.many > func.coalesce(impressions.c.times, 0), ~ruled)
    )


# the search index


async def _is_found(connection: AsyncConnection) -> tuple[list[int], list[int]]:
    """Articles that are not in SQLite's index, and what is there without an article.

    The index has no list of its rows: it is asked for the articles of each source, and for what was read by
    hand, which stands there under the name of that whatever its source is.
    """
    rest = int(await connection.scalar(select(facts.c.value).where(facts.c.name == REST)) or 0)
    named: defaultdict[str, list[str]] = defaultdict(list)
    for source_id in await connection.scalars(select(sources.c.id)):
        if pieces := PIECES.findall(source_id.lower()):
            named[whole(pieces, Place.SOURCE)].append(source_id)
    missing: set[int] = set()
    extra: set[int] = set()
    for gram, ids in named.items():
        found = await _under(connection, gram)
        its = select(articles.c.id).where(articles.c.source_id.in_(ids), articles.c.id >= rest)
        known = set(await connection.scalars(its))
        missing |= known - found
        extra |= found - known
    others = await connection.scalars(select(articles.c.id)) if extra else ()
    by_hand = await _under(connection, BY_HAND) if missing else set()
    return sorted(missing - by_hand), sorted(extra.difference(others))


async def _under(connection: AsyncConnection, gram: str) -> set[int]:
    asked = text("SELECT rowid FROM search WHERE search MATCH :gram")
    return set(await connection.scalars(asked, {"gram": f'"{gram}"'}))


def _unfound(now: datetime) -> Select[Any]:
    rest = select(cast(facts.c.value, BigInteger)).where(facts.c.name == REST).scalar_subquery()
    is_there = exists(select(SEARCH.c.id).where(SEARCH.c.id == articles.c.id))
    return select(articles.c.id).where(articles.c.id >= func.coalesce(rest, 0), ~is_there)


def _found_gone(now: datetime) -> Select[Any]:
    return select(SEARCH.c.id).where(~exists().where(articles.c.id == SEARCH.c.id))


def _index(place: int, asked: Callable[[datetime], Select[Any]]) -> Find:
    by_key = chosen("", "", asked).find

    async def find(connection: AsyncConnection, now: datetime, many: int) -> Found:
        if connection.dialect.name == "postgresql":
            return await by_key(connection, now, many)
        ids = (await _is_found(connection))[place]
        return Found(len(ids), [(one,) for one in ids[:many]])

    return find


async def _unindex(connection: AsyncConnection, now: datetime) -> int:
    """On SQLite only what it was found by could be forgotten, which nobody knows any more."""
    if connection.dialect.name != "postgresql":
        return 0
    first = _found_gone(now).limit(AT_ONCE).correlate(None)
    its = (SEARCH.c.id.in_(first), ~exists().where(articles.c.id == SEARCH.c.id))
    return (await connection.execute(delete(SEARCH).where(*its))).rowcount


# readers


def _is_unreadable(*readable: Callable[[Row[Any]], object]) -> Callable[[Row[Any]], bool]:
    def is_wrong(row: Row[Any]) -> bool:
        try:
            for one in readable:
                one(row)
        except (ValueError, KeyError, TypeError, AttributeError):
            return True
        return False

    return is_wrong


def _hours(kept: str) -> list[int]:
    """The hours of a plan.

    :raises ValueError, TypeError: it cannot be read
    """
    found = []
    for at, days in json.loads(kept):
        if not days or not set(days) <= set(range(7)):
            raise ValueError(days)
        found.append(time.fromisoformat(at).hour)
    return found


def _plan(row: Row[Any]) -> None:
    _hours(row.hours)
    ZoneInfo(row.zone)
    if row.quiet:
        since, until = row.quiet.split("-")
        time.fromisoformat(since), time.fromisoformat(until)
    if not {row.language, *json.loads(row.languages)} <= {"zh", "en"}:
        raise ValueError(row.language)
    frozenset(json.loads(row.lets_in))


def _has_other_bits(row: Row[Any]) -> bool:
    try:
        return bool(hour_bits(_hours(row.hours)) != row.hour_bits)
    except (ValueError, TypeError):
        return False  # has a check of its own


def _text(asked: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(asked, Text).label(asked.key)


def _is_forgotten(now: datetime) -> ColumnElement[bool]:
    """A digest, or a review that they want, is due never."""
    pauses = readers.c.paused_until > now
    wanted = and_(readers.c.subscribed, readers.c.reachable, ~func.coalesce(pauses, False))
    review = and_(readers.c.reviews, readers.c.review_due.is_(None))
    return and_(wanted, or_(readers.c.next_due.is_(None), review))


def _is_due(now: datetime) -> ColumnElement[bool]:
    is_due = or_(readers.c.next_due.is_not(None), readers.c.review_due.is_not(None))
    return and_(is_due, ~and_(readers.c.subscribed, readers.c.reachable))


def _is_another_kind(now: datetime) -> ColumnElement[bool]:
    is_private = readers.c.kind == "private"
    return or_(is_private != (readers.c.id > 0), readers.c.kind.not_in(KINDS_OF_CHATS))


async def _tastes(connection: AsyncConnection, now: datetime, many: int) -> Found:
    """Readers whose taste is not what their marks come to."""
    rest = await connection.scalar(select(facts.c.value).where(facts.c.name == "taste_rest"))
    everybody = union(select(marks.c.reader_id), select(tastes.c.reader_id)).order_by("reader_id")
    ids = [] if rest else list(await connection.scalars(everybody))
    wrong: list[int] = []
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        made = await connection.execute(
            select(marks.c.reader_id, marks.c.worth, _text(marks.c.about), marks.c.at).where(
                marks.c.reader_id.in_(some)
            )
        )
        kept: dict[int, defaultdict[str, float]] = {one: defaultdict(float) for one in some}
        for row in made:
            try:
                about = json.loads(row.about)
            except ValueError:  # has a check of its own
                kept.pop(row.reader_id, None)
                continue
            for key, share in about.items() if row.reader_id in kept else ():
                kept[row.reader_id][key] += share * row.worth * growth(row.at)
        for row in await connection.execute(select(tastes).where(tastes.c.reader_id.in_(kept))):
            kept[row.reader_id][row.key] -= row.weight
        least = NO_PLACES * growth(now)
        wrong += [one for one, rest in kept.items() if any(abs(left) > least for left in rest.values())]
    return Found(len(wrong), [(one,) for one in wrong[:many]])


# deliveries and broadcasts

QUEUED = deliveries.c.state == State.QUEUED
WAITS = deliveries.c.state.in_((State.QUEUED, State.CLAIMED))


def _skipped(reason: str) -> Values:
    return {"state": State.SKIPPED.value, "reason": reason, "next_try_at": None}


def _has_nobody(now: datetime) -> ColumnElement[bool]:
    is_old = deliveries.c.due_at < now - FRESH
    return and_(QUEUED, is_old, ~exists().where(readers.c.id == deliveries.c.chat_id))


def _is_too_late(now: datetime) -> ColumnElement[bool]:
    """What a pause of its broadcast holds is given more time when that goes on."""
    goes = exists().where(broadcasts.c.id == deliveries.c.broadcast_id, broadcasts.c.stage == Stage.SENDING)
    is_late = deliveries.c.expires_at < now - DAY
    return and_(QUEUED, is_late, or_(deliveries.c.broadcast_id.is_(None), goes))


def _has_no_broadcast(now: datetime) -> ColumnElement[bool]:
    """What came back from the wire after it was cancelled is swept for an hour."""
    its = broadcasts.c.id == deliveries.c.broadcast_id
    goes = or_(broadcasts.c.stage.in_(GOING), broadcasts.c.ended_at >= now - 2 * FRESH)
    return and_(WAITS, deliveries.c.broadcast_id.is_not(None), ~exists().where(its, goes))


def _is_left_behind(now: datetime) -> ColumnElement[bool]:
    return deliveries.c.state.in_((State.CLAIMED, State.SENDING))


IS_CLAIMED = deliveries.c.state == State.CLAIMED
FREED: Values = {  # as `Deliveries.recover` does it at every start
    "state": case((IS_CLAIMED, State.QUEUED.value), else_=State.UNKNOWN.value),
    "owner": case((IS_CLAIMED, None), else_=deliveries.c.owner),
    "reason": case((IS_CLAIMED, deliveries.c.reason), else_="the bot stopped while it was on the wire"),
}


def _is_over(now: datetime) -> ColumnElement[bool]:
    its = deliveries.c.broadcast_id == broadcasts.c.id
    waits = exists().where(its, deliveries.c.state.in_(UNDECIDED))
    lately = exists().where(its, deliveries.c.sent_at > now - FRESH)
    is_old = func.coalesce(broadcasts.c.began_at, broadcasts.c.at) < now - FRESH
    return and_(broadcasts.c.stage == Stage.SENDING, is_old, ~waits, ~lately)


def _has_nothing_to_amend(now: datetime) -> ColumnElement[bool]:
    is_gone = broadcasts.c.withdrawn_at.is_not(None)
    old = and_(deliveries.c.revision < broadcasts.c.revision, deliveries.c.revision >= 0)
    stays = deliveries.c.revision != NOT_DELETED
    left = exists().where(
        deliveries.c.broadcast_id == broadcasts.c.id,
        deliveries.c.state == State.SENT,
        or_(and_(is_gone, stays), and_(~is_gone, old)),
    )
    return and_(broadcasts.c.is_amending, broadcasts.c.stage.not_in(GOING), ~left)


# facts


def _moment(kept: str) -> datetime:
    return datetime.fromisoformat(kept)


def _polling(kept: str) -> None:
    place = json.loads(kept)
    int(place["bot"]), int(place["offset"]), _moment(place["at"])


def _holds(kept: str) -> None:
    told = json.loads(kept)
    _moment(told["at"]), float(told["rate"]), [_moment(until) for until in told["until"].values()]


def _note(kept: str) -> None:
    told = json.loads(kept)
    str(told["words"]), _moment(told["until"])


def _alarm(kept: str) -> None:
    told = json.loads(kept)
    _moment(told["at"]), {int(admin): int(message) for admin, message in told["messages"].items()}


# how the facts begin that are read, and how
READ: dict[str, Callable[[str], object]] = {
    "polling": _polling, "holds": _holds, "note:": _note, "alarm": _alarm, "nudged": _moment,
    "grouped": int, REST: int, "words.articles": int, "skipped:": int, "model.": int,
}  # fmt: skip


def _fact(row: Row[Any]) -> None:
    for beginning, readable in READ.items():
        if row.name.startswith(beginning):
            readable(row.value)


def _lone(name: str, table: Table, what: str) -> Check:
    return rows(name, what, table, lambda now: is_gone(table.c.story_id, stories.c.id), DELETE)


# fmt: off
CHECKS: tuple[Check, ...] = (
    Check(INTEGRITY, "damages in the file of the database", _integrity),
    Check("constraints", "foreign keys, constraints and indexes that do not hold", _constraints),
    Check("json", "values that are no JSON", _written(JSON, _is_no_json)),
    Check("moments", "times that cannot be read", _written(Moment, _is_no_moment)),
    *_orphans(),
    _values(deliveries.c.state, list(State)),
    _values(broadcasts.c.stage, list(Stage)),
    _values(staff.c.role, list(Role)),
    _values(marks.c.deed, list(Deed)),
    _values(words.c.kind, ("follow", "mute", "topic")),
    _values(votes.c.vote, (-1, 0, 1)),
    _values(ratings.c.value, (1, 2, 3, 4, 5)),
    # stories
    _stories("stories.empty", "stories without articles", _is_empty),
    _stories("stories.merged", "stories merged into one that is not there", _is_lost),
    rows("stories.chain", "stories merged into one that was merged itself", stories, _is_chained,
         {"merged_into": _next}, _ends),
    rows("articles.merged", "articles of stories that were merged into others", articles,
         _is_of_merged(articles), {"story_id": _kept_of}, _is_kept(articles)),
    *map(_said, (votes, ratings, saves)),
    rows("feedback.merged", "feedback on stories that were merged into others", feedback,
         _is_of_merged(feedback)),
    rows("stories.lead", "stories whose lead is none of their articles", stories, _has_no_lead, decided=True),
    rows("articles.copy_of", "articles that copy one outside their story", articles, _copies_nothing,
         {"copy_of": None}),
    rows("articles.unplaced", "articles without a story", articles, _is_unplaced),
    rows("articles.at", "articles that do not stand at the time of their publication", articles,
         lambda now: articles.c.at != articles.c.published, {"at": articles.c.published}),
    _lone("posts.story_id", posts, "messages that show a story that is gone"),
    _lone("impressions.story_id", impressions, "counts of stories that are gone"),
    chosen("impressions.times", "stories counted as shown to fewer chats than the ledger has", _shown_more),
    Check("search.missing", "articles that the search index does not have", _index(0, _unfound)),
    Check("search.gone", "entries of the search index without an article", _index(1, _found_gone), _unindex),
    # readers
    read("readers.plan", "readers whose hours, zone, quiet hours or languages cannot be read", [readers.c.id],
         [_text(readers.c.hours), readers.c.zone, readers.c.quiet, readers.c.language,
          _text(readers.c.languages), _text(readers.c.lets_in)], _is_unreadable(_plan)),
    read("readers.hour_bits", "readers whose hours are others for broadcasts", [readers.c.id],
         [_text(readers.c.hours), readers.c.hour_bits], _has_other_bits,
         lambda row: {"hour_bits": hour_bits(_hours(row.hours))}),
    rows("readers.kind", "readers of a kind that their number is not of", readers, _is_another_kind,
         {"kind": case((readers.c.id > 0, "private"), else_="group")}),
    rows("readers.never_due", "subscribers for whom nothing is due", readers, _is_forgotten, decided=True),
    rows("readers.due", "readers for whom something is due that they do not get", readers, _is_due,
         {"next_due": None, "review_due": None}),
    rows("readers.review_due", "readers for whom a review is due that they do not want", readers,
         lambda now: and_(~readers.c.reviews, readers.c.review_due.is_not(None), ~_is_due(now)),
         {"review_due": None}),
    rows("readers.out", "subscribers who were shut out", readers,
         lambda now: and_(readers.c.subscribed, exists().where(outcasts.c.person_id == readers.c.id))),
    read("words.key", "words under another key than theirs", list(words.primary_key.columns), [words.c.key],
         lambda row: bool(row.key != fold(row.word)), lambda row: {"key": fold(row.word)}),
    rows("words.topic", "words of topics that no forum has, or that are of no topic", words,
         lambda now: or_(and_(words.c.kind == "topic",
                              or_(words.c.thread_id.is_(None), words.c.reader_id > 0)),
                         and_(words.c.kind != "topic", words.c.thread_id.is_not(None)))),
    rows("votes.chat_id", "votes that were cast in a chat of one person, as if in a group", votes,
         lambda now: votes.c.chat_id > 0, {"chat_id": None}),
    rows("payments", "payments that cannot be", payments,
         lambda now: or_(payments.c.stars <= 0, payments.c.person_id < 0,
                         payments.c.refunded_at < payments.c.at)),
    Check("tastes", "readers whose taste is not what their marks come to", _tastes, decided=True),
    # what is on its way
    rows("deliveries.left_behind", "deliveries that are claimed or on the wire though no bot runs",
         deliveries, _is_left_behind, FREED, alone=True),
    rows("deliveries.chat_id", "deliveries that wait for chats that are no readers", deliveries, _has_nobody,
         _skipped("nobody to send it to")),
    rows("deliveries.late", "deliveries that wait though it is too late for them", deliveries, _is_too_late,
         _skipped("too late")),
    rows("deliveries.broadcast_id", "deliveries that wait for a broadcast that is gone or over", deliveries,
         _has_no_broadcast, _skipped("its broadcast is over")),
    rows("deliveries.sent", "deliveries that were sent, without a message or a time", deliveries,
         lambda now: and_(deliveries.c.state.in_((State.SENT, State.WITHDRAWN)),
                          deliveries.c.chat_id > -FIRST_NOBODY,  # of somebody who was forgotten
                          or_(deliveries.c.message_id.is_(None), deliveries.c.sent_at.is_(None)))),
    rows("broadcasts.over", "broadcasts that are being sent though all of it is decided", broadcasts,
         _is_over, lambda now: {"stage": Stage.SENT.value, "ended_at": now}),
    rows("broadcasts.ended_at", "broadcasts that are over, without a time", broadcasts,
         lambda now: and_(broadcasts.c.stage.in_((Stage.SENT, Stage.CANCELLED)),
                          broadcasts.c.ended_at.is_(None))),
    rows("broadcasts.is_amending", "broadcasts that are being changed though nothing is left to change",
         broadcasts, _has_nothing_to_amend, {"is_amending": False}, alone=True),
    rows("questions", "questions that expired a week ago", questions,
         lambda now: questions.c.expires_at < now - WEEK, DELETE),
    rows("inbox", "updates that were not dealt with for a day", inbox, lambda now: inbox.c.at < now - DAY),
    read("facts", "facts that cannot be read", [facts.c.name], [facts.c.value], _is_unreadable(_fact)),
    read("sources.zone", "sources whose zone is not known", [sources.c.id], [sources.c.zone],
         _is_unreadable(lambda row: ZoneInfo(row.zone))),
)
# fmt: on
NAMED = {check.name: check for check in CHECKS}
ALONE = tuple(check.name for check in CHECKS if check.alone)
BESIDE = tuple(check.name for check in CHECKS if not check.alone)


class Inspection:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def look(self, name: str, now: datetime) -> Finding:
        """What one check comes to."""
        check = NAMED[name]
        found = await check.find(self._connection, now, EXAMPLES)
        return Finding(
            name=name,
            words=check.words,
            count=found.all,
            examples=tuple("/".join(map(str, key)) for key in found.keys),
            is_mendable=check.mend is not None or check.decided,
        )

    async def ids(self, name: str, now: datetime) -> list[int]:
        """The first that are wrong, of a check whose keys are numbers."""
        found = await NAMED[name].find(self._connection, now, AT_ONCE)
        return [int(key[0]) for key in found.keys]

    async def mend(self, name: str, now: datetime) -> int:
        """Mend some of what is still wrong. Returns how many; 0 where no more can be."""
        mend = NAMED[name].mend
        return await mend(self._connection, now) if mend else 0

    async def lead(self, story_id: int, article_id: int, now: datetime) -> int:
        """Show this article of a story that shows none of its own."""
        is_its = exists().where(articles.c.id == article_id, articles.c.story_id == story_id)
        wrong = (stories.c.id == story_id, _has_no_lead(now), is_its)
        done = await self._connection.execute(update(stories).where(*wrong).values(lead_id=article_id))
        return done.rowcount

    async def plan(self, reader_id: int, next_due: datetime, review_due: datetime, now: datetime) -> int:
        """Who waits for nothing, though they want it, waits until then."""
        review = func.coalesce(readers.c.review_due, review_due)
        values = {
            "next_due": func.coalesce(readers.c.next_due, next_due),
            "review_due": case((readers.c.reviews, review), else_=None),
        }
        wrong = (readers.c.id == reader_id, _is_forgotten(now))
        return (await self._connection.execute(update(readers).where(*wrong).values(values))).rowcount
