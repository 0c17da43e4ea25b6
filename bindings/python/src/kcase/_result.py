"""What a call found out, and the exceptions that carry it when it is not what was asked for."""

from __future__ import annotations

from . import _json, _library
from ._attempt import Attempt
from ._lazy import types
from ._library import ResultHandle
from ._outcome import BY_NUMBER, Outcome, outcome_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from dataclasses import dataclass
    from typing import Any, Callable, ClassVar
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

    A member is read when it is first used, and the library's JSON when one of `attempts`, `case` and `raw`
    is: a result of which only the outcome is read costs very little.

    A result is neither true nor false, since "it was not canceled" has more than one meaning: ask
    `is_canceled`.
    """

    #: The case id that the call was given; None for a check, and where the id itself was refused.
    case_id: types.Optional[str]
    #: The claim.
    outcome: Outcome
    #: The matter is closed: calling again finds the same, unless somebody changes the case. Of a refusal that
    #: is so only if the case has already started: see kcase_result_is_settled() in kcase.h.
    settled: bool
    #: The same call may well succeed later; repeating it is safe. Like `settled`, of this result: two results
    #: with the same outcome may differ in it.
    retriable: bool
    #: The status of the answer to the request that the call is for; None: there was no whole answer.
    http_status: types.Optional[int]
    #: A stable word for programs: "already_started", "blocked", "not_the_service", "busy", "connect" ...
    reason: types.Optional[types.Reason]
    #: One sentence for people.
    message: str
    #: The server's or the transport's label.
    error: types.Optional[str]
    #: What the claim rests on: "response", "read_back" or "none".
    evidence: types.Evidence
    #: "stage", "production", or "custom" for a base_url; None where the input was refused.
    environment: types.Optional[types.World]
    #: The caller's own.
    tag: types.Optional[str]
    elapsed_ms: int
    #: Milliseconds after which the service asked to call again; `retry_after` has it in seconds.
    retry_after_ms: types.Optional[int]
    #: Each HTTP request that was begun, in order.
    attempts: tuple[Attempt, ...]
    #: What was read of the case, `case["canceled"]` among it; or None.
    case: types.Optional[dict[str, types.Any]]
    #: Whether the outcome is in the client's journal; None: there is no journal, or nothing to write.
    journaled: types.Optional[bool]
    #: Why it is not.
    journal_error: types.Optional[str]
    #: Of a list: the cases that were meant. Of cancel_found(): what became of each that was tried.
    cases: types.Optional[list[dict[str, types.Any]]]
    #: Of a list: how many cases were `seen`, how many `found`, and whether `cases` is `truncated`.
    listing: types.Optional[dict[str, types.Any]]
    #: Of cancel_services(): what became of each service.
    services: types.Optional[list[dict[str, types.Any]]]
    #: Of a webhook: what the message says.
    event: types.Optional[dict[str, types.Any]]
    #: Of a journal that was verified: what was found.
    verification: types.Optional[dict[str, types.Any]]
    #: All of it as the library's JSON has it.
    raw: dict[str, types.Any]

    # The library's result, which is freed with this object. One that was made from JSON has none.
    if TYPE_CHECKING:
        _handle: ClassVar[ResultHandle | None]

    @classmethod
    def from_json(cls, text: types.Union[str, bytes]) -> Result:
        """A result from the library's JSON: one that was kept in a file, for example.

        >>> copy = kcase.Result.from_json(client.cancel(STARTED_CASE).to_json())
        >>> copy.outcome, copy.reason
        (<Outcome.REFUSED: 'refused'>, 'already_started')
        """
        result = cls.__new__(cls)
        result.__dict__.update(_members(_json.read(text)))
        return result

    def to_json(self) -> str:
        """Everything as one JSON object, as the library writes it."""
        if self._handle is not None:
            return _library.result_json(self._handle).decode()
        import json

        return json.dumps(self.raw)

    @property
    def is_canceled(self) -> bool:
        """Whether the case is known to be canceled: by this call, before it, or as it was read."""
        if self.outcome in (Outcome.CANCELED, Outcome.ALREADY_CANCELED):
            return True
        if self._handle is not None:
            return _library.result_text(self._handle, b"case.canceled") == b"true"
        return self.case is not None and self.case.get("canceled") is True

    @property
    def retry_after(self) -> types.Optional[float]:
        """Seconds after which the service asked to call again; None if it did not ask for a time."""
        return None if self.retry_after_ms is None else self.retry_after_ms / 1000

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

    def __bool__(self) -> types.NoReturn:
        raise TypeError("a kcase.Result is neither true nor false: ask result.is_canceled, or its outcome")

    def __dir__(self) -> Iterable[str]:
        return sorted({*object.__dir__(self), *_FIELDS})

    def __repr__(self) -> str:
        return (
            f"<kcase.Result {self.case_id or '-'}: {self.outcome}"
            f"{f' ({self.reason})' if self.reason else ''}, evidence {self.evidence}: {self.message}>"
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


_FIELDS = frozenset(Result.__match_args__)
#: What only some results have, and what one that was kept by an earlier version lacks.
_LATER = dict.fromkeys(_FIELDS)


def _members(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        **_LATER,
        **{name: value for name, value in raw.items() if name in _FIELDS},
        "outcome": outcome_named(raw["outcome"]),
        "attempts": _attempts(raw),
        "raw": raw,
    }


def _attempts(raw: dict[str, Any]) -> tuple[Attempt, ...]:
    return tuple(Attempt.from_raw(attempt) for attempt in raw["attempts"])


def _text_of(member: bytes) -> Callable[[Any], str | None]:
    return lambda result: _library.result_text(result._handle, member).decode() or None


def _number_of(member: bytes) -> Callable[[Any], int | None]:
    def read(result: Any) -> int | None:
        text = _library.result_text(result._handle, member)
        return int(text) if text else None

    return read


def _in_json(member: str) -> Callable[[Any], Any]:
    return lambda result: result.raw.get(member)


#: What some operations find, beside what every result has.
_PARTS = ("cases", "listing", "services", "event", "verification")

#: How each member is read. Those that are lists or objects are in the library's JSON.
_READERS: dict[str, Callable[[Any], Any]] = {
    "outcome": lambda result: BY_NUMBER[_library.result_outcome(result._handle)],
    "case_id": lambda result: _library.result_case_id(result._handle).decode() or None,
    "http_status": lambda result: _library.result_http_status(result._handle) or None,
    "settled": lambda result: _library.result_is_settled(result._handle) == 1,
    "retriable": lambda result: _library.result_is_retriable(result._handle) == 1,
    "message": lambda result: _library.result_message(result._handle).decode(),
    "raw": lambda result: _json.read(_library.result_json(result._handle)),
    "attempts": lambda result: _attempts(result.raw),
    "case": lambda result: result.raw["case"],
    **{name: _text_of(name.encode()) for name in ("reason", "error", "evidence", "environment", "tag")},
    **{name: _number_of(name.encode()) for name in ("elapsed_ms", "retry_after_ms")},
    **{name: _in_json(name) for name in ("journaled", "journal_error", *_PARTS)},
}


class _Member:
    """A member that is read from the library when it is first asked for. Then it is an attribute."""

    __slots__ = ("_name", "_read")

    def __init__(self, name: str) -> None:
        self._name = name
        self._read = _READERS[name]

    def __get__(self, result: Result | None, owner: object) -> Any:
        if result is None or result._handle is None:
            raise AttributeError(f"a result has no {self._name!r} of its own")
        value = result.__dict__[self._name] = self._read(result)
        return value


for _name in _FIELDS:
    setattr(Result, _name, _Member(_name))
Result._handle = None


def taken(handle: ResultHandle, number: int) -> Result:
    """The library's result, with its outcome's number: every caller reads it, and later it costs more."""
    result = Result()
    members = result.__dict__
    members["_handle"] = handle
    members["outcome"] = BY_NUMBER[number]
    return result


def result_of(handle: ResultHandle) -> Result:
    """The library's result."""
    return taken(handle, _library.result_outcome(handle))


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

    An error whose result is retriable is a `Retriable`, too.
    """

    #: What the call found out; None where there was no call (a closed client).
    result: types.Optional[Result]

    def __new__(cls, message: str, result: types.Optional[Result] = None) -> types.Self:
        if result is not None and result.retriable and not issubclass(cls, Retriable):
            error: types.Self = super().__new__(_retriable(cls), message, result)
            return error
        return super().__new__(cls, message, result)

    def __init__(self, message: str, result: types.Optional[Result] = None) -> None:
        super().__init__(message)
        self.result = result

    @property
    def retriable(self) -> bool:
        """Whether the same call may well succeed later."""
        return self.result is not None and self.result.retriable

    @property
    def retry_after(self) -> types.Optional[float]:
        """Seconds after which the service asked to call again; None if it did not ask for a time."""
        return None if self.result is None else self.result.retry_after

    def __reduce__(self) -> tuple[type[KCaseError], tuple[object, ...]]:
        kind = type(self)
        return (kind.__bases__[0] if kind in _retriables.values() else kind), (*self.args, self.result)


class _OutcomeError(KCaseError):
    """One that there always is a result of."""

    result: Result


class Retriable(_OutcomeError):
    """The same call may well succeed later, and repeating it is safe: for `autoretry_for` and the like.

    Each error whose result is retriable is one of these, beside the class that its outcome has:

    >>> from kcase import testing
    >>> try:
    ...     testing.result("failed", "busy", retry_after_ms=1500).raise_for_outcome()
    ... except kcase.Retriable as error:
    ...     print(isinstance(error, kcase.Failed), error.retry_after)
    True 1.5
    """


class Refused(_OutcomeError):
    """The service refuses for the case's state; `result.reason` is already_started, unable or other.

    Where `result.settled` is false, calling again may find otherwise: a request that was at work just then
    may have been the cause.

    >>> client.cancel(STARTED_CASE).settled, client.cancel(ADVERSE_ACTION_CASE).settled
    (True, False)
    """


class NotFound(_OutcomeError):
    """The service itself answered, and knows no such case for these credentials."""


class Denied(_OutcomeError):
    """The credentials are missing, wrong, revoked, or not for this case: the service's own word."""


class Failed(_OutcomeError):
    """The server, or somebody between, answered with an error; no request of this call canceled the case."""


class NotSent(_OutcomeError):
    """No cancel request left this machine: nothing changed."""


class Unknown(_OutcomeError):
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

_retriables: dict[type[KCaseError], Any] = {}


def _retriable(kind: type[KCaseError]) -> Any:
    """The subclass of an exception that is a Retriable, too. It has the name of its base."""
    if kind not in _retriables:
        members = {"__module__": kind.__module__, "__doc__": kind.__doc__}
        _retriables[kind] = type(kind.__name__, (kind, Retriable), members)
    return _retriables[kind]


def error_for(result: Result) -> KCaseError:
    """The exception that carries a result. The outcome of a later library counts as unknown."""
    kind = _BY_OUTCOME.get(result.outcome, Unknown)
    if kind is InvalidInput:
        return kind(result.message, result)
    about = f"{result.case_id}: " if result.case_id else ""
    return kind(f"{about}{result.outcome}: {result.message}", result)
