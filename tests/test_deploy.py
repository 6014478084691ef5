"""What an operator deploys: the image, the compositions, the units, the dashboard and the alerts.

There is no reader of YAML among the libraries: blocks are told apart by their indentation, as people do.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from base64 import urlsafe_b64encode
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy import thin_wheels
from newsbot import meters, settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
COMPOSITIONS = ["compose.yaml", "compose.postgres.yaml"]
UNITS = ["newsbot.service", "newsbot-worker@.service"]
QUEUES = {"inbox", "digests", "broadcasts", "refresh", "read", "tag", "cluster", "compose"}
ANY: set[str] = set()  # values that the program does not fix
#: every metric that newsbot serves -> its labels, each with its values; histograms without their suffixes
METRICS: dict[str, dict[str, set[str]]] = {
    "newsbot_info": {"version": ANY, "database": ANY},
    "newsbot_updates_total": {},
    "newsbot_jobs_failed": {},
    "newsbot_leading": {},
    "newsbot_database_up": {},
    "newsbot_polling_age_seconds": {},
    "newsbot_pulls_total": {"status": {"new", "changed", "unchanged", "failed"}},
    "newsbot_pull_seconds": {},
    "newsbot_articles_total": {"status": {"new", "changed"}},
    "newsbot_article_lag_seconds": {},
    "newsbot_queue_depth": {"queue": QUEUES},
    "newsbot_queue_age_seconds": {"queue": QUEUES},
    "newsbot_jobs_total": {"task": ANY, "status": {"succeeded", "failed", "aborted"}},
    "newsbot_job_seconds": {"task": ANY},
    "newsbot_workers": {},
    "newsbot_sources": {"state": {"on", "failing"}},
    "newsbot_readers": {},
    "newsbot_deliveries_total": {"kind": {"digest", "alert", "review", "broadcast"}, "state": ANY},
    "newsbot_sends_total": {
        "outcome": {"sent", "limited", "blocked", "moved", "refused", "later", "unknown"}
    },
    "newsbot_slot_lateness_seconds": {},
    "newsbot_answer_seconds": {"kind": {"press", "message", "inline", "other"}},
    "newsbot_votes_total": {"vote": {"up", "down", "withdrawn"}},
    "newsbot_disk_free_bytes": {},
    "process_resident_memory_bytes": {},
    "process_cpu_seconds_total": {},
}
HISTOGRAMS = {
    "newsbot_pull_seconds",
    "newsbot_article_lag_seconds",
    "newsbot_job_seconds",
    "newsbot_slot_lateness_seconds",
    "newsbot_answer_seconds",
}
OF_PROMETHEUS = {"job", "instance", "le"}  # labels that it adds


def block(text: str, key: str) -> str:
    """What stands below a key of YAML, with the key's own line."""
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if re.match(rf" *{re.escape(key)}:", line))
    indent = len(lines[first]) - len(lines[first].lstrip())
    rest = (
        n
        for n in range(first + 1, len(lines))
        if lines[n].strip() and not lines[n].startswith(" " * (indent + 1))
    )
    return "\n".join(lines[first : next(rest, len(lines))])


def service(name: str, key: str) -> str:
    """A service of a composition, with what it takes from the common block."""
    text = (ROOT / name).read_text("utf-8")
    own = block(text.partition("\nservices:")[2], key)
    return own + (block(text, "x-newsbot") if "<<: *newsbot" in own else "")


