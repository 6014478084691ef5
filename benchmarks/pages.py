"""The article on saved pages: its body beside readability, gne and trafilatura, and what else a page says.

    python benchmarks/pages.py [--show]

Reads ../shared/data/pages; says so and ends where it is absent. The peers run in .venv/peers, each page in
the same decoded form. What is right nobody wrote down: the consensus is what at least two of the three peers
have, in runs of five letters. A page is nearly empty where newsbot has less than a fifth of it.
"""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = ROOT.parent / "shared" / "data" / "pages"
PEERS = ROOT / ".venv/peers/bin/python"
sys.path.insert(0, str(ROOT))

from newsbot.articles.page import read_page  # noqa: E402
from newsbot.chinese.variants import simplified  # noqa: E402
from newsbot.errors import NotReadable  # noqa: E402
from newsbot.models.articles import Page  # noqa: E402
from newsbot.sources.decode import decode  # noqa: E402

RUN = 5  # letters
RIVALS = ("readability", "gne", "trafilatura")
NOW = datetime(2026, 11, 25, tzinfo=UTC)
NEARLY_EMPTY = 0.2
NOTHING = 50  # letters
ROUNDS = 5


def runs(text: str) -> Counter[str]:
    """How often each five letters stand one after the other; signs and spaces do not count."""
    letters = "".join(filter(str.isalnum, text.lower()))
    return Counter(letters[place : place + RUN] for place in range(len(letters) - RUN + 1))


def consensus(texts: list[str]) -> Counter[str]:
    """What two of three have; what one has where no two found an article (only gne knows WeChat's)."""
    counted = [runs(text) for text in texts]
    every = set().union(*counted)
    agreed = Counter({run: statistics.median_low([one[run] for one in counted]) for run in every})
    return agreed if agreed.total() >= NOTHING else max(counted, key=Counter.total)


def scores(found: Counter[str], truth: Counter[str]) -> tuple[float, float, float]:
    both = (found & truth).total()
    if not both:
        return 0.0, 0.0, 0.0
    precision, recall = both / found.total(), both / truth.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def saved() -> dict[str, str]:
    """The pages by name, decoded."""
    return {
        path.name.removesuffix(".gz"): decode(gzip.decompress(path.read_bytes()), "text/html")
        for path in sorted(PAGES.glob("*.html.gz"))
    }


def peers(folder: Path) -> dict[str, dict[str, tuple[str, float]]]:
    """Peer to page to its text and seconds."""
    found: dict[str, dict[str, tuple[str, float]]] = {}
    names = [str(path) for path in sorted(folder.iterdir())]
    for peer in RIVALS:
        done = subprocess.run(
            [str(PEERS), str(ROOT / "benchmarks/pages_peers.py"), peer, *names],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        lines = map(json.loads, done.stdout.splitlines())
        found[peer] = {line["name"]: (line["text"], line["seconds"]) for line in lines}
    return found


def read(html: str) -> Page | None:
    try:
        return read_page(html, "https://example.com/a", "Asia/Shanghai", NOW)
    except NotReadable:
        return None


def ours(pages: dict[str, str]) -> tuple[dict[str, Page | None], float]:
    """The pages as newsbot reads them, and the seconds for all of them, whole: the median of a few rounds."""
    simplified("預熱")
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        found = {name: read(html) for name, html in pages.items()}
        spent.append(time.process_time() - started)
    return found, statistics.median(spent)


def report(name: str, rows: list[tuple[float, float, float]], seconds: float) -> None:
    means = "  ".join(f"{statistics.mean(column):.3f}" for column in zip(*rows, strict=True))
    worst = min(f1 for _, _, f1 in rows)
    median = statistics.median(f1 for _, _, f1 in rows)
    print(
        f"{name:<12} P R F1  {means}   median {median:.3f}  worst {worst:.3f}   "
        f"{len(rows) / seconds:7.1f} pages/s"
    )


def main() -> None:
    if not PAGES.is_dir():
        print("skipped: there is no ../shared/data/pages beside this checkout")
        return
    if not PEERS.exists():
        print("skipped: the peers are missing; `make bench` installs them into .venv/peers")
        return
    pages = saved()
    with tempfile.TemporaryDirectory() as place:
        for name, html in pages.items():
            (Path(place) / name).write_text(html, encoding="utf-8")
        found = peers(Path(place))
    truth = {name: consensus([found[peer][name][0] for peer in RIVALS]) for name in pages}
    mine, seconds = ours(pages)
    rows = {name: scores(runs(page.text if page else ""), truth[name]) for name, page in mine.items()}
    report("newsbot", list(rows.values()), seconds)
    for peer in RIVALS:
        texts = found[peer]
        report(
            peer,
            [scores(runs(texts[name][0]), truth[name]) for name in pages],
            sum(spent for _, spent in texts.values()),
        )
    empty = [
        name for name, page in mine.items()
        if page is None or runs(page.text).total() < NEARLY_EMPTY * truth[name].total()
    ]  # fmt: skip
    print(f"nearly empty: {len(empty)} of {len(pages)} {' '.join(empty)}")
    for field in ("source", "author", "published", "reads", "image", "related"):
        print(f"   {field:<10}{sum(bool(page and getattr(page, field)) for page in mine.values())}")
    if "--show" in sys.argv:
        for name, row in sorted(rows.items(), key=lambda item: item[1][2]):
            print(f"{name:<24}", *(f"{value:.3f}" for value in row), truth[name].total())


if __name__ == "__main__":
    main()
