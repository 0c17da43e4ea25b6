"""TLS spoken to a plain port, and plain HTTP to a TLS port."""

from __future__ import annotations

import time
from contextlib import closing

import claims
import pytest
from certificates import Certificates
from claim_count import ClaimCount, Verdict
from library import Client
from origin import Origin, server_context

TIMEOUT_MS = 3000


@pytest.mark.parametrize(("scheme", "end"), [("https", "not_sent"), ("http", "unknown")])
def test_the_wrong_protocol_makes_no_false_claim(
    scheme: str, end: str, authority: Certificates, claim_count: ClaimCount
) -> None:
    with closing(Origin(tls=server_context(authority) if scheme == "http" else None)) as origin:
        case_id = origin.ledger.open()
        began = time.monotonic()
        url = f"{scheme}://127.0.0.1:{origin.port}"
        with closing(Client(url, timeout_ms=TIMEOUT_MS, ca_file=authority.authority)) as client:
            result = client.cancel(case_id)
        took = time.monotonic() - began
        origin.wait_until_closed()
        found = claims.complaints(result, origin.ledger.truth(case_id), may_have_lost_a_request=True)
    claim_count.add([Verdict(f"{scheme} to the other port", result["outcome"], tuple(found))])
    assert found == []
    assert result["outcome"] == end
    assert took < TIMEOUT_MS / 1000 + 2