def unit(name: str) -> dict[str, list[str]]:
    """The settings of a unit, each with its values in their order."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text("utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


# ---- the image -------------------------------------------------------------------------------------------


def test_the_image_stands_on_a_version_that_is_named() -> None:
    """Once, for both stages."""
    assert ["python:${PYTHON}", "python:${PYTHON}"] == re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^ARG PYTHON=3\.13-slim-[a-z]+$", DOCKERFILE, re.MULTILINE)


def test_the_image_is_nobodys_and_can_be_read_only() -> None:
    """An ordinary user, and one folder for data."""
    for line in (
        "USER 10001:10001",
        "VOLUME /data",
        "STOPSIGNAL SIGTERM",
        "EXPOSE 8080",
        'ENTRYPOINT ["newsbot"]',
    ):
        assert f"\n{line}\n" in DOCKERFILE


def test_what_the_image_copies_is_not_ignored() -> None:
    """.dockerignore leaves everything out but what is named."""
    first, *kept = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[0] != "#"
    ]
    copied = [
        name
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE)
        for name in line.split()
    ]

    assert "*" == first
    assert [] == [name for name in copied if f"!{name}" not in kept]


def test_every_file_that_is_read_belongs_to_the_wheel() -> None:
    """Else an installed bot misses what a clone has."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    files = [file for top in ("newsbot", "handlers", "playground") for file in (ROOT / top).rglob("*.*")]
    data = [file for file in files if file.is_file() and file.suffix not in (".py", ".pyc")]

    assert [] == [str(file) for file in data if not any(fnmatch(file.name, one) for one in patterns)]


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("babel/locale-data/zh_Hant_TW.dat", False),
        ("babel/locale-data/root.dat", False),
        ("babel/locale-data/fr.dat", True),
        ("babel/global.dat", False),
        ("jieba/dict.txt", False),
        ("jieba/analyse/idf.txt", False),
        ("jieba/lac_small/word.dic", True),
        ("jieba-0.42.1.dist-info/RECORD", False),
        ("opencc/clib/share/opencc/t2s.json", False),
        ("opencc/clib/bin/opencc", True),
        ("sqlalchemy/testing/__init__.py", True),
        ("sqlalchemy/sql/compiler.py", False),
        ("lxml/etree.pyx", True),
        ("greenlet/tests/test_gc.py", True),
    ],
)
def test_only_what_is_never_opened_is_left_out(name: str, left_out: bool) -> None:
    """Of the libraries' wheels."""
    assert left_out == thin_wheels.is_left_out(name)


def test_a_thin_wheel_says_what_it_holds(tmp_path: Path) -> None:
    """Its RECORD is that of the files which stayed."""
    wheel = tmp_path / "bird-1-py3-none-any.whl"
    with ZipFile(wheel, "w") as new:
        new.writestr("bird/__init__.py", b"sings = True\n")
        new.writestr("bird/tests/test_bird.py", b"assert True\n")
        new.writestr("bird-1.dist-info/RECORD", b"of before")

    saved = thin_wheels.thin(wheel)

    digest = urlsafe_b64encode(sha256(b"sings = True\n").digest()).rstrip(b"=").decode()
    with ZipFile(wheel) as thin:
        assert ["bird/__init__.py", "bird-1.dist-info/RECORD"] == thin.namelist()
        assert (
            f"bird/__init__.py,sha256={digest},13\nbird-1.dist-info/RECORD,,\n"
            == thin.read("bird-1.dist-info/RECORD").decode()
        )
    assert len(b"assert True\n") == saved


def test_a_wheel_without_anything_to_leave_out_stays_as_it_is(tmp_path: Path) -> None:
    """To the byte."""
    wheel = tmp_path / "bird-1-py3-none-any.whl"
    with ZipFile(wheel, "w") as new:
        new.writestr("bird/__init__.py", b"")
        new.writestr("bird-1.dist-info/RECORD", b"")
    before = wheel.read_bytes()

    assert (0, before) == (thin_wheels.thin(wheel), wheel.read_bytes())


# ---- the compositions ------------------------------------------------------------------------------------


HARDENED = [
    "read_only: true",
    "- /tmp:",
    "cap_drop: [ALL]",
    'security_opt: ["no-new-privileges:true"]',
    "stop_grace_period: 60s",
    "restart: unless-stopped",
    "mem_limit:",
    "pids_limit:",
    "logging:",
    "healthcheck:",
]
SERVICES = [
    ("compose.yaml", "newsbot"),
    ("compose.postgres.yaml", "newsbot"),
    ("compose.postgres.yaml", "worker"),
    ("compose.postgres.yaml", "postgres"),
]


