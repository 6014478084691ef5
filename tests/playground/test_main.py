"""`python -m playground`, for any bot."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


def begun(*arguments: str) -> subprocess.Popen[str]:
    """The process."""
    words = [sys.executable, "-m", "playground", *arguments]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_knows_the_token_it_was_given(ended_by: signal.Signals) -> None:
    """With groups and a newsstand; Ctrl-C and SIGTERM end it well, also where a shell has SIGINT ignored."""
    process = begun("--token", "777:abc", "--groups", "--newsstand")
    assert process.stdout
    told = "".join(process.stdout.readline() for _ in range(3))
    address = re.search(r"http://\S+", told)
    assert address
    with httpx.Client(trust_env=False) as http:
        me = http.get(f"{address[0]}/bot777:abc/getMe").json()
        wrong = http.get(f"{address[0]}/bot778:abc/getMe").json()
        chats = http.get(f"{address[0]}/play/state").json()["chats"]
        stand = http.get(f"{address[0]}/stand/").status_code
    process.send_signal(ended_by)
    _, errors = process.communicate(timeout=10)

    assert [777, 401, 2, 200] == [me["result"]["id"], wrong["error_code"], len(chats), stand]
    assert "777:abc" in told
    assert [0, ""] == [process.returncode, errors]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--port", "99999"), "--port 99999: "),
        (("--port", "x"), "invalid int value"),
        (("--token", "none"), "invalid token value"),
        (("--nothing",), "unrecognized arguments"),
    ],
)
def test_a_wrong_option_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    """And exit status 2."""
    process = begun(*arguments)
    _, errors = process.communicate(timeout=10)

    assert 2 == process.returncode
    assert words in errors
    assert "Traceback" not in errors


def test_a_port_that_is_taken_is_named() -> None:
    """The other one goes on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = begun("--port", port)
        _, errors = process.communicate(timeout=10)

    assert 2 == process.returncode
    assert errors.startswith(f"--port {port}: ")
