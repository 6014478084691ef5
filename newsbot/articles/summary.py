"""One or two whole sentences that say what an article is about."""

from __future__ import annotations

import re

from newsbot.articles.boilerplate import article_lines
from newsbot.chinese.variants import fold

SHORTEST = 20
LONGEST = 200
# A sentence ends at Chinese marks anywhere, at Latin ones only before a space (`4.5`, `Node.js`).
_SENTENCE = re.compile(r".+?(?:[。！？…]+[”」』）]*|[.!?]+[\"')]*(?=\s|$)|$)", re.DOTALL)
_PLACE = re.compile(
    r"^(?:[^，。！？]{2,14}(?:讯|消息|电|报道)[，,:：]|[【\[][^】\]]{2,20}[】\]]|[（(][^）)]{2,16}[）)]|IT之家|导语[:：]|摘要[:：])\s*"
)
_ENOUGH = 60


def summary(title: str, text: str, given: str = "") -> str:
    """20 to 200 characters of plain text, or nothing: what the publisher gave, else how the article begins.

    Both are cleaned already.

    Neither the title again nor a notice; never half a sentence.
    """
    for candidate in (given, text):
        found = _lead(title, candidate)
        if found:
            return found
    return ""


def _lead(title: str, text: str) -> str:
    chosen = ""
    for line in article_lines(text[:4000].split("\n")):
        for sentence in _sentences(line):
            if not chosen and (_repeats(sentence, title) or len(sentence) < 6):
                continue
            joined = _join(chosen, sentence)
            if len(joined) > LONGEST:
                return chosen if len(chosen) >= SHORTEST else ""
            chosen = joined
        if len(chosen) >= _ENOUGH:
            break
    return chosen if len(chosen) >= SHORTEST else ""


def _sentences(line: str) -> list[str]:
    line = _PLACE.sub("", line)
    found = [match.group().strip() for match in _SENTENCE.finditer(line)]
    # What was cut off by the publisher ends nowhere.
    return [sentence for sentence in found if sentence and not sentence.endswith(("...", "[…]", "[...]"))]


def _repeats(sentence: str, title: str) -> bool:
    said, known = (re.sub(r"\W", "", fold(words)) for words in (sentence, title))
    return not said or said in known or (known != "" and known in said and len(said) < len(known) + 10)


def _join(before: str, sentence: str) -> str:
    space = " " if before and before[-1].isascii() and sentence[0].isascii() else ""
    return before + space + sentence
