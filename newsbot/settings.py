"""The settings, as a table: name, default, help, secret or not.

Read once by `read()` from the environment and `.env`, then passed on frozen. A secret may
also stand in a file: `NEWSBOT_TOKEN_FILE` names the file that holds NEWSBOT_TOKEN.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from newsbot.errors import SettingsError

PREFIX = "NEWSBOT_"


class Settings(BaseSettings):
    """Everything an operator may set; every name is prefixed with NEWSBOT_."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    token: SecretStr | None = Field(
        None, description="the bot's token from @BotFather; without one the playground opens"
    )
    api_url: str = Field("https://api.telegram.org", description="address of the Bot API server")
    database_url: SecretStr | None = Field(
        None, description="where everything is remembered; default: newsbot.db in the data folder (SQLite)"
    )
    data: Path = Field(Path("data"), description="the data folder")
    admins: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="user ids of administrators; /id tells one's own"
    )
    language: str = Field(
        "zh", description="language of readers whose own is neither Chinese nor English: zh or en"
    )
    timezone: str = Field(
        "Asia/Shanghai", description="IANA zone of readers who never chose one, and of the command line"
    )
    digest_time: str = Field(
        "08:00", description="hour of the digest of readers who never chose one, spread by 30 minutes"
    )
    sources: str | None = Field(
        None, description="TOML file that seeds the catalogue instead of the built-in one, or `none`"
    )
    refresh_seconds: int | None = Field(
        None,
        ge=1,
        description="pull every source exactly this often; unset: every 900 s, less often after failures",
    )
    allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="names, addresses or networks that may be private, separated by commas",
    )
    send_rate: float = Field(30, gt=0, le=1000, description="the most messages a second")
    log: str = Field("text", description="log lines as text or json")

    @field_validator("admins", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        return (
            tuple(int(part) for part in re.split(r"[,\s]+", value.strip()) if part)
            if isinstance(value, str)
            else value
        )

    @field_validator("allow_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        return (
            tuple(part for part in re.split(r"[,\s]+", value.strip()) if part)
            if isinstance(value, str)
            else value
        )

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in ("zh", "en"):
            raise ValueError("must be zh or en")
        return value

    @field_validator("log")
    @classmethod
    def _log(cls, value: str) -> str:
        if value not in ("text", "json"):
            raise ValueError("must be text or json")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("must be an IANA zone such as Asia/Shanghai") from None
        return value

    @field_validator("digest_time")
    @classmethod
    def _time(cls, value: str) -> str:
        if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
            raise ValueError("must be a time such as 08:00")
        return value

    @field_validator("api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise ValueError("must be an address such as https://api.telegram.org")
        return value.rstrip("/")

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"\d+:[\w-]{10,}", value.get_secret_value()):
            raise ValueError("must be a token such as 123456:ABC-DEF, as @BotFather gives it")
        return value

    @property
    def database(self) -> str:
        """The address of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{self.data / 'newsbot.db'}"

    def is_admin(self, user_id: int) -> bool:
        return user_id in self.admins


def names() -> list[str]:
    """The settings' names as an operator writes them, in the order of the table."""
    return [PREFIX + name.upper() for name in Settings.model_fields]


def secrets() -> list[str]:
    """The settings that may also stand in a file, as NAME_FILE."""
    return [name for name in names() if name in (f"{PREFIX}TOKEN", f"{PREFIX}DATABASE_URL")]


def read(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings from the environment and `.env`; what is `given` wins.

    :raises SettingsError: naming the first setting that is wrong
    """
    environment = os.environ if environment is None else environment
    try:
        return Settings(**(_from_files(environment) | given))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(name, first["msg"].removeprefix("Value error, ")) from None


def _from_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The secrets that stand in files."""
    found = {}
    for name in secrets():
        path = environment.get(f"{name}_FILE")
        if path and not environment.get(name):
            try:
                found[name.removeprefix(PREFIX).lower()] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingsError(f"{name}_FILE", f"{path} cannot be read ({error.strerror})") from None
    return found
