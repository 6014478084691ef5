"""Which stories one reader gets now.

What the reader follows comes first, then the best of the rest, of what arrived since the last digest; nothing
this chat was shown, at most three of one source and three about one thing as long as there are others, muted
words and what the reader does not let in of noise out, languages as set. Stories that an earlier delivery may
have lost are offered again before the others, in half of the places: the other half is for today's news.

A story of which there is much more since it was shown comes back once (进展): as many sources again tell it
in their own words, and at least three.

Samples are for whom there is no real news yet: once there is some, they do not come back, also when all of
it was shown.

Only as many stories are looked at as it takes: the order of all of them is the board's, and shared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from newsbot.models.digests import Digest, Seen
from newsbot.models.readers import Reader, of_story, story_of
from newsbot.models.stories import Ranked, Story, Wants
from newsbot.stories.board import CROWDED, Board, Key
from newsbot.stories.rank import Lean, followed_first, is_followed, key_of, lean, rest

NOTHING_SEEN = Seen()
MOST_OF_A_SOURCE = 3
MOST_OF_A_TAG = 3
FEWEST_GROWN = CROWDED  # sources that tell it since it was shown, beside one that did before
MOST_GROWN = 2  # stories of a digest that come back
MOST_CORRECTIONS = 2  # in a digest; the others are in the next one


@dataclass(frozen=True)
class Offer:
    """What a board has for everybody who reads these languages and lets these kinds of noise in.

    :ivar news: the places of real news
    :ivar samples: the same of samples
    :ivar noise: place -> whether it is a sample, of what this reader does not let in
    :ivar noise_times: when noise arrived, in order: of samples and of the rest
    """

    news: frozenset[int]
    samples: frozenset[int]
    noise: Mapping[int, bool]
    noise_times: Mapping[bool, Sequence[datetime]]


class Composer:
    """A board, and what is the same for many readers of it."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._offers: dict[tuple[frozenset[str], frozenset[str]], Offer] = {}

    def compose(self, reader: Reader, wants: Wants, seen: Seen = NOTHING_SEEN) -> Digest:
        """A digest of at most `reader.length` stories."""
        leaning, pursued = lean(self._board, wants), any(map(story_of, reader.follows))
        return _Choice(self._board, self._offer(reader), reader, leaning, seen, pursued).digest()

    def _offer(self, reader: Reader) -> Offer:
        key = reader.reads, reader.lets_in
        found = self._offers.get(key)
        if found is None:
            found = self._offers[key] = _offer(self._board, *key)
        return found


def compose(board: Board, reader: Reader, wants: Wants, seen: Seen = NOTHING_SEEN) -> Digest:
    """The digest of one reader; for many see `Composer`."""
    return Composer(board).compose(reader, wants, seen)


def _offer(board: Board, reads: frozenset[str], lets_in: frozenset[str]) -> Offer:
    told = [
        (place, story.lead)
        for place, story in enumerate(board.stories)
        if story.is_offered and story.languages & reads
    ]
    news = {place: lead.sample for place, lead in told if _is_news(lead.noise, lets_in)}
    noise = {place: lead.sample for place, lead in told if place not in news}
    times = {
        kind: sorted(board.arrived[place] for place, sample in noise.items() if sample is kind)
        for kind in (False, True)
    }
    return Offer(
        news=frozenset(place for place, sample in news.items() if not sample),
        samples=frozenset(place for place, sample in news.items() if sample),
        noise=noise,
        noise_times=times,
    )


