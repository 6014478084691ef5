"""The docs and the code say the same: what can be asked for stands in the docs, and what stands there works."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import typer

from handlers import COMMANDS
from newsbot.cli import app
from newsbot.messages.wording import LANGUAGES, catalogue
from newsbot.newsroom import utc_now
from newsbot.sources import catalog
from playground import schema
from playground.methods import METHODS
from playground.newsstand import Newsstand
from playground.newsstand.stand import stock
from playground.server import Playground
from tests.house import House, house

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)\)|src=\"([^\"]+)\"")
SAID = re.compile(r"`(/[a-z]+(?: [^`…\[\]]*)?)`")
NOT_OURS = {"/setinline", "/token"}  # said to @BotFather
#: what is not run here, and why
NOT_RUN = {
    "python bot.py copy": "there may be no PostgreSQL server",
    "python bot.py worker": "there may be no PostgreSQL server",
    "git clone": "there is nothing to clone from",
    "docker compose": "there may be no engine",
    "docker build": "there may be no engine",
    "docker run": "there may be no engine",
    "cp .env.example": "the project's own folder",
    "install -d": "the project's own folder",
    "install -m": "a secret that is typed in",
    "openssl rand": "a secret of an operator's",
    "printf postgresql+psycopg://newsbot:%s@postgres/newsbot": "a secret of an operator's",
    "sudo useradd": "it changes the machine",
    "sudo python3": "it changes the machine",
    "sudo /opt/newsbot/bin/pip": "it changes the machine",
    "sudo install": "it changes the machine",
    "sudo systemctl": "there may be no systemd",
    "sudo journalctl": "there may be no systemd",
    "sudo -u": "there may be no such user",
    "sudo env": "there may be no such folder",
    "promtool check": "tests/test_deploy.py does, where there is one",
    "promtool test": "tests/test_deploy.py does, where there is one",
    "deploy/try_image.sh": "it takes two minutes, and a package index",
    "pip install": "there may be no package index",
    "python benchmarks/playground.py": "a benchmark is no test",
    "python docs/screenshots.py": "it takes half a minute and writes pictures",
}
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`python bot\.py ([^`]+)`")
PORT = "8099"  # of the docs' examples
ARTICLE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>云雀大模型开源 - 示例日报</title></head>
<body><article><h1>云雀大模型开源，商用免费</h1><p>来源：示例日报　2026-11-25 09:12:00</p>
<p>云雀实验室今天开放了云雀大模型的权重与训练代码，商用免费，社区反应热烈。</p>
<p>模型有七百亿参数，在多项测试中超过上一代，推理速度提高了一倍，价格不变。</p>
<p>团队说，下一步会公布训练数据的清单，并在三个月内给出更小的版本，供手机使用。</p></article></body></html>"""


def commands() -> dict[str, list[str]]:
    """Every command of the command line, with its options."""
    found = {}

    def look(group: typer.core.TyperGroup, before: str) -> None:
        for name, one in group.commands.items():
            if isinstance(one, typer.core.TyperGroup):
                look(one, f"{before}{name} ")
            else:
                found[f"{before}{name}"] = [
                    opt for param in one.params for opt in param.opts if opt[:2] == "--"
                ]

    look(typer.main.get_group(app), "")
    return found


@pytest.mark.parametrize(("name", "options"), commands().items())
def test_every_command_stands_in_the_docs_with_its_options(name: str, options: list[str]) -> None:
    """In one row of the table."""
    rows = (DOCS / "commands.md").read_text("utf-8").splitlines()
    row = next((row for row in rows if row.startswith(f"| `{name}")), "")

    assert [] == [option for option in options if option != "--help" and option not in row]
    assert row


@pytest.mark.parametrize("command", [one.name for one in COMMANDS])
def test_every_command_of_the_chat_stands_in_the_docs(command: str) -> None:
    """In the table of docs/chat.md."""
    assert f"\n| `/{command}" in (DOCS / "chat.md").read_text("utf-8")


