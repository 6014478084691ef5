"""The week's review: what was supported most, which words rose, and what the reader did."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from newsbot.messages.bars import bars
from newsbot.messages.listing import here
from newsbot.messages.markup import LONGEST_CAPTION, bold, fit
from newsbot.messages.rows import ballots, numbers
from newsbot.messages.story import sources, title
from newsbot.messages.wording import say
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.review import Review
from newsbot.models.stories import Story
from newsbot.models.taste import Deed

TITLE = 60  # UTF-16 units of a headline
COUNTED = (Deed.VOTE, Deed.VALUE, Deed.SAVE)


def review(told: Review, reader: Reader, place: str, picture: bytes = b"") -> Message:
    """The message.

    :param place: where its list is kept, for the number buttons
    :param picture: of the rising words, which the text has as bars
    """
    if not reader.is_person:
        return _board(told, reader, place)
    language = reader.language
    days = _days(told)
    best = "review.best" if any(story.tally.up for story in told.stories) else "review.covered"
    head = [say("review.head", language, days=days), bold(say(best, language))]
    blocks = [_story(number, story, reader) for number, story in enumerate(told.stories, 1)]
    chart = bars(told.rising, language)
    end = [_mine(told, language)]
    if chart:
        end.insert(0, Markup("{}\n{}").format(bold(say("review.rising", language)), chart))
    text, count = fit(head, blocks, end)
    made = Message(text=text, buttons=numbers(told.stories[:count], place))
    if not picture:
        return made
    caption, shown = fit(head, blocks, [_mine(told, language)], LONGEST_CAPTION)
    return replace(made, picture=picture, caption=caption) if shown == count else made


def _board(told: Review, reader: Reader, place: str) -> Message:
    """群周榜: of a group or a channel what its own people voted for."""
    language = reader.language
    head = [say(f"board.head.{reader.of_many}", language, days=_days(told))]
    blocks = [
        _block(number, story, reader, here(told.votes.get(story.id, (0, 0))))
        for number, story in enumerate(told.stories, 1)
    ]
    votes = sum(up + down for up, down in told.votes.values())
    text, count = fit(head, blocks, [say("board.voters", language, people=told.voters, votes=votes)])
    shown = told.stories[:count]
    rows = ballots(shown, place) if reader.is_channel else numbers(shown, place)
    return Message(text=text, buttons=rows)


def _days(told: Review) -> str:
    return f"{told.first:%m-%d} – {told.last:%m-%d}"


def _story(number: int, story: Story, reader: Reader) -> Markup:
    up = story.tally.up
    return _block(number, story, reader, Markup("👍 {}").format(up) if up else Markup())


def _block(number: int, story: Story, reader: Reader, votes: Markup) -> Markup:
    line = Markup(" · ").join(filter(None, (votes, sources(story, reader.language))))
    return Markup("{}. {}\n{}").format(number, title(story, reader, TITLE), line)


def _mine(told: Review, language: str) -> Markup:
    """What the reader did, or that they might."""
    counts = {deed.value: told.deeds.get(deed, 0) for deed in COUNTED}
    key = "review.mine" if any(counts.values()) else "review.nothing_mine"
    return say(key, language, **counts)
