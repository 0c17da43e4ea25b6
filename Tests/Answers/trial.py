"""Tries combinations, many at a time, and judges what the library said of each."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

from combinations import Combination
from native import Client, Result, client
from scripted_service import ScriptedService
from truth import SETTLE_MS, Facts
from verdict import false_claims, false_settled

_THREADS = 64
_CASES_PER_BATCH = 10
_ATTEMPTS = 2
"""A request and its repetition: more of them only take time."""

_TIMEOUT_MS = 1_500
_PATIENT_MS = 10_000
_FALSE_SHOWN_MAX = 20
_FALSE_OF_A_KIND_MAX = 2


@dataclass
class Trial:
    """What one call said and what had happened when its effects were over.

    If it called the matter settled, also what the same call said after that."""

    facts: Facts
    result: Result
    again: Result | None = None

    @property
    def false_claims(self) -> list[str]:
        return false_claims(self.result, self.facts)

    @property
    def false_settled(self) -> list[str]:
        complaint = false_settled(self.result, self.again) if self.again else None
        return [complaint] if complaint else []


@dataclass
class Report:
    tried: int = 0
    false_claims: list[Trial] = field(default_factory=list)
    false_settled: list[Trial] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        self.tried += 1
        if trial.false_claims:
            self.false_claims.append(trial)
        if trial.false_settled:
            self.false_settled.append(trial)

    def __str__(self) -> str:
        return (
            f"answers: {self.tried} combinations of request, status, form and true effect tried, "
            f"{len(self.false_claims)} false claims, {len(self.false_settled)} false settled"
        )

    def first_false(self) -> list[str]:
        """The first false ones, and of each kind a few, so that none hides the others."""
        kinds: Counter[tuple[str, str]] = Counter()
        shown = []
        for trial in (*self.false_claims, *self.false_settled):
            complaint = "; ".join(trial.false_claims or trial.false_settled)
            kind = (trial.facts.combination.request, complaint)
            kinds[kind] += 1
            if kinds[kind] <= _FALSE_OF_A_KIND_MAX:
                shown.append(f"{trial.facts.combination}: {complaint}")
        return shown[:_FALSE_SHOWN_MAX]


def run(combinations: list[Combination]) -> list[Trial]:
    """Calls the library once for each combination, waits until every effect has happened, and calls again
    where the matter was said to be settled.

    Cancels whose first request alone gets the answer go in batches."""
    batched = [one for one in combinations if one.request == "cancel" and one.times == "first"]
    batched.sort(key=_timeout_ms)
    groups = [batched[start : start + _CASES_PER_BATCH] for start in range(0, len(batched), _CASES_PER_BATCH)]
    single = [one for one in combinations if one not in set(batched)]
    results: dict[int, Result] = {}
    with closing(ScriptedService(combinations)) as service, ThreadPoolExecutor(_THREADS) as threads:
        calls = threads.map(lambda one: {one.number: _call(service.url, one, _timeout_ms(one))}, single)
        batches = threads.map(lambda group: _batch(service.url, group), groups)
        for found in (*calls, *batches):
            results.update(found)
        for truth in service.truths.values():
            truth.wait_for_effects()
            truth.honest = True
        trials = [Trial(service.truths[one.number].facts(), results[one.number]) for one in combinations]
        list(threads.map(lambda trial: _call_again(service.url, trial), trials))
    return trials


def _timeout_ms(combination: Combination) -> int:
    """Short, for what may take all of it; long, where a full machine must not make a doubt."""
    must_be_decided = combination.is_a_single_answer_of_the_service or combination.form.is_readable
    return _PATIENT_MS if must_be_decided else _TIMEOUT_MS


def _call_again(url: str, trial: Trial) -> None:
    if trial.result["settled"]:
        trial.again = _call(url, trial.facts.combination, _PATIENT_MS)


def _call(url: str, combination: Combination, timeout_ms: int) -> Result:
    call: dict[str, Callable[[Client], Result]] = {
        "check": lambda made: made.check(),
        "status": lambda made: made.status(combination.case_id),
    }
    with client(_configuration(f"{url}/{combination.number}", combination, timeout_ms)) as made:
        return call.get(combination.request, lambda made: made.cancel(combination.case_id))(made)


def _batch(url: str, group: list[Combination]) -> dict[int, Result]:
    with client(_configuration(f"{url}/0", group[0], max(map(_timeout_ms, group)))) as made:
        return {int(result["case_id"][-12:]): result for result in made.batch(one.case_id for one in group)}


def _configuration(url: str, combination: Combination, timeout_ms: int) -> dict[str, object]:
    """ANSWERS_WITHOUT_SETTLE=1 is for a library that does not know `settle_ms`."""
    made: dict[str, object] = {
        "base_url": url,
        "timeout_ms": timeout_ms,
        "max_attempts": _ATTEMPTS,
        "backoff_base_ms": 1,
        "backoff_max_ms": 5,
        "settle_ms": SETTLE_MS,
    }
    if os.environ.get("ANSWERS_WITHOUT_SETTLE") == "1":
        del made["settle_ms"]
    if combination.request == "mint":
        return {**made, "api_key": "key", "client_access_token": "pair"}
    return {**made, "token": "answers-token"}
