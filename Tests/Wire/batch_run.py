"""The cases of a batch: open ones, some that have started, some that were canceled before."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import claims
from claim_count import Verdict
from ledger import Case, Ledger
from library import Batch, Result
from origin import Origin

SLACK_SECONDS = 5


def make_cases(ledger: Ledger, count: int) -> list[str]:
    """One in five has started, and one in five was canceled before; the first one is open."""
    return [ledger.open(started=number % 5 == 2, canceled=number % 5 == 4) for number in range(count)]


@dataclass(frozen=True)
class BatchRun:
    """A batch that was worked to its end, or to where it hung."""

    results: list[Result]
    stats: dict[str, object]
    seconds: float
    # What is wrong with the batch as a whole.
    complaints: tuple[str, ...] = ()


def run(batch: Batch, case_ids: Sequence[str], *, timeout_ms: int) -> BatchRun:
    """Cancels the cases, and counts the results. `timeout_ms` is how long one result may take."""
    began = time.monotonic()
    results: list[Result] = []
    found = []
    left = list(reversed(case_ids))
    while True:
        while left and batch.add(left[-1], tag=left[-1]):
            left.pop()
        if batch.pending == 0:
            break
        result = batch.next(timeout_ms + SLACK_SECONDS * 1000)
        if result is None:
            found.append(f"{batch.pending} results never came")
            break
        results.append(result)
    if batch.next(0) is not None:
        found.append("a result came that was not pending")
    counts = Counter(result["case_id"] for result in results)
    if counts != Counter(case_ids) or any(result["tag"] != result["case_id"] for result in results):
        found.append(f"not one result for each case: {counts - Counter(case_ids)} besides")
    return BatchRun(results, batch.stats, time.monotonic() - began, tuple(found))


def expected_end(truth: Case) -> str:
    """How a case ends where everything goes well."""
    return "refused" if truth.started else "already_canceled" if truth.was_canceled else "canceled"


def verdicts_of(
    what: str,
    batch_run: BatchRun,
    origin: Origin,
    *,
    lossy: bool,
    forged: bool = False,
    happened: bool = True,
) -> list[Verdict]:
    """Holds each result against the ledger. Where a case did not end as it should, its outcome says so."""
    verdicts = [Verdict(what, "batch", batch_run.complaints)] if batch_run.complaints else []
    for result in batch_run.results:
        truth = origin.ledger.truth(result["case_id"])
        found = claims.complaints(result, truth, may_have_lost_a_request=lossy, status_forged=forged)
        if found:
            found.append(str(result))
        verdicts.append(Verdict(what, ending(result, truth), tuple(found), happened))
    return verdicts


def ending(result: Result, truth: Case) -> str:
    outcome = result["outcome"]
    ends = {expected_end(truth)}
    if truth.was_canceled and any(_is_doubtful(attempt) for attempt in result["attempts"]):
        # The request without an answer may have done it, for all that the library can know.
        ends.add("canceled")
    return "as it should" if outcome in ends else f"{outcome}, not {expected_end(truth)}: {result['message']}"


def _is_doubtful(attempt: dict[str, object]) -> bool:
    return (
        attempt["request"] == "cancel"
        and bool(attempt["sent"])
        and attempt["http_status"] not in claims.REFUSALS
    )


def unsettled(verdicts: list[Verdict]) -> list[str]:
    return [f"{verdict.what}: {verdict.outcome}" for verdict in verdicts if verdict.outcome != "as it should"]
