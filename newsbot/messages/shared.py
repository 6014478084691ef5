"""A story's card that somebody sends into any chat through the bot, and how it is offered."""

from __future__ import annotations

from datetime import datetime

from newsbot.messages.buttons import encode
from newsbot.messages.card import Mine, text, vote_row
from newsbot.messages.markup import ADDRESS, LONGEST_LINK, cut, leaf, plain
from newsbot.messages.story import small_print, translated, why
from newsbot.messages.wording import label
from newsbot.models.messages import Button, Message, Result
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

VOTES = 3  # of the card's buttons: 👍 👎 ★; what is saved is one person's
TITLE, DESCRIPTION = 120, 160
BOT = "https://t.me/{}?start=story_{}"


def shared(story: Story, reader: Reader, now: datetime, bot: str, extra: str = "") -> Message:
    """The card for everybody in a chat: votes, and the way to the bot.

    :param reader: in whose language and zone it is written
    :param bot: the bot's user name
    :param extra: `rate` where somebody wants to give a value
    """
    language = reader.language
    rows = [vote_row(story, Mine(), language, language)[:VOTES]]
    if extra == "rate":
        values = range(1, 6)
        rows.append(tuple(Button(f"{n}★", encode("value", language, story.id, str(n))) for n in values))
    rows.append((Button(label("button.in_bot", language), url=BOT.format(bot, story.id)),))
    return Message(text=text(story, reader, now, extra), buttons=tuple(rows))


def result(story: Story, reader: Reader, now: datetime, bot: str) -> Result:
    """The card as one of those that may be sent."""
    title = cut(leaf(translated(story, reader) or story.title), TITLE) or "—"
    about = [plain(small_print(story, now, reader)), leaf(why(story))]
    image = story.lead.image or ""
    return Result(
        id=str(story.id),
        title=title,
        description=cut(" · ".join(filter(None, about)), DESCRIPTION),
        message=shared(story, reader, now, bot),
        image=image if ADDRESS.fullmatch(image) and len(image) <= LONGEST_LINK else "",
    )
