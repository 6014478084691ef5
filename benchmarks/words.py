"""Tags beside jieba.analyse, names in headlines, noise, tags that come again, and speed; in one run.

    python benchmarks/words.py [--show] [--tune]

Reads ../shared/data; says so and ends where it is absent. Rules and word lists were chosen on the days of
May (`--tune` shows them); July is the check. Because word lists grew with both in sight, a further day of
the same headlines was labelled by hand afterwards, by somebody who did not know the rules (labels.tsv, by
number): the blind check. Keywords are those that the editors of saved pages wrote into them; both sides are
told as newsbot calls the thing (an alias is no miss, for neither). The speed is that of whole articles.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import pages as saved  # noqa: E402

from benchmarks.days import DATA, headlines  # noqa: E402
from benchmarks.days import labelled as labelled_days  # noqa: E402
from newsbot.chinese import ready, vocabulary  # noqa: E402
from newsbot.chinese.segment import reference  # noqa: E402
from newsbot.chinese.variants import fold  # noqa: E402
from newsbot.models.words import Counts, Vocabulary  # noqa: E402
from newsbot.tags.alias import canonical  # noqa: E402
from newsbot.tags.noise import noise  # noqa: E402
from newsbot.tags.pick import candidates, pick  # noqa: E402

MAY, JULY = ("2026-05-13", "2026-05-14"), ("2026-07-22", "2026-07-23")
BLIND = ("2026-01-21",)
MORE = Path(__file__).parent / "labels.tsv"
NO_NOISE = ("news", "opinion")
WEEK = 7  # days
FEWEST_CHARS = 50
LONGEST_KEYWORD = 12
BETWEEN = re.compile(r"[,，\s]+")

Tagger = Callable[[str, str, int], Sequence[str]]


def name(tag: str) -> str:
    return fold(canonical(tag))


def ours(title: str, text: str, most: int) -> Sequence[str]:
    return pick(title, text)[:most]


def jiebas() -> Tagger:
    """jieba.analyse as it comes, with nothing of ours in its dictionary."""
    from jieba.analyse import extract_tags

    return lambda title, text, most: extract_tags(f"{title}\n{text}", topK=most)


# ---- editors' keywords -------------------------------------------------------------------------------------


def keyworded() -> list[tuple[str, str, set[str]]]:
    """Title, text and keywords of the saved pages that have any."""
    found = []
    pages = saved.saved()
    for row in json.loads((DATA / "pages/meta.json").read_text("utf-8")):
        page = saved.read(pages[row["file"]])
        words = {name(word) for word in BETWEEN.split(row["keywords"] or "") if word}
        words = {word for word in words if 2 <= len(word) <= LONGEST_KEYWORD}
        if page and words and len(page.text) >= FEWEST_CHARS:
            found.append((page.title, page.text, words))
    return found


def measure_keywords(taggers: dict[str, Tagger], show: bool) -> None:
    articles = keyworded()
    figures = {}
    for who, tagger in taggers.items():
        for most in (5, 8):
            rows = []
            for title, text, words in articles:
                tags = list(dict.fromkeys(map(name, tagger(title, text, most))))[:most]
                hits = sum(tag in words for tag in tags)
                rows.append((hits / most, hits / len(words), float(hits > 0)))
                if show and most == 8 and who == "newsbot":
                    print("  ", title[:30], "|", " ".join(tags), "|", " ".join(sorted(words)))
            figures[who, most] = [statistics.mean(column) for column in zip(*rows, strict=True)]
            told = "  ".join(f"{value:.3f}" for value in figures[who, most])
            print(f"keywords of {len(articles)} pages, first {most}   {who:<14} P, recall, any hit  {told}")
    mine, theirs = figures["newsbot", 5], figures["jieba.analyse", 5]
    print(f"   newsbot / jieba.analyse: P@5 {mine[0] / theirs[0]:.2f}, recall {mine[1] / theirs[1]:.2f}")


# ---- labelled headlines ------------------------------------------------------------------------------------


def labelled(days: Sequence[str]) -> list[dict[str, str]]:
    if days == BLIND:
        return [row for row in more() if row["day"] in days]
    return labelled_days(days)


def more() -> list[dict[str, str]]:
    """The further labels, each with the title that they are about."""
    titles = {(one.day, one.id): one.title for one in headlines()}
    with MORE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{**row, "title": titles[row["day"], row["id"]]} for row in rows]


def told(days: Sequence[str]) -> str:
    return {MAY: "May", JULY: "July", BLIND: "January, blind"}[tuple(days)]


def measure_entities(days: Sequence[str], taggers: dict[str, Tagger], show: bool) -> None:
    for who, tagger in taggers.items():
        found, wanted = 0, 0
        for row in labelled(days):
            tags = {name(tag) for tag in tagger(row["title"], "", 8)}
            entities = {name(one) for one in (row["entities"] or "").split("|") if one}
            found, wanted = found + len(entities & tags), wanted + len(entities)
            if show and who == "newsbot" and entities - tags:
                print("  ", row["title"][:60], "| missed", *(entities - tags), "| has", *tags)
        print(f"entities in headlines of {told(days)}   {who:<14} recall {found / wanted:.3f} of {wanted}")


def kind_of(title: str) -> str | None:
    found = noise(title, "")
    return found.kind if found else None


def measure_noise(days: Sequence[str], show: bool) -> None:
    rows = labelled(days)
    found = [(row["kind"], kind_of(row["title"])) for row in rows]
    right = sum(kind not in NO_NOISE and bool(said) for kind, said in found)
    said_noise, is_noise = (
        sum(bool(said) for _, said in found),
        sum(kind not in NO_NOISE for kind, _ in found),
    )
    print(
        f"noise in headlines of {told(days)}   P {right / said_noise:.3f}  R {right / is_noise:.3f}   "
        f"{right} right of {said_noise} told of {is_noise} of {len(rows)}"
    )
    kinds = {"ad": "advertorial"}
    per = defaultdict(Counter)
    for kind, said in found:
        per[kinds.get(kind, kind)][said or "-"] += 1
    for kind, counts in sorted(per.items()):
        print(f"   {kind:<12}", "  ".join(f"{said} {count}" for said, count in counts.most_common()))
    if show:
        for row, (kind, said) in zip(rows, found, strict=True):
            if (kind in NO_NOISE) == bool(said):
                print("  ", kind, said, row["title"])


# ---- tags that come again ----------------------------------------------------------------------------------


def measure_recurring(taggers: dict[str, Tagger]) -> None:
    """Headlines day by day, as the bot sees them: what newsbot learns in a week it knows in the next one."""
    lines = headlines()
    titles: dict[date, list[str]] = defaultdict(list)
    for day, _, _, title in lines:
        titles[date.fromisoformat(day)].append(title)
    for who, tagger in {**taggers, "newsbot, learning": ours}.items():
        tags = tagged(titles, tagger, learning=who.endswith("learning"))
        again, every, different = 0, 0, []
        for day in tags:
            if (max(tags) - day).days >= WEEK:
                later = set().union(*(tags[other] for other in tags if 0 < (other - day).days <= WEEK))
                again += sum(times for tag, times in tags[day].items() if tag in later)
                every += tags[day].total()
                different.append(len(later & set(tags[day])) / len(tags[day]))
        print(
            f"tags of {len(lines)} headlines   {who:<18} come again within {WEEK} days {again / every:.3f}; "
            f"different ones {statistics.mean(different):.3f}; {every / len(lines):.1f} a headline"
        )


def tagged(titles: dict[date, list[str]], tagger: Tagger, learning: bool) -> dict[date, Counter[str]]:
    """The tags of each day, and to how many headlines each was given."""
    found, counts, seen = {}, Counter(), 0
    for number, day in enumerate(sorted(titles)):
        if learning and number % WEEK == 0:
            vocabulary.use(Vocabulary(counts=Counts(articles=seen, words=dict(counts))))
        found[day] = Counter(name(tag) for title in titles[day] for tag in tagger(title, "", 8))
        if learning:
            counts.update(word for title in titles[day] for word in candidates(title, ""))
            seen += len(titles[day])
    vocabulary.use(Vocabulary())
    return found


# ---- speed -------------------------------------------------------------------------------------------------


def measure_speed(taggers: dict[str, Tagger]) -> None:
    with gzip.open(DATA / "fulltext/lctt_350.jsonl.gz", "rt", encoding="utf-8") as file:
        articles = [(row["title"], row["body_md"]) for row in map(json.loads, file)]
    articles += [(title, text) for title, text, _ in keyworded()]
    chars = statistics.mean(len(text) for _, text in articles)
    speeds: dict[str, list[float]] = defaultdict(list)
    for _ in range(3):
        for who, tagger in taggers.items():
            started = time.process_time()
            for title, text in articles:
                tagger(title, text, 8)
            speeds[who].append(len(articles) / (time.process_time() - started))
    told = {who: statistics.median(several) for who, several in speeds.items()}
    for who, speed in told.items():
        print(
            f"tagging {len(articles)} articles of {chars:.0f} characters   {who:<14} {speed:7.0f} articles/s"
        )
    print(f"   newsbot / jieba.analyse: {told['newsbot'] / told['jieba.analyse']:.1f}")


def main() -> None:
    if not DATA.is_dir():
        print("skipped: there is no ../shared/data beside this checkout")
        return
    ready.prepare()
    reference()
    taggers: dict[str, Tagger] = {"newsbot": ours, "jieba.analyse": jiebas()}
    taggers["jieba.analyse"]("预热", "预热", 5)
    show, tune = "--show" in sys.argv, "--tune" in sys.argv
    measure_keywords(taggers, show)
    for days in (MAY, JULY, BLIND) if tune else (JULY, BLIND):
        measure_entities(days, taggers, show and days == MAY)
        measure_noise(days, show and days == MAY)
    measure_recurring(taggers)
    measure_speed(taggers)


if __name__ == "__main__":
    main()
