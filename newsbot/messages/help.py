"""/help, made from the table of commands."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from newsbot.messages.wording import say
from newsbot.models.messages import Message


def help_text(
    commands: Sequence[tuple[str, str]], language: str, bot: str, is_private: bool = True
) -> Message:
    """Every command with what it does.

    :param commands: (command, description)
    :param bot: its user name
    :param is_private: elsewhere plain text is no search
    """
    lines = [Markup("/{} {}").format(name, escape(what)) for name, what in commands]
    parts = [
        say("help.head", language),
        Markup("\n").join(lines),
        say("help.tail" if is_private else "help.tail_chat", language, bot=bot),
    ]
    return Message(text=str(Markup("\n\n").join(parts)))
