"""A fault at every single byte of a cancel's request and of its answer."""

from __future__ import annotations

import pytest
from claim_count import ClaimCount, Verdict, false_claims, other_than, outcomes
from parallel import run_parallel
from proxied_cancel import ProxiedCancel
from proxy import Fault, Kind

THREADS = 4


def inject(proxied_cancel: ProxiedCancel, kind: Kind, claim_count: ClaimCount) -> list[Verdict]:
    """Before the first byte, ..., after the last one; a garbled byte must be one."""
    faults = [
        Fault(kind, direction, at)
        for direction, length in proxied_cancel.lengths().items()
        for at in range(length if kind is Kind.GARBLE else length + 1)
    ]
    verdicts = run_parallel(proxied_cancel.run, faults, THREADS)
    claim_count.add(verdicts)
    missed = sum(1 for verdict in verdicts if not verdict.happened)
    # A signature is a byte or two longer or shorter each time, so the last offsets may lie behind the end.
    assert missed <= len(verdicts) // 50, f"{missed} of {len(verdicts)} faults never happened"
    assert false_claims(verdicts) == []
    return verdicts


@pytest.mark.parametrize("kind", [Kind.CUT, Kind.RESET, Kind.TRUNCATE], ids=lambda kind: kind.value)
def test_a_connection_that_breaks_at_any_byte_costs_no_certainty(
    proxied_cancel: ProxiedCancel, kind: Kind, claim_count: ClaimCount
) -> None:
    verdicts = inject(proxied_cancel, kind, claim_count)
    assert other_than(verdicts, "canceled") == []


def test_a_garbled_byte_makes_no_false_claim(proxied_cancel: ProxiedCancel, claim_count: ClaimCount) -> None:
    verdicts = inject(proxied_cancel, Kind.GARBLE, claim_count)
    if proxied_cancel.certificates:
        # TLS lets nothing garbled through: a connection that broke.
        assert other_than(verdicts, "canceled") == []
    else:
        # What came was sometimes another request, or another answer: the claims are true to that.
        assert outcomes(verdicts)["canceled"] > len(verdicts) // 2
