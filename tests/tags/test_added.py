"""An operator's own words, in a file that is checked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from newsbot.chinese import vocabulary
from newsbot.chinese.rarity import is_heard, rarity
from newsbot.errors import SettingsError
from newsbot.models.articles import Noise
from newsbot.models.words import Counts, Vocabulary
from newsbot.tags.added import parse
from newsbot.tags.alias import canonical
from newsbot.tags.noise import noise
from newsbot.tags.pick import pick

FILE = """
ignored = ["显卡"]

[words]
company = ["星河奇点"]
product = ["Zeta One"]
[aliases]
"星河奇点" = ["奇点公司", "Singularis"]
[noise]
deal = ["内购价"]
"""


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """What a test adds is forgotten."""
    yield
    vocabulary.use(Vocabulary())


def test_added_words_are_known_at_once():
    """They stay whole, have one name, and are tags before others; what is ignored is none."""
    before = pick("奇点公司发布显卡 Zeta One", "")
    vocabulary.use(parse(FILE, "words.toml"))

    assert "星河奇点" == canonical("singularis")
    assert {"星河奇点", "Zeta One"} == set(pick("奇点公司发布显卡 Zeta One", ""))
    assert "显卡" in before
    assert Noise("deal", "内购价") == noise("这款耳机的内购价来了", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[words", "words.toml"), ("x = 1", "'x' is not known"), ("[words]\nfirm = []", "words.firm is not known"),
        ("[words]\ncompany = 'a'", "list of words"), ("[words]\ncompany = ['a']", "no word of 2 to 60"),
        ('[words]\ncompany = ["a\\nb"]', "no word of"), ("words = 7", "has to be a table"), ("ignored = 7", "list of words"),
        ("[aliases]\nab = [1]", "list of words"), ("[noise]\nspam = []", "noise.spam is not known"),
        ("[noise]\ndeal = ['(']", "no regular expression"), ("[noise]\ndeal = ['.*']", "matches everything"),
        ("[noise]\ndeal = ['']", "matches everything"), (f"[words]\nterm = ['{'长' * 61}']", "no word of 2 to 60"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named(text: str, problem: str):
    """With the setting and the file."""
    with pytest.raises(SettingsError) as caught:
        parse(text, "words.toml")
    assert "NEWSBOT_WORDS: words.toml" in str(caught.value)
    assert problem in str(caught.value)


def test_an_empty_file_adds_nothing():
    """It is the same as none."""
    assert Vocabulary() == parse("", "words.toml")


def test_the_archive_teaches_how_rare_a_word_is():
    """Once it is large enough; before that the table decides alone."""
    before = rarity("芯片"), rarity("量子退火机")
    vocabulary.use(Vocabulary(counts=Counts(articles=100, words={"芯片": 100})))
    assert (before, True) == ((rarity("芯片"), rarity("量子退火机")), is_heard("量子退火机"))

    vocabulary.use(Vocabulary(counts=Counts(articles=4000, words={"芯片": 2000, "量子退火机": 3})))
    assert rarity("芯片") < before[0] / 3
    assert abs(rarity("量子退火机") - 7.6) < 0.2
    assert (True, False) == (is_heard("量子退火机"), is_heard("从未见过"))


def test_a_general_word_that_the_archive_never_heard_is_doubtful():
    """A name is not."""
    title = "饼干上的月光，马斯克与芯片、特斯拉"
    assert "饼干" in pick(title, "")
    vocabulary.use(Vocabulary(counts=Counts(articles=4000, words={"芯片": 2000})))
    assert {"马斯克", "芯片", "特斯拉"} == set(pick(title, ""))


def test_an_alias_is_added_to_ours():
    """Those that come with newsbot stay."""
    vocabulary.use(parse('[aliases]\n"大模型" = ["巨模型"]', "words.toml"))
    assert {"大模型"} == {canonical(word) for word in ("巨模型", "LLM", "大语言模型")}


def test_what_is_ignored_is_so_by_every_name():
    """In any case and writing."""
    vocabulary.use(parse('ignored = ["人工智能", "iphone"]', "words.toml"))
    assert {"人工智能", "AI", "iPhone"}.isdisjoint(pick("AI 与人工智能：iPhone 发布", ""))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*b", "(?:x+){2,}", "a++"])
def test_a_pattern_that_may_run_for_ever_is_refused(pattern: str):
    """Before a title makes it do so."""
    with pytest.raises(SettingsError, match=r"for ever|no regular"):
        parse(f"[noise]\ndeal = ['{pattern}']", "words.toml")
