"""The stories, best first, each with the reasons for its place.

score = votes       1.5 x log2 of how many times as often as usual it is supported by who sees it,
                    minus the same for opposed, within -2 and 3
      + value       (sum + 5 x 3) / (count + 5) - 3               a Bayesian average, from 5 sure raters on
      + sources     log2 of how many tell it in their own words, copies as a quarter of one, what one of them
                    tells again as a half, at most 3
      + freshness   3 x 0.5 ** (age / 12 hours)
      + reads       log10(1 + the page's own count) / 6, at most 1
      + weight      log2 of the weight of its lead's source, -2 to 2
      + pin         6 while an administrator has it on top
      + reports     -1/2 x log2(1 + readers who found something wrong with it), at least -2
      + noise       -3 for deals, advertorials and what is off topic, -2 for round-ups, -1 for funding notices
                    (none for whom lets it in)
and for a reader
      + follow      2 for each followed search that its title and tags answer (or the name a word stands for),
                    2/3 for one that only the text does, at most 4
      + taste       half the weights of its tags, source and category, within ±2
      + muted       -20

It is supported by (up + 5) / (seen + 5 / usual) of who sees it, the mean of a Beta distribution whose prior
has five votes among as many views as usually bring five: how much a vote moves does not hang on how often
people vote, and nobody buries a story alone though hardly anybody opposes anything. `seen` comes from the
ledger: whoever was shown it in a digest counts as likely as its place is read (`store/sending.py`), so that a
place far up earns no votes by being far up. The usual is that of the stories themselves: up and seen of all
of them, with 200 views at 5 % (opposed: 1 %) before anything is known.

Sure votes count one each. n votes of others, who are new or whom no digest showed it, count sqrt(n) / 2
together, and as those of people who vote twice as often as usual: a friend's link is welcome, a crowd that
was called for it moves little, and less than 1.5 points however great it is. So do their values, which alone
count for nothing. See benchmarks/ranking.py.

Ties go to the younger story, then to the later one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush, merge
from math import log2, log10, sqrt

from newsbot.models.readers import story_of
from newsbot.models.stories import Ranked, Reason, Story, Tally, Usual, Wants
from newsbot.search.match import is_about
from newsbot.search.query import parsed
from newsbot.stories.board import Board, Key, Leads, liked_for
from newsbot.tags.alias import canonical

PRIOR = 5.0  # votes
USUAL = Usual(up=0.05, down=0.01)
USUAL_VIEWS = 200.0
VOTES = 1.5  # points for twice as often as usual
LEAST_VOTES, MOST_VOTES = -2.0, 3.0
UNSURE = 0.5
CALLED = 2.0  # times as often as usual that those vote who were called
FEWEST_RATERS = 5
MEAN_VALUE = 3
MOST_SOURCES = 3.0
COPY = 0.25
AGAIN = 0.5  # benchmarks/digest.py: great events of a day that are in its digest, 5 of 8 without, 7 with
REPORT = -0.5
MOST_REPORTS = -2.0
FRESH = 3.0
HALF_LIFE = timedelta(hours=12)
READS_SCALE = 6  # a million reads are one point
MOST_WEIGHT = 2.0
PIN = 6.0
NOISE = {"deal": -3.0, "advertorial": -3.0, "offtopic": -3.0, "roundup": -2.0, "funding": -1.0}
OTHER_NOISE = -2.0
FOLLOW = 2.0
IN_TEXT = FOLLOW / 3
MOST_FOLLOW = 4.0
TASTE = 0.5
MOST_TASTE = 2.0
ROUNDED = 0.001  # more than two scores are rounded by
MUTED = -20.0
ANYBODY = Wants()


def board(
    stories: Iterable[Story],
    now: datetime,
    half_life: timedelta = HALF_LIFE,
    common: Usual | None = None,
) -> Board:
    """Weigh stories for everybody.

    :param now: aware
    :param half_life: of freshness; a week's list takes a longer one
    :param common: how often stories are supported, where these are too few to tell
    """
    told = tuple(stories)
    common = common or usual(told)
    return Board(
        stories=told,
        now=now,
        half_life=half_life,
        usual=common,
        scores=tuple([sum(_parts(story, now, common, half_life)) for story in told]),
        noises={place: _noise(story) for place, story in enumerate(told) if story.lead.noise},
    )


@dataclass(frozen=True, slots=True)
class Lean:
    """What one reader's wants do to a board.

    :ivar lets_in: kinds of noise
    :ivar leads: of each word that they follow
    :ivar followed: the places of what these lead to
    :ivar twice: those to which several words lead
    :ivar taste: what they like or do not -> weight
    :ivar muted: the places of what they do not want
    """

    lets_in: frozenset[str] = frozenset()
    leads: Sequence[Leads] = ()
    followed: Collection[int] = frozenset()
    twice: Collection[int] = frozenset()
    taste: Mapping[str, float] = field(default_factory=dict)
    muted: frozenset[int] = frozenset()

    def points(self, place: int, liked_for: Iterable[str]) -> float:
        """What a story gains for this reader.

        :param liked_for: what taste weighs of it
        """
        gained = MUTED if place in self.muted else 0.0
        if self.taste:
            gained += _liked(liked_for, self.taste)
        if place in self.followed:
            gained += min(MOST_FOLLOW, sum([one.points.get(place, 0.0) for one in self.leads]))
        return gained


def lean(weighed: Board, wants: Wants) -> Lean:
    """What these wants do to this board."""
    theirs = [leads(weighed, word, wants.lets_in) for word in wants.follows]
    followed: set[int] = set()
    twice: set[int] = set()
    for one in theirs:
        twice |= followed & one.points.keys()
        followed |= one.points.keys()
    muted = [about(weighed, word) for word in wants.mutes]
    return Lean(
        lets_in=wants.lets_in,
        leads=theirs,
        followed=followed,
        twice=twice,
        taste=wants.taste,
        muted=frozenset().union(*muted) if muted else frozenset(),
    )


def rank(weighed: Board, wants: Wants = ANYBODY) -> list[Ranked]:
    """The stories by score, best first."""
    leaning, stories = lean(weighed, wants), weighed.stories
    muted = sorted(key_of(weighed, place, leaning) for place in leaning.muted)
    keys = merge(followed_first(weighed, leaning), rest(weighed, leaning), muted)
    return [
        Ranked(stories[place], -score, place in leaning.followed, place in leaning.muted)
        for score, _, place in keys
    ]


def order(weighed: Board, lets_in: frozenset[str] = frozenset()) -> Sequence[Key]:
    """All stories, best first, for who wants nothing special but these kinds of noise."""
    found = weighed.orders.get(lets_in)
    if found is None:
        nobody = Lean(lets_in)
        found = sorted(key_of(weighed, place, nobody) for place in range(len(weighed.stories)))
        weighed.orders[lets_in] = found
    return found


def followed_first(weighed: Board, leaning: Lean) -> Iterator[Key]:
    """The stories that are followed and not muted, best first, one by one.

    What one word alone leads to is in order already, for all who follow it.
    """
    moved = set(leaning.followed if leaning.taste else leaning.twice)
    out = moved | leaning.muted
    own = sorted(key_of(weighed, place, leaning) for place in moved - leaning.muted)
    return merge(own, *((key for key in one.keys if key[2] not in out) for one in leaning.leads))


def rest(weighed: Board, leaning: Lean) -> Iterator[Key]:
    """The stories that are neither followed nor muted, best first, one by one."""
    followed, muted = leaning.followed, leaning.muted
    plain = (key for key in order(weighed, leaning.lets_in) if key[2] not in followed and key[2] not in muted)
    return _by_taste(weighed, plain, leaning) if leaning.taste else plain


def _by_taste(weighed: Board, plain: Iterable[Key], leaning: Lean) -> Iterator[Key]:
    """The same in another order; looks only so far ahead as taste can move a story."""
    ahead: list[Key] = []
    for key in plain:
        while ahead and ahead[0][0] < key[0] - MOST_TASTE - ROUNDED:
            yield heappop(ahead)
        heappush(ahead, key_of(weighed, key[2], leaning))
    yield from sorted(ahead)


def key_of(weighed: Board, place: int, leaning: Lean) -> Key:
    """What a story is sorted by, for one reader."""
    points = leaning.points(place, weighed.liked_for[place])
    return _key(weighed, place, leaning.lets_in, points)


def _key(weighed: Board, place: int, lets_in: frozenset[str], gained: float) -> Key:
    score = base_scores(weighed, lets_in)[place] + gained
    return -round(score, 4), weighed.age_places[place], place


def base_scores(weighed: Board, lets_in: frozenset[str]) -> Sequence[float]:
    """The scores for who wants nothing special but these kinds of noise."""
    found = weighed.bases.get(lets_in)
    if found is None:
        found = list(weighed.scores)
        for place, (kind, points) in weighed.noises.items():
            found[place] += points if kind not in lets_in else 0.0
        weighed.bases[lets_in] = found
    return found


def leads(weighed: Board, word: str, lets_in: frozenset[str]) -> Leads:
    """What a followed word leads to; worked out once for all who follow it."""
    found = weighed.leads.get((word, lets_in))
    if found is None:
        points = dict.fromkeys(about(weighed, word), FOLLOW)
        for story_id in weighed.hits.get(word, ()):
            if story_id in weighed.places:
                points.setdefault(weighed.places[story_id], IN_TEXT)
        found = Leads(points, sorted(_key(weighed, place, lets_in, points[place]) for place in points))
        weighed.leads[(word, lets_in)] = found
    return found


def about(weighed: Board, word: str) -> frozenset[int]:
    """The places of the stories that are about a search or a story that somebody follows or mutes."""
    found = weighed.asked.get(word)
    if found is None:
        told = weighed.stories
        found = frozenset(place for place in _perhaps(weighed, word) if is_followed(told[place], word))
        weighed.asked[word] = found
    return found


def reasons(story: Story, on: Board, wants: Wants = ANYBODY) -> tuple[Reason, ...]:
    """Why a story has its score on this board: the parts that have points, which add up to it."""
    now = on.now
    votes, value, sources, fresh, reads, weight, pin, reports = _parts(story, now, on.usual, on.half_life)
    tally = story.tally
    kind, noise = _noise(story)
    found = (
        _reason("rank.votes", votes, up=tally.up, down=tally.down, times=tally.times),
        _reason("rank.value", value, value=shown_value(story) or 0, raters=tally.value_count),
        _reason("rank.sources", sources, count=story.independent, copies=story.copying),
        _reason("rank.fresh", fresh, hours=_hours(story, now)),
        _reason("rank.reads", reads, reads=_reads(story)),
        _reason("rank.weight", weight, weight=story.weight),
        _reason("rank.pin", pin),
        _reason("rank.reports", reports, count=tally.reports),
        _reason("rank.noise", noise if kind not in wants.lets_in else 0.0, kind=kind),
        _reason("rank.follow", _follow(story, wants, on), words="、".join(_named(story, wants, on))),
        _reason("rank.taste", *_taste(story, wants.taste)),
        _reason("rank.muted", MUTED if is_muted(story, wants) else 0.0),
    )
    return tuple(one for one in found if one.points)


def usual(stories: Iterable[Story]) -> Usual:
    """How often stories are supported and opposed by who sees them, as these tell."""
    views = USUAL_VIEWS
    up, down = USUAL.up * views, USUAL.down * views
    for story in stories:
        if story.tally.times:
            views += _support(story.tally)[1]
            up += story.tally.sure_up
            down += story.tally.sure_down
    return Usual(up=up / views, down=down / views)


def shown_value(story: Story) -> float | None:
    """The value 1-5 that is shown (价值分), or None before five readers gave one."""
    tally = story.tally
    if tally.value_count < FEWEST_RATERS:
        return None
    return round(_mean(tally.value_sum, tally.value_count), 2)


def liking(story: Story, taste: Mapping[str, float]) -> float:
    """The points that a reader's taste gives a story."""
    return _taste(story, taste)[0]


