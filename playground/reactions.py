"""Reactions under messages: the emojis that Telegram has for them, and how the Bot API writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

# ReactionTypeEmoji of the Bot API; those that need several characters stand apart.
EMOJIS = {
    *"❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡",
    "❤\u200d🔥",
    "👨\u200d💻",
    "🤷\u200d♂",
    "🤷\u200d♀",
}


def reaction_types(emoji: str | None) -> list[dict[str, Any]]:
    """What somebody has set, as an Array of ReactionType; empty for nothing."""
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def reaction_counts(emojis: Iterable[str]) -> list[dict[str, Any]]:
    """What all have set, as an Array of ReactionCount, the most frequent first."""
    return [
        {"type": {"type": "emoji", "emoji": emoji}, "total_count": count}
        for emoji, count in Counter(emojis).most_common()
    ]


def shown_reactions(reactions: dict[int, str]) -> list[dict[str, Any]]:
    """[{emoji, by}] for a client, the most frequent first; `by` has the ids of those who set it."""
    return [
        {"emoji": emoji, "by": [actor for actor, one in reactions.items() if one == emoji]}
        for emoji, _ in Counter(reactions.values()).most_common()
    ]
