"""One or two whole sentences that say what an article is about and why it matters.

The publisher's own words come first, then how the article begins: on news the beginning says most
(`benchmarks/words.py` measures it beside other choices). A short beginning is completed by the next sentence, or, where
that does not fit, by one near it that says what follows from it.
"""

from __future__ import annotations

import re
from itertools import islice

from newsbot.articles.boilerplate import article_lines
from newsbot.articles.words import shared
from newsbot.chinese.chars import is_han

SHORTEST = 20
LONGEST_CHINESE, LONGEST = 120, 200  # characters
_READ = 4000
_OWN_WORDS = 0.5  # of a description's words stand in the article too, or it is the site's slogan
_MOST_SENTENCES = 12  # from the beginning: later ones are details
_ENOUGH = {True: 60, False: 110}  # characters, Chinese or not: nothing need be added
# A sentence ends at Chinese marks anywhere, at Latin ones only before a space and a beginning (not in `4.5`, `Node.js`).
_LATIN_END = r"[\"')”]*(?:\s+[\"'“(]?[A-ZА-ЯÀ-Þ0-9\u3400-\u9fff\uac00-\ud7a3]|\s*$)"
_SENTENCE = re.compile(rf"(?:[^。！？.!?]+|[.!?](?!{_LATIN_END}))*(?:[。！？]+[”」』）]*|[.!?]+[\"')”]*|$)")
_ENDED = re.compile(r"(?:[。！？!?]|\.)[”」』）\"')]*$")
_INITIALS = re.compile(
    r"(?:^|[\s(.])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Inc|Corp|Ltd|Co|vs|No|U\.S|U\.K|D\.C|e\.g|i\.e|a\.m|p\.m|approx|est|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sept?|Oct|Nov|Dec|Sen|Rep|Gov|Gen|Lt|Col|Jr|Sr)\.$"
)
# A dateline of the site's own; who is quoted stays.
_PLACE = re.compile(
    r"^(?:[^，。！？据称援引]{2,12}(?:讯|电)(?:[，,:：]|\s*[（(][^）)]{2,20}[）)])|[^，。！？据称援引]{2,10}\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s?(?:消息|讯|电)[，,:：]|"
    r"[【\[][^】\]]{2,20}[】\]]|IT之家|导语[:：]|摘要[:：])\s*"
)
_ASIDE = re.compile(
    r"^(?:大家好|各位|欢迎|你好|今天我们|作者|文[/｜|]|本文|编者按|Hi |Hello|Welcome)|[？?][”」』）\"']*$"
)
# Such a sentence says what follows; one that leans on what was said just before does not stand alone.
_FOLLOWS = re.compile(
    r"意味着|标志着|首次|首个|首款|最大|预计|有望|将于|将在|原因|因此|影响|超过|创下|"
    r"\b(?:means|first|largest|expected|because|will|record|more than)\b"
)
_LEANS = re.compile(
    r"^(?:但|而|不过|然而|同时|此外|另外|其中|他|她|它|这|那|对此|据此|所以|因此|并且|And|But|However|It|He|She|They|This|That)"
)


def summary(title: str, text: str, given: str = "") -> str:
    """20 to 120 characters of Chinese, to 200 of other languages, or nothing; plain text.

    Title and texts are cleaned already. Neither the title again nor a notice; never half a sentence.

    :param given: what the publisher gave as summary
    """
    is_about_it = not text or shared(given, title, text[:_READ]) >= _OWN_WORDS
    told = given if is_about_it else ""
    return _chosen(title, told, whole=bool(text)) or _chosen(title, text)


def _chosen(title: str, text: str, whole: bool = False) -> str:
    """
    :param whole: only what ends as a sentence: there is something else to choose from
    """
    known = _letters(title)
    sentences = [one for one in _sentences(text, whole) if not _repeats(one, known)]
    fitting = [place for place, one in enumerate(sentences) if _stands(one)]
    if not fitting:
        return ""
    alone = (place for place in fitting if place == 0 or not _LEANS.search(sentences[place]))
    first = next(alone, fitting[0])
    found = sentences[first]
    if len(found) < _ENOUGH[_is_chinese(found)]:
        found = next((joined for joined in _completed(sentences, first) if _fits(joined)), found)
    return found if len(found) >= SHORTEST else ""


def _completed(sentences: list[str], first: int) -> list[str]:
    """The first sentence with another one, the best pair first."""
    after = sentences[first + 1 :]
    others = after[:1] + [one for one in after[1:] if _FOLLOWS.search(one) and not _LEANS.search(one)]
    return [_join(sentences[first], one) for one in others if _stands(one)]


def _stands(sentence: str) -> bool:
    """May it stand there: short enough, no greeting or question, no half of a quotation?"""
    is_torn = sentence.count("“") != sentence.count("”") or sentence.count("「") != sentence.count("」")
    return len(sentence) >= 6 and _fits(sentence) and not is_torn and not _ASIDE.search(sentence)


def _fits(words: str) -> bool:
    return len(words) <= (LONGEST_CHINESE if _is_chinese(words) else LONGEST)


def _is_chinese(words: str) -> bool:
    return any(map(is_han, words))


def _sentences(text: str, must_end: bool) -> list[str]:
    """The sentences of the article's lines; where some end as sentences do, those that do not are headings."""
    read = text[:_READ]
    if len(text) > _READ:
        read = read.rpartition("\n")[0] or read
    lines = article_lines(read.split("\n"))
    found = list(islice((one for line in lines for one in _of_line(line)), _MOST_SENTENCES))
    # what was cut off by the publisher ends nowhere
    found = [one for one in found if not one.endswith(("...", "…", "[…]", "[...]"))]
    ended = [one for one in found if _ENDED.search(one)]
    return ended if ended or must_end else found


def _of_line(line: str) -> list[str]:
    found: list[str] = []
    for match in _SENTENCE.finditer(_PLACE.sub("", line)):
        if found and (_INITIALS.search(found[-1]) or _is_open(found[-1])):
            found[-1] += match.group()
        else:
            found.append(match.group())
    return [one.strip() for one in found if one.strip()]


def _is_open(words: str) -> bool:
    """Does it end inside a quotation?"""
    return words.count("“") > words.count("”") or words.count("「") > words.count("」")


def _repeats(sentence: str, known: str) -> bool:
    """Is it the title again, or hardly more?"""
    said = _letters(sentence)
    return not said or said in known or (known != "" and known in said and len(said) < len(known) + 10)


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words.lower()))


def _join(before: str, sentence: str) -> str:
    space = "" if is_han(sentence[0]) or before[-1] in "。！？”」』）" else " "
    return before + space + sentence
