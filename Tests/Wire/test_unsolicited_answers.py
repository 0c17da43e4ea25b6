"""An unsolicited answer, waiting in a kept connection, is not the answer to the next request."""

from __future__ import annotations

import socket
import time
from contextlib import closing

import claims
import pytest
from certificates import Certificates
from claim_count import ClaimCount, Verdict
from library import Client
from messages import Reply
from odd_answers import Odd
from one_odd_answer import OneOddAnswer
from origin import Origin, server_context
from unsolicited import UNSOLICITED


@pytest.mark.parametrize("name", UNSOLICITED)
def test_an_unsolicited_answer_is_not_the_next_requests(
    security: Certificates | None, name: str, claim_count: ClaimCount
) -> None:
    def answer_and_more(connection: socket.socket, reply: Reply) -> None:
        connection.sendall(reply.bytes)
        # Behind what the first call reads; long before the next.
        time.sleep(0.01)
        connection.sendall(UNSOLICITED[name])

    odd = Odd(name, answer_and_more, keeps=name != "a goodbye")
    behavior = OneOddAnswer(odd, on_reading=False, effect=True)
    with closing(Origin(tls=server_context(security), behavior=behavior)) as origin:
        first, started, other = (origin.ledger.open(started=number == 1) for number in range(3))
        behavior.choose(first)
        url = f"{'https' if security else 'http'}://127.0.0.1:{origin.port}"
        ca_file = security.authority if security else None
        results = []
        with closing(Client(url, timeout_ms=4000, ca_file=ca_file)) as client:
            for case_id in (first, started, other):
                results.append(client.cancel(case_id))
                time.sleep(0.05)
        origin.wait_until_closed()
        verdicts = []
        for result in results:
            truth = origin.ledger.truth(result["case_id"])
            found = claims.complaints(result, truth, may_have_lost_a_request=True)
            verdicts.append(Verdict(f"{name} besides", result["outcome"], tuple(found)))
    claim_count.add(verdicts)
    assert [verdict.false_claims for verdict in verdicts] == [(), (), ()], results
    assert [verdict.outcome for verdict in verdicts] == ["canceled", "refused", "canceled"], results
