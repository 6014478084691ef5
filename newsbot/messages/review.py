"""The week's review: what was supported most, which words rose, and what the reader did."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from newsbot.messages.bars import bars
from newsbot.messages.markup import LONGEST_CAPTION, bold, fit
from newsbot.messages.rows import numbers
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
    language = reader.language
    days = f"{told.first:%m-%d} – {told.last:%m-%d}"
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


def _story(number: int, story: Story, reader: Reader) -> Markup:
    below = [sources(story, reader.language)]
    if story.tally.up:
        below.insert(0, Markup("👍 {}").format(story.tally.up))
    line = Markup(" · ").join(part for part in below if part)
    return Markup("{}. {}\n{}").format(number, title(story, reader, TITLE), line)


def _mine(told: Review, language: str) -> Markup:
    """What the reader did, or that they might."""
    counts = {deed.value: told.deeds.get(deed, 0) for deed in COUNTED}
    key = "review.mine" if any(counts.values()) else "review.nothing_mine"
    return say(key, language, **counts)
