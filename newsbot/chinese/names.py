"""Latin product and model names that stay whole: GLM-130B, GPT-4o, RTX 5090, Node.js, iPhone 17 Pro."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import ascii_letters

from newsbot.chinese import vocabulary
from newsbot.chinese.tech import kind, kinds

_EDITION = (
    r"(?:Pro|Max|Ultra|Plus|Mini|mini|Air|SE|Ti|TI|SUPER|Super|XTX|XT|FE|Lite|Turbo|Flash|Neo|Fold|Flip|"
    r"Nano|Opus|Sonnet)"
)
_LETTERS = r"[A-Za-z][A-Za-z0-9]{0,30}"
# A number after a space belongs to the name unless it counts something or is a year.
_COUNTED = (
    r"(?![0-9A-Za-z.,%]*\s*(?:年|月|日|号|亿|万|千|百|%|％|个|款|家|名|次|天|人|元|美元|倍|分|小时|岁|周|度|"
    r"项|大|种|台|辆|米|公里|英寸|点|位|条))"
)
_NUMBER = (
    rf"{_COUNTED}(?!(?:19|20)[0-9]{{2}}(?![0-9A-Za-z]))"
    r"[A-Za-z]?[0-9]{1,4}[A-Za-z]{0,2}(?:\.[0-9]{1,2})?(?![0-9A-Za-z%]|[.,][0-9])"
)
_SMALL_WORDS = (
    "The|In|On|At|By|To|Of|For|Over|Under|About|From|With|And|Or|Top|Just|Only|Than|Is|Are|Was|All|Since|Until|After|"
    "Before|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|January|February|March|April|June|July|August|"
    "September|October|November|December|Nearly|Almost|These|Those|Our|My|Your|AI|CEO|App|APP|IPO|A"
)
_START = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9])"
_PARTS = (
    # RTX 5090, iPhone 17 Pro Max, Windows 11
    rf"{_START}(?!(?:{_SMALL_WORDS})\s)(?=[a-z]{{0,2}}[A-Z])[A-Za-z]{{1,30}}(?:-[A-Za-z]{{1,20}})?"
    rf"(?:[ ]{_EDITION})?[ ]{_NUMBER}(?:[ ]{_EDITION}{_END}){{0,2}}",
    # M4 Max, Qwen2.5-Max, S26 Ultra
    rf"{_START}[A-Za-z]{{1,12}}[0-9]{{1,4}}[A-Za-z]?(?:\.[0-9]+)?(?:[ ]{_EDITION}{_END}){{1,2}}",
    # GPT-4o, GLM-130B, Wi-Fi, Claude-3.5-Sonnet, Qwen2.5-Max
    rf"{_START}{_LETTERS}(?:\.[0-9]{{1,3}})?(?:-[A-Za-z0-9]{{1,20}}(?:\.[0-9]{{1,3}})?){{1,4}}{_END}",
    # Node.js, ASP.NET, Qwen2.5
    rf"{_START}[A-Za-z][A-Za-z0-9]{{1,30}}\.(?:js|ai|io|NET|net|com|cn|[0-9]{{1,3}}){_END}",
    # GPT4o, RTX5090, H200: the dictionary knows GPT, and would take them apart
    rf"{_START}[A-Za-z]{{1,12}}[0-9]{{1,4}}[A-Za-z]{{0,2}}{_END}",
    # C++, C#, F#
    rf"{_START}[A-Z](?:\+\+|#)",
)


@vocabulary.depending
@cache
def pattern() -> re.Pattern[str]:
    """What may be a name; bounded repetition only, so that it takes linear time on any text."""
    spaced = sorted((word for word in kinds() if " " in word), key=len, reverse=True)
    names = "|".join(re.escape(word) for word in spaced if kinds()[word] != "term")
    terms = "|".join(re.escape(word) for word in spaced if kinds()[word] == "term")
    known = (
        rf"{_START}(?:{names}|(?i:{terms})){_END}"  # machine learning in any case, Switch 2 as it is written
    )
    # Said once in front, and not by each part alone: most of a Chinese text is passed over at its first sign.
    begins = re.escape("".join({word[0] for word in spaced} - set(ascii_letters)))
    return re.compile(rf"(?=[A-Za-z{begins}])(?:{'|'.join((_PARTS[0], known, *_PARTS[1:]))})")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the names stand; a company before its product is a word of its own (`NVIDIA B200`)."""
    for match in pattern().finditer(text):
        start, end = match.span()
        maker, space, model = match.group().partition(" ")
        if space and kind(maker) == "company" and kind(match.group()) is None:
            start = end - len(model)
        yield start, end


def names(text: str) -> list[str]:
    """The names in a text in order, repeats included."""
    return [text[start:end] for start, end in spans(text)]
