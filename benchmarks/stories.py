"""How well articles are grouped: events in other words, reprints, and different stories with similar titles.

    python benchmarks/stories.py [--pairs]
    python benchmarks/stories.py --growth   # what it costs by how many there are; four minutes

Reads ../shared/data; says so and ends where it is absent. Days: titles only, with the names that a person
marked (`marked`) and with those that the bot finds by itself (`found`). The thresholds were chosen on May;
July is the check. Beside them, on the same documents, what others would use: stories_peers.py, in
.venv/peers.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv/peers/bin/python"
sys.path.insert(0, str(ROOT))

from benchmarks.days import DATA, labelled  # noqa: E402
from benchmarks.stories_growth import grow  # noqa: E402
from benchmarks.town import machine  # noqa: E402
from newsbot.chinese.variants import fold  # noqa: E402
from newsbot.models.articles import Article  # noqa: E402
from newsbot.models.stories import Placed, Signature  # noqa: E402
from newsbot.stories.cluster import NEWEST, candidates, choose, keys  # noqa: E402
from newsbot.stories.same import evidence, is_reprint, is_same_event  # noqa: E402
from newsbot.stories.signature import SYMBOLS, signature  # noqa: E402
from newsbot.tags.noise import noise  # noqa: E402
from newsbot.tags.pick import pick  # noqa: E402

DAYS = {"May": ("2026-05-13", "2026-05-14"), "July": ("2026-07-22", "2026-07-23")}
WANTED = 0.95  # precision on May, below which no threshold is chosen
Three = tuple[float, float, float]  # precision, recall, F1
NOON = datetime(2026, 5, 13, 4, tzinfo=UTC)


def article(number: int, title: str, text: str = "", **more: object) -> Article:
    when = more.pop("when", NOON)
    values = {"keys": (), "source_id": "one", "first_seen": when, **more}
    return Article(id=number, title=title, text=text, **values)  # type: ignore[arg-type]


def group(signatures: Iterable[Signature]) -> dict[int, int]:
    """Article to story."""
    return {article_id: one.story_id for article_id, one in placed(signatures).items()}


def placed(signatures: Iterable[Signature]) -> dict[int, Placed]:
    """Article to its place, as the flow does it: look up candidates by key, choose, store."""
    index: defaultdict[str, list[tuple[int, datetime]]] = defaultdict(list)
    known: dict[int, Signature] = {}
    found: dict[int, Placed] = {}
    for new in signatures:
        under = {key: index[key][-NEWEST:] for key in keys(new)}
        near = [known[other] for other in candidates(new, keys(new), under)]
        place = found[new.article_id] = choose(new, near) or Placed(new.article_id)
        known[new.article_id] = replace(new, story_id=place.story_id)
        for key in keys(new):
            index[key].append((new.article_id, new.when))
    return found


def bcubed(found: dict[int, int], truth: dict[int, int]) -> Three:
    """Precision, recall and F1, averaged over articles."""
    both = Counter((found[item], truth[item]) for item in truth)
    mine, theirs = Counter(found.values()), Counter(truth.values())
    precision = sum(both[found[i], truth[i]] / mine[found[i]] for i in truth) / len(truth)
    recall = sum(both[found[i], truth[i]] / theirs[truth[i]] for i in truth) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pairwise(found: dict[int, int], truth: dict[int, int]) -> Three:
    """The same of pairs of articles; who finds none is never wrong."""
    good, mine, theirs = len(pairs(found) & pairs(truth)), len(pairs(found)), len(pairs(truth))
    return good / mine if mine else 1.0, good / theirs, 2 * good / (mine + theirs)


def pairs(groups: dict[int, int]) -> set[tuple[int, int]]:
    members: defaultdict[int, list[int]] = defaultdict(list)
    for item, story in groups.items():
        members[story].append(item)
    return {(a, b) for items in members.values() for a in items for b in items if a < b}


def measure_days(name: str, marked: bool, show: bool) -> Three:
    rows = labelled(DAYS[name])
    signatures = []
    for number, row in enumerate(rows, 1):
        title = row["title"]
        tags = tuple(filter(None, (row["entities"] or "").split("|"))) if marked else pick(title, "")
        found = noise(title, "")
        kind = ("roundup" if row["kind"] == "roundup" else None) if marked else found and found.kind
        when = datetime.fromisoformat(row["day"]).replace(hour=4, tzinfo=UTC)
        signatures.append(signature(article(number, title, tags=tags, noise=kind, when=when)))
    truth = {number: int(row["event"]) for number, row in enumerate(rows, 1)}
    found = group(signatures)
    good, all_found, all_true = pairs(found) & pairs(truth), pairs(found), pairs(truth)
    alone = bcubed({number: number for number in truth}, truth)
    measured = bcubed(found, truth)
    print(
        f"{name:<5}{'marked' if marked else 'found':<8}BCubed P R F1  {three(measured)}   "
        f"pairs {len(good)} right of {len(all_found)} of {len(all_true)}   all apart: F1 {alone[2]:.3f}"
    )
    if show:
        for a, b in sorted(all_found):
            sign = "+" if (a, b) in good else "-"
            same = is_same_event(signatures[a - 1], signatures[b - 1])
            points = {k[1]: round(v, 2) for k, v in evidence(signatures[a - 1], signatures[b - 1]).items()}
            print(f"   {sign} {same:d} {rows[a - 1]['title'][:45]} | {rows[b - 1]['title'][:45]} {points}")
    return measured


def reprints() -> list[dict[str, Any]]:
    with gzip.open(DATA / "fulltext" / "same_story.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def different() -> list[list[str]]:
    """Pairs of titles."""
    rows = json.loads((DATA / "fulltext" / "different_stories.json").read_text("utf-8"))
    return [[row[1], row[2]] for row in rows]


def measure_reprints() -> tuple[Three, float]:
    """Also how many documents a second."""
    rows = reprints()
    started = time.process_time()
    signatures = [
        signature(article(number, row["title"], row["text"], source_id=f"source{number}"))
        for number, row in enumerate(rows, 1)
    ]
    found = group(signatures)
    spent = time.process_time() - started
    truth = {number: row["cluster"] for number, row in enumerate(rows, 1)}
    all_found, all_true = pairs(found), pairs(truth)
    measured = pairwise(found, truth)
    print(f"reprints  pairs P {measured[0]:.4f}  R {measured[1]:.4f}  {len(rows) / spent:.0f} documents/s")
    for kind in sorted({row["kind"] for row in rows}):
        missed = [
            pair
            for pair in all_true - all_found
            if kind in {rows[pair[0] - 1]["kind"], rows[pair[1] - 1]["kind"]}
        ]
        print(f"   {kind:<16}{len(missed)} pairs missed")
    return measured, len(rows) / spent


def measure_different() -> int:
    """How many of the pairs are merged."""
    titles = different()
    merged = []
    for pair in titles:
        one, other = (
            replace(signature(article(n, title, source_id=str(n))), story_id=n)
            for n, title in enumerate(pair, 1)
        )
        if choose(one, [other]) is not None:
            merged.append(pair)
    print(f"different stories, titles only: {len(merged)} of {len(titles)} pairs merged")
    for pair in merged:
        print("   ", " | ".join(pair))
    return len(merged)


def measure_different_texts() -> None:
    """350 different articles: none is a reprint of another."""
    with gzip.open(DATA / "fulltext" / "lctt_350.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    signatures = [
        signature(article(number, row["title"], row["body_md"], source_id=str(number)))
        for number, row in enumerate(rows, 1)
    ]
    wrong = [
        (a, b) for a in signatures for b in signatures if a.article_id < b.article_id and is_reprint(a, b)
    ]
    found = group(signatures)
    merged = pairs(found)
    print(f"350 different articles: {len(wrong)} pairs called reprints, {len(merged)} pairs in one story")
    for a, b in sorted(merged):
        print("   ", rows[a - 1]["title"], "|", rows[b - 1]["title"])


# ---- what others would use -------------------------------------------------------------------------------


def compared() -> dict[str, Any]:
    """What the peers are given: all that newsbot is, folded and without punctuation."""
    rows = reprints()
    titles = {name: [plain(row["title"]) for row in labelled(days)] for name, days in DAYS.items()}
    return {
        "titles": titles | {"reprints' titles": [plain(row["title"]) for row in rows]},
        "texts": {"reprints": [plain(row["text"]) for row in rows]},
        "pairs": [[plain(title) for title in pair] for pair in different()],
    }


def plain(text: str) -> str:
    return SYMBOLS.sub("", fold(text))


def truths() -> dict[str, dict[int, int]]:
    """Which event each document of a set tells."""
    found = {
        name: dict(enumerate(int(row["event"]) for row in labelled(days))) for name, days in DAYS.items()
    }
    clusters = dict(enumerate(int(row["cluster"]) for row in reprints()))
    return found | {"reprints": clusters, "reprints' titles": clusters}


LINES = "{:<20}{:>9}   {:<17}   {:<17}   {:>9}   {:<13}   {:<9}   {:>11}"
HEADS = (
    "",
    "threshold",
    "May P R F1",
    "July P R F1",
    "threshold",
    "reprints P R",
    "merged/48",
    "documents/s",
)


def compare(ours: Sequence[Any]) -> None:
    """The table; merged are those of the pairs of different stories, by the threshold for titles."""
    print(LINES.format(*HEADS))
    print(LINES.format("newsbot", "", *ours))
    if not PEERS.exists():
        print("the peers are missing; `make bench` installs them into .venv/peers")
        return
    done = subprocess.run(
        [str(PEERS), str(ROOT / "benchmarks/stories_peers.py")],
        input=json.dumps(compared()), capture_output=True, text=True, check=True,
    )  # fmt: skip
    measured = score([json.loads(line) for line in done.stdout.splitlines()])
    for peer in dict.fromkeys(name for name, _ in measured):
        settings = {setting: found for (name, setting), found in measured.items() if name == peer}
        print(LINES.format(peer, *row(settings)))


def row(settings: dict[float, dict[str, Any]]) -> tuple[Any, ...]:
    """A peer with the threshold for titles that is best on May, and that for texts best on reprints."""

    def on_may(one: float) -> tuple[bool, float, float]:
        precision, _, f1 = settings[one]["May"]
        return precision >= WANTED, f1, one

    for_titles = for_texts = max(settings, key=on_may)
    reprinted = "reprints' titles"
    if "reprints" in settings[for_titles]:
        reprinted, for_texts = "reprints", max(settings, key=lambda one: (settings[one]["reprints"][2], one))
    titles, texts = settings[for_titles], settings[for_texts]
    days = (three(titles[day]) for day in DAYS)
    return for_titles, *days, for_texts, two(texts[reprinted]), titles["pairs"], round(texts["rate"])


def three(measured: Three) -> str:
    return " ".join(f"{value:.3f}" for value in measured)


def two(measured: Three) -> str:
    return " ".join(f"{value:.4f}" for value in measured[:2])


def score(told: list[dict[str, Any]]) -> dict[tuple[str, float], dict[str, Any]]:
    """Of each peer and setting: its figures on each set, the pairs merged, documents a second."""
    truth = truths()
    found: defaultdict[tuple[str, float], dict[str, Any]] = defaultdict(dict)
    for one in told:
        mine = found[one["peer"], one["setting"]]
        if one["set"] == "pairs":
            mine["pairs"] = one["same"]
            continue
        groups = dict(enumerate(one["groups"]))
        measure = bcubed if one["set"] in DAYS else pairwise
        mine[one["set"]] = measure(groups, truth[one["set"]])
        mine["rate"] = len(groups) / one["seconds"]  # of the last set, the reprints
    return dict(found)


def main() -> None:
    if not DATA.is_dir():
        print(f"skipped: there is no {DATA.relative_to(ROOT.parent)} beside this checkout")
        return
    if "--growth" in sys.argv:
        print(machine())
        asyncio.run(grow(DATA / "days" / "headlines.tsv.gz"))
        return
    show = "--pairs" in sys.argv
    days = {}
    for name in DAYS:
        measure_days(name, True, show)
        days[name] = measure_days(name, False, show)
    reprinted, rate = measure_reprints()
    merged = measure_different()
    measure_different_texts()
    print()
    compare((*map(three, days.values()), "", two(reprinted), merged, round(rate)))


if __name__ == "__main__":
    main()
