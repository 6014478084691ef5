"""The import rule, as a test. See ARCHITECTURE.md, "Who may import whom"."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

WORDS = {"models", "errors"}
TOOLS = {"settings", "chinese"}
STAGES = ["sources", "articles", "tags", "search", "taste", "stories", "digests", "messages", "outbox"]
DOORS = {"fetcher", "sandbox", "summariser", "store", "messenger", "web", "vault", "meters"}
LOW = WORDS | TOOLS
BELOW_FLOWS = LOW | set(STAGES) | DOORS | {"newsroom", "flows"}

#: part -> the parts it may import, besides itself; a stage sees the stages before it
MAY_IMPORT = (
    {part: WORDS for part in WORDS}
    | {part: WORDS for part in TOOLS}
    | {stage: LOW | set(STAGES[:n]) for n, stage in enumerate(STAGES)}
    | {door: LOW for door in DOORS}
    | {"newsroom": LOW | DOORS, "flows": BELOW_FLOWS}
    | {part: WORDS | {"flows", "newsroom", "settings"} for part in ("scheduler", "worker")}
    | {"handlers": WORDS | {"flows", "messages", "messenger", "newsroom"}}
    | {"cli": BELOW_FLOWS | {"scheduler", "worker", "playground"}}
    | {"playground": set()}
)

#: library -> the only parts that may import it
HOMES = {
    "httpx": {"fetcher", "summariser"},
    "aiohttp": {"messenger", "playground"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "telegram": {"messenger", "handlers"},
    "apscheduler": {"scheduler"},
    "procrastinate": {"worker", "store"},
    "prometheus_client": {"meters"},
    "starlette": {"web", "playground"},
    "uvicorn": {"web", "playground"},
    "jieba": {"chinese"},
    "rjieba": {"chinese"},
    "protego": {"sources"},
    "matplotlib": {"messages"},
    "noto_cjk": {"messages"},
}


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def part_of(name: str) -> str:
    """'newsbot.store.articles' -> 'store';  'handlers.vote' -> 'handlers'."""
    head, _, rest = name.partition(".")
    return rest.partition(".")[0] if head == "newsbot" else head


def imports(path: Path) -> set[str]:
    package = dotted(path).rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            up = package.rsplit(".", node.level - 1)[0] if node.level else ""
            base = ".".join(filter(None, [up, node.module]))
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


MODULES = [p for top in ("newsbot", "handlers", "playground") for p in sorted((ROOT / top).rglob("*.py"))]
MODULES.remove(ROOT / "newsbot/__init__.py")
PURE = [p for p in MODULES if part_of(dotted(p)) in LOW | set(STAGES)]


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_a_module_imports_only_what_lies_below_it(path):
    """The table of ARCHITECTURE.md holds for every module."""
    part = part_of(dotted(path))

    for name in imports(path):
        top, target = name.partition(".")[0], part_of(name)
        if name == "newsbot.__version__":
            continue
        if top in ("newsbot", "handlers", "playground", "bot") and target != part:
            assert target in MAY_IMPORT[part], f"{part} may not import {target}"
        if top in HOMES:
            assert part in HOMES[top], f"{top} lives in {HOMES[top]}, not in {part}"


@pytest.mark.parametrize("path", PURE, ids=dotted)
def test_only_the_edges_are_async(path):
    """Stages and what lies below them never wait."""
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert [] == [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]


CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}


@pytest.mark.parametrize("path", PURE, ids=dotted)
def test_stages_never_look_at_the_clock(path):
    """`now` is passed in: no stage calls datetime.now(), date.today() or time.time()."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [
        ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date", "time")
        and node.func.attr in CLOCKS
    ]

    assert [] == calls
