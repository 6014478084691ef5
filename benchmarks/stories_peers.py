"""Other ways to tell which articles are one story; run by stories.py in the peers' own environment.

    .venv/peers/bin/python benchmarks/stories_peers.py < sets.json

Reads {"titles": {name: [title, …]}, "texts": {name: [text, …]}, "pairs": [[title, title], …]}, all folded and
without punctuation. Prints one line of JSON for each peer, setting and set: the group of each text, and the
seconds of CPU for them; for pairs how many are called the same. Every text is looked up among those before it
and joins all that it finds. Who compares titles gets no texts, the others both.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Protocol

SHINGLE = 5  # characters
HASHES = 128  # datasketch's own choice
STEPS = [step / 10 for step in range(1, 10)]


class Index(Protocol):
    def near(self, number: int, text: str) -> Iterable[int]:
        """The texts known so far that are the same; then this one is known too."""


def runs(text: str, length: int) -> set[str]:
    return {text[at : at + length] for at in range(len(text) - length + 1)}


class MinHashes:
    """datasketch's MinHashLSH over runs of five characters; what it finds is what counts."""

    def __init__(self, threshold: float) -> None:
        from datasketch import MinHashLSH

        self._index = MinHashLSH(threshold=threshold, num_perm=HASHES)

    def near(self, number: int, text: str) -> Iterable[int]:
        from datasketch import MinHash

        if len(text) < SHINGLE:
            return []
        made = MinHash(num_perm=HASHES)
        made.update_batch([run.encode() for run in runs(text, SHINGLE)])
        found: list[int] = self._index.query(made)
        self._index.insert(number, made)
        return found


class Simhashes:
    """simhash with its own runs of four characters and its own index."""

    def __init__(self, bits: int) -> None:
        from simhash import SimhashIndex

        self._index = SimhashIndex([], k=bits)

    def near(self, number: int, text: str) -> Iterable[int]:
        from simhash import Simhash

        made = Simhash(text)
        found = [int(name) for name in self._index.get_near_dups(made)]
        self._index.add(str(number), made)
        return found


class Bigrams:
    """Runs of two characters: two titles must share a part of what either has, or of the shorter one."""

    def __init__(self, threshold: float, of_shorter: bool) -> None:
        self._threshold, self._of_shorter = threshold, of_shorter
        self._sizes: dict[int, int] = {}
        self._under: defaultdict[Hashable, list[int]] = defaultdict(list)

    def near(self, number: int, text: str) -> Iterable[int]:
        mine = runs(text, 2)
        shared = Counter(other for run in mine for other in self._under[run])
        found = [
            other for other, count in shared.items() if self._is_near(count, len(mine), self._sizes[other])
        ]
        self._sizes[number] = len(mine)
        for run in mine:
            self._under[run].append(number)
        return found

    def _is_near(self, shared: int, mine: int, yours: int) -> bool:
        whole = min(mine, yours) if self._of_shorter else mine + yours - shared
        return shared >= self._threshold * whole


def groups(index: Index, texts: list[str]) -> list[int]:
    """The number of the first text of each one's group."""
    parent = list(range(len(texts)))

    def first(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for number, text in enumerate(texts):
        for other in list(index.near(number, text)):
            one, two = sorted((first(number), first(other)))
            parent[two] = one
    return [first(number) for number in range(len(texts))]


def peers() -> Iterable[tuple[str, float, Callable[[], Index]]]:
    """Name, setting and an empty index."""
    for step in STEPS:
        yield "datasketch", step, lambda step=step: MinHashes(step)
    for bits in (3, 12):
        yield f"simhash {bits}", bits, lambda bits=bits: Simhashes(bits)
    for step in STEPS:
        yield "bigrams, jaccard", step, lambda step=step: Bigrams(step, of_shorter=False)
        yield "bigrams, contained", step, lambda step=step: Bigrams(step, of_shorter=True)


def main() -> None:
    given: dict[str, Any] = json.load(sys.stdin)
    for name, setting, empty in peers():
        compares_titles = isinstance(empty(), Bigrams)
        for texts_name, texts in (given["titles"] | ({} if compares_titles else given["texts"])).items():
            started = time.process_time()
            found = groups(empty(), texts)
            told = {"set": texts_name, "groups": found, "seconds": time.process_time() - started}
            print(json.dumps({"peer": name, "setting": setting} | told))
        same = sum(len(set(groups(empty(), pair))) == 1 for pair in given["pairs"])
        print(json.dumps({"peer": name, "setting": setting, "set": "pairs", "same": same}))


if __name__ == "__main__":
    main()
