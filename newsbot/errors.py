"""What can go wrong, as one tree.

NewsbotError
    SettingsError          a setting is missing or wrong
    CatalogError           a line of a catalogue is wrong
    SourceError            a source could not be asked or read
        ForbiddenAddress       its address leads where we do not go
        FetchFailed            no answer, or not a good one
        NotReadable            an answer, but nothing in it for us
    SandboxError           the guarded child gave no answer
        TookTooLong            it was stopped at its wall clock
        TookTooMuch            it was stopped at its memory limit, or died
    StoreError             the database
        NewerDatabase          it was written by a newer newsbot
        AlreadyRunning         another bot runs on it
    ModelError             the summarising model gave no answer, or not a good one
    NoAnswer               Telegram gave no answer, or not a good one
        SecondPoller           another program asks for the same bot's updates
        Deaf                   Telegram was not heard for too long
    NotUnderstood          what a person typed makes no sense to us
    ShutOut                an administrator shut this person out

Each error carries its identity (which setting, which address) and `key`, the wording
for a person; `str()` is the sentence for the log and the command line.
"""

from __future__ import annotations


class NewsbotError(Exception):
    """The root; never raised itself. Errors travel between processes, hence `__reduce__`."""

    key = "error.internal"

    def __reduce__(self) -> tuple[object, ...]:
        # The constructors take more than the sentence that Exception keeps as its argument.
        return _remade, (type(self), self.args), self.__dict__


def _remade(kind: type[NewsbotError], args: tuple[object, ...]) -> NewsbotError:
    """An error as it was before it travelled, without its constructor; its state follows."""
    return kind.__new__(kind, *args)


class SettingsError(NewsbotError):
    """A setting is missing or wrong.

    :ivar setting: the name of the setting, as the operator writes it
    :ivar problem: what is wrong with it, in words
    """

    key = "error.settings"

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting}: {problem}")
        self.setting = setting
        self.problem = problem


class CatalogError(NewsbotError):
    """A line of a catalogue is wrong.

    :ivar file: the path of the catalogue
    :ivar line: the number of the line, from 1
    """

    key = "error.catalog"

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}")
        self.file = file
        self.line = line


class SourceError(NewsbotError):
    """A source could not be asked or read.

    :ivar address: the URL or path it was about
    :ivar problem: what was wrong, in words
    :ivar reason: the same as one word, for the wording `source.why.…` in an administrator's language
    """

    key = "error.source"
    reason = "other"

    def __init__(self, address: str, problem: str, reason: str | None = None) -> None:
        super().__init__(f"{address}: {problem}")
        self.address = address
        self.problem = problem
        self.reason = reason or type(self).reason


class ForbiddenAddress(SourceError):
    """The address leads where newsbot does not go: a private network, another scheme."""

    key = "error.forbidden_address"
    reason = "forbidden"


class FetchFailed(SourceError):
    """No answer, or not a good one.

    :ivar status: the HTTP status, or None where there was no answer
    :ivar retry_after: seconds the server asked us to wait, or None
    """

    key = "error.fetch_failed"
    reason = "no_answer"

    def __init__(
        self,
        address: str,
        problem: str,
        status: int | None = None,
        retry_after: float | None = None,
        reason: str | None = None,
    ) -> None:
        super().__init__(address, problem, reason or (f"status_{status}" if status else None))
        self.status = status
        self.retry_after = retry_after


class NotReadable(SourceError):
    """There was an answer, but neither a feed nor an article in it."""

    key = "error.not_readable"
    reason = "not_readable"


class SandboxError(NewsbotError):
    """The guarded child gave no answer.

    :ivar reason: see SourceError
    """

    key = "error.not_readable"
    reason = "not_readable"


class TookTooLong(SandboxError):
    """The guarded child was stopped at its wall clock."""

    reason = "too_slow"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not read within {seconds:g} s")


class TookTooMuch(SandboxError):
    """The guarded child was stopped at its memory limit, or died."""

    reason = "too_much"

    def __init__(self) -> None:
        super().__init__("reading it took too much memory")


class StoreError(NewsbotError):
    """The database could not do it."""

    key = "error.store"


class NewerDatabase(StoreError):
    """The database was written by a newer newsbot than this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database is at revision {revision}, which this newsbot does not know: update newsbot"
        )


class AlreadyRunning(StoreError):
    """Another bot runs on the same database; two would send twice."""

    def __init__(self) -> None:
        super().__init__("another newsbot runs on this database: stop it first")


class ModelError(NewsbotError):
    """The summarising model gave no answer, or not a good one.

    :ivar status: the HTTP status, or None where there was no answer or a good one that cannot be used
    """

    key = "error.model"

    def __init__(self, problem: str, status: int | None = None) -> None:
        super().__init__(f"the model: {problem}")
        self.status = status


class NoAnswer(NewsbotError):
    """Telegram gave no answer, or not a good one.

    :ivar seconds: how long Telegram asked us to wait, or None
    :ivar perhaps: what was said may have arrived all the same
    """

    def __init__(self, problem: str, seconds: float | None = None, perhaps: bool = False) -> None:
        super().__init__(problem)
        self.seconds = seconds
        self.perhaps = perhaps


class SecondPoller(NoAnswer):
    """Another program asks Telegram for this bot's updates; each takes some of them away from the other."""

    def __init__(self) -> None:
        super().__init__("another program runs with this token: stop it, or give this one a token of its own")


class Deaf(NoAnswer):
    """Telegram was not heard for so long that this process should be started anew.

    :ivar silent: seconds
    """

    def __init__(self, silent: float) -> None:
        super().__init__(f"no answer of Telegram's for {silent:.0f} s")
        self.silent = silent


class NotUnderstood(NewsbotError):
    """What a person typed makes no sense to us.

    :ivar key: the wording that says so
    :ivar values: what the wording names
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class ShutOut(NewsbotError):
    """An administrator shut this person out: nothing is done for them."""

    key = "staff.shut_out"

    def __init__(self, person_id: int) -> None:
        super().__init__("this person was shut out")
        self.person_id = person_id
