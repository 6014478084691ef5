#!/usr/bin/env bash
# Takes the steps of the Dockerfile in an empty folder, without Docker, and runs what comes out of them:
#
#     deploy/try_image.sh            PYTHON=python3.13 names another Python, KEEP=1 keeps the folder
#
# Wheels are built once, installed from alone, and weighed. Then `newsbot run` is started as in the container (an
# ordinary user, no home, and where this is root also a read-only file system but for /data and /tmp) against the
# playground's Bot API server. Somebody says /start, the answer has to come, SIGTERM has to end it with 0.
# Needs Python 3.11 with venv, and what pip needs. Exit status: 0 all of it worked; 1 something did not; 2 wrong use.
set -euo pipefail
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-python3}
USER_ID=10001               # USER
BASE_MB=125                 # python:3.13-slim unpacked, as it is known; it cannot be weighed here
LIMIT_MB=250
PATIENCE=60                 # seconds, for the bot to be ready and for an answer
GRACE=30                    # seconds, for SIGTERM

die() { echo "✗ $1" >&2; exit "${2:-1}"; }
step() { echo "· $1"; }

command -v "$PYTHON" >/dev/null || die "$PYTHON is not there; PYTHON=… names another" 2
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || die "setpriv (util-linux) is missing" 2
    base=$("$PYTHON" -c 'import os, sys; print(os.path.realpath(sys.executable))')
    setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups env "$base" -c 'import json, socket, ssl' 2>/dev/null ||
        die "$base cannot be run by an ordinary user; PYTHON=… names another" 2
fi

# not below /tmp, which is another one for the bot
work=$(mktemp -d /var/tmp/newsbot-image.XXXXXX)
started=()
finish() {
    for one in "${started[@]}"; do kill "$one" 2>/dev/null || true; done
    if [ -n "${KEEP:-}" ]; then echo "  kept: $work"; else chmod -R u+w "$work" && rm -rf "$work"; fi
}
trap finish EXIT
chmod 755 "$work"

# ---- the first stage: its COPY and RUN lines as they stand, but for the folders ---------------------------

step "building wheels"
stage() { sed -n "/^FROM .* AS build/,/^FROM/p" Dockerfile; }
"$PYTHON" -m venv "$work/build"
"$work/build/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip 2>"$work/log" ||
    { cat "$work/log" >&2; die "pip cannot be brought up to date"; }
