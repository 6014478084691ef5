"""Leaves out of wheels what newsbot never opens: python deploy/thin_wheels.py FOLDER

A step of the Dockerfile, before the wheels are installed. What shrinks is written anew, with its RECORD.
`deploy/try_image.sh` runs the bot from the thin wheels.
"""  # noqa: INP001  a script, beside others

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess  # strip, on files of our own making
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

#: names within wheels (regular expressions, matched from the beginning), and why they are not missed
LEFT_OUT = {
    r"babel/locale-data/(?!(root|en|en_US|zh|zh_.*)\.dat$)": "the bot speaks Chinese and English",
    r"jieba/(?!__init__\.py|dict\.txt|analyse/idf\.txt)": "its dictionaries are read, nothing else of it",
    r"opencc/clib/(bin|include|lib64)/": "for the shell and for C",
    r"lxml/(includes|isoschematron)/|lxml/objectify": "for C, and ways to read XML that are not ours",
    r"selectolax/lexbor/": "for C",
    r"(sqlalchemy|alembic)/testing/|.+/tests?/": "tests of the libraries",
    r"pygments/lexers/(?!(__init__|_mapping|python|special)\.py$)": "nothing here is highlighted",
    r".+\.(c|cpp|h|hpp|pxd|pxi|pyi|pyx|a)$": "for compilers and type checkers",
}
PATTERN = re.compile("|".join(f"(?:{one})" for one in LEFT_OUT))


def is_left_out(name: str) -> bool:
    """Is this file of a wheel never opened?"""
    return PATTERN.match(name) is not None


def stripped(data: bytes) -> bytes:
    """A library without what only debuggers read; as it is where there is no `strip`, or it declines."""
    strip = shutil.which("strip")
    if strip is None:
        return data
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "library.so"
        file.write_bytes(data)
        done = subprocess.run([strip, "--strip-debug", str(file)], check=False, capture_output=True)  # noqa: S603
        return file.read_bytes() if done.returncode == 0 else data


def thin(wheel: Path) -> int:
    """Write the wheel anew without what is left out; how many bytes less it unpacks to."""
    kept: dict[str, bytes] = {}
    saved = 0
    with ZipFile(wheel) as old:
        for info in old.infolist():
            saved += info.file_size
            if info.is_dir() or is_left_out(info.filename):
                continue
            data = old.read(info)
            kept[info.filename] = stripped(data) if info.filename.endswith(".so") else data
            saved -= len(kept[info.filename])
    if saved:
        record = next(name for name in kept if name.endswith(".dist-info/RECORD"))
        kept[record] = _record(kept, record)
        with ZipFile(wheel, "w", ZIP_DEFLATED) as new:
            for name, data in kept.items():
                new.writestr(name, data)
    return saved


def _record(files: dict[str, bytes], record: str) -> bytes:
    """The list of files with their hashes, as the format of wheels wants it."""
    lines = []
    for name, data in files.items():
        written = f'"{name}"' if "," in name else name
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{written},," if name == record else f"{written},sha256={digest},{len(data)}")
    return "".join(f"{line}\n" for line in lines).encode()


def main() -> int:
    """0, or 2 where no folder with wheels is named."""
    wheels = sorted(Path(sys.argv[1]).glob("*.whl")) if len(sys.argv) == 2 else []
    if not wheels:
        print("name a folder with wheels", file=sys.stderr)
        return 2
    saved = {wheel.name.partition("-")[0]: thin(wheel) for wheel in wheels}
    most = sorted(saved, key=lambda name: -saved[name])[:5]
    told = ", ".join(f"{name} {saved[name] / 1e6:.1f}" for name in most)
    print(f"{sum(saved.values()) / 1e6:.0f} MB of {len(wheels)} wheels left out ({told} ...)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
