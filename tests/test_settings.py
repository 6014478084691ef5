"""What an operator may set."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from newsbot import settings
from newsbot.errors import SettingsError
from newsbot.settings import PREFIX, Settings
from tests.conftest import ROOT

TOKEN = "123456:AAF-abcdefghijklmnop_QRSTUVWXYZ0123"
TABLE = list(Settings.model_fields.items())


def of(**environment: str) -> Settings:
    """The settings of an environment, its names without their prefix."""
    return settings.read({PREFIX + name: value for name, value in environment.items()})


def problem(**environment: str) -> str:
    """The sentence about an environment that is wrong."""
    with pytest.raises(SettingsError) as caught:
        of(**environment)
    return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that newsbot is started in; this process has no settings of its own."""
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_settings_everything_has_its_default() -> None:
    """A token is the only thing that a bot cannot do without."""
    found = of()

    assert (None, "zh", "Asia/Shanghai", "08:00") == (
        found.token,
        found.language,
        found.timezone,
        found.digest_time,
    )
    assert ((), (), None, 30.0) == (found.admins, found.allow_hosts, found.refresh_seconds, found.send_rate)


@pytest.mark.parametrize("value", ["", "  ", "\n"])
def test_what_is_empty_counts_as_not_set(value: str) -> None:
    """Compose files hand over empty variables."""
    assert of() == of(LANGUAGE=value, TOKEN=value, TOKEN_FILE=value, REFRESH_SECONDS=value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("API_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("API_URL", "https://bots.example/api/", "https://bots.example/api"),
        ("DATA", "/var/lib/newsbot", Path("/var/lib/newsbot")),
        ("ADMINS", "7", (7,)),
        ("ADMINS", " 7, 8，9 10;", (7, 8, 9, 10)),
        ("LANGUAGE", "en", "en"),
        ("TIMEZONE", "America/New_York", "America/New_York"),
        ("DIGEST_TIME", "7:30", "7:30"),
        ("DIGEST_TIME", "23:59", "23:59"),
        ("SOURCES", "none", "none"),
        ("REFRESH_SECONDS", "1", 1),
        ("ALLOW_HOSTS", "intranet.example, ::1 10.0.0.0/8", ("intranet.example", "::1", "10.0.0.0/8")),
        ("SEND_RATE", "0.5", 0.5),
        ("LOG", "json", "json"),
        ("LOG_LEVEL", "DEBUG", "debug"),
        ("HTTP", "0.0.0.0:8080", "0.0.0.0:8080"),
        ("HTTP", "[::1]:80", "[::1]:80"),
        ("HTTP", "off", "off"),
    ],
)
def test_a_value_is_understood(name: str, value: str, expected: Any) -> None:
    """As an operator writes it, with spaces around it or without."""
    assert expected == getattr(of(**{name: f" {value} "}), name.lower())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TOKEN", "secret", "must be a token such as 123456:ABC-DEF, as @BotFather gives it"),
        ("TOKEN", "１２３:AAFabcdefghijkl", "must be a token such as 123456:ABC-DEF, as @BotFather gives it"),
        ("API_URL", "api.telegram.org", "must be an address such as https://api.telegram.org"),
        ("API_URL", "ftp://x", "must be an address such as https://api.telegram.org"),
        ("ADMINS", "abc", "must be numbers (user ids; /id tells one's own), separated by commas"),
        ("ADMINS", "7,@anna", "must be numbers (user ids; /id tells one's own), separated by commas"),
        ("ADMINS", "9" * 5000, "must be numbers (user ids; /id tells one's own), separated by commas"),
        ("LANGUAGE", "fr", "must be zh or en"),
        ("TIMEZONE", "Shanghai", "must be an IANA zone such as Asia/Shanghai"),
        ("TIMEZONE", "../etc/passwd", "must be an IANA zone such as Asia/Shanghai"),
        ("TIMEZONE", "Asia", "must be an IANA zone such as Asia/Shanghai"),
        ("DIGEST_TIME", "8", "must be a time such as 08:00"),
        ("DIGEST_TIME", "24:00", "must be a time such as 08:00"),
        ("DIGEST_TIME", "8:3", "must be a time such as 08:00"),
        ("REFRESH_SECONDS", "0", "must be a whole number of seconds, 1 or more"),
        ("REFRESH_SECONDS", "abc", "must be a whole number of seconds, 1 or more"),
        ("REFRESH_SECONDS", "1.5", "must be a whole number of seconds, 1 or more"),
        ("ALLOW_HOSTS", "10.0.0.0/99", "must be names, addresses or networks such as 10.0.0.0/8"),
        ("SEND_RATE", "x", "must be a number of messages a second, above 0 and at most 1000"),
        ("SEND_RATE", "0", "must be a number of messages a second, above 0 and at most 1000"),
        ("SEND_RATE", "nan", "must be a number of messages a second, above 0 and at most 1000"),
        ("SEND_RATE", "1001", "must be a number of messages a second, above 0 and at most 1000"),
        ("LOG", "yaml", "must be text or json"),
        ("LOG_LEVEL", "loud", "must be debug, info, warning or error"),
        *(
            ("HTTP", value, "must be host:port such as 127.0.0.1:8080, or off")
            for value in (
                "8080",
                ":8080",
                "localhost",
                "localhost:0",
                "localhost:65536",
                "::1:80",
                "http://a:80",
            )
        ),
        *(
            ("WEBHOOK_URL", value, "must be an https address such as https://bot.example/telegram")
            for value in (
                "http://bot.example/telegram",
                "bot.example",
                "https://",
                "https://bot.example/a?b=c",
            )
        ),
        ("WEBHOOK_URL", "https://bot.example/metrics", "must have a path of its own such as /telegram"),
        ("WEBHOOK_SECRET", "x" * 31, "must have 32 to 256 characters of A-Z a-z 0-9 _ -"),
        ("WEBHOOK_SECRET", "x" * 257, "must have 32 to 256 characters of A-Z a-z 0-9 _ -"),
        ("WEBHOOK_SECRET", "密" * 32, "must have 32 to 256 characters of A-Z a-z 0-9 _ -"),
    ],
)
def test_a_wrong_value_is_said_in_one_sentence(name: str, value: str, sentence: str) -> None:
    """It names the setting as the operator wrote it, and what it must be."""
    assert f"NEWSBOT_{name}: {sentence}" == problem(**{name: value})


