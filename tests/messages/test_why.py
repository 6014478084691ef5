"""The parts of a score, in words."""

from __future__ import annotations

import pytest

from newsbot.messages.why import worded
from newsbot.models.stories import Reason


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        (Reason("rank.sources", 1.6, (("count", 3), ("copies", 0))), "3 家报道", "3 reports"),
        (
            Reason("rank.sources", 1.6, (("count", 3), ("copies", 2))),
            "3 家报道，2 家转载", "3 reports, 2 copies",
        ),
        (Reason("rank.fresh", 3.0, (("hours", 2.0),)), "2 小时前", "2 hours ago"),
        (Reason("rank.fresh", 3.0, (("hours", 0.0),)), "刚刚发布", "just published"),
        (Reason("rank.taste", 1.0, (("about", "tag:芯片"),)), "你的口味：芯片", "your taste: chip"),
        (Reason("rank.taste", 1.0, (("about", "source:<新>"),)), "你的口味：<新>", "your taste: <新>"),
        (Reason("rank.taste", 1.0, (("about", "category:chips"),)), "你的口味：芯片", "your taste: chips"),
        (Reason("rank.taste", 1.0, (("about", "category:<新>"),)), "你的口味：<新>", "your taste: <新>"),
        (Reason("rank.noise", -3.0, (("kind", "deal"),)), "类型：优惠", "kind: Deals"),
        (Reason("rank.noise", -3.0, (("kind", "new"),)), "类型：new", "kind: new"),
    ],
)  # fmt: skip
def test_a_reason_in_words(reason: Reason, zh: str, en: str) -> None:
    """Kinds and fields have names; what nobody named stays as it is."""
    assert (zh, en) == (worded(reason, "zh"), worded(reason, "en"))
