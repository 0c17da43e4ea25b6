"""Three cases that are canceled one after another: the second has started, the others can be canceled."""

from __future__ import annotations

import time
from contextlib import closing

import claims
from claim_count import ClaimCount, Verdict
from library import Client
from origin import Origin


def open_three(origin: Origin) -> list[str]:
    return [origin.ledger.open(started=number == 1) for number in range(3)]


def cancel_three(
    origin: Origin, client: Client, case_ids: list[str], claim_count: ClaimCount, *, what: str, pause: float
) -> None:
    """Cancels them with a pause behind each, and closes the client. No claim may be false, nor unknown."""
    results = []
    with closing(client):
        for case_id in case_ids:
            results.append(client.cancel(case_id))
            time.sleep(pause)
    origin.wait_until_closed()
    verdicts = []
    for result in results:
        truth = origin.ledger.truth(result["case_id"])
        found = claims.complaints(result, truth, may_have_lost_a_request=True)
        verdicts.append(Verdict(what, result["outcome"], tuple(found)))
    claim_count.add(verdicts)
    assert [verdict.false_claims for verdict in verdicts] == [(), (), ()], results
    assert [verdict.outcome for verdict in verdicts] == ["canceled", "refused", "canceled"], results
