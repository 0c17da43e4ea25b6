"""Holds claims against the facts."""

from __future__ import annotations

from combinations import Combination
from native import Result
from truth import Facts

_CANCELED = {"canceled", "already_canceled"}
_NOT_CANCELED_BY_THIS_CALL = {"refused", "not_found", "denied", "failed", "not_sent"}
_CLAIMS = _CANCELED | _NOT_CANCELED_BY_THIS_CALL | {"ok", "unknown"}


def false_claims(result: Result, facts: Facts) -> list[str]:
    """What is wrong with a result, once every effect has happened. Only this call could cancel the case."""
    outcome, state = result["outcome"], facts.combination.state
    found = []
    if outcome not in _CLAIMS:
        found.append(f"{outcome} is no claim for this input")
    if outcome in _CANCELED and not facts.canceled:
        found.append(f"{outcome}, but it is not canceled")
    if outcome in _NOT_CANCELED_BY_THIS_CALL and facts.canceled:
        found.append(f"{outcome}, but this call canceled it")
    if outcome == "refused" and not facts.refusals:
        found.append("refused, but the service never refused")
    if outcome == "not_found" and state != "absent":
        found.append("not_found, but the case exists")
    if outcome == "denied" and not _denies(facts.combination):
        found.append("denied, but the credentials are good")
    if outcome == "not_sent" and facts.cancels:
        found.append(f"not_sent, but {facts.cancels} cancels came")
    if outcome == "ok":
        found += _false_readings(result, facts)
    if result["case"] and result["case"]["canceled"] and not facts.canceled:
        found.append("a canceled case is shown, but it is not canceled")
    return found


def _denies(combination: Combination) -> bool:
    """Whether the service denies something. Its 403 to a reading covers a case that does not exist, too."""
    return combination.state == "denied" or (
        combination.state == "absent" and combination.request == "status"
    )


def _false_readings(result: Result, facts: Facts) -> list[str]:
    if facts.combination.request == "check":
        return [] if "check" in facts.answered else ["ok, but the service never answered the check"]
    if result["case"] is None:
        return ["ok, but no case was read"]
    if result["case"]["canceled"] != facts.canceled:
        return ["ok, with a state that the case does not have"]
    return []


def outcome_class(outcome: str) -> str:
    return "canceled" if outcome in _CANCELED else outcome


def false_settled(result: Result, again: Result) -> str | None:
    """What is wrong with a settled result, after the same call to a service that answers by itself."""
    if not result["settled"] or outcome_class(result["outcome"]) == outcome_class(again["outcome"]):
        return None
    return f"settled as {result['outcome']}, but calling again found {again['outcome']}"
