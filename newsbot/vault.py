"""The door to what is kept outside the database: the key of pseudonyms, and who was forgotten of late.

A copy of the database holds neither. Who was forgotten after a copy was made is forgotten again when it is
put in place (`flows/rights.py`).
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes, token_hex
from threading import Lock

from newsbot.errors import SettingsError, StoreError
from newsbot.models.people import pseudonym
from newsbot.settings import Settings

KEY_BYTES = 32
KEPT = timedelta(days=60)  # longer than any backup


class Vault:
    """One file with the key, and one with a line for everybody who was forgotten: pseudonym and moment."""

    def __init__(self, key: bytes | None = None, forgotten: Path | None = None) -> None:
        """
        :param key: without one it is as good as thrown away, as in tests
        :param forgotten: the file; without one nothing is noted
        """
        self.key = key or token_bytes(KEY_BYTES)
        self._forgotten = forgotten
        self._writing = Lock()

    def pseudonym(self, person_id: int) -> int:
        """What stands for this person once they were forgotten."""
        return pseudonym(self.key, person_id)

    def note(self, person_id: int, at: datetime) -> None:
        """This person was forgotten at that moment, on the disk for certain.

        :raises StoreError: it cannot be written
        """
        if self._forgotten is None:
            return
        try:
            with self._writing:
                _write(self._forgotten, f"{self.pseudonym(person_id)} {at.isoformat()}\n", os.O_APPEND)
        except OSError as error:
            raise StoreError(f"{self._forgotten} cannot be written ({error.strerror})") from None

    def prune(self, now: datetime) -> None:
        """Leave out who was forgotten longer ago than any backup is kept."""
        if self._forgotten is None or not self._forgotten.exists():
            return
        with self._writing:
            part = self._forgotten.with_name(f"{self._forgotten.name}.part")
            lines = self._lines(now - KEPT)
            _write(part, "".join(f"{number} {moment.isoformat()}\n" for number, moment in lines))
            part.replace(self._forgotten)

    def forgotten_since(self, moment: datetime) -> dict[int, datetime]:
        """The pseudonyms of those who were forgotten after then, with when that was last."""
        return dict(self._lines(moment))

    def _lines(self, since: datetime) -> list[tuple[int, datetime]]:
        if self._forgotten is None or not self._forgotten.exists():
            return []
        found = []
        for line in self._forgotten.read_text(errors="replace").splitlines():
            number, _, moment = line.partition(" ")
            with suppress(ValueError):  # half a line is nobody
                if (at := datetime.fromisoformat(moment)) >= since:
                    found.append((int(number), at))
        return found


def open_vault(settings: Settings) -> Vault:
    """The key that is set, or else that of a file of its own, made where there is none.

    :raises SettingsError: naming NEWSBOT_PRIVACY_KEY
    """
    forgotten = settings.data / "forgotten"
    if settings.privacy_key is not None:
        key = blake2b(settings.privacy_key.get_secret_value().encode(), digest_size=KEY_BYTES).digest()
        return Vault(key, forgotten)
    file = settings.data / "privacy.key"
    try:
        if not file.exists():
            _make_key(file)
        key = bytes.fromhex(file.read_text().strip())
    except (OSError, ValueError) as error:
        raise SettingsError("NEWSBOT_PRIVACY_KEY", f"{file} cannot be read ({error})") from None
    if len(key) != KEY_BYTES:
        raise SettingsError("NEWSBOT_PRIVACY_KEY", f"{file} must hold {2 * KEY_BYTES} hexadecimal digits")
    return Vault(key, forgotten)


def _make_key(file: Path) -> None:
    """There whole or not at all; another process may make one at the same moment."""
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        _write(part, token_hex(KEY_BYTES))
        with suppress(FileExistsError):
            os.link(part, file)
    finally:
        part.unlink(missing_ok=True)


def _write(file: Path, words: str, how: int = os.O_TRUNC) -> None:
    """On the disk for certain, for nobody else to read."""
    with os.fdopen(os.open(file, os.O_CREAT | how | os.O_WRONLY, 0o600), "w") as new:
        new.write(words)
        new.flush()
        os.fsync(new.fileno())
