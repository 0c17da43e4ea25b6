"""The judge of the answers' suite finds what is false."""

from __future__ import annotations

import copy

import pytest
from combinations import Combination, combinations
from forms import FORMS
from trial import Trial, run

_FORMS = {form.name: form for form in FORMS}
_WRONG_WHEN_CANCELED = ["refused", "not_found", "denied", "failed", "not_sent"]
_WRONG_WHEN_STARTED = ["canceled", "already_canceled", "not_found", "denied", "not_sent"]
_WRONG_WHEN_BLOCKED = ["canceled", "already_canceled", "refused", "not_found", "denied"]


_ACCEPTED = Combination(1, "cancel", 200, _FORMS["empty"], "before", "every")
_REFUSED = Combination(2, "cancel", 422, _FORMS["own_started"], "none", "every", "started")


@pytest.fixture(scope="module")
def honest() -> list[Trial]:
    """A case that was canceled and one that was refused, both in the service's own words."""
    trials = run([_ACCEPTED, _REFUSED])
    assert [trial.result["outcome"] for trial in trials] == ["canceled", "refused"]
    return trials


def test_true_claims_pass(honest: list[Trial]) -> None:
    for trial in honest:
        assert trial.result["settled"] and trial.again
        assert not trial.false_claims and not trial.false_settled


@pytest.mark.parametrize(
    ("which", "outcome"),
    [(0, outcome) for outcome in [*_WRONG_WHEN_CANCELED, "invalid"]]
    + [(1, outcome) for outcome in _WRONG_WHEN_STARTED],
)
def test_a_flipped_outcome_is_caught(honest: list[Trial], which: int, outcome: str) -> None:
    flipped = Trial(honest[which].facts, {**honest[which].result, "outcome": outcome})
    assert flipped.false_claims


@pytest.mark.parametrize("outcome", _WRONG_WHEN_BLOCKED)
def test_a_word_of_somebody_else_makes_no_claim_true(outcome: str) -> None:
    block = Combination(1, "cancel", 403, _FORMS["block_page"], "none", "every")
    (trial,) = run([block])
    assert Trial(trial.facts, {**trial.result, "outcome": outcome}).false_claims
    assert not Trial(trial.facts, {**trial.result, "outcome": "unknown"}).false_claims


def test_a_work_that_goes_on_is_waited_for() -> None:
    late = Combination(1, "cancel", 524, _FORMS["gateway_page"], "after", "every")
    (trial,) = run([late])
    assert trial.facts.canceled
    assert Trial(trial.facts, {**trial.result, "outcome": "failed"}).false_claims
    assert not Trial(trial.facts, {**trial.result, "outcome": "canceled"}).false_claims


def test_a_flipped_settled_is_caught(honest: list[Trial]) -> None:
    done, refused = honest
    settled = copy.deepcopy(refused.result)
    assert Trial(refused.facts, settled, done.result).false_settled
    assert Trial(done.facts, done.result, refused.result).false_settled
    settled["settled"] = False
    assert not Trial(refused.facts, settled, done.result).false_settled


def test_a_check_is_ok_only_if_the_service_answered() -> None:
    page = Combination(1, "check", 200, _FORMS["login_page"], "none", "every")
    (trial,) = run([page])
    assert Trial(trial.facts, {**trial.result, "outcome": "ok"}).false_claims


def test_combinations_are_each_there_once() -> None:
    tried = combinations()
    assert len({str(one) for one in tried}) == len(tried)
    assert {one.request for one in tried} == {"cancel", "read", "blemish", "status", "mint", "check"}
    assert {one.effect for one in tried} == {"none", "before", "within", "after"}
    assert len({one.status for one in tried}) >= 25 and len({one.form.name for one in tried}) >= 20
