"""A connection that falls silent, sampled over the request and the answer: each stall costs real time."""

from __future__ import annotations

from dataclasses import replace

import tally as tallies
from parallel import run_parallel
from proxied_cancel import ProxiedCancel
from proxy import Fault, Kind
from tally import Tally

THREADS = 16
STEP = 7
TIMEOUT_MS = 1200


def test_a_connection_that_falls_silent_makes_no_false_claim(
    proxied_cancel: ProxiedCancel, tally: Tally
) -> None:
    hasty = replace(proxied_cancel, timeout_ms=TIMEOUT_MS)
    faults = [
        Fault(Kind.STALL, direction, at)
        for direction, length in proxied_cancel.lengths().items()
        for at in range(0, length + 1, STEP)
    ]
    verdicts = run_parallel(hasty.run, faults, THREADS)
    tally.add(verdicts)
    assert tallies.false_claims(verdicts) == []
    # Half of the time is left for the reading; a busy machine may now and then need more.
    unsettled = tallies.other_than(verdicts, "canceled")
    assert len(unsettled) <= 1 + len(verdicts) // 20, unsettled
    assert tallies.other_than(verdicts, "canceled", "unknown", "not_sent") == []