def is_followed(story: Story, word: str) -> bool:
    """Whether a search, or a story, that somebody follows or mutes is what this story is about."""
    if (number := story_of(word)) is not None:
        return number == story.id
    query, lead = parsed(word), story.lead
    if query is not None and is_about(query, lead.title, lead.tags, (lead.source, lead.source_id)):
        return True
    return canonical(word) in story.tags


def is_muted(story: Story, wants: Wants) -> bool:
    """Whether it is what the reader does not want."""
    return any(is_followed(story, word) for word in wants.mutes)


def _parts(
    story: Story, now: datetime, common: Usual, half_life: timedelta
) -> tuple[float, float, float, float, float, float, float, float]:
    """The parts of a score that are the same for every reader, but for noise."""
    tally = story.tally
    told = 1.0
    if len(story.articles) > 1:
        told = story.independent + COPY * story.copying + AGAIN * story.again
    reads = _reads(story)
    return (
        _votes(tally, common) if tally.up or tally.down or tally.times else 0.0,
        _value(tally) if tally.value_count else 0.0,
        min(MOST_SOURCES, log2(told)) if told > 1 else 0.0,
        FRESH * 0.5 ** max(0.0, (now - story.when) / half_life),
        min(1.0, log10(1 + reads) / READS_SCALE) if reads else 0.0,
        _weight(story.weight) if story.weight != 1.0 else 0.0,
        PIN if story.pinned_until and story.pinned_until > now else 0.0,
        max(MOST_REPORTS, REPORT * log2(1 + tally.reports)) if tally.reports else 0.0,
    )


