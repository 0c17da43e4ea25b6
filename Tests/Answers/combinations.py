"""Every combination of request, status, form and true effect, as far as it can happen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from blemishes import BLEMISHES
from forms import EMPTY, FORMS, OWN_STARTED, ROUTER_JSON, SHOWN_NOT_CANCELED, Form

STATUSES = [
    *(200, 201, 202, 204, 207),
    *(301, 302, 307),
    *(400, 401, 403, 404, 405, 408, 409, 410, 413, 421, 422, 423, 425, 429, 460, 499),
    *(500, 501, 502, 503, 504, 520, 524, 799),
]

_ACCEPTED = {200, 201, 204}
_MAY_GO_ON = {408, 460, 499}
_ALL_EFFECTS = ["none", "before", "within", "after"]
_WITH_A_WAIT = [403, 429, 500, 502, 503, 504, 520, 524]
_WAITING_FORMS = {"own", "empty", "block_page", "gateway_page"}


@dataclass(frozen=True)
class Combination:
    """One thing to try.

    `request`: which requests get the answer: cancel; read (after a cancel that a gateway's 504 leaves open);
    blemish (a read, too, after the service's own 500); status (a read by itself); mint; check.
    `state`: how the case really is: waiting (it can be canceled), started, unable, absent; or denied (the
    credentials are bad).
    `effect`: what a cancel that gets the answer really does: none, before (the answer), within (the time for
    which readings may lag), after (it).
    `times`: first or every such request."""

    number: int
    request: str
    status: int
    form: Form
    effect: str
    times: str
    state: str = "waiting"
    retry_after: int | None = None

    @property
    def case_id(self) -> str:
        return f"00000000-0000-4000-8000-{self.number:012}"

    @property
    def is_own(self) -> bool:
        return self.status in self.form.own_for

    @property
    def is_a_single_answer_of_the_service(self) -> bool:
        """One cancel gets an answer that the service itself may give, and its work is over then."""
        accepted = self.status in _ACCEPTED and self.form is EMPTY
        own = self.is_own and self.status not in _MAY_GO_ON
        return self.request == "cancel" and self.times == "first" and (accepted or own)

    def __str__(self) -> str:
        wait = f" retry-after {self.retry_after}" if self.retry_after is not None else ""
        truth = f"case {self.state}, effect {self.effect}"
        return f"{self.times} {self.request}: {self.status} {self.form}{wait}, {truth}"


def combinations() -> list[Combination]:
    """All of them, each with a number of its own."""
    parts = itertools.chain(
        _cancels(), _waits(), _readings(), _blemishes(), _alone("status"), _alone("mint"), _alone("check")
    )
    return [Combination(number, *part) for number, part in enumerate(parts, start=1)]


_Part = tuple[object, ...]


def _answers() -> Iterator[tuple[int, Form]]:
    """Statuses with forms. 204 has no body, and the service has no error body for a success."""
    for status, form in itertools.product(STATUSES, FORMS):
        if status == 204 and form is not EMPTY:
            continue
        if status < 400 and form.name in {"own", "own_started"}:
            continue
        yield status, form


def _cancels() -> Iterator[_Part]:
    for status, form in _answers():
        for state, effect in _truths_of_a_cancel(status, form):
            for times in _times(state):
                yield "cancel", status, form, effect, times, state


def _waits() -> Iterator[_Part]:
    for status, form in _answers():
        if status in _WITH_A_WAIT and form.name in _WAITING_FORMS:
            for state, effect in _truths_of_a_cancel(status, form):
                if state != "denied":
                    yield "cancel", status, form, effect, "first", state, 1


def _times(state: str) -> list[str]:
    """A state that explains the answer lasts."""
    return ["first", "every"] if state == "waiting" else ["every"]


def _truths_of_a_cancel(status: int, form: Form) -> list[tuple[str, str]]:
    """States and effects that can be behind an answer to a cancel.

    Left out is what no client can tell: an acceptance without contradiction that was none; a service that
    refuses, or reports a fault of its own, and acts after the time for which readings may lag; and somebody
    in between who answers with a 3xx or a 4xx (but 408, 460 and 499) while the request goes on."""
    own = status in form.own_for
    if status in _ACCEPTED and form.without_contradiction:
        effects = ["before", "within", "after"]
    elif status < 300 or status in _MAY_GO_ON or (status >= 500 and not own):
        effects = _ALL_EFFECTS
    elif own and (status >= 500 or status == 409):
        effects = ["none", "before", "within"]
    elif own and status in {401, 403}:
        return [("denied", "none")]
    elif own and status == 422:
        if form is OWN_STARTED:
            return [("started", "none"), ("waiting", "before")]
        return [("unable", "none"), ("waiting", "before"), ("waiting", "within")]
    else:
        effects = ["none", "before"]
    truths = [("waiting", effect) for effect in effects]
    if own and status == 404 and form is not ROUTER_JSON:
        truths.append(("absent", "none"))
    return truths


def _readings() -> Iterator[_Part]:
    """Readings that are to settle a doubt. The service's own refusals of a reading would contradict the case.
    One effect each, in turn."""
    effects = itertools.cycle(["none", "before", "after"])
    for status, form in _answers():
        if not (status in form.own_for and status in {401, 403, 404}):
            yield "read", status, form, next(effects), "every"


def _blemishes() -> Iterator[_Part]:
    """Odd readings, after a cancel that was or was not carried out, and by themselves."""
    for form in BLEMISHES:
        for effect in ["none", "before"]:
            yield "blemish", 200, form, effect, "every"
        if form.shows_the_case:
            yield "status", 200, form, "none", "every"


def _passes_a_check(form: Form) -> bool:
    """JSON that says nothing of an error is all that a check can ask for."""
    return form is SHOWN_NOT_CANCELED or (form.is_json and form.without_contradiction)


def _alone(request: str) -> Iterator[_Part]:
    """Requests that change nothing. A state that explains the answer lasts."""
    for status, form in _answers():
        own = status in form.own_for
        if request == "check" and status < 300 and _passes_a_check(form):
            continue
        if own and status in ({401} if request == "status" else {400, 401, 403}):
            state = "denied"
        elif own and status in {403, 404} and request == "status" and form is not ROUTER_JSON:
            state = "absent"
        else:
            state = "waiting"
        for times in _times(state):
            yield request, status, form, "none", times, state
