"""The exceptions: one for each outcome that is not what was asked for."""

from __future__ import annotations

from ._outcome import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._result import Result


class KCaseError(Exception):
    """The case is not canceled, or could not be read. `result` says all that is known.

    Errors are values by default: `client.cancel()` returns a result whatever happens. They are raised by
    `cancel(..., check=True)` and `Result.raise_for_outcome()`.

    >>> try:
    ...     client.cancel(STARTED_CASE, check=True)
    ... except kcase.Refused as error:
    ...     print(error.result.reason)
    already_started
    """

    #: What the call found out; None where there was no call (a closed client).
    result: Result | None

    def __init__(self, message: str, result: Result | None = None) -> None:
        super().__init__(message)
        self.result = result


class Refused(KCaseError):
    """The server refuses for the case's state; `result.reason` is already_started, unable or other."""


class NotFound(KCaseError):
    """There is no such case for these credentials."""


class Denied(KCaseError):
    """The credentials are missing, wrong, revoked, or not for this case."""


class Failed(KCaseError):
    """The server answered with an error; no request of this call canceled the case."""


class NotSent(KCaseError):
    """No cancel request left this machine: nothing changed."""


class Unknown(KCaseError):
    """The case may or may not be canceled. Calling again is safe."""


class InvalidInput(KCaseError, ValueError):
    """The configuration, an option or a case id is wrong; the message names it. Nothing was sent."""


class Closed(KCaseError):
    """The client is closed, or what is used belongs to the parent process."""


_BY_OUTCOME: dict[Outcome, type[KCaseError]] = {
    Outcome.REFUSED: Refused,
    Outcome.NOT_FOUND: NotFound,
    Outcome.DENIED: Denied,
    Outcome.FAILED: Failed,
    Outcome.NOT_SENT: NotSent,
    Outcome.UNKNOWN: Unknown,
    Outcome.INVALID: InvalidInput,
}


def error_for(result: Result) -> KCaseError:
    """The exception that carries a result. An outcome of a later library is as good as unknown."""
    kind = _BY_OUTCOME.get(result.outcome, Unknown)
    if kind is InvalidInput:
        return kind(result.message, result)
    about = f"{result.case_id}: " if result.case_id else ""
    return kind(f"{about}{result.outcome}: {result.message}", result)
