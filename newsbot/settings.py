"""The settings, as a table: name, default, help, secret or not.

Read once by `read()` from the environment and `.env`, then passed on frozen. A secret may
also stand in a file: `NEWSBOT_TOKEN_FILE` names the file that holds NEWSBOT_TOKEN. What is
wrong is said in one sentence that names the setting and never repeats its value: it may be a secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from newsbot.errors import SettingsError

PREFIX = "NEWSBOT_"
MOST_TIPS = 8  # buttons
MOST_STARS = 10_000  # Bot API, LabeledPrice: more are refused
FEWEST_KEY = 32  # characters
HTTP = "127.0.0.1:8080"  # unless NEWSBOT_HTTP says otherwise
LEVELS = ("debug", "info", "warning", "error")
TELEGRAM = "https://api.telegram.org"
BETWEEN = re.compile(r"[,，、;；\s]+")

#: what a value must be, where pydantic would word it for programmers
MUST = {
    "admins": "must be numbers (user ids; /id tells one's own), separated by commas",
    "refresh_seconds": "must be a whole number of seconds, 1 or more",
    "keep_days": "must be a whole number of days, from 1 to 36500",
    "summary_budget": "must be a whole number of articles a day, from 0 to 1000000",
    "tips": "must be whole numbers of Stars from 1 to 10000, at most 8, separated by commas",
    "send_rate": "must be a number of messages a second, above 0 and at most 1000",
}


EXAMPLES = {
    "api_url": "https://api.telegram.org",
    "rsshub": "http://127.0.0.1:1200",
    "summary_url": "http://127.0.0.1:11434/v1",
}


class Settings(BaseSettings):
    """Everything an operator may set; every name is prefixed with NEWSBOT_."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `read` hands over, which it may have from another environment than this process's."""
        return (init_settings,)

    token: SecretStr | None = Field(
        None, description="the bot's token from @BotFather; without one the playground opens"
    )
    api_url: str = Field(TELEGRAM, description="address of the Bot API server")
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
        None, description="TOML or OPML file that seeds the catalogue instead of the built-in one, or `none`"
    )
    refresh_seconds: int | None = Field(
        None,
        ge=1,
        description="pull every source exactly this often; unset: every 900 s at first, then as its rhythm "
        "asks, less often after failures",
    )
    allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="names, addresses or networks that may be private, separated by commas",
    )
    words: str | None = Field(
        None, description="TOML file with your own words: names, aliases, patterns of noise, words to ignore"
    )
    rsshub: str | None = Field(
        None, description="address of an RSSHub, which serves where a source's own address fails"
    )
    proxy: SecretStr | None = Field(
        None, description="address of a proxy that fetches sources, and then has to guard private networks"
    )
    summary_url: str | None = Field(
        None,
        description="address of a server that speaks OpenAI's API, for summaries by a model",
    )
    summary_key: SecretStr | None = Field(None, description="its key, where it wants one")
    summary_model: str | None = Field(
        None, validate_default=True, description="the model's name, as that server knows it"
    )
    summary_budget: int = Field(
        200, ge=0, le=1_000_000, description="articles that the model is asked about in a day, at most"
    )
    send_rate: float = Field(
        30,
        gt=0,
        le=1000,
        description="the most messages a second; the pace begins at 25 and adapts to what is accepted",
    )
    keep_days: int = Field(
        365,
        ge=1,
        le=36_500,
        description="days that articles are kept; saved ones stay for ever",
    )
    privacy_key: SecretStr | None = Field(
        None,
        description="key of the hashes by which who was forgotten and votes again is known, 32 characters or "
        "more; default: a file privacy.key in the data folder",
    )
    tips: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="amounts in Telegram Stars that /tip offers, such as 50,100,500; unset: no tips"
    )
    http: str | None = Field(
        None,
        description="host:port for health, metrics and the webhook, or `off`; default: 127.0.0.1:8080",
    )
    webhook_url: str | None = Field(
        None, description="https address to which Telegram pushes updates; unset: they are asked for"
    )
    webhook_secret: SecretStr | None = Field(
        None,
        validate_default=True,
        description="what Telegram says with every update, 32 characters or more of A-Z a-z 0-9 _ -",
    )
    log: str = Field("text", description="log lines as text or json")
    log_level: str = Field("info", description="how much is logged: debug, info, warning or error")

    @field_validator("admins", "allow_hosts", "tips", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return tuple(filter(None, BETWEEN.split(value))) if isinstance(value, str) else value

    @field_validator("allow_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in (host for host in value if "/" in host):
            try:
                ip_network(network, strict=False)
            except ValueError:
                raise ValueError("must be names, addresses or networks such as 10.0.0.0/8") from None
        return value

    @field_validator("tips")
    @classmethod
    def _tips(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if len(value) > MOST_TIPS or any(not 1 <= one <= MOST_STARS for one in value):
            raise ValueError(MUST["tips"])
        return tuple(dict.fromkeys(value))

    @field_validator("privacy_key")
    @classmethod
    def _privacy_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < FEWEST_KEY:
            raise ValueError(f"must have {FEWEST_KEY} characters or more")
        return value

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in ("zh", "en"):
            raise ValueError("must be zh or en")
        return value

    @field_validator("http")
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        found = re.fullmatch(r"(?:[^\s:/]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})", value or "")
        if value not in (None, "off") and (found is None or not 0 < int(found[1]) < 65_536):
            raise ValueError("must be host:port such as 127.0.0.1:8080, or off")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_url(cls, value: str | None, info: ValidationInfo) -> str | None:
        is_own = info.data.get("api_url", TELEGRAM) != TELEGRAM  # one's own Bot API server pushes anywhere
        scheme = "https?" if is_own else "https"
        if value is not None and not re.fullmatch(rf"{scheme}://[^\s/?#]+(/[^\s?#]*)?", value):
            raise ValueError("must be an https address such as https://bot.example/telegram")
        if value is not None and urlsplit(value).path in ("/healthz", "/readyz", "/metrics"):
            raise ValueError("must have a path of its own such as /telegram")
        if value is not None and info.data.get("http") == "off":
            raise ValueError("needs NEWSBOT_HTTP, which is off")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", value.get_secret_value()):
            raise ValueError("must have 32 to 256 characters of A-Z a-z 0-9 _ -")
        if value is None and info.data.get("webhook_url"):
            raise ValueError("is missing: 32 characters or more that only Telegram is told")
        return value

    @field_validator("log_level")
    @classmethod
    def _log_level(cls, value: str) -> str:
        if value.lower() not in LEVELS:
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

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
        if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", value):
            raise ValueError("must be a time such as 08:00")
        return value

    @field_validator("api_url", "rsshub", "summary_url")
    @classmethod
    def _address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            example = EXAMPLES.get(info.field_name or "", EXAMPLES["api_url"])
            raise ValueError(f"must be an address such as {example}")
        return value.rstrip("/")

    @field_validator("proxy")
    @classmethod
    def _proxy(cls, value: SecretStr | None) -> SecretStr | None:
        found = (
            re.fullmatch(r"https?://[^\s/]+?(?::(\d{1,5}))?/?", value.get_secret_value()) if value else None
        )
        if value is not None and (found is None or not 0 < int(found[1] or 80) < 65_536):
            raise ValueError("must be an address such as http://proxy.example:3128")
        return value

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{10,}", value.get_secret_value()):
            raise ValueError("must be a token such as 123456:ABC-DEF, as @BotFather gives it")
        return value

    @field_validator("summary_model")
    @classmethod
    def _model(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("summary_url"):
            raise ValueError("is missing: the name of the model that NEWSBOT_SUMMARY_URL is asked for")
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
    fields = Settings.model_fields
    return [name for name in names() if fields[_field(name)].annotation == SecretStr | None]


def read(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings; what is `given` wins.

    :param environment: read instead of this process's, which wins over `.env`
    :raises SettingsError: naming the first setting that is wrong
    """
    places = (_dot_env(), os.environ) if environment is None else (environment,)
    found: dict[str, Any] = {}
    for place in places:
        found |= _written(place)
    try:
        return Settings(**(found | given))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0])
        problem = MUST.get(field) or first["msg"].removeprefix("Value error, ")
    raise SettingsError(PREFIX + field.upper(), problem)


def _field(name: str) -> str:
    return name.removeprefix(PREFIX).lower()


def _dot_env() -> dict[str, str]:
    try:
        found = DotEnvSettingsSource(Settings).env_vars
    except (OSError, UnicodeError) as error:
        raise SettingsError(".env", f"cannot be read ({_why(error)})") from None
    return {name.upper(): value for name, value in found.items() if value is not None}


def _written(place: Mapping[str, str]) -> dict[str, str]:
    """Field -> value, from one place; what is empty counts as not set."""
    found = {}
    for name in names():
        value = place.get(name, "").strip() or (_from_file(place, name) if name in secrets() else "")
        if value:
            found[_field(name)] = value
    return found


def _from_file(place: Mapping[str, str], name: str) -> str:
    """A secret from the file that holds it, or empty where none is named."""
    path = place.get(f"{name}_FILE", "").strip()
    if not path:
        return ""
    try:
        value = Path(path).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{name}_FILE", f"{path} cannot be read ({_why(error)})") from None
    if not value:
        raise SettingsError(f"{name}_FILE", f"{path} is empty")
    return value


def _why(error: OSError | UnicodeError) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else "it is not UTF-8"