mkdir "$work/src" "$work/wheels"
(
    PATH="$work/build/bin:$PATH"
    while read -r instruction words; do
        case "$instruction $words" in
        "COPY "*)
            read -ra names <<<"$words"
            target="$work/src/${names[-1]}"
            unset 'names[-1]'
            if [ ${#names[@]} = 1 ] && [ -d "${names[0]}" ]; then
                cp -R "${names[0]}" "$target"
            else
                mkdir -p "$target"
                cp "${names[@]}" "$target"
            fi
            ;;
        "RUN pip wheel"* | "RUN python deploy/"*)
            words=${words//\/wheels/$work/wheels}
            (cd "$work/src" && eval "$words") >"$work/log" 2>&1 || { cat "$work/log" >&2; die "$words"; }
            grep 'left out' "$work/log" | sed 's/^/  /' || true
            ;;
        esac
    done < <(stage)
)

# ---- the second stage: its `RUN … pip install` -----------------------------------------------------------

step "installing from the wheels alone"
install=$(sed -n 's/^ *\(pip install .*--no-index.*\)$/\1/p' Dockerfile)
[ -n "$install" ] || die "the Dockerfile has no line 'pip install --no-index …'"
"$PYTHON" -m venv --without-pip "$work/image"
install=${install//\/wheels/$work/wheels}
eval "$work/build/bin/python -m pip --python $work/image/bin/python ${install#pip } --quiet"
"$work/build/bin/python" -m pip --python "$work/image/bin/python" check >/dev/null || die "a library is missing"
rm -rf "$work/src" "$work/wheels"       # nothing may be needed that the image has not
chmod -R a+rX,a-w "$work/image"

megabytes=$(($(du --apparent-size --block-size=1 --summarize "$work/image/lib" | cut -f1) / 1000000))
echo "  $megabytes MB installed; with python:3.13-slim (about $BASE_MB MB) about $((megabytes + BASE_MB)) MB"
[ $((megabytes + BASE_MB)) -le $LIMIT_MB ] || die "more than $LIMIT_MB MB"

healthcheck=$(sed -n 's/^ *CMD \(\["python".*\)$/\1/p' Dockerfile)

# ---- running it: USER, ENV, VOLUME, ENTRYPOINT, CMD -------------------------------------------------------

python="$work/image/bin/python"
port() { "$python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
telegram=$(port)
door=$(port)
token=123456:a-token-of-the-playground
cd "$work"

step "starting the playground"
"$python" -m playground --port "$telegram" --token "$token" --newsstand >"$work/playground.log" 2>&1 &
started+=($!)
"$python" - "http://127.0.0.1:$telegram" >"$work/catalog.toml" <<'PYTHON'
import sys
from datetime import UTC, datetime

from playground.newsstand import Newsstand

print(Newsstand(lambda: datetime.now(UTC)).catalog(sys.argv[1]))
PYTHON

mkdir -m 700 "$work/data"
settings=(
    PATH=/usr/bin:/bin HOME=/nonexistent LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
    NEWSBOT_DATA="$work/data" NEWSBOT_LOG=json NEWSBOT_HTTP="127.0.0.1:$door" NEWSBOT_TOKEN="$token"
    NEWSBOT_API_URL="http://127.0.0.1:$telegram" NEWSBOT_ALLOW_HOSTS=127.0.0.1
    NEWSBOT_SOURCES="$work/catalog.toml"
)
confined() {
    if [ "$(id -u)" != 0 ]; then
        exec env -i "${settings[@]}" "$@"
    fi
    chown "$USER_ID:$USER_ID" "$work/data"
    # shellcheck disable=SC2016  # said to the inner shell
    exec unshare --mount sh -eu -c '
        mount --bind "$1" "$1"
        mount -t tmpfs -o mode=1777,noexec,nosuid tmpfs /tmp
        mount -o remount,bind,ro /
        user=$2
        shift 2
        exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all "$@"
    ' sh "$work/data" "$USER_ID" env -i "${settings[@]}" "$@"
}

step "starting the bot"
began=$(date +%s%N)
(confined "$work/image/bin/newsbot" run) >"$work/bot.log" 2>&1 &
bot=$!
started+=("$bot")

# HEALTHCHECK where there is a door to ask, else the log
if "$python" -c 'import sys; from newsbot import settings; sys.exit("NEWSBOT_HTTP" not in settings.names())'; then
    ready() {
        "$python" -c '
import json, subprocess, sys
words = [sys.executable, *json.loads(sys.argv[1].replace("8080", sys.argv[2]))[1:]]
sys.exit(subprocess.run(words, stderr=subprocess.DEVNULL).returncode)' "$healthcheck" "$door"
    }
    asked=/readyz
else
    ready() { grep -q '"event": "ready"' "$work/bot.log"; }
    asked="its log"
fi
for ((tries = 0; ; tries++)); do
    ready && break
    kill -0 "$bot" 2>/dev/null || { cat "$work/bot.log" >&2; die "the bot ended"; }
    [ $tries -lt $((PATIENCE * 4)) ] || { cat "$work/bot.log" >&2; die "not ready within $PATIENCE s"; }
    sleep 0.25
done
echo "  ready after $((($(date +%s%N) - began) / 1000000)) ms, says $asked"

step "saying /start"
"$python" - "http://127.0.0.1:$telegram" "$PATIENCE" <<'PYTHON' || { cat "$work/bot.log" >&2; die "no answer to /start"; }
import json
import sys
import time
from urllib.request import ProxyHandler, Request, build_opener

address, patience = sys.argv[1], float(sys.argv[2])
opener = build_opener(ProxyHandler({}))


def ask(path, said=None):
    body = None if said is None else json.dumps(said).encode()
    with opener.open(Request(address + path, body, {"content-type": "application/json"}), timeout=10) as answer:
        return json.load(answer)


def answers():
    found = ask(f"/play/chats/{reader}/messages?user={reader}")
    return [one.get("text", "") for one in found if one["from"]["id"] == bot]


state = ask("/play/state")
bot, reader = state["bot"]["id"], state["people"][0]["id"]
began = time.monotonic()
ask("/play/say", {"user": reader, "chat": reader, "text": "/start"})
while not (found := answers()):
    if time.monotonic() - began > patience:
        sys.exit(1)
    time.sleep(0.1)
print(f"  answered after {1000 * (time.monotonic() - began):.0f} ms: {found[0].splitlines()[0]}")
while not any("示例" in one for one in answers()):
    if time.monotonic() - began > patience:
        sys.exit("no digest: the sandbox or the fetcher does not work here")
    time.sleep(0.1)
print(f"  its digest after {time.monotonic() - began:.1f} s")
PYTHON

step "ending it"
peak=$(sed -n 's/^VmHWM:\s*\([0-9]*\) kB/\1/p' "/proc/$bot/status" 2>/dev/null || true)
[ -z "$peak" ] || echo "  $((peak / 1000)) MB of memory at most"
began=$(date +%s%N)
kill -TERM "$bot"
for ((tries = 0; tries < GRACE * 10; tries++)); do
    kill -0 "$bot" 2>/dev/null || break
    sleep 0.1
done
kill -0 "$bot" 2>/dev/null && die "it does not end within $GRACE s"
status=0
wait "$bot" || status=$?
[ "$status" = 0 ] || { cat "$work/bot.log" >&2; die "it ended with $status"; }
echo "  ended with 0 after $((($(date +%s%N) - began) / 1000000)) ms"
if left=$(grep -iE 'Traceback|No such file|Read-only file system|Permission denied|ModuleNotFound' "$work/bot.log"); then
    die "its log says: $left"
fi
echo "✓ the image would work"
