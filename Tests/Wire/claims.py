"""Holds what the library claims of a case against what happened to it."""

from __future__ import annotations

from ledger import Case
from library import Result

_NOT_BY_US = {"already_canceled", "refused", "not_found", "denied", "failed", "not_sent"}
# With these the origin says that a request changed nothing.
REFUSALS = {409, 422}
_CLAIMS = _NOT_BY_US | {"canceled", "unknown"}


def complaints(
    result: Result, truth: Case, *, may_have_lost_a_request: bool = False, status_forged: bool = False
) -> list[str]:
    """What is wrong with a result of a case that only this call could cancel, unless it was canceled before.

    `may_have_lost_a_request`: one that was sent need not have reached the origin whole.
    `status_forged`: the wire made another well-formed status of the origin's own. Who canceled the case is
    then not to be known; whether it is canceled still is."""
    outcome = result["outcome"]
    found = []
    if outcome not in _CLAIMS:
        found.append(f"no claim about a case: {outcome}")
    if outcome == "canceled" and not truth.canceled:
        found.append("claimed canceled, but it is not")
    if outcome == "already_canceled" and not (truth.canceled and (truth.was_canceled or status_forged)):
        found.append("claimed already canceled, but it was not before this call")
    if outcome in _NOT_BY_US - {"already_canceled"} and truth.canceled and not truth.was_canceled:
        found.append(f"claimed {outcome}, but this call canceled it")
    if truth.was_canceled:
        found += _complaints_about_what_was_done_before(result, status_forged=status_forged)
    if outcome == "not_found":
        found.append("claimed not found, but the origin has the case")
    if result["settled"] and not _stands(outcome, truth):
        found.append(f"claimed that {outcome} stands, but another call may find otherwise")
    if outcome == "not_sent" and truth.whole:
        found.append(f"claimed not sent, but {truth.whole} whole requests came")
    if result["case"] and result["case"]["canceled"] and not truth.canceled:
        found.append("showed a canceled case, but it is not")
    sent = sum(1 for attempt in result["attempts"] if attempt["request"] == "cancel" and attempt["sent"])
    if sent < truth.whole or (sent > truth.whole and not may_have_lost_a_request):
        found.append(f"{sent} requests sent by its own account, but {truth.whole} came")
    if outcome == "not_sent" and sent:
        found.append("claimed not sent, beside a request that was")
    return found


def _stands(outcome: str, truth: Case) -> bool:
    """Whether calling again finds the same."""
    if outcome in {"canceled", "already_canceled"}:
        return truth.canceled
    return outcome == "refused" and truth.started


def _complaints_about_what_was_done_before(result: Result, *, status_forged: bool) -> list[str]:
    """A case that was canceled already may be called canceled by this call only where a request of it may
    have done that for all that the call can know."""
    outcome, evidence = result["outcome"], result["evidence"]
    found = []
    if outcome in {"refused", "failed"} and evidence == "read_back":
        found.append(f"claimed {outcome} by a reading, but it is canceled")
    tries = [attempt for attempt in result["attempts"] if attempt["request"] == "cancel" and attempt["sent"]]
    if outcome == "canceled" and not status_forged:
        if evidence != "read_back":
            found.append("claimed canceled by an answer, but each was a refusal")
        if all(attempt["http_status"] in REFUSALS for attempt in tries):
            found.append("claimed canceled by this call, but each of its requests was refused")
    return found
