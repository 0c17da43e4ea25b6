"""No claim is false after an answer that the service did not write, and what is settled stays so."""

from __future__ import annotations

import pytest
from combinations import combinations
from trial import Report, Trial, run

pytestmark = pytest.mark.timeout(300)

_COMBINATIONS_MIN = 2_000


@pytest.fixture(scope="module")
def trials(report: Report) -> list[Trial]:
    tried = run(combinations())
    for trial in tried:
        report.add(trial)
    return tried


def test_no_answer_of_any_form_makes_a_claim_false(trials: list[Trial], report: Report) -> None:
    assert report.tried == len(trials) >= _COMBINATIONS_MIN
    if report.false_claims:
        pytest.fail(f"{len(report.false_claims)} false claims, listed below", pytrace=False)


def test_nothing_that_is_settled_turns_out_otherwise(trials: list[Trial], report: Report) -> None:
    assert any(trial.again for trial in trials)
    if report.false_settled:
        pytest.fail(f"{len(report.false_settled)} false settled, listed below", pytrace=False)


def test_a_single_answer_of_the_service_leaves_nothing_unknown(trials: list[Trial]) -> None:
    """Readings work here, so `unknown` would be a way around every claim."""
    single = [one for one in trials if one.facts.combination.is_a_single_answer_of_the_service]
    assert len(single) > 50
    assert not [str(one.facts.combination) for one in single if one.result["outcome"] == "unknown"]


def test_a_reading_that_tells_the_state_is_read(trials: list[Trial]) -> None:
    """Whatever else is odd about it: the cancel's answer left a doubt, and the reading decides."""
    decided = {("blemish", "before"): "canceled", ("blemish", "none"): "failed", ("status", "none"): "ok"}
    readable = [trial for trial in trials if trial.facts.combination.form.is_readable]
    assert len(readable) > 30
    unread = []
    for trial in readable:
        one = trial.facts.combination
        if trial.result["outcome"] != decided[one.request, one.effect]:
            unread.append(f"{one}: {trial.result['outcome']}")
    if unread:
        pytest.fail("\n".join(unread), pytrace=False)
