"""/help, made from the table of commands."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from newsbot.messages.wording import say
from newsbot.models.messages import Message


def help_text(commands: Sequence[tuple[str, str]], language: str, bot: str) -> Message:
    """Every command with what it does.

    :param commands: (command, description)
    :param bot: its user name
    """
    lines = [Markup("/{} {}").format(name, escape(what)) for name, what in commands]
    parts = [say("help.head", language), Markup("\n").join(lines), say("help.tail", language, bot=bot)]
    return Message(text=str(Markup("\n\n").join(parts)))
