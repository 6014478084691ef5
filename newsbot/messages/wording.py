"""The bot's words, from the catalogues in `locale/`: one key, one sentence in each language.

`say` escapes every value that it puts into a sentence, so nothing from outside becomes markup.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from markupsafe import Markup

LANGUAGES = ("zh", "en")
NAMES = {"zh": "中文", "en": "English"}
HERE = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> dict[str, str]:
    """Key -> sentence."""
    with (HERE / f"{language}.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, locale=language) if entry.id}


def say(key: str, language: str, /, **values: object) -> Markup:
    """The sentence for a chat (HTML), with escaped values.

    :raises KeyError: no such key; a test holds keys and catalogues together
    """
    return Markup(catalogue(language)[key]).format(**values)  # noqa: S704 the sentence is ours, the values are escaped


def label(key: str, language: str, /, **values: object) -> str:
    """The same for buttons, toasts and the command line, where nothing is parsed."""
    return catalogue(language)[key].format(**values)


def reader_language(code: str | None, usual: str) -> str:
    """`zh` or `en` for what Telegram says of a person (`zh-hans`, `en-GB`), else the operator's."""
    head = (code or "").lower().replace("_", "-").partition("-")[0]
    return head if head in LANGUAGES else usual
