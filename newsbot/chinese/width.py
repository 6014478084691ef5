"""Full-width forms and their half-width twins."""

from __future__ import annotations

# The full-width forms ！ to ～ are ASCII's ! to ~, 0xFEE0 further on; U+3000 is the wide space.
NARROW: dict[int, int | str] = {**{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}, 0x3000: 0x20}


def half_width(text: str) -> str:
    """`ＡＩ，２０２６` becomes `AI,2026`; Chinese characters and 。《》 stay."""
    return text if text.isascii() else text.translate(NARROW)
