"""What others would search with, each set up as somebody who knows it would, over the same folded texts.

    LIKE        a table of texts, looked through from the newest on
    trigram     FTS5 with its trigram tokenizer
    porter      FTS5 with porter over unicode61, as lemon24/reader has it
    words       FTS5 over the words of jieba's cut for search, joined with spaces
    characters  FTS5 over single characters, a run as a phrase: what newsbot had before
    tantivy     tantivy over the same words as `words`; in .venv/peers
    tantivy 1-2 tantivy over all its single characters and pairs (its own ngram tokenizer), ANDed; no phrases,
                because tantivy gives all grams of a text the same place

rjieba cuts for search, which is jieba's algorithm over jieba's dictionary, for both sides. Words are ANDed.
Texts are folded (half width, simplified, lower case) for all: how well each folds is not the question here.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from newsbot.models.search import HAN
from newsbot.search.tokens import TOKEN

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv/peers/bin/python"
CACHE = 16_000  # kilobytes of pages, as newsbot's connections have
TRIGRAM = 3
AT_ONCE = 2000
LATIN_OR_HAN = re.compile(rf"[{HAN}]|[^{HAN}]+")


class Peer(Protocol):
    """
    :ivar cpu: seconds that filling took, all of it
    """

    name: str
    cpu: float

    def fill(self, texts: Sequence[str]) -> None:
        """Folded texts; the first has id 1."""

    def newest(self, terms: Sequence[str], limit: int) -> tuple[list[int], float]:
        """Ids of texts that have all the terms, the last first, and the milliseconds for finding them."""

    def best(self, terms: Sequence[str], limit: int) -> list[int]:
        """The same in the order of its own ranking."""

    def bytes(self) -> tuple[int, int]:
        """Of the index, and of the texts that it keeps besides."""

    def close(self) -> None: ...


@cache
def _cutter() -> Any:
    from rjieba import Jieba

    return Jieba()


def cut(text: str) -> list[str]:
    """The words of a text, and those inside long ones."""
    return [word for word in _cutter().cut_for_search(text) if any(map(str.isalnum, word))]


class Sqlite:
    """One table of FTS5; or none."""

    name = ""
    table = "VIRTUAL TABLE texts USING fts5(body)"

    def __init__(self, folder: Path) -> None:
        self.cpu = 0.0
        self._path = folder / f"{self.name}.db"
        self._db = sqlite3.connect(self._path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(f"PRAGMA cache_size=-{CACHE}")
        self._db.execute(f"CREATE {self.table}")

    def fill(self, texts: Sequence[str]) -> None:
        began = time.process_time()
        for at in range(0, len(texts), AT_ONCE):
            rows = [(at + place + 1, self.stored(one)) for place, one in enumerate(texts[at : at + AT_ONCE])]
            self._db.execute("BEGIN")
            self._db.executemany("INSERT INTO texts (rowid, body) VALUES (?, ?)", rows)
            self._db.execute("COMMIT")
        self.cpu += time.process_time() - began

    def stored(self, text: str) -> str:
        return text

    def asked(self, term: str) -> str | None:
        """A term in the language of MATCH, or None where it can find nothing."""
        return f'"{term}"'

    def newest(self, terms: Sequence[str], limit: int) -> tuple[list[int], float]:
        began = time.perf_counter()
        found = self._found(terms, "rowid DESC", limit)
        return found, (time.perf_counter() - began) * 1000

    def best(self, terms: Sequence[str], limit: int) -> list[int]:
        return self._found(terms, "rank", limit)

    def _found(self, terms: Sequence[str], order: str, limit: int) -> list[int]:
        wanted = [self.asked(term) for term in terms]
        if None in wanted:
            return []
        statement = f"SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY {order} LIMIT ?"  # noqa: S608 ours
        return [row[0] for row in self._db.execute(statement, (" AND ".join(filter(None, wanted)), limit))]

    def bytes(self) -> tuple[int, int]:
        sizes = dict(self._db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
        content = sizes.get("texts_content", 0)
        return sum(size for name, size in sizes.items() if name.startswith("texts_")) - content, content

    def close(self) -> None:
        self._db.close()


class Like(Sqlite):
    name = "LIKE"
    table = "TABLE texts (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"

    def _found(self, terms: Sequence[str], order: str, limit: int) -> list[int]:
        """Newest first, whatever order is asked for: there is no other."""
        wanted = " AND ".join(["body LIKE ?"] * len(terms))
        statement = f"SELECT id FROM texts WHERE {wanted} ORDER BY id DESC LIMIT ?"  # noqa: S608 ours
        return [row[0] for row in self._db.execute(statement, [*(f"%{term}%" for term in terms), limit])]

    def bytes(self) -> tuple[int, int]:
        return 0, next(self._db.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'texts'"))[0]


class Trigram(Sqlite):
    name = "trigram"
    table = "VIRTUAL TABLE texts USING fts5(body, tokenize = 'trigram')"

    def asked(self, term: str) -> str | None:
        return super().asked(term) if len(term) >= TRIGRAM else None


class Porter(Sqlite):
    name = "porter"
    table = "VIRTUAL TABLE texts USING fts5(body, tokenize = 'porter unicode61')"


class Words(Sqlite):
    name = "words"
    table = "VIRTUAL TABLE texts USING fts5(body, tokenize = 'unicode61')"

    def stored(self, text: str) -> str:
        return " ".join(cut(text))

    def asked(self, term: str) -> str | None:
        return " AND ".join(f'"{word}"' for word in cut(term)) or None


class Characters(Sqlite):
    name = "characters"
    table = "VIRTUAL TABLE texts USING fts5(body, tokenize = 'ascii')"

    def stored(self, text: str) -> str:
        return " ".join(TOKEN.findall(text))

    def asked(self, term: str) -> str | None:
        return f'"{self.stored(term)}"'


class Tantivy:
    """tantivy, in a process of its own: see search_tantivy.py."""

    name = "tantivy"
    kind = "words"

    def __init__(self, folder: Path) -> None:
        self.cpu = 0.0
        self._folder = folder / self.name.replace(" ", "_")
        self._folder.mkdir()
        command = [str(PYTHON), str(ROOT / "benchmarks/search_tantivy.py"), self.kind, str(self._folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def _asks(self, **wanted: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def fill(self, texts: Sequence[str]) -> None:
        began = time.process_time()
        for at in range(0, len(texts), AT_ONCE):
            self._asks(add=[self.stored(one) for one in texts[at : at + AT_ONCE]])
        self.cpu += time.process_time() - began + self._asks(commit=True)["cpu"]

    def stored(self, text: str) -> str:
        return " ".join(cut(text))

    def words(self, term: str) -> list[str]:
        return cut(term)

    def newest(self, terms: Sequence[str], limit: int) -> tuple[list[int], float]:
        found = self._asks(words=[word for term in terms for word in self.words(term)], limit=limit)
        return found["ids"], found["ms"]

    def best(self, terms: Sequence[str], limit: int) -> list[int]:
        wanted = [word for term in terms for word in self.words(term)]
        found: list[int] = self._asks(words=wanted, limit=limit, best=True)["ids"]
        return found

    def bytes(self) -> tuple[int, int]:
        return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file()), 0

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class TantivyPairs(Tantivy):
    name = "tantivy 1-2"
    kind = "ngram"

    def stored(self, text: str) -> str:
        return text

    def words(self, term: str) -> list[str]:
        return [term[at : at + 2] for at in range(len(term) - 1)] or [term]


def peers(folder: Path) -> list[Peer]:
    """All of them, empty; those that are not installed are left out."""
    folder.mkdir(exist_ok=True)
    kinds: list[Any] = [Like, Trigram, Porter, Words, Characters]
    if _has_tantivy():
        kinds += [Tantivy, TantivyPairs]
    return [kind(folder) for kind in kinds]


@cache
def _has_tantivy() -> bool:
    if not PYTHON.exists():
        print("tantivy is left out: there is no .venv/peers (make bench installs it)")
        return False
    missing = subprocess.run(
        [str(PYTHON), "-c", "import tantivy"], capture_output=True, check=False
    ).returncode
    if missing:
        print("tantivy is left out: it is not in .venv/peers (make bench installs it)")
    return not missing
