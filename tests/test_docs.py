"""What a person can ask for stands in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from handlers import COMMANDS
from newsbot.cli import app

DOCS = Path(__file__).parent.parent / "docs"


def commands() -> dict[str, list[str]]:
    """Every command of the command line, with its options."""
    found = {}

    def look(group: typer.core.TyperGroup, before: str) -> None:
        for name, one in group.commands.items():
            if isinstance(one, typer.core.TyperGroup):
                look(one, f"{before}{name} ")
            else:
                found[f"{before}{name}"] = [
                    opt for param in one.params for opt in param.opts if opt[:2] == "--"
                ]

    look(typer.main.get_group(app), "")
    return found


@pytest.mark.parametrize(("name", "options"), commands().items())
def test_every_command_stands_in_the_docs_with_its_options(name: str, options: list[str]) -> None:
    """In one row of the table."""
    rows = (DOCS / "commands.md").read_text("utf-8").splitlines()
    row = next((row for row in rows if row.startswith(f"| `{name}")), "")

    assert [] == [option for option in options if option != "--help" and option not in row]
    assert row


@pytest.mark.parametrize("command", [one.name for one in COMMANDS])
def test_every_command_of_the_chat_stands_in_the_docs(command: str) -> None:
    """In the table of docs/chat.md."""
    assert f"\n| `/{command}" in (DOCS / "chat.md").read_text("utf-8")
