"""An unsolicited answer, waiting in a kept connection, is not the answer to the next request."""

from __future__ import annotations

import socket
import time
from contextlib import closing

import pytest
from certificates import Certificates
from claim_count import ClaimCount
from library import Client
from messages import Reply
from odd_answers import Odd
from one_odd_answer import OneOddAnswer
from origin import Origin, server_context
from three_cases import cancel_three, open_three
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
        case_ids = open_three(origin)
        behavior.choose(case_ids[0])
        url = f"{'https' if security else 'http'}://127.0.0.1:{origin.port}"
        client = Client(url, timeout_ms=4000, ca_file=security.authority if security else None)
        cancel_three(origin, client, case_ids, claim_count, what=f"{name} besides", pause=0.05)
