"""What a call found out."""

from __future__ import annotations

from operator import attrgetter

from . import _json, _library
from ._errors import error_for
from ._outcome import BY_NUMBER, Outcome, outcome_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass
    from datetime import datetime
    from typing import Any, Callable, ClassVar

    from ._types import Box, Slot
else:
    from ._dataclass import dataclass

_GOOD = (Outcome.OK, Outcome.CANCELED, Outcome.ALREADY_CANCELED)


@dataclass(frozen=True)
class Attempt:
    """One HTTP request of a call."""

    #: "authenticate", "cancel", "read" or "check".
    request: str
    #: When it began, in UTC.
    at: datetime
    duration_ms: int
    #: Whether any of it can have left this machine.
    sent: bool
    #: None where there was no whole answer.
    http_status: int | None
    #: Why there was no answer, or the server's label of its error.
    error: str | None
    #: What the service and those in between call this request, for support.
    request_ids: dict[str, str]

    @classmethod
    def _read(cls, raw: dict[str, Any]) -> Attempt:
        from datetime import datetime

        return cls(
            request=raw["request"],
            at=datetime.fromisoformat(raw["at"].replace("Z", "+00:00")),
            duration_ms=raw["duration_ms"],
            sent=raw["sent"],
            http_status=raw["http_status"],
            error=raw["error"],
            request_ids=raw["request_ids"],
        )


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

    The text behind it is read when it is first asked for: a result of which only the outcome is looked at
    costs next to nothing.
    """

    #: The case id that the call was given; None for a check, and where the id itself was refused.
    case_id: str | None
    #: The claim.
    outcome: Outcome
    #: The matter is closed: calling again would find the same.
    settled: bool
    #: The same call may well succeed later; repeating it is safe.
    retriable: bool
    #: The status of the answer to the request that the call is for; None: there was no whole answer.
    http_status: int | None
    #: A stable word for programs: "already_started", "busy", "connect" ...
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

    # The library's result is in a list from the moment that the library hands it over (see _batch.py), and is freed
    # with this object. A result that was made from JSON has none.
    if TYPE_CHECKING:
        _box: ClassVar[Box]
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
        if self.outcome not in _GOOD:
            raise error_for(self)
        return self

    if not TYPE_CHECKING:  # For a type checker there is nothing beside the fields.

        def __getattr__(self, name: str) -> Any:
            """Comes here only for what was not read yet."""
            box = self._box
            if box[0] is None or name.startswith("_"):
                raise AttributeError(f"a result has no {name!r}")
            read = _CHEAP.get(name)
            if read is None:
                self.__dict__.update(_members(_json.read(_library.result_json(box[0]))))
            else:
                self.__dict__[name] = read(box[0])
            try:
                return self.__dict__[name]
            except KeyError:
                raise AttributeError(f"a result has no {name!r}") from None

    if not TYPE_CHECKING:
        # What a signal handler raises in a finalizer written in Python is dropped, and Ctrl-C with it, and one of these
        # runs after every call. So there is no step of Python's in this: `result._release()` frees what is in the box.
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
        "attempts": tuple(Attempt._read(attempt) for attempt in raw["attempts"]),
        "raw": raw,
    }


_AS_IS = (
    "case_id", "settled", "retriable", "http_status", "reason", "message", "error", "evidence", "environment", "tag",
    "elapsed_ms", "case",
)  # fmt: skip

#: What the library tells without writing its JSON.
_CHEAP: dict[str, Callable[[int | None], Any]] = {
    "outcome": lambda handle: BY_NUMBER.get(_library.result_outcome(handle), Outcome.UNKNOWN),
    "case_id": lambda handle: _library.result_case_id(handle).decode() or None,
    "http_status": lambda handle: _library.result_http_status(handle) or None,
    "settled": lambda handle: _library.result_is_settled(handle) == 1,
    "retriable": lambda handle: _library.result_is_retriable(handle) == 1,
    "message": lambda handle: _library.result_message(handle).decode(),
}

Result._box = [None]
Result._release = bool

# The least that makes a frozen object.
_new = object.__new__
_set = object.__setattr__


def result_in(box: Box) -> Result:
    """A result that owns what the library puts, or has put, into the box: at most one result."""
    result = _new(Result)
    _set(result, "_box", box)
    _set(result, "_release", map(_library.result_free, box).__next__)
    return result


def slot() -> Slot:
    """A place for the library's next result, and the object that will own it."""
    box: Box = [None]
    return box, result_in(box)


def look_at_outcome(result: Result, handle: int | None) -> Result:
    """Reads at once what every caller reads, which costs less than to come back for it."""
    _set(result, "outcome", _outcome_numbered(_result_outcome(handle), _UNKNOWN))
    return result


_UNKNOWN = Outcome.UNKNOWN
_outcome_numbered = BY_NUMBER.get
_result_outcome = _library.result_outcome


def result_of(handle: int | None) -> Result:
    return result_in([handle])
