"""What the archive teaches about words: how rare each is here, and which were never heard.

texts -> counted in the sandbox, some at a time -> stored -> told to the next children
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from newsbot.chinese import vocabulary
from newsbot.errors import SettingsError
from newsbot.flows import understand
from newsbot.models.words import Counts, Vocabulary
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings
from newsbot.tags import added

MOST_ARTICLES = 20_000  # the newest: some weeks, and half a minute's work
AT_ONCE = 200
COUNTING_SECONDS = 30.0
MOST_WORDS = 60_000  # the most frequent; of others there is little to know
FEWEST = 2  # articles with a word
log = structlog.get_logger()


def described(settings: Settings) -> Vocabulary:
    """The operator's own words.

    :raises SettingsError: NEWSBOT_WORDS names no such file
    """
    if settings.words is None:
        return Vocabulary()
    try:
        text = Path(settings.words).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsError(added.SETTING, f"{settings.words} cannot be read ({why})") from None
    return added.parse(text, settings.words)


async def recall(room: Newsroom, own: Vocabulary) -> None:
    """Tell this process and its children what was learned; at the start, and after learning.

    :param own: the operator's words, as `described` gives them
    """
    vocabulary.use(own)  # here only names are looked up: how rare a word is matters to the children alone
    async with room.store.read() as tx:
        counts = await tx.words.counts()
    room.sandbox.renew(partial(understand.prepare, replace(own, counts=counts)))


async def learn(room: Newsroom) -> Counts:
    """Count the words of the newest articles anew, as the clock does every night."""
    words: Counter[str] = Counter()
    many, below = 0, None
    while many < MOST_ARTICLES and not room.closing.is_set():
        async with room.store.read() as tx:
            found = await tx.words.texts(below, AT_ONCE)
        if not found:
            break
        texts = [(title, text) for _, title, text in found]
        words.update(await room.sandbox.run(understand.counted, texts, seconds=COUNTING_SECONDS))
        many, below = many + len(found), found[-1][0]
    kept = {word: times for word, times in words.most_common(MOST_WORDS) if times >= FEWEST}
    counts = Counts(articles=many, words=kept)
    async with room.store.begin() as tx:
        await tx.words.replace(counts)
    await recall(room, described(room.settings))
    log.info("words counted", articles=many, words=len(kept))
    return counts