def _value(tally: Tally) -> float:
    """The points of the values: as the shown value, but that those that are not sure count less."""
    if tally.sure_value_count < FEWEST_RATERS:
        return 0.0
    others = tally.value_count - tally.sure_value_count
    mean = (tally.value_sum - tally.sure_value_sum) / others if others else 0.0
    total = tally.sure_value_sum + mean * _unsure(others)
    return _mean(total, tally.sure_value_count + _unsure(others)) - MEAN_VALUE


def _mean(total: float, count: float) -> float:
    """A Bayesian average: as if as many as are needed had given the middle before."""
    return (total + FEWEST_RATERS * MEAN_VALUE) / (count + FEWEST_RATERS)


def _votes(tally: Tally, common: Usual) -> float:
    seen = _support(tally)[1]
    liked = _more_often(tally.sure_up, tally.up, seen * common.up)
    # that nobody opposes it says little: hardly anybody opposes anything
    disliked = max(0.0, _more_often(tally.sure_down, tally.down, seen * common.down))
    return max(LEAST_VOTES, min(MOST_VOTES, VOTES * (liked - disliked)))


def _more_often(sure: int, many: int, expected: float) -> float:
    """log2 of how many times as often as usual they vote so.

    :param sure: those of the many votes that are sure
    :param expected: as many as are usual of those who saw it
    """
    others = _unsure(many - sure)
    return log2((sure + others + PRIOR) / (expected + others / CALLED + PRIOR))


