"""What is kept outside the database: the key, and who was forgotten of late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from newsbot import settings
from newsbot.errors import SettingsError, StoreError
from newsbot.models.people import FIRST_NOBODY, FIRST_PSEUDONYM, pseudonym
from newsbot.vault import KEPT, Vault, open_vault
from tests.examples import NOON


def opened(folder: Path, **given: str) -> Vault:
    return open_vault(settings.read({}, data=folder, **given))


def test_the_key_is_made_once_and_nobody_else_reads_it(tmp_path: Path):
    """The next start has the same."""
    first = opened(tmp_path)

    assert first.key == opened(tmp_path).key
    assert 32 == len(first.key)
    assert 0o600 == (tmp_path / "privacy.key").stat().st_mode & 0o777
    assert ["privacy.key"] == [file.name for file in tmp_path.iterdir()]


def test_a_key_that_is_set_needs_no_file(tmp_path: Path):
    """As several machines have one."""
    one, other = opened(tmp_path, privacy_key="x" * 32), opened(tmp_path, privacy_key="y" * 32)

    assert one.key == opened(tmp_path, privacy_key="x" * 32).key
    assert one.key != other.key
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("written", ["", "00", "no hexadecimal digits", "0" * 63, "0" * 66])
def test_half_a_key_is_none(tmp_path: Path, written: str):
    """Rather no start than one at which who was forgotten is somebody else."""
    (tmp_path / "privacy.key").write_text(written)

    with pytest.raises(SettingsError, match="NEWSBOT_PRIVACY_KEY"):
        opened(tmp_path)


def test_a_short_key_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match="32 characters"):
        opened(tmp_path, privacy_key="short")


def test_a_pseudonym_tells_nothing_without_the_key(tmp_path: Path):
    """The same person has the same one; nobody else, no other key; and no number of Telegram's is one."""
    vault = opened(tmp_path)
    numbers = {vault.pseudonym(person) for person in range(1, 2000)}

    assert 1999 == len(numbers)
    assert all(FIRST_PSEUDONYM <= one < FIRST_NOBODY for one in numbers)
    assert vault.pseudonym(7) == opened(tmp_path).pseudonym(7)
    assert pseudonym(b"another key", 7) != vault.pseudonym(7)
    assert max(len(str(one)) for one in numbers) <= 18


def test_who_was_forgotten_is_noted_without_their_number(tmp_path: Path):
    """As long as any backup is kept."""
    vault = opened(tmp_path)
    vault.note(5_000_000_101, NOON)
    vault.note(5_000_000_102, NOON + timedelta(hours=1))

    assert {vault.pseudonym(5_000_000_102)} == vault.forgotten_since(NOON + timedelta(minutes=1)).keys()
    assert 2 == len(opened(tmp_path).forgotten_since(NOON))
    assert "5000000101" not in (tmp_path / "forgotten").read_text()
    assert 0o600 == (tmp_path / "forgotten").stat().st_mode & 0o777
    vault.prune(NOON + KEPT + timedelta(minutes=30))
    assert 1 == len(vault.forgotten_since(NOON - timedelta(days=1)))


def test_half_a_line_is_nobody(tmp_path: Path):
    """Whatever stands in the file."""
    vault = opened(tmp_path)
    (tmp_path / "forgotten").write_text(f"12 \n\nnonsense\n13 {NOON.isoformat()}\n14 yesterday\n")

    assert {13: NOON} == vault.forgotten_since(NOON)


def test_without_a_place_nothing_is_noted():
    vault = Vault()
    vault.note(7, NOON)
    vault.prune(NOON)

    assert {} == vault.forgotten_since(NOON)


def test_a_note_that_cannot_be_written_is_an_error(tmp_path: Path):
    vault = Vault(b"k" * 32, tmp_path / "missing" / "forgotten")

    with pytest.raises(StoreError, match="cannot be written"):
        vault.note(7, NOON)


def test_many_who_are_forgotten_at_once_are_all_noted(tmp_path: Path):
    """Also while the old ones are left out."""
    vault = opened(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda one: (vault.note(one, NOON), vault.prune(NOON)), range(1, 101)))

    assert 100 == len(vault.forgotten_since(NOON))
    assert {"privacy.key", "forgotten"} == {file.name for file in tmp_path.iterdir()}
