"""The HTTP requests of a call, as its result lists them."""

from __future__ import annotations

from ._lazy import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from ._dataclass import dataclass


@dataclass(frozen=True)
class Attempt:
    """One HTTP request of a call."""

    request: types.Request
    #: When it began, in UTC.
    at: types.datetime
    duration_ms: int
    #: Whether any of it can have left this machine.
    sent: bool
    #: None where there was no whole answer.
    http_status: types.Optional[int]
    #: Why there was no answer, or the server's label of its error.
    error: types.Optional[str]
    #: What the service and those in between call this request, for support.
    request_ids: dict[str, str]

    @classmethod
    def from_raw(cls, raw: dict[str, types.Any]) -> Attempt:
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
