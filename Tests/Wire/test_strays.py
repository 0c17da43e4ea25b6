"""An answer that nobody asked for, waiting in a kept connection, is not the answer to the next request."""

from __future__ import annotations

import socket
import time
from contextlib import closing

import judge
import pytest
from certificates import Certificates
from library import Client
from messages import Reply
from mischief import Mischief
from odd_answers import Odd
from origin import Origin
from tally import Tally, Verdict

STRAYS = {
    **{f"a {status}": Reply(status, {"message": "Another's"}).bytes for status in (200, 404, 409, 500)},
    "a goodbye": Reply(408, {"message": "Idle for too long"}, ("Connection: close",)).bytes,
}


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray_answer_is_not_the_next_requests(
    security: Certificates | None, name: str, tally: Tally
) -> None:
    def answer_and_more(connection: socket.socket, reply: Reply) -> None:
        connection.sendall(reply.bytes)
        # Behind what the first call reads; long before the next.
        time.sleep(0.01)
        connection.sendall(STRAYS[name])

    odd = Odd(name, answer_and_more, keeps=name != "a goodbye")
    manners = Mischief(odd, on_reading=False, effect=True)
    with closing(Origin(tls=security.server if security else None, manners=manners)) as origin:
        first, started, other = (origin.ledger.open(started=number == 1) for number in range(3))
        manners.aim(first)
        url = f"{'https' if security else 'http'}://127.0.0.1:{origin.port}"
        ca_file = security.authority if security else None
        results = []
        with closing(Client(url, timeout_ms=4000, ca_file=ca_file)) as client:
            for case_id in (first, started, other):
                results.append(client.cancel(case_id))
                time.sleep(0.05)
        origin.settle()
        verdicts = []
        for result in results:
            truth = origin.ledger.truth(result["case_id"])
            found = judge.complaints(result, truth, may_have_lost_a_request=True)
            verdicts.append(Verdict(f"{name} besides", result["outcome"], tuple(found)))
    tally.add(verdicts)
    assert [verdict.false_claims for verdict in verdicts] == [(), (), ()], results
    assert [verdict.outcome for verdict in verdicts] == ["canceled", "refused", "canceled"], results
