"""What a press carries."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.messages.buttons import VERBS, Press, decode, encode
from tests.conftest import shared


@pytest.mark.parametrize(
    ("press", "data"),
    [
        (Press(verb="open", place="d12", story=7), "open:d12:7:"),
        (Press(verb="vote", place="v3", story=7, value="+1"), "vote:v3:7:+1"),
        (Press(verb="vote", story=7, value="-1"), "vote:-:7:-1"),
        (Press(verb="back", place="v3"), "back:v3:-:"),
        (Press(verb="hour", value="0830"), "hour:-:-:0830"),
    ],
)
def test_a_press_comes_back_as_it_was(press: Press, data: str) -> None:
    """Verb, place, story, value; what is not there is a dash or nothing."""
    assert (data, press) == (encode(press.verb, press.place, press.story, press.value), decode(data))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "open",
        "open:d12:7",
        "open:d12:7::",
        "OPEN:d12:7:",
        "shed:d12:7:",
        "open:x12:7:",
        "open:d:7:",
        "open:d１:7:",
        "open:d12:-7:",
        "open:d12:7:a b",
        "open:d12:7:词",
        "open:d12:7:\n",
        "open:d12:7:\n\0",
        "open:d12:7:" + "x" * 25,
        "open:d12:" + "9" * 19 + ":",
        "language:v" + "9" * 18 + ":" + "9" * 18 + ":" + "x" * 24,
    ],
)
def test_what_nobody_of_ours_made_is_nothing(data: str) -> None:
    """Callback data is user input; too long for a button is none of ours either."""
    assert decode(data) is None


@pytest.mark.parametrize("parts", [("shed",), ("open", "12"), ("open", "", -1), ("open", "", 1, "a:b")])
def test_a_button_that_could_not_be_read_is_never_made(parts: tuple[Any, ...]) -> None:
    """It is a mistake of ours, and says so at once."""
    with pytest.raises(ValueError, match="not the data of a button"):
        encode(*parts)


def test_a_button_that_would_be_too_long_is_never_made() -> None:
    """Telegram takes 64 bytes; all parts at their longest would be more."""
    with pytest.raises(ValueError, match="not the data of a button"):
        encode("language", "v" + "9" * 18, int("9" * 18), "x" * 24)


@given(
    st.sampled_from(sorted(VERBS)),
    st.one_of(st.just(""), st.from_regex(r"[vd][0-9]{1,12}", fullmatch=True)),
    st.integers(0, 10**12),
    st.from_regex(r"[a-z0-9_+.-]{0,12}", fullmatch=True),
)
def test_every_button_fits_and_can_be_read(verb: str, place: str, story: int, value: str) -> None:
    """At most 64 bytes, and decoded to itself."""
    data = encode(verb, place, story, value)

    assert len(data.encode()) <= 64
    assert Press(verb=verb, place=place, story=story, value=value) == decode(data)


@given(st.text(alphabet=st.characters(), max_size=80))
def test_whatever_is_pressed_is_understood_or_nothing(data: str) -> None:
    """No data raises, and what is understood was ours."""
    press = decode(data)

    assert press is None or press.verb in VERBS


def test_naughty_strings_are_no_buttons() -> None:
    """None of the well-known hostile strings."""
    strings = json.loads(shared("hostile/naughty_strings.json").read_text("utf-8"))

    assert [] == [naughty for naughty in strings if decode(naughty)]


@pytest.mark.parametrize(
    ("value", "number"),
    [("7", 7), ("0", 0), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), ("-1", None), ("٧", None)],
)
def test_a_value_is_a_number_where_a_database_takes_it(value: str, number: int | None) -> None:
    """Whole, of ASCII digits, and not too long."""
    assert number == Press(verb="turn", value=value).number
