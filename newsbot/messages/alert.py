"""News of what a reader follows, told at once: one story, and why it comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.follows import listed, named
from newsbot.messages.markup import cut, leaf
from newsbot.messages.rows import ballots
from newsbot.messages.story import small_print, title, why
from newsbot.messages.wording import label
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

WORDS = 60


def alert(
    story: Story,
    words: Collection[str],
    titles: Mapping[str, str],
    reader: Reader,
    now: datetime,
    place: str,
) -> Message:
    """The message; its first line is the headline, which is the notification too.

    :param words: that are followed, and of which this is news
    :param titles: of the stories among them
    :param place: where it is kept, such as `d12`
    """
    language = reader.language
    about = listed([named(word, titles, language) for word in words], language)
    lines = [title(story, reader, 200)]
    if why(story):
        lines.append(escape(why(story)))
    lines.append(small_print(story, now, reader))
    if about:
        lines += [Markup(""), escape(f"⚡ {cut(leaf(about), WORDS)}")]
    card = (Button(label("button.card", language), encode("open", place, story.id)),)
    rows = () if reader.is_channel else (card,)
    if not reader.is_person:
        rows = (*ballots([story], place), *rows)
    return Message(text=str(Markup("\n").join(lines)), buttons=rows)