@pytest.mark.parametrize(("name", "key"), SERVICES)
def test_every_service_may_do_little(name: str, key: str) -> None:
    """And ends in time, and says whether it is well."""
    text = service(name, key)

    assert [] == [line for line in HARDENED if line not in text]


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_ports_are_for_this_machine_alone(name: str) -> None:
    """Nothing listens to the network."""
    ports = re.findall(r"^ +- (\S+:\d+:\d+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)

    assert ["127.0.0.1:8080:8080"] == ports


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_secrets_stand_in_files(name: str) -> None:
    """Under names that are settings, none in the environment itself."""
    text = (ROOT / name).read_text("utf-8")
    named = re.findall(r"(NEWSBOT_[A-Z_]+)_FILE: /run/secrets/", text)

    assert "NEWSBOT_TOKEN" in named
    assert set() == set(named) - set(settings.secrets())
    assert [] == [one for one in settings.secrets() if f"{one}:" in text]


def test_workers_do_not_know_the_token() -> None:
    """They pull and read; the bot speaks."""
    assert "token" not in service("compose.postgres.yaml", "worker").replace("knows the token", "")


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_images_have_versions(name: str) -> None:
    """Ours is the project's."""
    images = set(re.findall(r"image: (\S+)", (ROOT / name).read_text("utf-8")))

    assert {f"newsbot:{PROJECT['project']['version']}"} == images - {"postgres:17-alpine"}


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_health_is_asked_for_as_in_the_image(name: str) -> None:
    """By the same words."""
    (words,) = re.findall(r'CMD \["python", (.*)\]$', DOCKERFILE, re.MULTILINE)

    assert f'test: ["CMD", "python", {words}]' in (ROOT / name).read_text("utf-8")


# ---- the units -------------------------------------------------------------------------------------------


CONFINED = {
    "CapabilityBoundingSet": [""],
    "LockPersonality": ["yes"],
    "MemoryDenyWriteExecute": ["yes"],
    "NoNewPrivileges": ["yes"],
    "PrivateDevices": ["yes"],
    "PrivateTmp": ["yes"],
    "ProtectHome": ["yes"],
    "ProtectSystem": ["strict"],
    "RestrictAddressFamilies": ["AF_INET AF_INET6 AF_UNIX"],
    "RestrictNamespaces": ["yes"],
    "StateDirectory": ["newsbot"],
    "SystemCallFilter": ["@system-service", "~@privileged"],
    "UMask": ["0077"],
    "User": ["newsbot"],
}
KEPT_GOING = {
    "KillSignal": ["SIGTERM"],
    "MemoryMax": ["1G"],
    "Restart": ["always"],
    "RestartSec": ["10"],
    "TimeoutStopSec": ["60"],
}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_confined_and_kept_going(name: str) -> None:
    """As the docs say."""
    found = unit(name)
    wanted = CONFINED | KEPT_GOING

    assert wanted == {key: found.get(key) for key in wanted}


@pytest.mark.parametrize("name", UNITS)
def test_secrets_of_a_unit_are_credentials(name: str) -> None:
    """Each that systemd loads is named by a setting."""
    found = unit(name)
    loaded = {one.partition(":")[0] for one in found["LoadCredential"]}
    named = dict(
        re.findall(r"^(NEWSBOT_[A-Z_]+)_FILE=%d/(\S+)$", "\n".join(found["Environment"]), re.MULTILINE)
    )

    assert loaded == set(named.values())
    assert set() == set(named) - set(settings.secrets())


# ---- watching --------------------------------------------------------------------------------------------


def expressions() -> dict[str, list[str]]:
    """File -> what it asks Prometheus for."""
    panels = json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))["panels"]
    rules = (DEPLOY / "alerts.yaml").read_text("utf-8")
    asked = re.findall(r"expr: (?:>-\n)?((?:.*\n)+?) +(?:for|labels):", rules)
    return {
        "dashboard.json": [target["expr"] for panel in panels for target in panel.get("targets", [])],
        "alerts.yaml": asked,
    }


