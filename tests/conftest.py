"""What several tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def shared(name: str) -> Path:
    """A file of ../shared/data (or ../shared itself), or the test is skipped, saying why."""
    for path in (SHARED / "data" / name, SHARED / name):
        if path.exists():
            return path
    pytest.skip(f"{name} is not in ../shared beside this checkout")
