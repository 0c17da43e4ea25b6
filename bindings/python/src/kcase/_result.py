"""What a call found out, and the exceptions that carry it when it is not what was asked for."""

from __future__ import annotations

from operator import attrgetter

from . import _json, _library
from ._attempt import Attempt
from ._outcome import BY_NUMBER, Outcome, outcome_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass
    from typing import Any, Callable, ClassVar

    from ._types import Cell
else:
    from ._dataclass import dataclass

_SUCCESSES = (Outcome.OK, Outcome.CANCELED, Outcome.ALREADY_CANCELED)


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Result:
    """What one call found out. Immutable; any thread may read it; it outlives its client.

    >>> result = client.cancel(CASE)
    >>> result.outcome
    <Outcome.CANCELED: 'canceled'>
    >>> result.settled, result.retriable, result.http_status, result.evidence
    (True, False, 200, 'response')
    >>> [attempt.request for attempt in result.attempts]
    ['cancel']

    The library's JSON is read when a member that needs it is first used: a result of which only the outcome
    is read costs very little.
    """

    #: The case id that the call was given; None for a check, and where the id itself was refused.
    case_id: str | None
    #: The claim.
    outcome: Outcome
    #: The matter is closed: calling again finds the same, unless somebody changes the case. Of a refusal that
    #: is so only if the case has already started: see kcase_result_is_settled() in kcase.h.
    settled: bool
    #: The same call may well succeed later; repeating it is safe. Like `settled`, of this result: two results
    #: with the same outcome may differ in it.
    retriable: bool
    #: The status of the answer to the request that the call is for; None: there was no whole answer.
    http_status: int | None
    #: A stable word for programs: "already_started", "blocked", "not_the_service", "busy", "connect" ...
    reason: str | None
    #: One sentence for people.
    message: str
    #: The server's or the transport's label.
    error: str | None
    #: What the claim rests on: "response", "read_back" or "none".
    evidence: str
    #: "stage", "production", or "custom" for a base_url; None where the input was refused.
    environment: str | None
    #: The caller's own.
    tag: str | None
    elapsed_ms: int
    #: Each HTTP request that was begun, in order.
    attempts: tuple[Attempt, ...]
    #: What was read of the case, `case["canceled"]` among it; or None.
    case: dict[str, Any] | None
    #: All of it as the library's JSON has it.
    raw: dict[str, Any]

    # The handle of the library's result is in a cell from the moment that the library returns it (see
    # _batch.py), and is freed with this object. A result that was made from JSON has none.
    if TYPE_CHECKING:
        _cell: ClassVar[Cell]
        _release: ClassVar[Callable[[], object]]

    @classmethod
    def from_json(cls, text: str | bytes) -> Result:
        """A result from the library's JSON: one that was kept in a file, or one made up for a test.

        >>> copy = kcase.Result.from_json(client.cancel(STARTED_CASE).to_json())
        >>> copy.outcome, copy.reason
        (<Outcome.REFUSED: 'refused'>, 'already_started')
        """
        result = cls.__new__(cls)
        result.__dict__.update(_members(_json.read(text)))
        return result

    def to_json(self) -> str:
        """Everything as one JSON object, as the library writes it."""
        import json

        return json.dumps(self.raw)

    @property
    def is_canceled(self) -> bool:
        """Whether the case is known to be canceled: by this call, before it, or as it was read."""
        if self.outcome in (Outcome.CANCELED, Outcome.ALREADY_CANCELED):
            return True
        return self.case is not None and self.case.get("canceled") is True

    def raise_for_outcome(self) -> Result:
        """The result itself if it is `ok`, `canceled` or `already_canceled`; raises a KCaseError otherwise.

        >>> client.cancel(STARTED_CASE).raise_for_outcome()
        Traceback (most recent call last):
        ...
        kcase.Refused: ...: refused: Cannot cancel a case that has already started.
        """
        if self.outcome not in _SUCCESSES:
            raise error_for(self)
        return self

    if not TYPE_CHECKING:  # For a type checker there is nothing beside the fields.

        def __getattr__(self, name: str) -> Any:
            """Called only for members that were not read yet."""
            cell = self._cell
            if cell[0] is None or name.startswith("_"):
                raise AttributeError(f"a result has no {name!r}")
            read = _ACCESSORS.get(name)
            if read is None:
                self.__dict__.update(_members(_json.read(_library.result_json(cell[0]))))
            else:
                self.__dict__[name] = read(cell[0])
            try:
                return self.__dict__[name]
            except KeyError:
                raise AttributeError(f"a result has no {name!r}") from None

    if not TYPE_CHECKING:
        # Python drops what a signal handler raises inside a finalizer written in Python: Ctrl-C would be
        # lost, and a finalizer runs after every call. So this one runs no Python code: `result._release()`
        # frees the handle in the cell.
        __del__ = property(attrgetter("_release"))

    def __repr__(self) -> str:
        return (
            f"<kcase.Result {self.case_id or '-'}: {self.outcome}"
            f"{f' ({self.reason})' if self.reason else ''}, evidence {self.evidence}>"
        )

    def __eq__(self, other: object) -> bool:
        return self.raw == other.raw if isinstance(other, Result) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.case_id, self.outcome, self.message))

    def __reduce__(self) -> tuple[Callable[[str], Result], tuple[str]]:
        return Result.from_json, (self.to_json(),)

    def __copy__(self) -> Result:
        return self

    def __deepcopy__(self, memo: object) -> Result:
        return self


