"""👍 and 👎 as reactions to a card or an alert: votes like those of the buttons."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import ReactionType, ReactionTypeEmoji, Update

from newsbot.flows import readers, staff
from newsbot.flows import story as stories
from newsbot.messages.card import Mine, card
from newsbot.newsroom import Newsroom

SIGNS = {"👍": 1, "👎": -1}


async def reaction(room: Newsroom, update: Update) -> None:
    """Telegram tells of one where the bot is an administrator; of an anonymous person it tells no person."""
    change = update.message_reaction
    if change is None or change.user is None or change.user.is_bot:
        return
    if (await staff.standing(room, change.user.id)).is_out:
        return
    who = stories.Presser(change.user.id, change.chat.id, update.update_id)
    changed = await stories.react(room, who, change.message_id, vote_of(change.new_reaction))
    if changed is None:
        return
    story, place = changed
    reader = await readers.known(room, change.chat.id, change.user.language_code)
    seen = await stories.look(room, change.user.id, story.id)
    mine = seen.mine if seen and change.chat.id > 0 else Mine()
    message = card(story, mine, reader, room.now(), place)
    await room.telegram.edit(change.chat.id, change.message_id, message)


def vote_of(reactions: Sequence[ReactionType]) -> int:
    """The vote that these are: 1, -1, or 0 where they say neither, or both."""
    signs = {one.emoji for one in reactions if isinstance(one, ReactionTypeEmoji)}
    return sum(SIGNS.get(sign, 0) for sign in signs)
