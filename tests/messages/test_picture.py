"""The week's rising words as a picture."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from io import BytesIO
from itertools import groupby
from pathlib import Path

import pytest
import pytest_asyncio

from newsbot.messages.picture import ACCENT, FOOT, HEAD, MOST, ROW, SIMPLIFIED, WIDTH, has_pictures, picture
from newsbot.models.review import Rising
from newsbot.sandbox import Sandbox
from tests.conftest import ROOT, shared
from tests.messages.phone import naughty

drawn = pytest.mark.skipif(not has_pictures(), reason="the extra `pictures` is not installed")
WEEK = [Rising("芯片", 40, 13.0), Rising("云雀", 20, 0.0), Rising("GPT-5", 10, None)]
BUSY = 60  # seconds: other tests run beside it; alone it is half a second


def size(png: bytes) -> tuple[int, int]:
    """Width and height as its head says."""
    assert b"\x89PNG\r\n\x1a\n" == png[:8]
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def bar_lengths(png: bytes) -> list[int]:
    """Of each row, the longest run of the accent colour through its middle: ratios have that colour, too."""
    from PIL import Image

    image = Image.open(BytesIO(png)).convert("RGB")
    accent = tuple(bytes.fromhex(ACCENT[1:]))
    middles = range(HEAD + ROW // 2, image.height - FOOT, ROW)
    lines = ([image.getpixel((x, y)) == accent for x in range(WIDTH)] for y in middles)
    return [max(len(list(run)) for is_bar, run in groupby(line) if is_bar) for line in lines]


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(workers=1)
    yield sandbox
    await sandbox.close()


@drawn
async def test_it_is_drawn_in_the_sandbox(sandbox: Sandbox) -> None:
    """Within the memory that a child has."""
    png = await sandbox.run(picture, WEEK, "本周升温词", "本周报道篇数", seconds=BUSY)

    assert (WIDTH, HEAD + 3 * ROW + FOOT) == size(png)


@drawn
@pytest.mark.parametrize("home", [None, "/dev/null", "/proc"])
async def test_it_needs_no_home(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str | None
) -> None:
    """In a container there may be none, or one that cannot be written; and nothing is left behind."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    if home is None:
        monkeypatch.delenv("HOME", raising=False)
    else:
        monkeypatch.setenv("HOME", home)

    assert WIDTH == size(await sandbox.run(picture, WEEK, "本周升温词", "篇", seconds=BUSY))[0]
    assert _is_empty(tmp_path)


def _is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


@drawn
def test_bars_are_as_long_as_their_counts() -> None:
    """Twice the stories, twice the length."""
    first, second, third = bar_lengths(picture(WEEK, "本周升温词", "篇"))

    assert (pytest.approx(2, abs=0.1), pytest.approx(4, abs=0.2)) == (first / second, first / third)


@drawn
def test_a_word_is_shown_as_it_is_written() -> None:
    """A $ is a dollar and no formula: words that a formula would not draw make another picture."""
    once = picture([Rising("$x^2$", 3, None)], "", "")

    assert once == picture([Rising("$x^2$", 3, None)], "", "")
    assert once != picture([Rising("x2", 3, None)], "", "")


@drawn
def test_what_the_font_does_not_have_is_left_out() -> None:
    """An emoji is no box; a word of nothing else is a dash."""
    assert picture([Rising("火箭", 3, 1.0)], "周", "") == picture(
        [Rising("🚀火箭🔥", 3, 1.0)], "周😀", "\x00\n"
    )
    assert picture([Rising("—", 3, 1.0)], "", "") == picture([Rising("🚀", 3, 1.0)], "", "")


@drawn
def test_long_words_leave_room_for_the_bars() -> None:
    """They are cut, as titles are."""
    found = [Rising("啊" * 1000, 40, 0.001), Rising("W" * 1000, 20, 0.0)]
    first, second = bar_lengths(picture(found, "题" * 1000, "篇" * 1000, "新" * 1000))

    assert first > 200
    assert pytest.approx(2, abs=0.1) == first / second


@drawn
@pytest.mark.parametrize("count", [0, 1, 100])
def test_it_is_as_high_as_its_bars(count: int) -> None:
    """And no higher than a phone."""
    found = [Rising("芯片", 5, 1.0)] * count

    assert (WIDTH, HEAD + ROW * min(count, MOST) + FOOT) == size(picture(found, "周", "篇"))


@drawn
def test_no_word_does_harm() -> None:
    """Nor a warning, which here is an error."""
    words = naughty(shared("hostile/naughty_strings.json").read_text("utf-8"))
    for at in range(0, len(words), MOST):
        found = [Rising(word, 5, 1.0) for word in words[at : at + MOST]]

        assert size(picture(found, words[at], words[at], words[at]))


@drawn
def test_the_environment_is_as_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is set for an import is set for it only."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = dict(os.environ)
    picture(WEEK, "周", "篇")

    assert (before, True) == (dict(os.environ), _is_empty(tmp_path))


@drawn
def test_characters_are_written_as_in_china() -> None:
    """The collection has a face for each country."""
    from matplotlib.ft2font import FT2Font
    from noto_cjk import otc_path

    assert "Noto Sans CJK SC" == FT2Font(str(otc_path("sans")), face_index=SIMPLIFIED).family_name


def test_asking_whether_there_are_pictures_imports_nothing() -> None:
    """The bot asks, its child draws."""
    program = (
        "import sys; from newsbot.messages.picture import has_pictures; has_pictures();"
        "print(sorted({'matplotlib', 'numpy', 'noto_cjk', 'PIL'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "[]\n" == told.stdout


@pytest.mark.parametrize("missing", ["matplotlib", "noto_cjk", "noto_cjk_sans_otc"])
def test_without_the_extra_there_are_no_pictures(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Or without a part of it."""
    monkeypatch.setattr("newsbot.messages.picture.find_spec", lambda name: None if name == missing else name)

    assert not has_pictures()
