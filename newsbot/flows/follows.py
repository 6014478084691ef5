"""What readers follow and mute: searches and stories.

Every new article is asked once for all that anybody follows (`search/follows.py`). What it answers is kept
with it in one transaction and feeds digests and alerts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from newsbot.chinese.variants import fold
from newsbot.errors import NotUnderstood
from newsbot.flows import readers, search
from newsbot.messages.follows import Previewed
from newsbot.messages.markup import leaf
from newsbot.models.figures import MUTES
from newsbot.models.readers import Reader, of_story, story_of
from newsbot.models.reading import Understood
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom
from newsbot.search import query as grammar
from newsbot.search.follows import Follows
from newsbot.search.query import at_any_time, parse
from newsbot.search.tokens import tokens

MOST_WORDS = 100
LONGEST_WORD = 100
WEEK = timedelta(days=7)
KEPT = timedelta(days=8)  # what articles answered; a digest looks back a day, and a week where one was lost
TAGS = 3  # of a story, that tell what comes after it; of fewer than two nobody can say
FEWEST_TAGS = 2
STORY_KEPT = timedelta(days=30)  # a story is followed: by then it is over
LOOKED_BACK = 2_000  # articles; of more the last ones
EXAMPLES = 3
MOST_SHOWN = 5  # searches of which a preview is made in one answer


def searches(words: str, fields_apart: bool = False) -> list[str]:
    """What a line of words to follow or to mute asks for, see `search/query.py`; stories stand on cards."""
    return [word for word in grammar.searches(words, fields_apart) if story_of(word) is None]


async def follow(room: Newsroom, reader: Reader, words: Sequence[str]) -> Sequence[str]:
    """/follow: returns the words that are new; the articles of the last days that answer them count too.

    :raises NotUnderstood: too many, too long, none, or no search
    """
    return await _begin(room, reader, "follow", words)


async def toggle(room: Newsroom, reader: Reader, kind: str, word: str, press: int) -> bool:
    """Follow (and be told at once) or mute a story, or no longer. Returns whether it is now.

    :param press: the update's id: a press that is dealt with twice, around a crash, counts once
    """
    async with room.store.begin() as tx:
        is_new = await tx.inbox.apply(press)
        theirs = await tx.readers.get(reader.id)
        if theirs is None:
            await tx.readers.save(reader, room.now())
        was = word in (theirs or reader).words(kind)
        if is_new and was:
            await tx.readers.remove_words(reader.id, kind, [word])
        elif is_new:
            other = "mute" if kind == "follow" else "follow"
            await tx.readers.remove_words(reader.id, other, [word])
            await tx.readers.add_words(reader.id, kind, [word], room.now())
            await tx.readers.alert(reader.id, [word], True)
    if kind == "follow":
        await _learn(room, await all_followed(room), [word])
    return was != is_new


async def ring(room: Newsroom, reader: Reader, word: str, press: int) -> bool | None:
    """Turn the alerts of a word on or off. Returns whether they are on; None where it is not followed."""
    async with room.store.begin() as tx:
        is_new = await tx.inbox.apply(press)
        theirs = await tx.readers.get(reader.id)
        if theirs is None or word not in theirs.follows:
            return None
        wanted = (word in theirs.alerts) != is_new
        await tx.readers.alert(reader.id, [word], wanted)
    return wanted


async def mute(room: Newsroom, reader: Reader, words: Sequence[str]) -> Sequence[str]:
    """/mute: returns the words that are new; raises as `follow` does."""
    new = await _add(room, reader, "mute", words)
    if new:
        async with room.store.begin() as tx:
            await tx.tallies.count(room.today, MUTES, len(new))
    return new


async def forgotten(room: Newsroom, words: Sequence[str]) -> None:
    """Who followed these is no reader any more: what nobody else follows leaves no trace."""
    keys = list(map(fold, words))
    async with room.store.begin() as tx:
        rest = set(keys) - await tx.readers.followed_of(keys)
        await tx.hits.forget(sorted(rest))
    known = await all_followed(room)
    for key in rest:
        known.remove(key)


async def bind(room: Newsroom, reader: Reader, words: Sequence[str], thread_id: int) -> Sequence[str]:
    """What is about these words goes to this topic of a forum. Returns them all; raises as `follow` does."""
    return await _begin(room, reader, "topic", words, thread_id)


async def unbind(room: Newsroom, reader: Reader, words: Sequence[str]) -> Sequence[str]:
    """News of these go to no topic of their own any more; returns those that did."""
    return await _remove(room, reader, "topic", words)


async def unfollow(room: Newsroom, reader: Reader, words: Sequence[str]) -> Sequence[str]:
    """/unfollow: returns the words that were followed and are no more."""
    return await _remove(room, reader, "follow", words)


async def unmute(room: Newsroom, reader: Reader, words: Sequence[str]) -> Sequence[str]:
    """/unmute: returns the words that were muted and are no more."""
    return await _remove(room, reader, "mute", words)


async def alert(room: Newsroom, reader: Reader, words: Sequence[str], wanted: bool) -> bool:
    """News of these is to be told at once, or no longer. False where none of them is followed."""
    async with room.store.begin() as tx:
        return await tx.readers.alert(reader.id, words, wanted) > 0


def checked(words: Sequence[str], kind: str = "follow") -> list[str]:
    """Words as they may be followed, each once.

    :raises NotUnderstood: too long, none, or no search
    """
    clean: dict[str, str] = {}
    for said in _clean(words):
        word = said if story_of(said) is not None else at_any_time(said)
        if len(word) > LONGEST_WORD:
            raise NotUnderstood("follow.too_long", most=LONGEST_WORD)
        if story_of(word) is not None or tokens(word):
            clean.setdefault(fold(word), word)
    for word in clean.values():
        if story_of(word) is None:
            parse(word)
    if not clean:
        raise NotUnderstood(f"{kind}.none")
    return list(clean.values())


def _clean(words: Sequence[str]) -> list[str]:
    return [word for word in (leaf(word).lstrip("#") for word in words) if word]


async def preview(room: Newsroom, words: str) -> Previewed:
    """What the last 7 days would have matched."""
    query = replace(parse(at_any_time(words)), within=WEEK)
    ids = await search.found_stories(room, query, False, search.MOST)
    count, more = len(ids), len(ids) == search.MOST
    if more:  # too many to look at each text: the index alone
        async with room.store.read() as tx:
            found = await tx.search.find(query, room.now(), search.BOUND)
        count = len({one.story_id for one in found if one.story_id is not None})
        more = len(found) >= search.BOUND
    async with room.store.read() as tx:
        examples = await tx.stories.load(ids[:EXAMPLES])
    return Previewed(
        words=words,
        count=count,
        more=more,
        per_day=count / WEEK.days,
        titles=tuple(story.title for story in examples),
    )


async def keep(room: Newsroom, reader: Reader, words: Sequence[str]) -> str:
    """Keep words for the buttons about them. Returns where."""
    return await readers.remember_word(room, reader.id, "\n".join(words), "words")


async def kept(room: Newsroom, chat_id: int, place: str) -> list[str]:
    """The words kept there for this chat; none where there are none."""
    words = await readers.remembered_word(room, chat_id, place, ("words",))
    return words.split("\n") if words else []


async def titles(room: Newsroom, words: Iterable[str]) -> dict[str, str]:
    """What the stories among these words are called: word -> headline."""
    ids = {number: word for word in words if (number := story_of(word)) is not None}
    async with room.store.read() as tx:
        return {ids[story.id]: story.title for story in await tx.stories.load(list(ids))}


# matching


async def all_followed(room: Newsroom) -> Follows:
    """All that anybody follows; read once, and kept up to date by `follow`."""
    async with room.learning:
        if not isinstance(room.follows, Follows):
            async with room.store.read() as tx:
                words = await tx.readers.followed()
            made = Follows()
            await _learn(room, made, list(words.values()))
            room.follows = made
    return room.follows


async def answering(room: Newsroom, articles: Sequence[Understood]) -> list[list[str]]:
    """Of each article the keys of the searches that it answers."""
    known = await all_followed(room)
    return [known.matching(one.draft, one.document) for one in articles] if known else []


async def joined(room: Newsroom, places: Mapping[int, int]) -> list[tuple[str, int]]:
    """Articles that joined stories which somebody follows: (key, article id).

    :param places: article id -> the story that was there before
    """
    known = await all_followed(room)
    return [(of_story(story), article) for article, story in places.items() if of_story(story) in known]


async def hits(room: Newsroom, words: Collection[str], told: Sequence[Story]) -> dict[str, frozenset[int]]:
    """Which stories answer each of these words, wherever it stands: word -> story ids."""
    if not words:
        return {}
    known, keys = await all_followed(room), {word: fold(word) for word in words}
    async with room.store.read() as tx:
        found = await tx.hits.of(list(dict.fromkeys(keys.values())), room.now() - KEPT)
    for word, key in keys.items():
        if key not in known and story_of(word) is None:  # on the command line: nobody follows it
            found[key] = set(await _recent(room, word))
    stories = {one.id: story.id for story in told for one in story.articles}
    return {
        word: frozenset(stories[one] for one in found.get(key, ()) if one in stories)
        for word, key in keys.items()
    }


async def _learn(room: Newsroom, known: Follows, words: Sequence[str]) -> None:
    """Follow these too; a story by its first tags, which what comes after it has as well."""
    numbers = {number: word for word in words if (number := story_of(word)) is not None}
    async with room.store.read() as tx:
        ids = {fold(name): source_id for source_id, name in await tx.sources.names()}
        told = await tx.stories.load(list(numbers))
    of_stories = dict.fromkeys(numbers.values(), "")
    for story in told:
        if len(story.tags) >= FEWEST_TAGS:
            of_stories[numbers[story.id]] = " ".join(f'标签:"{tag}"' for tag in story.tags[:TAGS])
    searches = [(fold(word), of_stories.get(word, word)) for word in words]
    await asyncio.to_thread(_add_all, known, searches, ids)  # ten thousand take a third of a second


def _add_all(known: Follows, searches: Sequence[tuple[str, str]], ids: Mapping[str, str]) -> None:
    for key, words in searches:
        known.add(key, words, ids)


async def _look_back(room: Newsroom, word: str) -> None:
    """What was stored before it was followed."""
    if story_of(word) is None:
        ids = await _recent(room, word)
        async with room.store.begin() as tx:
            await tx.hits.add([(fold(word), one) for one in ids], room.now())


async def _recent(room: Newsroom, word: str) -> list[int]:
    """Articles of the last days that answer a search."""
    query = replace(parse(word), within=KEPT)
    async with room.store.read() as tx:
        found = await tx.search.find(query, room.now(), LOOKED_BACK)
    told = [one for one in found if one.as_words == len(query.groups)]
    return [one.article_id async for one in search.confirmed(room, query, told)]


async def renamed(room: Newsroom, gone: str, kept: str) -> None:
    """A story that was followed is called otherwise: it was merged into another one."""
    known = await all_followed(room)
    if gone in known:
        known.remove(gone)
        await _learn(room, known, [kept])


async def look_back(room: Newsroom) -> None:
    """What was stored before anybody asked what it answers; once, after an update."""
    async with room.store.read() as tx:
        words = await tx.readers.followed()
    for word in words.values():
        await _look_back(room, word)


async def _begin(
    room: Newsroom, reader: Reader, kind: str, words: Sequence[str], thread_id: int | None = None
) -> Sequence[str]:
    new = await _add(room, reader, kind, words, thread_id)
    await _learn(room, await all_followed(room), new)
    for word in new:
        await _look_back(room, word)
    return new


async def _add(
    room: Newsroom, reader: Reader, kind: str, words: Sequence[str], thread_id: int | None = None
) -> Sequence[str]:
    """
    :param thread_id: the topic that they go to, also those that went to another one
    """
    theirs = reader.words(kind)
    known = set() if thread_id is not None else set(map(fold, theirs))
    new = [word for word in checked(words, kind) if fold(word) not in known]
    searches = {word for word in (*theirs, *new) if story_of(word) is None}
    if len(searches) > MOST_WORDS:
        raise NotUnderstood(f"{kind}.too_many", most=MOST_WORDS)
    async with room.store.begin() as tx:
        if await tx.readers.get(reader.id) is None:  # words need somebody to belong to, also before /start
            await tx.readers.save(reader, room.now())
        await tx.readers.add_words(reader.id, kind, new, room.now(), thread_id)
    return new


async def _remove(room: Newsroom, reader: Reader, kind: str, words: Sequence[str]) -> Sequence[str]:
    wanted = set(map(fold, _clean(words)))
    if not wanted:
        raise NotUnderstood(f"{kind}.none")
    old = [word for word in reader.words(kind) if fold(word) in wanted]
    async with room.store.begin() as tx:
        await tx.readers.remove_words(reader.id, kind, old)
        followed = await tx.readers.followed_of(list(map(fold, old)))
    for word in old:
        if kind != "mute" and fold(word) not in followed:
            (await all_followed(room)).remove(fold(word))
    return old
