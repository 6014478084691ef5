"""The bot's words."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from newsbot.messages.wording import HERE, LANGUAGES, catalogue, label, reader_language, say
from playground.entities import formatted
from tests.conftest import ROOT

WORDLESS = ("newsbot/store/", "newsbot/vault.py")  # what looks like a key there names a table, or a file
CODE = [
    path
    for top in ("newsbot", "handlers")
    for path in sorted((ROOT / top).rglob("*.py"))
    if not path.relative_to(ROOT).as_posix().startswith(WORDLESS)
]
KEY = re.compile(r"[a-z]+\.[a-z_]+")
KINDS = {key.partition(".")[0] for key in catalogue("zh")}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def strings(path: Path) -> list[ast.Constant | ast.JoinedStr]:
    """Every string of a file, whole f-strings included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr)]


def named() -> set[str]:
    """Every string in the code that looks like a key."""
    values = {node.value for path in CODE for node in strings(path) if isinstance(node, ast.Constant)}
    found = {value for value in values if isinstance(value, str) and KEY.fullmatch(value)}
    return {key for key in found if key.partition(".")[0] in KINDS}


def made() -> set[str]:
    """Every key that an f-string in the code may make: `feedback.{reason}`, `{about}.hint`."""
    forms = {
        "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_]+"
            for part in node.values
        )
        for path in CODE
        for node in strings(path)
        if isinstance(node, ast.JoinedStr)
    }
    keys = [form for form in forms if re.fullmatch(r"(?:[a-z0-9_+\[\]-]+\\\.)+[a-z0-9_+\[\]-]+", form)]
    return {key for key in catalogue("zh") if any(re.fullmatch(form, key) for form in keys)}


def test_both_languages_have_the_same_keys() -> None:
    """Nobody is left without a sentence."""
    assert catalogue("zh").keys() == catalogue("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_there_twice(language: str) -> None:
    """A second one would silently win."""
    text = (HERE / f"{language}.po").read_text(encoding="utf-8")
    counts = Counter(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE))

    assert [] == [key for key, count in counts.items() if count > 1]
    assert [] == [key for key, sentence in catalogue(language).items() if not sentence.strip()]
    with (HERE / f"{language}.po").open("rb") as file:
        assert not read_po(file, locale=language, abort_invalid=True).obsolete


#: a language may name a number in another way: `IT之家 等 3 家`, `IT之家 + 2 more`
COUNTED = {"digest.why_sources": {"count", "others"}}


def test_both_languages_name_the_same_things() -> None:
    """What one sentence names is there for the other."""
    chinese, english = (
        {key: placeholders(sentence) - COUNTED.get(key, set()) for key, sentence in catalogue(one).items()}
        for one in LANGUAGES
    )

    assert chinese == english
    assert all(name.isidentifier() for names in chinese.values() for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_takes_every_sentence(language: str) -> None:
    """Whatever stands in its places."""
    for key, sentence in catalogue(language).items():
        values = dict.fromkeys(placeholders(sentence), "<b> & {x}")
        shown = formatted(str(say(key, language, **values)), "HTML").text

        assert (key, len(values)) == (key, shown.count("<b> & {x}"))


def test_chinese_is_written_with_chinese_signs() -> None:
    """Every sentence has Chinese in it, and no half-width punctuation after a Chinese character."""
    sentences = {key: re.sub(r"\{\w+\}", "", sentence) for key, sentence in catalogue("zh").items()}

    assert [] == [
        key for key, words in sentences.items() if re.search(r"[\u4e00-\u9fff](?:[,;:!?]|\.(?!\w))", words)
    ]
    assert ["digest.why_source", "button.rated", "plan.hours", "plan.zone"] == [
        key for key, words in sentences.items() if not re.search(r"[\u4e00-\u9fff]", words)
    ]


def test_english_is_written_without_them() -> None:
    """A sentence that was copied and not translated would stand out here."""
    chinese = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

    assert [] == [key for key, sentence in catalogue("en").items() if chinese.search(sentence)]


def test_fixed_words_are_as_they_were_agreed() -> None:
    """Readers, the documents and other programs rely on these."""
    assert ["今天就这些", "可能漏看", "已支持", "已反对", "价值分 4.5"] == [
        label("digest.end", "zh"),
        label("digest.lost", "zh"),
        label("vote.up", "zh"),
        label("vote.down", "zh"),
        label("card.value", "zh", value=4.5),
    ]


def test_every_key_that_the_code_names_is_there() -> None:
    """A missing one would be an error in front of a reader."""
    assert set() == named() - catalogue("zh").keys()


def test_every_key_is_used() -> None:
    """Nobody translates what nobody says."""
    assert set() == catalogue("zh").keys() - named() - made()


def test_values_are_escaped_for_a_chat_and_plain_on_a_button() -> None:
    """`say` is for what is parsed, `label` for what is not."""
    assert "没有找到“&lt;b&gt;”。" == say("search.found_none", "zh", words="<b>")
    assert "🔔 Follow <b>" == label("button.follow", "en", word="<b>")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("zh", "zh"),
        ("zh-hans", "zh"),
        ("zh-TW", "zh"),
        ("ZH_cn", "zh"),
        ("en", "en"),
        ("en-GB", "en"),
        ("de", "usual"),
        ("", "usual"),
        (None, "usual"),
    ],
)
def test_a_person_is_spoken_to_in_their_language(code: str | None, expected: str) -> None:
    """Chinese of every kind, English of every kind, else what the operator set."""
    assert expected == reader_language(code, "usual")
