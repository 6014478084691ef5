"""A chat that receives digests, and what it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time

STORY = "story:"
OF_STORY = re.compile(rf"{STORY}([0-9]{{1,18}})")
WEEK = frozenset(range(7))
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset((5, 6))


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day on some days of the week (Monday is 0), in the reader's zone."""

    at: time
    days: frozenset[int] = WEEK


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a forum, and what goes there.

    :ivar words: searches, as typed
    """

    thread_id: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One chat that talks to the bot.

    :ivar id: the chat's id; for a private chat also the person's
    :ivar language: of the bot's words, `zh` or `en`
    :ivar languages: of articles; empty means: the same as `language`
    :ivar zone: IANA zone of the hours
    :ivar hours: when digests come; empty means: never chosen, the operator's hour ± 30 minutes
    :ivar subscribed: False after /stop
    :ivar reachable: False once Telegram said that the chat is gone or blocks the bot
    :ivar length: stories in a digest
    :ivar lets_in: kinds of noise that this reader wants all the same, see NOISES
    :ivar own_titles: titles in another language are shown in the reader's, where a model translated them
    :ivar learns: what they do with stories decides which come first
    :ivar follows: searches, as typed, and stories, see `of_story`
    :ivar mutes: the same, for what is not to come
    :ivar alerts: those of `follows` of which news is to be told at once
    :ivar quiet: from when to when nothing is sent, by their clock; what falls into it comes afterwards
    :ivar least: of fewer stories no digest is made: they come with the next one
    :ivar tells_nothing: a short, silent message comes where there is no digest
    :ivar paused_until: until then there are neither digests nor alerts
    :ivar most_alerts: a day
    :ivar preview: Telegram shows the lead's picture below a digest
    :ivar rich: digests as rich messages, where Telegram takes them
    :ivar reviews: wants a review of the week, on Sunday
    :ivar review_due: when the next one is due (UTC), None where none is wanted
    :ivar told_at: until when news were looked at for the last digest that arrived; deliveries write it
    :ivar next_due: when the next digest is due (UTC), None while not subscribed
    :ivar greeted: when the first digest was shown, or None
    :ivar kind: private, group or channel
    :ivar thread_id: the topic of a forum that gets digests, but for what has a topic of its own
    :ivar only_followed: nothing else is wanted; of a topic, for which the chat stands while it is composed
    :ivar topics: the topics of a forum that have something of their own
    :ivar active_at: when something was done in this chat last, to about a day
    :ivar doubted_at: the slot at which the chat was not found; written by deliveries alone
    """

    id: int
    language: str = "zh"
    languages: frozenset[str] = frozenset()
    zone: str = "Asia/Shanghai"
    hours: tuple[Hour, ...] = ()
    subscribed: bool = True
    reachable: bool = True
    length: int = 7
    lets_in: frozenset[str] = frozenset()
    own_titles: bool = False
    learns: bool = True
    follows: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()
    alerts: frozenset[str] = frozenset()
    quiet: tuple[time, time] | None = None
    least: int = 1
    tells_nothing: bool = False
    paused_until: datetime | None = None
    most_alerts: int = 5
    preview: bool = False
    rich: bool = False
    reviews: bool = False
    review_due: datetime | None = None
    told_at: datetime | None = None
    next_due: datetime | None = None
    greeted: datetime | None = None
    kind: str = "private"
    thread_id: int | None = None
    only_followed: bool = False
    topics: tuple[Topic, ...] = ()
    active_at: datetime | None = field(default=None, compare=False)
    doubted_at: datetime | None = None

    def words(self, kind: str) -> tuple[str, ...]:
        """What is followed (`follow`), muted (`mute`), or goes to topics of its own (`topic`)."""
        if kind == "topic":
            return tuple(word for topic in self.topics for word in topic.words)
        return self.follows if kind == "follow" else self.mutes

    def topic(self, thread_id: int | None) -> Topic | None:
        """The topic of a forum that has something of its own; None where this one has not."""
        return next((one for one in self.topics if one.thread_id == thread_id), None)

    def pauses(self, now: datetime) -> bool:
        """Whether nothing is to come just now."""
        return self.paused_until is not None and self.paused_until > now

    @property
    def is_person(self) -> bool:
        """A private chat; ids of groups and channels are negative."""
        return self.id > 0

    @property
    def is_channel(self) -> bool:
        return self.kind == "channel"

    @property
    def of_many(self) -> str:
        """What a chat of several people is called: channel, or else group."""
        return "channel" if self.is_channel else "group"

    @property
    def reads(self) -> frozenset[str]:
        """The languages of articles that this reader gets."""
        return self.languages or frozenset((self.language,))


def of_story(story_id: int) -> str:
    """How a story stands among the words that are followed or muted."""
    return f"{STORY}{story_id}"


def story_of(word: str) -> int | None:
    """The story that is followed or muted by this word; None where it is a search."""
    found = OF_STORY.fullmatch(word)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Question:
    """Something the bot asked in a chat and has not been told yet.

    :ivar about: what is done with the answer
    :ivar payload: to what, such as a number
    :ivar message_id: that asked it, in a chat of several people: only a reply to that answers it
    """

    chat_id: int
    about: str
    asked_at: datetime
    expires_at: datetime
    payload: str = ""
    message_id: int | None = None