def _support(tally: Tally) -> tuple[float, float]:
    """How many support it, and of how many: whoever votes has seen it."""
    up = tally.sure_up + _unsure(tally.up - tally.sure_up)
    return up, max(tally.seen, up + tally.sure_down + _unsure(tally.down - tally.sure_down))


def _unsure(many: int) -> float:
    """What so many votes count that may have been called for."""
    return UNSURE * sqrt(many) if many > 0 else 0.0


def _hours(story: Story, now: datetime) -> float:
    return round(max(0.0, (now - story.when) / timedelta(hours=1)), 1)


def _reads(story: Story) -> int:
    """The page's own count; of several pages' the greatest, for one page's readers are another's too."""
    return max((article.reads or 0 for article in story.articles), default=0)


def _weight(weight: float) -> float:
    return max(-MOST_WEIGHT, min(MOST_WEIGHT, log2(weight))) if weight > 0 else -MOST_WEIGHT


def _noise(story: Story) -> tuple[str, float]:
    kind = story.lead.noise or ""
    return kind, NOISE.get(kind, OTHER_NOISE) if kind else 0.0


def _perhaps(weighed: Board, word: str) -> Collection[int]:
    """The places of all stories that may be about a word, and of few others: to ask each takes its time."""
    if (number := story_of(word)) is not None:
        return [weighed.places[number]] if number in weighed.places else []
    named, query = weighed.about.get(f"tag:{canonical(word)}", ()), parsed(word)
    if query is None:
        return named
    texts, found = weighed.texts, list(range(len(weighed.texts)))
    for group in query.groups:
        forms = {form for phrase in group for form in ("".join(phrase.tokens), phrase.joined) if form}
        found = list({place for form in forms for place in found if form in texts[place]})
    return {*named, *found}


def _follow(story: Story, wants: Wants, on: Board) -> float:
    told, within = _answered(story, wants, on)
    return min(MOST_FOLLOW, FOLLOW * len(told) + IN_TEXT * len(within))


def _answered(story: Story, wants: Wants, on: Board) -> tuple[list[str], list[str]]:
    """What it is about of what is followed, and what only stands in its text."""
    told = [word for word in wants.follows if is_followed(story, word)]
    hit = [word for word in wants.follows if story.id in on.hits.get(word, ())]
    return told, [word for word in hit if word not in told]


def _named(story: Story, wants: Wants, on: Board) -> list[str]:
    told, within = _answered(story, wants, on)
    return [word for word in (*told, *within) if story_of(word) is None]


def _taste(story: Story, taste: Mapping[str, float]) -> tuple[float, tuple[str, str]]:
    keys = liked_for(story)
    best = max((key for key in keys if key in taste), key=lambda key: abs(taste[key]), default="")
    said = f"source:{story.lead.source}" if best.startswith("source:") else best
    return _liked(keys, taste), ("about", said)


def _liked(keys: Iterable[str], taste: Mapping[str, float]) -> float:
    """The points of a story of which taste weighs these."""
    weights = sum([taste.get(key, 0.0) for key in keys])
    return max(-MOST_TASTE, min(MOST_TASTE, TASTE * weights))


def _reason(
    key: str, points: float, *values: tuple[str, str | int | float], **more: str | int | float
) -> Reason:
    return Reason(key, round(points, 4), (*values, *more.items()))
