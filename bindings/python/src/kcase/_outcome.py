"""What a call can find out, by the library's own names."""

from __future__ import annotations

import enum

from . import _library

TYPE_CHECKING = False

#: The greatest number that an outcome may have.
_NUMBER_MAX = 255


class _Named(str, enum.Enum):
    """An outcome is its name, so that it compares, prints and is written to JSON as that."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(str(self.value), spec)


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
    _NAMES = {number: _library.outcome_name(number).decode() for number in range(_NUMBER_MAX + 1)}
    _NAMES = {number: name for number, name in _NAMES.items() if name != "unrecognized"}

    Outcome = _Named("Outcome", {name.upper(): name for name in _NAMES.values()}, module=__package__)
    Outcome.__doc__ = """A claim about a case. A claim is never wrong: what is not known is UNKNOWN.

    The members are the library's own: OK, CANCELED, ALREADY_CANCELED, REFUSED, NOT_FOUND, DENIED, FAILED,
    NOT_SENT, UNKNOWN and INVALID; a later library may have more. Each is a `str`, the library's name for it:

    >>> kcase.Outcome.ALREADY_CANCELED == "already_canceled"
    True
    >>> print(kcase.Outcome.NOT_SENT)
    not_sent
    """

#: By the library's number. Any other number counts as UNKNOWN.
BY_NUMBER: dict[int, Outcome] = {
    number: Outcome(_library.outcome_name(number).decode())
    for number in range(_NUMBER_MAX + 1)
    if _library.outcome_name(number) != b"unrecognized"
}


def outcome_named(name: str) -> Outcome:
    """The outcome with the library's name; any other name counts as UNKNOWN."""
    try:
        return Outcome(name)
    except ValueError:
        return Outcome.UNKNOWN
