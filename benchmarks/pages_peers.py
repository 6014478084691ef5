"""Other programs that find the article of a page; run by pages.py in the peers' own environment.

    .venv/peers/bin/python benchmarks/pages_peers.py readability|gne|trafilatura FILE…

Prints one line of JSON a file: its name, the text (empty where the program fails or is stopped) and the
seconds that it took.
"""

from __future__ import annotations

import json
import logging
import re
import signal
import sys
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path

PATIENCE = 30  # seconds for one page
TAGS = re.compile(r"<[^>]+>")


def readability() -> Callable[[str], str]:
    from readability import Document

    return lambda page: unescape(TAGS.sub("\n", Document(page).summary(html_partial=True)))


def gne() -> Callable[[str], str]:
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()
    return lambda page: str(extractor.extract(page)["content"])


def trafilatura() -> Callable[[str], str]:
    from trafilatura import extract

    return lambda page: extract(page, include_comments=False) or ""


def main() -> None:
    logging.disable(logging.CRITICAL)
    extract = {"readability": readability, "gne": gne, "trafilatura": trafilatura}[sys.argv[1]]()
    for name in sys.argv[2:]:
        page = Path(name).read_text(encoding="utf-8")
        started = time.process_time()
        signal.alarm(PATIENCE)
        try:
            text = extract(page)
        except Exception:  # a peer may fail as it likes: it found nothing then
            text = ""
        finally:
            signal.alarm(0)
        print(json.dumps({"name": Path(name).name, "text": text, "seconds": time.process_time() - started}))


if __name__ == "__main__":
    main()