def test_every_source_stands_in_the_docs() -> None:
    """In the table of docs/catalogue.md, once; and no other does."""
    rows = re.findall(r"^\| [●○] \| `([^`]+)`", (DOCS / "catalogue.md").read_text("utf-8"), re.MULTILINE)

    assert sorted(one.id for one in catalog.builtin()) == sorted(rows)


def test_the_playgrounds_methods_stand_in_the_docs() -> None:
    """All that it knows, and no other."""
    text = (DOCS / "playground.md").read_text("utf-8")
    listed = text.partition("everything else is 404:\n")[2].partition(".\n")[0]

    assert sorted([*METHODS, "getUpdates"]) == sorted(re.findall(r"[A-Za-z]+", listed))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    """Those within the project."""
    found = [one or other for one, other in LINK.findall(page.read_text("utf-8"))]
    inside = [one for one in found if "://" not in one]

    assert [] == [one for one in inside if not (page.parent / one).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page: Path) -> None:
    """Whatever is written as a path of the project."""
    named = re.findall(
        r"`((?:newsbot|handlers|tests|playground|benchmarks|docs)/[\w/.-]+)`", page.read_text("utf-8")
    )

    assert [] == [one for one in named if not (ROOT / one).exists()]


def test_every_setting_that_is_named_is_one() -> None:
    """In any page."""
    known = set(re.findall(r"NEWSBOT_[A-Z_]+", (DOCS / "settings.md").read_text("utf-8")))
    named = {one for page in PAGES for one in re.findall(r"NEWSBOT_[A-Z_]+[A-Z]", page.read_text("utf-8"))}

    assert set() == named - known


# What stands in the docs is run


def blocks() -> list[tuple[str, list[str]]]:
    """Each page with the commands in its blocks."""
    found = []
    for page in PAGES:
        lines = [
            line for block in BLOCK.findall(page.read_text("utf-8")) for line in block.splitlines() if line
        ]
        if lines:
            found.append((str(page.relative_to(ROOT)), lines))
    return found


