"""The real days of ../shared/data/days: headlines as they stood in two lists, and labels given by hand."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


class Listed(NamedTuple):
    """A headline as it stood in a day's list; what stays in a list stands there again the next day.

    :ivar day: ISO 8601
    :ivar source: the source's id
    """

    day: str
    source: str
    address: str
    title: str

    @property
    def id(self) -> str:
        """What labels name it by."""
        return self.address.rpartition("/")[2]


def headlines() -> list[Listed]:
    """All of them, day by day."""
    with gzip.open(DATA / "days/headlines.tsv.gz", "rt", encoding="utf-8") as file:
        return [Listed(*line.rstrip("\n").split("\t", 3)) for line in file]


def labelled(days: Sequence[str]) -> list[dict[str, str]]:
    """Day, id, event (a number), kind, entities (between |) and title of each."""
    with (DATA / "days/labels.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["day"] in days]