def test_the_first_wrong_setting_is_named() -> None:
    """In the order of the table; one at a time is enough to mend."""
    assert problem(LOG="x", LANGUAGE="x").startswith("NEWSBOT_LANGUAGE: ")


def test_secrets_are_never_repeated() -> None:
    """Neither where they are wrong nor where settings are printed."""
    wrong = "654321 my-secret-token"
    found = of(TOKEN=TOKEN, DATABASE_URL="postgresql+psycopg://u:hunter2@db/news")

    assert wrong not in problem(TOKEN=wrong)
    assert TOKEN not in repr(found) + str(found)
    assert "hunter2" not in repr(found) + str(found)


@pytest.mark.parametrize("written", [TOKEN, f"{TOKEN}\n", f"\ufeff {TOKEN} \r\n"])
def test_a_secret_may_stand_in_a_file(tmp_path: Path, written: str) -> None:
    """With whatever an editor puts around it."""
    file = tmp_path / "token"
    file.write_text(written, encoding="utf-8")
    token = of(TOKEN_FILE=str(file)).token

    assert token is not None
    assert TOKEN == token.get_secret_value()


def test_the_setting_itself_wins_over_its_file(tmp_path: Path) -> None:
    """The file is not even opened."""
    token = of(TOKEN=TOKEN, TOKEN_FILE=str(tmp_path / "missing")).token

    assert token is not None
    assert TOKEN == token.get_secret_value()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Missing, a folder, not text, or empty; what stands in it is not repeated."""
    missing, binary, empty = (tmp_path / name for name in ("missing", "binary", "empty"))
    binary.write_bytes(b"\xff\xfe123456:secret")
    empty.write_text("\n", encoding="utf-8")

    assert [
        f"NEWSBOT_TOKEN_FILE: {missing} cannot be read (No such file or directory)",
        f"NEWSBOT_TOKEN_FILE: {tmp_path} cannot be read (Is a directory)",
        f"NEWSBOT_TOKEN_FILE: {binary} cannot be read (it is not UTF-8)",
        f"NEWSBOT_TOKEN_FILE: {empty} is empty",
    ] == [problem(TOKEN_FILE=str(path)) for path in (missing, tmp_path, binary, empty)]


def test_only_secrets_stand_in_files(tmp_path: Path) -> None:
    """NAME_FILE means nothing for the others."""
    file = tmp_path / "language"
    file.write_text("en", encoding="utf-8")

    assert "zh" == of(LANGUAGE_FILE=str(file)).language
    assert [
        "NEWSBOT_TOKEN",
        "NEWSBOT_DATABASE_URL",
        "NEWSBOT_PROXY",
        "NEWSBOT_SUMMARY_KEY",
        "NEWSBOT_PRIVACY_KEY",
        "NEWSBOT_WEBHOOK_SECRET",
    ] == settings.secrets()


def test_a_file_env_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments, quotes and foreign names are fine; the environment wins over it."""
    lines = ["# ours", "NEWSBOT_LANGUAGE=en", 'export NEWSBOT_ADMINS="7, 8"', "PATH_OF_ANOTHER=x"]
    (folder / ".env").write_text("\n".join(lines), encoding="utf-8")
    before = settings.read()
    monkeypatch.setenv("NEWSBOT_LANGUAGE", "zh")

    assert ("en", (7, 8)) == (before.language, before.admins)
    assert ("zh", (7, 8)) == (settings.read().language, settings.read().admins)


