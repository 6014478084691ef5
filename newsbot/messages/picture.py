"""The week's rising words as a picture, where the extra `pictures` is installed.

Drawing takes a font of 19 MB and a library that starts slowly: it is for the sandbox, and ends there. Besides
the font it uses a temporary directory that is gone afterwards; HOME is left alone, whatever it is.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from tempfile import TemporaryDirectory

from newsbot.messages.bars import growth
from newsbot.messages.markup import cut, leaf
from newsbot.models.review import Rising

# Pixels, from the top left. On a phone of 390 px a picture is shown at a third of its size.
WIDTH, MARGIN, GAP, DPI = 1080, 60, 20, 72
TITLE_AT, UNIT_AT, HEAD, ROW, FOOT = 88, 142, 178, 64, 36
BAR, ROUND = 36, 5
TITLE, UNIT, WORD = 52, 29, 35  # sizes of type
WORDS, RATIOS = 330, 200  # the most that these columns take
PAPER, INK, FAINT, ACCENT = "#fbfaf7", "#1d2329", "#6d757c", "#d9480f"
MOST, MOST_ROWS = 12, 31  # bars
LONGEST = 80  # UTF-16 units of words, before they are measured
SIMPLIFIED = 2  # the face in the collection that writes 直 and 骨 as in China; 0 does as in Japan


def has_pictures() -> bool:
    """Whether what `picture` needs is installed; imports nothing."""
    return all(map(find_spec, ("matplotlib", "noto_cjk", "noto_cjk_sans_otc")))


def picture(found: Sequence[Rising], title: str, unit: str, new: str = "新") -> bytes:
    """A PNG, 1080 px wide and as high as the bars need (726 px for eight); to be run in the sandbox.

    :param found: from the top down, at most 12; words as the reader calls them
    :param unit: under the title, what the numbers are: 本周报道篇数，以及是此前平均每周的几倍
    :param new: stands where a ratio would, of words that there were none of before
    :raises ImportError: the extra is not installed
    """
    rows = [(one.word, one.count, growth(one, new)) for one in found[:MOST]]
    return table(rows, title, unit)


def table(rows: Sequence[tuple[str, int, str]], title: str, unit: str) -> bytes:
    """The same of any rows, at most 31: what a bar is, how long it is, and what stands behind it."""
    rows = rows[:MOST_ROWS]
    with _by_itself():
        sheet = _Sheet(HEAD + ROW * len(rows) + FOOT)
    sheet.write(MARGIN, TITLE_AT, sheet.fitted(title, TITLE, WIDTH - 2 * MARGIN), TITLE, INK)
    sheet.write(MARGIN, UNIT_AT, sheet.fitted(unit, UNIT, WIDTH - 2 * MARGIN), UNIT, FAINT)
    words = [sheet.fitted(word, WORD, WORDS) or "—" for word, _, _ in rows]
    counts = [str(count) for _, count, _ in rows]
    ratios = [sheet.fitted(behind, WORD, RATIOS) for _, _, behind in rows]
    left = MARGIN + GAP + _widest(sheet, words)
    longest = WIDTH - MARGIN - left - 2 * GAP - _widest(sheet, counts) - _widest(sheet, ratios)
    top = max([1, *(count for _, count, _ in rows)])
    for place, (_, count, _) in enumerate(rows):
        middle = HEAD + ROW * place + ROW / 2
        base = middle + WORD * 0.36  # so that characters stand in the middle of the bar
        end = left + max(ROUND * 2, longest * count / top)
        sheet.write(left - GAP - sheet.wide(words[place], WORD), base, words[place], WORD, INK)
        sheet.bar(left, middle - BAR / 2, end - left, BAR)
        sheet.write(end + GAP, base, counts[place], WORD, INK)
        sheet.write(end + GAP * 2 + sheet.wide(counts[place], WORD), base, ratios[place], WORD, ACCENT)
    return sheet.png()


def _widest(sheet: _Sheet, words: Sequence[str]) -> float:
    return max((sheet.wide(one, WORD) for one in words), default=0)


@contextmanager
def _by_itself() -> Iterator[None]:
    """For the import of matplotlib: a place for its cache, no look at the system's fonts, no threads.

    Otherwise it looks for a place in HOME and reads every font of the system, and numpy takes address space
    for each core.
    """
    before = dict(os.environ)
    with TemporaryDirectory(prefix="newsbot-picture-") as folder:
        os.environ |= {"MPLCONFIGDIR": folder, "MPL_IGNORE_SYSTEM_FONTS": "1", "OPENBLAS_NUM_THREADS": "1"}
        try:
            yield
        finally:
            os.environ.clear()
            os.environ |= before


class _Sheet:
    """Paper, and what can be put on it: places and sizes in pixels, from the top left."""

    def __init__(self, height: int) -> None:
        from matplotlib.figure import Figure  # the object itself: pyplot would keep what is drawn
        from matplotlib.font_manager import FontPath, get_font
        from noto_cjk import otc_path

        self._height = height
        self._path = FontPath(str(otc_path("sans")), SIMPLIFIED)
        self._font = get_font(self._path)
        self._glyphs = self._font.get_charmap()
        # 72 dots per inch: a point is a pixel
        self._figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PAPER)

    def write(self, left: float, base: float, words: str, size: float, color: str) -> None:
        """Words that `fitted` has gone over."""
        from matplotlib.font_manager import FontProperties
        from matplotlib.text import Text
        from matplotlib.transforms import IdentityTransform

        self._figure.add_artist(
            Text(
                left,
                self._height - base,
                words,
                color=color,
                fontproperties=FontProperties(fname=self._path, size=size),
                parse_math=False,  # a $ is a dollar
                transform=IdentityTransform(),
            )
        )

    def bar(self, left: float, top: float, width: float, height: float) -> None:
        from matplotlib.patches import BoxStyle, FancyBboxPatch
        from matplotlib.transforms import IdentityTransform

        self._figure.add_artist(
            FancyBboxPatch(
                (left, self._height - top - height),
                width,
                height,
                boxstyle=BoxStyle.Round(pad=0, rounding_size=ROUND),
                facecolor=ACCENT,
                linewidth=0,
                transform=IdentityTransform(),
            )
        )

    def wide(self, words: str, size: float) -> float:
        self._font.set_size(size, DPI)
        self._font.set_text(words)
        return self._font.get_width_height()[0] / 64  # FreeType counts in 64ths of a pixel

    def fitted(self, words: str, size: float, most: float) -> str:
        """Text from outside on one line, without what the font does not have, cut to so many pixels."""
        words = "".join(char for char in cut(leaf(words), LONGEST) if ord(char) in self._glyphs)
        words = " ".join(words.split())
        fits = bisect_right(range(1, LONGEST + 1), most, key=lambda units: self.wide(cut(words, units), size))
        return cut(words, max(1, fits))

    def png(self) -> bytes:
        made = BytesIO()
        self._figure.savefig(made, format="png", dpi=DPI, metadata={"Software": None})
        return made.getvalue()
