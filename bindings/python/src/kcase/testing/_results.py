"""Results that are made up."""

from __future__ import annotations

import json
from typing import Any

from .._result import Result
from .._types import Reason

#: What the library says with each outcome, where it says nothing special.
_OUTCOMES: dict[str, dict[str, Any]] = {
    "ok": {"settled": True, "http_status": 200, "message": "The case was read."},
    "canceled": {"settled": True, "http_status": 200, "message": "The case is canceled."},
    "already_canceled": {
        "settled": True, "http_status": 422, "evidence": "read_back",
        "message": "The case is already canceled.",
    },
    "refused": {
        "http_status": 422, "evidence": "read_back", "reason": "other", "message": "The service refuses."
    },
    "not_found": {
        "settled": True, "http_status": 404, "evidence": "read_back", "message": "There is no such case."
    },
    "denied": {"http_status": 401, "reason": "unauthorized", "message": "The credentials are not accepted."},
    "failed": {
        "retriable": True, "http_status": 500, "evidence": "read_back", "reason": "server_error",
        "message": "The service failed. The case is not canceled.",
    },
    "not_sent": {
        "retriable": True, "evidence": "none", "reason": "connect", "message": "Nothing was sent."
    },
    "unknown": {
        "retriable": True, "evidence": "none", "reason": "answer_lost",
        "message": "The case may or may not be canceled.",
    },
    "invalid": {
        "settled": True, "evidence": "none", "environment": None, "reason": "input",
        "message": "case_id: must not be empty",
    },
}  # fmt: skip

#: And with a reason.
_REASONS: dict[tuple[str, str], dict[str, Any]] = {
    ("refused", "already_started"): {
        "settled": True, "message": "Cannot cancel a case that has already started."
    },
    ("refused", "unable"): {"message": "Unable to cancel the case."},
    ("refused", "ambiguous"): {
        "http_status": 200, "evidence": "response", "message": "More cases were found than one."
    },
    ("denied", "forbidden"): {"http_status": 403},
    ("denied", "credentials"): {"http_status": 403},
    ("failed", "busy"): {"http_status": 429},
    ("failed", "blocked"): {"http_status": 403},
    ("failed", "not_the_service"): {"http_status": 404},
    ("failed", "rejected"): {"http_status": 400, "retriable": False},
    ("unknown", "partial"): {"retriable": False, "message": "The cases that were found differ."},
    ("failed", "redirected"): {"http_status": 302, "retriable": False},
}  # fmt: skip

_COMMON: dict[str, Any] = {
    "case_id": "00000000-0000-4000-8000-000000000001",
    "settled": False,
    "retriable": False,
    "http_status": None,
    "reason": None,
    "error": None,
    "evidence": "response",
    "environment": "custom",
    "tag": None,
    "elapsed_ms": 1,
    "retry_after_ms": None,
    "attempts": [],
    "case": None,
    "journaled": None,
    "journal_error": None,
}

#: What only some calls find.
_OF_SOME = {"cases", "listing", "services", "event", "verification"}


def result(outcome: str, reason: Reason | None = None, **members: Any) -> Result:
    """A result by its outcome and reason. Everything else is what the library says with these two, unless it
    is given: any member of Result.

    >>> from kcase import testing
    >>> testing.result("refused", "already_started", case_id="c-1")
    <kcase.Result c-1: refused (already_started), evidence read_back: Cannot cancel a case that ...>
    >>> testing.result("unknown").retriable
    True
    """
    if outcome not in _OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome; there are {', '.join(_OUTCOMES)}")
    raw = {"outcome": outcome, **_COMMON, **_OUTCOMES[outcome]}
    if reason is not None:
        raw.update(_REASONS.get((outcome, reason), {}), reason=reason)
    unknown = members.keys() - raw.keys() - _OF_SOME
    if unknown:
        raise TypeError(f"a result has no {', '.join(sorted(unknown))}")
    return Result.from_json(json.dumps({**raw, **members}, default=str))
