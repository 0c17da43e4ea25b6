"""An odd answer to a cancel or to a reading makes no false claim, and none about the case after it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import claims
from claim_count import ClaimCount, Verdict, false_claims
from library import Client, Result
from odd_answers import EITHER, Odd, all_odd_answers
from one_odd_answer import OneOddAnswer
from origin import Origin
from parallel import run_parallel

THREADS = 12
TIMEOUT_MS = 4000
SLACK_SECONDS = 3


@dataclass(frozen=True)
class Trial:
    odd: Odd
    on_reading: bool
    effect: bool
    reused: bool

    def __str__(self) -> str:
        place = "reading" if self.on_reading else "cancel"
        line = "reused" if self.reused else "fresh"
        return f"{self.odd} to a {place}, {line}, {'in' if self.effect else 'without'} effect"

    @property
    def end(self) -> str:
        return "canceled" if self.on_reading or self.effect else self.odd.end


def trials() -> Iterator[Trial]:
    for odd in all_odd_answers():
        for reused in (False, True):
            for effect in odd.effects:
                yield Trial(odd, on_reading=False, effect=effect, reused=reused)
            for effect in EITHER if odd.reads else ():
                yield Trial(odd, on_reading=True, effect=effect, reused=reused)


def run_trial(trial: Trial) -> Verdict:
    behavior = OneOddAnswer(trial.odd, on_reading=trial.on_reading, effect=trial.effect)
    with closing(Origin(behavior=behavior)) as origin:
        chosen, started, other = (origin.ledger.open(started=number == 1) for number in range(3))
        behavior.choose(chosen)
        with closing(Client(f"http://127.0.0.1:{origin.port}", timeout_ms=TIMEOUT_MS)) as client:
            if trial.reused:
                assert client.cancel(origin.ledger.open())["outcome"] == "canceled"
            began = time.monotonic()
            result = client.cancel(chosen)
            took = time.monotonic() - began
            after = [client.cancel(started), client.cancel(other)]
        origin.wait_until_closed()

        # A request that meets the end of its connection is sent, but does not arrive.
        def complaints(about: Result) -> list[str]:
            truth = origin.ledger.truth(about["case_id"])
            lossy = not trial.odd.keeps or origin.idle_ends > 0
            return claims.complaints(about, truth, may_have_lost_a_request=lossy)

        found = complaints(result)
        if took > TIMEOUT_MS / 1000 + SLACK_SECONDS:
            found.append(f"took {took:.1f} s")
        for next_result, end in zip(after, ("refused", "canceled")):
            found += complaints(next_result)
            if next_result["outcome"] != end:
                found.append(f"the next case ended as {next_result['outcome']}, not {end}")
        if found:
            found.append(str([result, *after]))
        end = result["outcome"] if result["outcome"] == trial.end else f"{result['outcome']}, not {trial.end}"
        return Verdict(str(trial), end, tuple(found), behavior.is_done)


def test_an_odd_answer_makes_no_false_claim(claim_count: ClaimCount) -> None:
    verdicts = run_parallel(run_trial, trials(), THREADS)
    claim_count.add(verdicts)
    assert [verdict.what for verdict in verdicts if not verdict.happened] == []
    assert false_claims(verdicts) == []
    # Nothing is left open either, since everything after the odd answer is as it should be.
    assert [f"{verdict.what}: {verdict.outcome}" for verdict in verdicts if ", not " in verdict.outcome] == []
