"""The HTTP requests of a call, as its result lists them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass
    from datetime import datetime
    from typing import Any
else:
    from ._dataclass import dataclass


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
    def from_raw(cls, raw: dict[str, Any]) -> Attempt:
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