def test_a_file_env_may_name_the_file_of_a_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in the environment wins over it."""
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    (folder / ".env").write_text(f"NEWSBOT_TOKEN_FILE={folder / 'token'}\n", encoding="utf-8")
    before = settings.read()
    monkeypatch.setenv("NEWSBOT_TOKEN", "7:another-token")

    assert [TOKEN, "7:another-token"] == [
        found.token and found.token.get_secret_value() for found in (before, settings.read())
    ]


def test_a_file_env_that_cannot_be_read_is_named(folder: Path) -> None:
    """In a sentence, not a traceback."""
    (folder / ".env").write_bytes(b"NEWSBOT_LANGUAGE=\xff\xfe")
    with pytest.raises(SettingsError, match=r"^\.env: cannot be read \(it is not UTF-8\)$"):
        settings.read()


def test_a_given_environment_is_all_there_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see neither the developer's environment nor their `.env`; what is given wins over both."""
    (folder / ".env").write_text("NEWSBOT_LANGUAGE=en", encoding="utf-8")
    monkeypatch.setenv("NEWSBOT_TIMEZONE", "UTC")

    assert ("zh", "Asia/Shanghai") == (of().language, of().timezone)
    assert "en" == settings.read({"NEWSBOT_LANGUAGE": "zh"}, language="en").language


def test_settings_stay_as_they_were_read() -> None:
    """Frozen: nobody changes them on the way."""
    with pytest.raises(ValidationError):
        of().language = "en"


def test_the_database_is_in_the_data_folder() -> None:
    """Unless it has an address."""
    assert "sqlite+aiosqlite:///data/newsbot.db" == of().database
    assert "sqlite+aiosqlite:////srv/news/newsbot.db" == of(DATA="/srv/news").database
    assert "postgresql+psycopg://db/news" == of(DATABASE_URL="postgresql+psycopg://db/news").database


def test_administrators_are_known_by_their_ids() -> None:
    """Nobody else is one, and without the setting nobody is."""
    assert [True, False, False] == [of(ADMINS="7").is_admin(7), of(ADMINS="7").is_admin(8), of().is_admin(0)]


# The table, `.env.example` and docs/settings.md say the same


def default(field: Any) -> str:
    """As an operator would write it; empty where a setting is not set by itself."""
    value = field.default
    if value in (None, ()):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_the_example_lists_every_setting() -> None:
    """Its help, then its name with the default, which is a comment where there is one."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    wanted = [
        f"# {field.description}\n{'# ' * bool(default(field))}{PREFIX}{name.upper()}={default(field)}"
        for name, field in TABLE
    ]

    assert wanted == text.strip().split("\n\n")[1:]


def test_the_docs_list_every_setting() -> None:
    """In the order of the table, with the same default, and with the file for a secret."""
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = [
        [part.strip().strip("`") for part in row.split("|")]
        for row in re.findall(r"^\| (`NEWSBOT_.*) \|$", text, re.MULTILINE)
    ]
    secrets = settings.secrets()
    names = [PREFIX + name.upper() for name, _ in TABLE]

    assert [
        (name, default(field), f"{name}_FILE" * (name in secrets))
        for name, (_, field) in zip(names, TABLE, strict=True)
    ] == [(name, usual, file) for name, usual, _, file in rows]
    assert [] == [name for name, _, what, _ in rows if len(what) < 20]


def test_the_example_is_a_file_that_can_be_used(folder: Path) -> None:
    """Copied as it is, it changes nothing."""
    (folder / ".env").write_bytes((ROOT / ".env.example").read_bytes())

    assert of() == settings.read()


@pytest.mark.parametrize(
    ("value", "tips"),
    [("", ()), ("50", (50,)), ("50, 100，500", (50, 100, 500)), ("1 10000 1", (1, 10_000))],
)
def test_tips_are_amounts_of_stars(value: str, tips: tuple[int, ...]) -> None:
    """Each once; none where none are set."""
    assert tips == of(TIPS=value).tips


@pytest.mark.parametrize("value", ["0", "-5", "10001", "many", "1.5", "1,2,3,4,5,6,7,8,9"])
def test_wrong_amounts_are_said(value: str) -> None:
    with pytest.raises(SettingsError, match="NEWSBOT_TIPS: must be whole numbers of Stars"):
        of(TIPS=value)


def test_a_webhook_needs_a_secret_and_a_door() -> None:
    """Without one it would be open to everybody, or to nobody."""
    address = "https://bot.example/telegram"
    assert "NEWSBOT_WEBHOOK_SECRET: is missing: 32 characters or more that only Telegram is told" == problem(
        WEBHOOK_URL=address
    )
    assert "NEWSBOT_WEBHOOK_URL: needs NEWSBOT_HTTP, which is off" == problem(
        WEBHOOK_URL=address, WEBHOOK_SECRET="x" * 32, HTTP="off"
    )
    assert address == of(WEBHOOK_URL=address, WEBHOOK_SECRET="x" * 32).webhook_url


def test_ones_own_bot_api_server_may_push_without_encryption() -> None:
    """It stands in the same network; Telegram's refuses that."""
    given = {"WEBHOOK_URL": "http://10.0.0.7:8080/hook", "WEBHOOK_SECRET": "x" * 32}

    assert "http://10.0.0.7:8080/hook" == of(**given, API_URL="http://10.0.0.8:8081").webhook_url
    assert "must be an https address" in problem(**given)
