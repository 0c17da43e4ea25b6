"""A fault at every single byte of a cancel's request and of its answer."""

from __future__ import annotations

import pytest
import tally as tallies
from lanes import spread
from proxy import Fault, Kind
from scene import Scene
from tally import Tally, Verdict

LANES = 4


def strike(scene: Scene, kind: Kind, tally: Tally) -> list[Verdict]:
    """Before the first byte, ..., after the last one; a garbled byte must be one."""
    faults = [
        Fault(kind, way, at)
        for way, length in scene.lengths().items()
        for at in range(length if kind is Kind.GARBLE else length + 1)
    ]
    verdicts = spread(scene.play, faults, LANES)
    tally.add(verdicts)
    missed = sum(1 for verdict in verdicts if not verdict.struck)
    # A signature is a byte or two longer or shorter each time, so the last offsets may lie behind the end.
    assert missed <= len(verdicts) // 50, f"{missed} of {len(verdicts)} faults never struck"
    assert tallies.false_claims(verdicts) == []
    return verdicts


@pytest.mark.parametrize("kind", [Kind.CUT, Kind.RESET, Kind.TRUNCATE], ids=lambda kind: kind.value)
def test_a_connection_that_breaks_at_any_byte_costs_no_certainty(
    scene: Scene, kind: Kind, tally: Tally
) -> None:
    verdicts = strike(scene, kind, tally)
    assert tallies.other_than(verdicts, "canceled") == []


def test_a_garbled_byte_makes_no_false_claim(scene: Scene, tally: Tally) -> None:
    verdicts = strike(scene, Kind.GARBLE, tally)
    if scene.certificates:
        # TLS lets nothing garbled through: a connection that broke.
        assert tallies.other_than(verdicts, "canceled") == []
    else:
        # What came was sometimes another request, or another answer: the claims are true to that.
        assert tallies.outcomes(verdicts)["canceled"] > len(verdicts) // 2
