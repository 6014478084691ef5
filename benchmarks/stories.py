"""How well articles are grouped: events in other words, reprints, and different stories with similar titles.

    python benchmarks/stories.py [--pairs]

Reads ../shared/data; says so and ends where it is absent. Days: titles only, with the names that a person
marked (`marked`) and with those that the bot finds by itself (`found`). The thresholds were chosen on May;
July is the check.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
sys.path.insert(0, str(ROOT))

from newsbot.models.articles import Article  # noqa: E402
from newsbot.models.stories import Signature  # noqa: E402
from newsbot.stories.cluster import choose, evidence, is_reprint, is_same_event, keys  # noqa: E402
from newsbot.stories.signature import signature  # noqa: E402
from newsbot.tags.noise import noise  # noqa: E402
from newsbot.tags.pick import pick  # noqa: E402

NOON = datetime(2026, 5, 13, 4, tzinfo=UTC)


def article(number: int, title: str, text: str = "", **more: object) -> Article:
    when = more.pop("when", NOON)
    values = {"keys": (), "source_id": "one", "first_seen": when, **more}
    return Article(id=number, title=title, text=text, **values)  # type: ignore[arg-type]


def group(signatures: Iterable[Signature]) -> dict[int, int]:
    """Article to story, as the flow does it: look up candidates by key, choose, store."""
    index: defaultdict[str, list[Signature]] = defaultdict(list)
    stories: dict[int, int] = {}
    for new in signatures:
        found = {other.article_id: other for key in keys(new) for other in index[key]}
        story = choose(new, list(found.values()))
        stories[new.article_id] = new.article_id if story is None else story
        stored = replace(new, story_id=stories[new.article_id])
        for key in keys(stored):
            index[key].append(stored)
    return stories


def bcubed(found: dict[int, int], truth: dict[int, int]) -> tuple[float, float, float]:
    """Precision, recall and F1, averaged over articles."""
    both = Counter((found[item], truth[item]) for item in truth)
    mine, theirs = Counter(found.values()), Counter(truth.values())
    precision = sum(both[found[i], truth[i]] / mine[found[i]] for i in truth) / len(truth)
    recall = sum(both[found[i], truth[i]] / theirs[truth[i]] for i in truth) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pairs(groups: dict[int, int]) -> set[tuple[int, int]]:
    members: defaultdict[int, list[int]] = defaultdict(list)
    for item, story in groups.items():
        members[story].append(item)
    return {(a, b) for items in members.values() for a in items for b in items if a < b}


def labelled(days: Sequence[str]) -> list[dict[str, str]]:
    with (DATA / "days" / "labels.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["day"] in days]


def measure_days(name: str, days: Sequence[str], marked: bool, show: bool) -> None:
    rows = labelled(days)
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
    figures = "  ".join(f"{value:.3f}" for value in bcubed(found, truth))
    print(
        f"{name:<5}{'marked' if marked else 'found':<8}BCubed P R F1  {figures}   "
        f"pairs {len(good)} right of {len(all_found)} of {len(all_true)}   all apart: F1 {alone[2]:.3f}"
    )
    if show:
        for a, b in sorted(all_found):
            sign = "+" if (a, b) in good else "-"
            same = is_same_event(signatures[a - 1], signatures[b - 1])
            points = {k[1]: round(v, 2) for k, v in evidence(signatures[a - 1], signatures[b - 1]).items()}
            print(f"   {sign} {same:d} {rows[a - 1]['title'][:45]} | {rows[b - 1]['title'][:45]} {points}")


def measure_reprints() -> None:
    path = DATA / "fulltext" / "same_story.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    started = time.process_time()
    signatures = [
        signature(article(number, row["title"], row["text"], source_id=f"source{number}"))
        for number, row in enumerate(rows, 1)
    ]
    found = group(signatures)
    spent = time.process_time() - started
    truth = {number: row["cluster"] for number, row in enumerate(rows, 1)}
    good, all_found, all_true = pairs(found) & pairs(truth), pairs(found), pairs(truth)
    print(
        f"reprints  pairs P {len(good) / len(all_found):.4f}  R {len(good) / len(all_true):.4f}  "
        f"{len(rows) / spent:.0f} documents/s"
    )
    for kind in sorted({row["kind"] for row in rows}):
        missed = [
            pair
            for pair in all_true - all_found
            if kind in {rows[pair[0] - 1]["kind"], rows[pair[1] - 1]["kind"]}
        ]
        print(f"   {kind:<16}{len(missed)} pairs missed")


def measure_different() -> None:
    rows = json.loads((DATA / "fulltext" / "different_stories.json").read_text("utf-8"))
    merged = []
    for row in rows:
        one, other = (replace(signature(article(n, row[n], source_id=str(n))), story_id=n) for n in (1, 2))
        if choose(one, [other]) is not None:
            merged.append((row[1], row[2]))
    print(f"different stories, titles only: {len(merged)} of {len(rows)} pairs merged")
    for pair in merged:
        print("   ", " | ".join(pair))
    measure_different_texts()


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


def main() -> None:
    if not DATA.is_dir():
        print(f"skipped: there is no {DATA.relative_to(ROOT.parent)} beside this checkout")
        return
    show = "--pairs" in sys.argv
    for name, days in (("May", ("2026-05-13", "2026-05-14")), ("July", ("2026-07-22", "2026-07-23"))):
        for marked in (True, False):
            measure_days(name, days, marked, show)
    measure_reprints()
    measure_different()


if __name__ == "__main__":
    main()
