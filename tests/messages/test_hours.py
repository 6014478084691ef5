"""A reader's hours in words."""

from __future__ import annotations

import pytest

from newsbot.digests.plan import parse
from newsbot.messages.hours import hours_in_words


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        ("18:00 8:30", "08:30 18:00", "08:30 18:00"),
        ("工作日 8:00 周末 10:00", "工作日 08:00 周末 10:00", "weekdays 08:00 weekends 10:00"),
        ("工作日 8:00 18:00", "工作日 08:00 18:00", "weekdays 08:00 18:00"),
        ("每天 20:00 周末 10:00", "每天 20:00 周末 10:00", "every day 20:00 weekends 10:00"),
        ("周一三五 7:40", "周一、周三、周五 07:40", "Mon, Wed, Fri 07:40"),
        ("周日 9:00 工作日 8:00", "工作日 08:00 周日 09:00", "weekdays 08:00 Sun 09:00"),
        ("每天 20:00 工作日 8:00", "每天 20:00 工作日 08:00", "every day 20:00 weekdays 08:00"),
    ],
)
def test_hours_are_said_as_they_are_typed(typed: str, zh: str, en: str) -> None:
    """In both languages, with every day named only where others are, and understood again."""
    hours = parse(typed)

    assert [zh, en] == [hours_in_words(hours, language) for language in ("zh", "en")]
    assert [hours, hours] == [parse(zh), parse(en)]
