"""Writes docs/catalogue.md, the table of the sources that come with newsbot: python docs/catalogue.py"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CATALOGUE = HERE.parent / "newsbot/sources/catalog.toml"
HEAD = """# The sources that come with newsbot

Made from `newsbot/sources/catalog.toml` by `python docs/catalogue.py`; the columns are explained in
[sources.md](sources.md). ● is on, ○ is off until `sources check --all --turn-on` or an administrator turns
it on.

| | id | name | language | field | kind | address | found in | seen |
|---|---|---|---|---|---|---|---|---|
"""


def row(source: dict[str, Any]) -> str:
    """One source as a line of the table."""
    cells = (
        "●" if source.get("on", True) else "○",
        f"`{source['id']}`",
        source["name"],
        source["language"],
        source["category"],
        source.get("kind", "feed"),
        f"<{source['url']}>",
        source["found"],
        source.get("seen", ""),
    )
    return f"| {' | '.join(cells)} |"


def page() -> str:
    """The whole page."""
    sources = tomllib.loads(CATALOGUE.read_text("utf-8"))["source"]
    return HEAD + "\n".join(map(row, sources)) + "\n"


if __name__ == "__main__":
    (HERE / "catalogue.md").write_text(page(), "utf-8")