class Town:
    """A playground with a newsstand, and a folder in which commands are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stand = Newsstand(utc_now)
        self.playground = Playground(newsstand=self.stand)

    async def open(self) -> None:
        """Serve, with all that the commands ask for."""
        await self.playground.start()
        self._furnish()

    def _furnish(self) -> None:
        url = self.playground.url
        _, _, others = self.stand.catalog(url).partition("\n\n")  # the first feed is added by the docs
        (self.folder / "catalog.toml").write_text(others, "utf-8")
        for name in ("page.html", "article.html", "feeds/a.html"):
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(ARTICLE, "utf-8")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "NEWSBOT_SOURCES": str(self.folder / "catalog.toml"),
            "NEWSBOT_ALLOW_HOSTS": "127.0.0.1",
            "NEWSBOT_TOKEN": self.playground.token,
            "NEWSBOT_API_URL": url,
        }

    def ours(self, line: str) -> str:
        """The same with addresses that answer here."""
        feed = next(iter(stock().feeds.values())).path
        line = line.replace("https://example.com/feed.xml", self.playground.url + feed)
        line = line.replace("https://example.com/news.html", f"{self.playground.url}/stand/a/1.html")
        return line.replace(f"http://127.0.0.1:{PORT}", self.playground.url)

    def runs(self, line: str) -> None:
        """One line of the docs; it must end well."""
        words = shlex.split(self.ours(line), comments=True)
        if words[0] == "make":
            words = ["make", "--dry-run", "--directory", str(ROOT), *words[1:]]
        if words[:2] == ["python", "bot.py"]:
            words = [sys.executable, str(ROOT / "bot.py"), *words[2:]]
        if words[:3] == ["python", "-m", "pytest"]:
            words = [sys.executable, "-m", "pytest", "--collect-only", "--rootdir", str(ROOT), *words[3:]]
            words = [str(ROOT / one) if one.startswith("tests/") else one for one in words]
        if words[0] == "curl":
            words[1:1] = ["--fail", "--noproxy", "*"]
        done = subprocess.run(
            words,
            check=False,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert 0 == done.returncode, f"{line}\n{done.stdout}\n{done.stderr}"

    def begins(self, line: str) -> None:
        """One that goes on until it is ended: its page answers."""
        words = [sys.executable, *shlex.split(line.replace(PORT, "0"))[1:]]
        if "bot.py" in words:
            words = [sys.executable, str(ROOT / "bot.py"), *words[2:], "--no-open"]
        environment = {**self.environment, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            words, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            found = re.search(r"http://\S+", process.stdout.readline() if process.stdout else "")
            assert found, line
            assert 200 == httpx.get(found[0], trust_env=False).status_code
        finally:
            process.terminate()
            process.communicate()


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    made = Town(tmp_path)
    await made.open()
    yield made
    await made.playground.stop()


@pytest.mark.parametrize(("page", "lines"), blocks(), ids=[page for page, _ in blocks()])
async def test_every_command_of_the_docs_works(page: str, lines: list[str], town: Town) -> None:
    """In their order, from an empty folder, but for what NOT_RUN names."""
    for line in lines:
        words = shlex.split(line)
        if (words[:2] == ["python", "bot.py"] and words[2] == "demo") or "playground" in words[1:3]:
            await asyncio.to_thread(town.begins, line)
        elif not line.startswith(tuple(NOT_RUN)):
            await asyncio.to_thread(town.runs, line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_within_sentences_exist(page: Path) -> None:
    """With all the options that are named."""
    known = commands()
    for line in INLINE.findall(page.read_text("utf-8")):
        if line.startswith(("COMMAND", "-")):
            continue
        name = next(
            (one for one in sorted(known, key=len, reverse=True) if f"{line} ".startswith(f"{one} ")), None
        )
        assert name, line
        assert [] == [one for one in re.findall(r"--[a-z-]+", line) if one not in known[name]], line


async def test_the_example_of_a_test_works() -> None:
    """As it stands in docs/playground.md."""
    (example,) = EXAMPLE.findall((DOCS / "playground.md").read_text("utf-8"))
    names: dict[str, Any] = {}
    exec(compile(example, "docs/playground.md", "exec"), names)  # noqa: S102  the project's own page

    await names["test_my_bot"]()


# What the docs say to the bot is understood


def said() -> list[str]:
    """Every command of the chat that stands in a page, as it stands there."""
    pages = [page for page in PAGES if page.name not in ("CONTRIBUTING.md", "benchmarks.md", "playground.md")]
    found = {one for page in pages for one in SAID.findall(page.read_text("utf-8"))}
    return sorted(one for one in found if one.split()[0] not in NOT_OURS and "://" not in one)


@pytest_asyncio.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """An owner of the bot, who takes tips, with news."""
    playground = Playground(with_groups=True)
    await playground.start()
    made = house(playground, tmp_path)
    owner = {"admins": (playground.telegram.person("admin").id,), "tips": (50, 100)}
    made.room.settings = made.room.settings.model_copy(update=owner)
    await made.room.store.open()
    await made.publishes("云雀大模型开源，商用免费", hours=1)
    await made.opens()
    yield made
    await made.closes()
    await playground.stop()


async def test_every_command_of_the_docs_is_answered(home: House) -> None:
    """None of them is unknown, and all that the bot does on the way is what Telegram's schema says."""
    lost = {
        sentence.partition("{")[0]
        for language in LANGUAGES
        for key, sentence in catalogue(language).items()
        if key == "command.unknown" or key.endswith(".not_understood")
    }
    silent = []
    forum = next(chat.id for chat in home.telegram.chats.values() if chat.is_forum)
    await home.says("/start", "admin")
    for line in said():
        before = len(home.telegram.calls)
        answer = await home.says(line, "admin", forum if line.startswith("/topic") else None)
        if len(home.telegram.calls) == before or answer.get("text", "").startswith(tuple(lost)):
            silent.append(line)
    returns = schema.load()["methods"]
    for call in home.telegram.calls:
        if call.response.get("ok") and call.method in returns:
            (kind, *others) = returns[call.method]["returns"]
            if not others:
                schema.conforms(call.response["result"], kind)

    assert [] == silent
