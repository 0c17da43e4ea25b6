"""A fault at every single byte of a cancel's request and of its answer."""

from __future__ import annotations

import pytest
import tally as tallies
from parallel import run_parallel
from proxied_cancel import ProxiedCancel
from proxy import Fault, Kind
from tally import Tally, Verdict

THREADS = 4


def inject(proxied_cancel: ProxiedCancel, kind: Kind, tally: Tally) -> list[Verdict]:
    """Before the first byte, ..., after the last one; a garbled byte must be one."""
    faults = [
        Fault(kind, direction, at)
        for direction, length in proxied_cancel.lengths().items()
        for at in range(length if kind is Kind.GARBLE else length + 1)
    ]
    verdicts = run_parallel(proxied_cancel.run, faults, THREADS)
    tally.add(verdicts)
    missed = sum(1 for verdict in verdicts if not verdict.happened)
    # A signature is a byte or two longer or shorter each time, so the last offsets may lie behind the end.
    assert missed <= len(verdicts) // 50, f"{missed} of {len(verdicts)} faults never happened"
    assert tallies.false_claims(verdicts) == []
    return verdicts


@pytest.mark.parametrize("kind", [Kind.CUT, Kind.RESET, Kind.TRUNCATE], ids=lambda kind: kind.value)
def test_a_connection_that_breaks_at_any_byte_costs_no_certainty(
    proxied_cancel: ProxiedCancel, kind: Kind, tally: Tally
) -> None:
    verdicts = inject(proxied_cancel, kind, tally)
    assert tallies.other_than(verdicts, "canceled") == []


def test_a_garbled_byte_makes_no_false_claim(proxied_cancel: ProxiedCancel, tally: Tally) -> None:
    verdicts = inject(proxied_cancel, Kind.GARBLE, tally)
    if proxied_cancel.certificates:
        # TLS lets nothing garbled through: a connection that broke.
        assert tallies.other_than(verdicts, "canceled") == []
    else:
        # What came was sometimes another request, or another answer: the claims are true to that.
        assert tallies.outcomes(verdicts)["canceled"] > len(verdicts) // 2