def known(name: str) -> str:
    """A metric without the suffix of a histogram's series."""
    plain = re.sub(r"_(bucket|count|sum)$", "", name)
    return plain if plain in HISTOGRAMS else name


@pytest.mark.parametrize("file", ["dashboard.json", "alerts.yaml"])
def test_only_metrics_that_exist_are_asked_for(file: str) -> None:
    """Histograms by their buckets or counts."""
    asked = {name for one in expressions()[file] for name in re.findall(r"(?:newsbot|process)_\w+", one)}

    assert set() == {known(name) for name in asked} - set(METRICS)
    assert set() == asked & HISTOGRAMS


def test_these_are_the_metrics_that_the_program_has() -> None:
    """By their names and labels."""
    counters = {f"newsbot_{name}_total": labels for name, (_, labels) in meters.COUNTERS.items()}
    others = meters.GAUGES | {name: (words, labels) for name, (words, labels, _) in meters.HISTOGRAMS.items()}
    served = counters | {f"newsbot_{name}": labels for name, (_, labels) in others.items()}

    assert {name: set(labels) for name, labels in served.items()} == {
        name: set(labels) for name, labels in METRICS.items() if name.startswith("newsbot_")
    }
    assert HISTOGRAMS == {f"newsbot_{name}" for name in meters.HISTOGRAMS}


def test_every_metric_is_on_the_dashboard() -> None:
    """What is counted can be seen."""
    text = " ".join(expressions()["dashboard.json"])

    assert set() == set(METRICS) - {known(name) for name in re.findall(r"(?:newsbot|process)_\w+", text)}


@pytest.mark.parametrize("file", ["dashboard.json", "alerts.yaml"])
def test_only_labels_and_values_that_exist_are_asked_for(file: str) -> None:
    """In the braces behind a metric."""
    wrong = []
    for one in expressions()[file]:
        for name, inside in re.findall(r"((?:newsbot|process)_\w+)\{([^}]*)\}", one):
            labels = METRICS[known(name)]
            for label, values in re.findall(r'(\w+)=~?"([^"]*)"', inside):
                fixed = labels.get(label, ANY)
                if label not in labels.keys() | OF_PROMETHEUS or (fixed and set(values.split("|")) - fixed):
                    wrong.append((name, label, values))

    assert [] == wrong


def test_the_dashboard_can_be_put_on_any_data_source() -> None:
    """A variable names it, and nothing else does."""
    dashboard = json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]

    assert "datasource" == dashboard["templating"]["list"][0]["name"]
    assert {"${datasource}"} == {panel["datasource"]["uid"] for panel in panels}
    assert len(dashboard["panels"]) == len({panel["id"] for panel in dashboard["panels"]})


def test_panels_do_not_lie_on_each_other() -> None:
    """Each cell of the grid belongs to one."""
    cells = []
    for panel in json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))["panels"]:
        x, y, w, h = (panel["gridPos"][key] for key in "xywh")
        cells += [(column, line) for column in range(x, x + w) for line in range(y, y + h)]

    assert len(cells) == len(set(cells))
    assert max(column for column, _ in cells) < 24


def test_every_alert_says_how_bad_it_is_and_what_to_do() -> None:
    """In words."""
    rules = (DEPLOY / "alerts.yaml").read_text("utf-8").split("- alert: ")[1:]

    assert [] == [
        rule.splitlines()[0]
        for rule in rules
        if not re.search(r"severity: (page|ticket)", rule)
        or "summary: " not in rule
        or "description: " not in rule
    ]


@pytest.mark.parametrize(
    "words",
    [["check", "rules", "deploy/alerts.yaml"], ["test", "rules", "deploy/alerts_test.yaml"]],
    ids=" ".join,
)
def test_prometheus_understands_the_alerts(words: list[str]) -> None:
    """And they are raised when they should be, and only then."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool here")

    done = subprocess.run([promtool, *words], check=False, cwd=ROOT, capture_output=True, text=True)

    assert 0 == done.returncode, done.stdout + done.stderr