def _members(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: raw[name] for name in _AS_IS},
        "outcome": outcome_named(raw["outcome"]),
        "attempts": tuple(Attempt.from_raw(attempt) for attempt in raw["attempts"]),
        "raw": raw,
    }


_AS_IS = (
    "case_id", "settled", "retriable", "http_status", "reason", "message", "error", "evidence", "environment",
    "tag", "elapsed_ms", "case",
)  # fmt: skip

#: What the library gives without writing its JSON.
_ACCESSORS: dict[str, Callable[[int | None], Any]] = {
    "outcome": lambda handle: BY_NUMBER.get(_library.result_outcome(handle), Outcome.UNKNOWN),
    "case_id": lambda handle: _library.result_case_id(handle).decode() or None,
    "http_status": lambda handle: _library.result_http_status(handle) or None,
    "settled": lambda handle: _library.result_is_settled(handle) == 1,
    "retriable": lambda handle: _library.result_is_retriable(handle) == 1,
    "message": lambda handle: _library.result_message(handle).decode(),
}

Result._cell = [None]
Result._release = bool

# The cheapest way to make a frozen object.
_new = object.__new__
_set = object.__setattr__


def result_in(cell: Cell) -> Result:
    """A result that owns the handle which the library puts, or has put, into the cell: at most one."""
    result = _new(Result)
    _set(result, "_cell", cell)
    _set(result, "_release", map(_library.result_free, cell).__next__)
    return result


def result_of(handle: int | None) -> Result:
    """A result that owns the handle."""
    return result_in([handle])


def read_outcome(result: Result, handle: int | None) -> Result:
    """Reads the outcome at once, since every caller reads it, and reading it later costs more."""
    _set(result, "outcome", _outcome_numbered(_result_outcome(handle), _UNKNOWN))
    return result


_UNKNOWN = Outcome.UNKNOWN
_outcome_numbered = BY_NUMBER.get
_result_outcome = _library.result_outcome


# --- Exceptions --------------------------------------------------------------------------------------


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
    """The service refuses for the case's state; `result.reason` is already_started, unable or other.

    Where `result.settled` is false, calling again may find otherwise: a request that was at work just then
    may have been the cause.

    >>> client.cancel(STARTED_CASE).settled, client.cancel(ADVERSE_ACTION_CASE).settled
    (True, False)
    """


class NotFound(KCaseError):
    """The service itself answered, and knows no such case for these credentials."""


class Denied(KCaseError):
    """The credentials are missing, wrong, revoked, or not for this case: the service's own word."""


class Failed(KCaseError):
    """The server, or somebody between, answered with an error; no request of this call canceled the case."""


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
    """The exception that carries a result. The outcome of a later library counts as unknown."""
    kind = _BY_OUTCOME.get(result.outcome, Unknown)
    if kind is InvalidInput:
        return kind(result.message, result)
    about = f"{result.case_id}: " if result.case_id else ""
    return kind(f"{about}{result.outcome}: {result.message}", result)
