"""What a fake client's list has, and what becomes of cases that are found there, and of parts of cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._lazy import types
from .._listing import Listing
from .._result import Result
from ._results import result

#: The criteria that a case of the list is held against; what else a filter may have does not count.
_CRITERIA = ("api_tracking_code", "api_tracking_user", "candidate_email", "invitation_email", "case_status",
             "secondary_status", "result")  # fmt: skip

#: The outcome of several is the first of these that one of them has.
_LEAST_CERTAIN_FIRST = ("unknown", "failed", "denied", "not_found", "not_sent", "refused", "canceled",
                        "already_canceled")  # fmt: skip


def found_in(
    cases: Mapping[str, Mapping[str, Any]], canceled: list[str], filter: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The cases of the list that meet every criterion."""
    criteria = {name: filter[name] for name in _CRITERIA if name in filter}
    return [
        {"id": case_id, "canceled": case_id in canceled}
        for case_id, members in cases.items()
        if all(members.get(name) == value for name, value in criteria.items())
        and not ("cancelable" in filter and case_id in canceled)
        and ("archived" in filter or not members.get("archived"))
    ]


def list_of(cases: Mapping[str, Mapping[str, Any]], canceled: list[str], filter: Mapping[str, Any]) -> Result:
    """What list() says."""
    found = found_in(cases, canceled, filter)
    limit = filter.get("limit", 1000)
    listing = {"seen": len(cases), "found": len(found), "truncated": len(found) > limit}
    return result(
        "ok", case_id=None, message="The list was read.", tag=filter.get("tag"), cases=found[:limit],
        listing=listing,
    )  # fmt: skip


class FakeListing(Listing):
    """What listing() gives: the same cases, one after another."""

    __slots__ = ("_found", "_whole")

    def __init__(self, whole: Result) -> None:
        self.result = None
        self._handle = None
        self._whole = whole
        self._found: Iterator[dict[str, Any]] = iter(whole.cases or ())

    def _advance(self) -> Result | None:
        for case in self._found:
            return result("ok", case_id=case["id"], case=case)
        self.result = self._whole
        raise StopIteration

    def close(self) -> None:
        self._found = iter(())


def least_certain(results: list[Result]) -> Result:
    """The one that stands for all."""
    return min(results, key=lambda one: _LEAST_CERTAIN_FIRST.index(str(one.outcome)))


def ambiguity(found: list[dict[str, Any]], all: object, expected: object) -> Result | None:
    """What cancel_found() says where it cancels nothing."""
    if not found:
        return result("not_found", settled=False, case_id=None, evidence="response", http_status=200)
    if len(found) != (expected if all else 1):
        return result("refused", "ambiguous", case_id=None, cases=found)
    return None


def service(case_id: str, found: Result) -> dict[str, types.Any]:
    """A service in the result of cancel_services()."""
    return {"id": case_id, "outcome": str(found.outcome), "evidence": found.evidence}


def tried(found: Result) -> dict[str, types.Any]:
    """A case in the result of cancel_found()."""
    names = ("outcome", "settled", "retriable", "reason", "message")
    return {"id": found.case_id, **{name: found.raw[name] for name in names}}


def reading(until: str, is_canceled: bool) -> Result:
    """What wait_until() says."""
    if until == "canceled" and not is_canceled:
        return result("unknown", "deadline", case={"canceled": False})
    if until == "started" and is_canceled:
        return result("already_canceled", case={"canceled": True})
    return result("ok", case={"canceled": is_canceled})
