"""An answer counts only if it is whole: its head ends with a blank line, and its status is final."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import claims
import pytest
from claim_count import ClaimCount, Verdict
from library import Client
from odd_answers import Odd, half_heads
from one_odd_answer import OneOddAnswer
from origin import Origin

TIMEOUT_MS = 4000


def cancel_with(odd: Odd, claim_count: ClaimCount, *, on_reading: bool, effect: bool) -> dict[str, Any]:
    """The result for a case that ends as canceled, whatever the odd answer."""
    behavior = OneOddAnswer(odd, on_reading=on_reading, effect=effect)
    with closing(Origin(behavior=behavior)) as origin:
        case_id = origin.ledger.open()
        behavior.choose(case_id)
        with closing(Client(f"http://127.0.0.1:{origin.port}", timeout_ms=TIMEOUT_MS)) as client:
            result = client.cancel(case_id)
        origin.wait_until_closed()
        found = claims.complaints(result, origin.ledger.truth(case_id))
    what = "reading" if on_reading else "cancel"
    claim_count.add([Verdict(f"{odd} to a {what}", result["outcome"], tuple(found))])
    assert found == []
    assert result["outcome"] == "canceled"
    return result


@pytest.mark.parametrize("effect", [True, False], ids=["in effect", "without effect"])
@pytest.mark.parametrize("odd", half_heads(), ids=str)
def test_half_a_head_is_no_answer_to_a_cancel(odd: Odd, effect: bool, claim_count: ClaimCount) -> None:
    result = cancel_with(odd, claim_count, on_reading=False, effect=effect)
    # Its first answer is none, so the case was read; where it was not canceled, it was canceled once more.
    read, again = [("cancel", None), ("read", 200)], [("cancel", 200)]
    tries = [(attempt["request"], attempt["http_status"]) for attempt in result["attempts"]]
    assert tries == (read if effect else read + again)
    assert result["evidence"] == ("read_back" if effect else "response")


@pytest.mark.parametrize("odd", half_heads(), ids=str)
def test_half_a_head_is_no_answer_to_a_reading(odd: Odd, claim_count: ClaimCount) -> None:
    result = cancel_with(odd, claim_count, on_reading=True, effect=True)
    tries = [(attempt["request"], attempt["http_status"]) for attempt in result["attempts"]]
    assert tries[:3] == [("cancel", 502), ("read", None), ("cancel", 422)]
