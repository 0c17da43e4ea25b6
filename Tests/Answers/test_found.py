"""No claim is false where a case is found by what the host knows of it, and no other case is canceled."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from found_service import WANTED, FoundHistory, FoundService
from native import Result, client

HISTORIES = int(os.environ.get("FOUND_HISTORIES", "2000"))
_CANCELED = {"canceled", "already_canceled"}


def run(histories: list[FoundHistory]) -> list[Result]:
    with closing(FoundService(histories)) as service, ThreadPoolExecutor(64) as threads:
        return list(threads.map(lambda history: _call(service.url, history), histories))


def _call(url: str, history: FoundHistory) -> Result:
    configuration = {
        "base_url": f"{url}/{history.seed}",
        "token": "found-token",
        "timeout_ms": 10_000,
        "max_attempts": 2,
        "backoff_base_ms": 1,
        "backoff_max_ms": 2,
        "settle_ms": 1,
    }
    filters: dict[str, object] = {"api_tracking_code": WANTED}
    if history.all:
        filters.update(all=True, expected=history.expected)
    with client(configuration) as made:
        return made.cancel_found(**filters)


def complaints(history: FoundHistory, result: Result) -> list[str]:
    """What is wrong with a result, or with what was done."""
    outcome, reason = result["outcome"], result["reason"]
    tried = [case for case in history.cases if case.cancels]
    expected = history.expected if history.all else 1
    found = []
    if any(case.was_asked_for_another for case in tried):
        found.append("a case was canceled that is not the one that is wanted")
    if tried and (not history.lists_whole or history.listed_matches != expected):
        found.append("a case was canceled though the list does not name as many as are expected")
    if outcome == "refused" and reason == "ambiguous":
        if not history.lists_whole or history.listed_matches in (0, expected):
            found.append("ambiguous, but it is not")
        if len(result["cases"]) != history.listed_matches:
            found.append("not every case that was found is told")
    elif outcome == "refused" and not any(case.was_refused for case in tried):
        found.append("refused, but nobody refused")
    if outcome == "not_found":
        if result["settled"]:
            found.append("not_found is settled")
        is_none_listed = history.lists_whole and history.listed_matches == 0
        if not is_none_listed and not tried:
            found.append("not_found, but no whole list says so")
    if outcome == "not_sent" and tried:
        found.append("not_sent, but a cancel came")
    claims = [] if reason == "ambiguous" else result.get("cases", [])
    return found + _false_claims(history, claims) + _false_whole(outcome, claims)


def _false_claims(history: FoundHistory, claims: list[Result]) -> list[str]:
    found = []
    for claim in claims:
        case = next(case for case in history.cases if case.id == claim["id"])
        outcome = claim["outcome"]
        if outcome in _CANCELED and not case.is_canceled:
            found.append(f"{case.id}: {outcome}, but it is not")
        if outcome == "already_canceled" and case.was_accepted:
            found.append(f"{case.id}: already_canceled, but this call did it")
        if outcome == "canceled" and not case.cancels:
            found.append(f"{case.id}: canceled, but nothing was sent")
        acted = case.is_canceled and case.cancels
        if outcome in {"refused", "not_found", "denied", "failed"} and acted and case.can_be_canceled:
            found.append(f"{case.id}: {outcome}, but it is canceled")
        if outcome == "not_sent" and case.cancels:
            found.append(f"{case.id}: not_sent, but a cancel came")
    return found


def _false_whole(outcome: str, claims: list[Result]) -> list[str]:
    if outcome in _CANCELED and not all(claim["outcome"] in _CANCELED for claim in claims):
        return [f"{outcome}, but not for all"]
    return [f"{outcome} without a case"] if outcome in _CANCELED and not claims else []


@pytest.fixture(scope="module")
def histories() -> list[FoundHistory]:
    return [FoundHistory(seed) for seed in range(1, HISTORIES + 1)]


@pytest.fixture(scope="module")
def results(histories: list[FoundHistory]) -> list[Result]:
    return run(histories)


def test_no_claim_about_what_was_found_is_false(histories: list[FoundHistory], results: list[Result]) -> None:
    false = [
        f"seed {history.seed}: {'; '.join(wrong)}: {result}"
        for history, result in zip(histories, results, strict=True)
        if (wrong := complaints(history, result))
    ]
    if false:
        pytest.fail(f"{len(false)} of {len(histories)}:\n" + "\n".join(false[:10]), pytrace=False)


def test_the_histories_get_somewhere(histories: list[FoundHistory], results: list[Result]) -> None:
    outcomes = Counter(result["outcome"] for result in results)
    assert set(outcomes) >= {"canceled", "already_canceled", "refused", "not_found", "not_sent", "unknown"}
    assert outcomes["canceled"] > HISTORIES / 20, outcomes
    # What is plain from end to end is never left open.
    plain = [
        result
        for history, result in zip(histories, results, strict=True)
        if history.is_plain and result["outcome"] in ("unknown", "not_sent", "failed")
    ]
    assert not plain, plain[:3]


@pytest.mark.parametrize("false_word", ["already_canceled", "refused", "not_found", "failed", "not_sent"])
def test_the_judge_can_fail(histories: list[FoundHistory], results: list[Result], false_word: str) -> None:
    """Of cases that this call canceled, every other word is false."""
    judged = 0
    for history, result in zip(histories, results, strict=True):
        if history.is_plain and result["outcome"] == "canceled":
            claims = [{**claim, "outcome": false_word} for claim in result["cases"]]
            assert complaints(history, {**result, "outcome": false_word, "cases": claims}), history.seed
            judged += 1
    assert judged > HISTORIES / 20
