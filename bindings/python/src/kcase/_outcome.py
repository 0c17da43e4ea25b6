"""What a call can find out, by the library's own names."""

from __future__ import annotations

import enum
from itertools import count, takewhile

from . import _library

TYPE_CHECKING = False

#: Where there is no library to ask: what it says in this version.
_KNOWN = {
    0: "ok", 1: "canceled", 2: "already_canceled", 10: "refused", 11: "not_found", 12: "denied", 13: "failed",
    20: "not_sent", 21: "unknown", 30: "invalid",
}  # fmt: skip


class _Named(str, enum.Enum):
    """An outcome is its name, so that it compares, prints and is written to JSON as that."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(str(self.value), spec)


def _names() -> dict[int, str]:
    if _library.load_error is not None:
        return _KNOWN
    numbers = takewhile(lambda number: number >= 0, map(_library.outcome_at, count()))
    return {number: _library.outcome_name(number).decode() for number in numbers}


_NAMES = _names()

if TYPE_CHECKING:

    class Outcome(_Named):
        """A claim about a case. A claim is never wrong: what is not known is UNKNOWN.

        Each is a `str`, the library's name for it:

        >>> kcase.Outcome.ALREADY_CANCELED == "already_canceled"
        True
        """

        OK = "ok"
        CANCELED = "canceled"
        ALREADY_CANCELED = "already_canceled"
        REFUSED = "refused"
        NOT_FOUND = "not_found"
        DENIED = "denied"
        FAILED = "failed"
        NOT_SENT = "not_sent"
        UNKNOWN = "unknown"
        INVALID = "invalid"

else:
    Outcome = _Named("Outcome", {name.upper(): name for name in _NAMES.values()}, module=__package__)
    Outcome.__doc__ = """A claim about a case. A claim is never wrong: what is not known is UNKNOWN.

    The members are the library's own: OK, CANCELED, ALREADY_CANCELED, REFUSED, NOT_FOUND, DENIED, FAILED,
    NOT_SENT, UNKNOWN and INVALID; a later library may have more. Each is a `str`, the library's name for it:

    >>> kcase.Outcome.ALREADY_CANCELED == "already_canceled"
    True
    >>> print(kcase.Outcome.NOT_SENT)
    not_sent
    """


class _ByNumber(dict[int, Outcome]):
    """By the library's number. Any other number counts as UNKNOWN."""

    def __missing__(self, number: int) -> Outcome:
        return Outcome.UNKNOWN


BY_NUMBER = _ByNumber({number: Outcome(name) for number, name in _NAMES.items()})


def outcome_named(name: str) -> Outcome:
    """The outcome with the library's name; any other name counts as UNKNOWN."""
    try:
        return Outcome(name)
    except ValueError:
        return Outcome.UNKNOWN
