"""Clients without a library and a network: they say what they are told to say, and keep a ledger."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Union

from .._aio import AsyncCancelMany, AsyncClient
from .._client import Client
from .._input import case_and_tag, check_source, has_lines, without_end
from .._lazy import types
from .._many import CancelMany
from .._outcome import Outcome
from .._report import Reports
from .._result import Closed, Result
from ._ledger import Call, Ledger
from ._results import result

#: What becomes of a case: an outcome, one with a reason, or a result.
Answer = Union[str, tuple[str, types.Any], Result]
#: An answer; several, one for each call, of which the last stays; or a function of the case id.
Answers = Union[Answer, list[Answer], types.Callable[[str], Answer]]


class FakeClient(Client):
    """A kcase.Client for tests: it needs neither library nor network, and every case can be canceled once.

    >>> from kcase import testing
    >>> client = testing.FakeClient({"c-2": [("failed", "busy"), "canceled"]}, default="not_found")
    >>> client.cancel("c-2").retriable, client.cancel("c-2").is_canceled, client.cancel("c-9").outcome
    (True, True, <Outcome.NOT_FOUND: 'not_found'>)
    >>> [(call.operation, call.case_id) for call in client.ledger.calls]
    [('cancel', 'c-2'), ('cancel', 'c-2'), ('cancel', 'c-9')]

    answers     what becomes of each case: an outcome, ("refused", "already_started"), or a kcase.Result. A
                list has one for each call, and its last stays. A function is given the case id
    default     what becomes of the others
    on_result   as of Client

    As with the service, a case that is canceled stays so: `already_canceled`. It has cancel(), cancel_many(),
    status() and check(); the others are NotImplementedErrors.
    """

    __slots__ = ("_answers", "_default", "_is_closed", "ledger")

    def __init__(
        self,
        answers: types.Optional[types.Mapping[str, Answers]] = None,
        *,
        default: Answers = "canceled",
        on_result: types.Optional[types.Callable[[Result], object]] = None,
    ) -> None:
        self._answers = {
            case_id: deque(answer) if isinstance(answer, list) else answer
            for case_id, answer in (answers or {}).items()
        }
        self._default = default
        self._reports = Reports(on_result)
        self._handle = None
        self._owned = []
        self._calls = deque()
        self._is_closed = False
        #: What was asked of this client.
        self.ledger = Ledger()

    def _set_up(
        self, config: Mapping[str, Any], on_result: types.Optional[types.Callable[[Result], object]]
    ) -> None:
        """FakeClient.from_env() and the like make one, too, whatever the configuration."""
        self.__init__(on_result=on_result)  # type: ignore[misc]

    def _set_up_from_file(
        self, path: str, on_result: types.Optional[types.Callable[[Result], object]]
    ) -> None:
        self._set_up({}, on_result)

    def cancel(self, case_id: types.CaseId, *, check: bool = False, **options: Any) -> Result:
        """As Client.cancel()."""
        known = ("timeout", "max_attempts", "confirm", "tag", "personal_data", "intent_key", "use_journal")
        self._check_options(options, *known, "headers")
        found = self._perform("cancel", case_id, options)
        self._reports.canceled(found)
        return found.raise_for_outcome() if check else found

    def status(self, case_id: types.CaseId, *, check: bool = False, **options: Any) -> Result:
        """As Client.status(): whether the case is canceled by now."""
        self._check_options(options, "timeout", "max_attempts", "tag", "personal_data", "headers")
        found = self._perform("status", case_id, options)
        self._reports.read("status", found)
        return found.raise_for_outcome() if check else found

    def check(self) -> Result:
        """As Client.check(): `ok`."""
        self._check_open()
        found = result("ok", case_id=None, message="The service answers.")
        self.ledger.calls.append(Call("check", None, {}, found))
        self._reports.read("check", found)
        return found

    def cancel_many(self, cases: types.Iterable[types.Case], **options: Any) -> CancelMany:
        """As Client.cancel_many(): one case after another."""
        return _FakeMany(self, cases, options)

    def interrupt(self) -> None:
        """Nothing is ever under way."""

    def close(self) -> None:
        self._is_closed = True

    @property
    def closed(self) -> bool:
        return self._is_closed

    def __repr__(self) -> str:
        return f"<kcase.testing.FakeClient {len(self.ledger.calls)} calls{' closed' if self.closed else ''}>"

    def _open(self) -> types.Handle:
        self._check_open()
        raise NotImplementedError("a kcase.testing.FakeClient has no such call: use a kcase.testing.Sandbox")

    def _check_open(self) -> None:
        if self.closed:
            raise Closed("this client is closed")

    @staticmethod
    def _check_options(options: dict[str, Any], *known: str) -> None:
        unknown = options.keys() - set(known)
        if unknown:
            raise TypeError(f"unexpected keyword argument {min(unknown)!r}")

    def _perform(self, operation: str, case_id: types.CaseId, options: dict[str, Any]) -> Result:
        self._check_open()
        text, _ = case_and_tag(case_id)
        text = str(text)
        given = {name: value for name, value in options.items() if value is not None}
        found = self._answer(text) if operation == "cancel" else self._reading(text)
        raw = {"case_id": text, "tag": given.get("tag"), "outcome": str(found.outcome)}
        found = Result.from_json(_json_of({**found.raw, **raw}))
        self.ledger.calls.append(Call(operation, text, given, found))
        return found

    def _answer(self, case_id: str) -> Result:
        if not case_id:
            return result("invalid")
        answer: Any = self._answers.get(case_id, self._default)
        if isinstance(answer, deque):
            answer = answer.popleft() if len(answer) > 1 else answer[0]
        elif callable(answer):
            answer = answer(case_id)
        found = _result(answer)
        is_again = found.outcome is Outcome.CANCELED and case_id in self.ledger.canceled
        return result("already_canceled") if is_again else found

    def _reading(self, case_id: str) -> Result:
        canceled = case_id in self.ledger.canceled
        answer = _result("ok") if canceled else self._default_reading(case_id)
        return answer if answer.outcome is not Outcome.OK else result("ok", case={"canceled": canceled})

    def _default_reading(self, case_id: str) -> Result:
        answer = self._answers.get(case_id, self._default)
        return result("not_found") if answer == "not_found" else result("ok")


def _result(answer: Answer) -> Result:
    if isinstance(answer, Result):
        return answer
    return result(answer) if isinstance(answer, str) else result(*answer)


def _json_of(raw: Mapping[str, Any]) -> str:
    import json

    return json.dumps(raw)


class _FakeMany(CancelMany):
    __slots__ = ("_iterator", "_stats")

    def __init__(self, client: FakeClient, cases: Iterable[Any], options: dict[str, Any]) -> None:
        client._check_open()
        check_source(cases)
        options.pop("max_in_flight", None)
        options.pop("http2", None)
        options.pop("progress", None)
        self._batch = None
        self._is_used = False
        self._stats: dict[str, Any] = {"added": 0, "fetched": 0, "outcomes": {}}
        self._iterator: Iterator[Result] | None = _work(client, cases, options, self._stats)

    def __next__(self) -> Result:
        self._is_used = True
        if self._iterator is None:
            raise StopIteration
        return next(self._iterator)

    def _end(self) -> list[Result]:
        self._is_used, self._iterator = True, None
        return []

    @property
    def stats(self) -> dict[str, Any]:
        return dict(self._stats)

    def __del__(self) -> None:
        if getattr(self, "_iterator", None) is not None:
            self._warn_if_unused()

    def __repr__(self) -> str:
        return f"<kcase.CancelMany {'ended' if self._iterator is None else '0 pending'}>"


def _work(
    client: FakeClient, cases: Iterable[Any], options: dict[str, Any], stats: dict[str, Any]
) -> Iterator[Result]:
    source = map(without_end, cases) if has_lines(cases) else cases
    for number, case in zip(count(1), source):
        try:
            case_id, tag = case_and_tag(case)
        except TypeError as error:
            raise TypeError(f"case {number} of cases: {error}") from None
        found = client.cancel(case_id, **options, tag=tag)
        outcomes, name = stats["outcomes"], str(found.outcome)
        outcomes[name] = outcomes.get(name, 0) + 1
        stats["added"] = stats["fetched"] = number
        yield found


class AsyncFakeClient(AsyncClient):
    """A kcase.AsyncClient for tests. The arguments are those of FakeClient.

    >>> from kcase import testing
    >>> client = testing.AsyncFakeClient(default=("unknown", "deadline"))
    >>> asyncio.run(client.cancel("c-1")).reason
    'deadline'
    """

    def __init__(
        self,
        answers: types.Optional[types.Mapping[str, Answers]] = None,
        *,
        default: Answers = "canceled",
        on_result: types.Optional[types.Callable[[Result], object]] = None,
    ) -> None:
        self._fake = FakeClient(answers, default=default, on_result=on_result)
        self._client = self._fake

    @property
    def ledger(self) -> Ledger:
        """What was asked of this client."""
        return self._fake.ledger

    async def cancel(self, case_id: types.CaseId, *, check: bool = False, **options: Any) -> Result:
        """As AsyncClient.cancel()."""
        return self._fake.cancel(case_id, check=check, **options)

    async def status(self, case_id: types.CaseId, *, check: bool = False, **options: Any) -> Result:
        """As AsyncClient.status()."""
        return self._fake.status(case_id, check=check, **options)

    async def check(self) -> Result:
        """As AsyncClient.check()."""
        return self._fake.check()

    def cancel_many(
        self, cases: types.Union[types.Iterable[types.Case], types.AsyncIterable[types.Case]], **options: Any
    ) -> AsyncCancelMany:
        """As AsyncClient.cancel_many()."""
        return _AsyncFakeMany(self._fake, cases, options)

    async def aclose(self) -> None:
        self._fake.close()

    def __repr__(self) -> str:
        return repr(self._fake).replace("Fake", "AsyncFake", 1)


class _AsyncFakeMany(AsyncCancelMany):
    def __init__(
        self, client: FakeClient, cases: Iterable[Any] | AsyncIterable[Any], options: dict[str, Any]
    ) -> None:
        self._batch = None
        self._is_used = False
        self._many = _FakeMany(client, [] if isinstance(cases, AsyncIterable) else cases, options)
        #: Where the cases come with time, each becomes a cancel of its own.
        self._later: Any = cases.__aiter__() if isinstance(cases, AsyncIterable) else None
        self._fake, self._options = client, options

    async def __anext__(self) -> Result:
        self._is_used = self._many._is_used = True
        if self._later is not None:
            case_id, tag = case_and_tag(await self._later.__anext__())
            return self._fake.cancel(case_id, **self._options, tag=tag)
        try:
            return next(self._many)
        except StopIteration:
            raise StopAsyncIteration from None