@dataclass(slots=True)
class _Choice:
    """One reader's digest in the making.

    :ivar pursued: they follow stories
    """

    board: Board
    offer: Offer
    reader: Reader
    lean: Lean
    seen: Seen
    pursued: bool

    def digest(self) -> Digest:
        gone, grown = self._shown()
        sample = not self._any(self.offer.news) and self._any(self.offer.samples)
        among = self.offer.samples if sample else self.offer.news
        chosen, lost = self._chosen(among, gone - grown)
        stories = tuple(self._ranked(key) for key in chosen)
        return Digest(
            stories=stories,
            lost_ids=frozenset(self.board.stories[place].id for place in lost),
            grown_ids=frozenset(self.board.stories[key[2]].id for key in chosen if key[2] in grown),
            corrections=self.seen.corrections[:MOST_CORRECTIONS],
            filtered=self._filtered(gone, sample),
            sample=sample and bool(stories),
        )

    def _any(self, places: Iterable[int]) -> bool:
        muted = self.lean.muted
        return any(place not in muted for place in places)

    def _shown(self) -> tuple[set[int], set[int]]:
        """The places of what was shown, and of these what comes back because there is much more of it."""
        shown, told_by = self.seen.shown, self.board.told_by
        touched = {told_by[article_id] for article_id in shown if article_id in told_by}
        gone = touched
        if self.pursued or not touched.isdisjoint(self.board.splits):
            gone = {one for one in touched if was_shown(self.board.stories[one], shown, self.reader)}
        if self.seen.coming:
            gone = gone | {self.board.places[one] for one in self.seen.coming if one in self.board.places}
        more = [place for place in touched & self.board.crowded if self._comes_back(place)]
        best = sorted(map(self._key, more))[:MOST_GROWN] if more else []
        return gone, {place for _, _, place in best}

    def _comes_back(self, place: int) -> bool:
        story = self.board.stories[place]
        if place in self.lean.muted or story.id in self.seen.coming:
            return False
        is_offered = place in self.offer.news or place in self.offer.samples
        return is_offered and self._is_fresh(place) and has_grown(story, self.seen.shown)

    def _chosen(self, among: frozenset[int], gone: set[int]) -> tuple[list[Key], set[int]]:
        """What is shown, best first, and the places of that of it which may have been missed."""
        missed = self._missed(among, gone)
        out = gone | self.lean.muted | {place for _, _, place in missed}
        others: Iterable[Key] = followed_first(self.board, self.lean)
        if not self.reader.only_followed:
            others = chain(others, rest(self.board, self.lean))
        offered = (key for key in others if key[2] in among and key[2] not in out and self._is_fresh(key[2]))
        chosen = self._spread(chain(missed, offered))
        lost = self.seen.lost
        return chosen, {key[2] for key in chosen if self.board.stories[key[2]].id in lost} if lost else set()

    def _missed(self, among: frozenset[int], gone: set[int]) -> list[Key]:
        """The best that an earlier delivery may have lost, what is followed first."""
        if not self.seen.lost:
            return []
        places = {self.board.places[one] for one in self.seen.lost if one in self.board.places}
        followed = self.lean.followed
        if self.reader.only_followed:
            places = {place for place in places if place in followed}
        keys = sorted(map(self._key, (places & among) - gone - self.lean.muted))
        return sorted(keys[: max(self.reader.length // 2, 1)], key=lambda key: key[2] not in followed)

    def _spread(self, keys: Iterable[Key]) -> list[Key]:
        """The first so many; of one source, and about one thing, at most three while there are others.

        Another source is looked for among twice as many: what stands behind is no better for being another's.
        """
        length = self.reader.length
        mix = _Mix(self.board, self.lean.followed)
        for looked_at, key in enumerate(keys, 1):
            mix.offer(key, looked_at <= 2 * length)
            if looked_at == 2 * length:
                mix.fill(length, mix.of_a_source)
            if len(mix.chosen) >= length:
                break
        mix.fill(length, mix.of_a_source)
        mix.fill(length, mix.of_a_tag, bounded=False)
        return mix.chosen

    def _is_fresh(self, place: int) -> bool:
        """It arrived since the last digest; what an administrator has on top is offered all the same."""
        since = self.seen.since
        if since is None or self.board.arrived[place] >= since:
            return True
        pinned = self.board.stories[place].pinned_until
        return pinned is not None and pinned > self.board.now

    def _filtered(self, gone: set[int], sample: bool) -> int:
        """How many fresh stories were left out as noise."""
        noise, times = self.offer.noise, self.offer.noise_times[sample]
        since = self.seen.since
        many = len(times) - (bisect_left(times, since) if since else 0)
        for place in noise.keys() & (gone | self.lean.muted):
            if noise[place] is sample and (since is None or self.board.arrived[place] >= since):
                many -= 1
        return many

    def _key(self, place: int) -> Key:
        return key_of(self.board, place, self.lean)

    def _ranked(self, key: Key) -> Ranked:
        score, _, place = key
        return Ranked(self.board.stories[place], -score, place in self.lean.followed)


class _Mix:
    """What is chosen so far, and what had to stand back.

    :ivar of_a_source: of which source there is enough
    :ivar of_a_tag: about which there is enough
    """

    def __init__(self, board: Board, followed: Collection[int]) -> None:
        self.chosen: list[Key] = []
        self.of_a_source: list[Key] = []
        self.of_a_tag: list[Key] = []
        self._board, self._followed = board, followed
        self._sources: defaultdict[str, int] = defaultdict(int)
        self._tags: defaultdict[str, int] = defaultdict(int)

    def offer(self, key: Key, by_source: bool = True) -> None:
        """It is chosen, or stands back; what is followed never does."""
        lead = self._board.stories[key[2]].lead
        tag = lead.tags[0] if lead.tags else ""
        may_stand_back = key[2] not in self._followed
        if may_stand_back and tag and self._tags[tag] >= MOST_OF_A_TAG:
            self.of_a_tag.append(key)
        elif may_stand_back and by_source and self._sources[lead.source_id] >= MOST_OF_A_SOURCE:
            self.of_a_source.append(key)
        else:
            self._sources[lead.source_id] += 1
            self._tags[tag] += 1
            self.chosen.append(key)

    def fill(self, length: int, spare: list[Key], bounded: bool = True) -> None:
        """Take of what stood back, the best first, as long as there is room."""
        waiting, spare[:] = list(spare), []
        for key in waiting:
            if len(self.chosen) >= length:
                break
            if bounded:
                self.offer(key, by_source=False)
            else:
                self.chosen.append(key)


def is_wanted(story: Story, reader: Reader) -> bool:
    """Whether this reader gets such stories: in these languages, not muted, no noise but what is let in.

    Nobody gets what an editor took away.
    """
    if not story.is_offered or not story.languages & reader.reads:
        return False
    if not _is_news(story.lead.noise, reader.lets_in):
        return False
    return not any(is_followed(story, word) for word in reader.mutes)


def _is_news(noise: str | None, lets_in: frozenset[str]) -> bool:
    """Whether it is news, or a kind of noise that is let in."""
    return noise is None or noise in lets_in


def has_grown(story: Story, shown: Mapping[int, datetime]) -> bool:
    """Whether there is much more of it since it was shown, which was once: what came back does not again."""
    seen = _seen(story, shown)
    told = {shown[article_id] for article_id in seen}
    if len(told) != 1:
        return False
    before = {article.source_id for article in story.articles if article.id in seen}
    since = {
        article.source_id
        for article in story.articles
        if article.id not in seen and article.copy_of is None and article.when > min(told)
    }
    return len(since - before) >= max(FEWEST_GROWN, len(before))


def _seen(story: Story, shown: Mapping[int, datetime]) -> set[int]:
    """Those of its articles that were shown; not as a part of the story that it was split from."""
    since = story.split_at
    return {
        article.id
        for article in story.articles
        if article.id in shown and (since is None or shown[article.id] >= since)
    }


def was_shown(story: Story, shown: Mapping[int, datetime], reader: Reader) -> bool:
    """Any of it; of a story that they follow all of it: more of it is what they wait for."""
    seen = _seen(story, shown)
    return len(seen) == len(story.articles) if of_story(story.id) in reader.follows else bool(seen)
