"""Clients without a library and a network: they say what they are told to say, and keep a ledger."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, Container, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Union

from .._aio import AsyncCancelMany, AsyncClient
from .._client import Client
from .._input import (
    cancel_options,
    case_and_tag,
    check_options_of_many,
    check_source,
    has_lines,
    reading_options,
    without_end,
)
from .._lazy import types
from .._listing import Listing
from .._many import CancelMany
from .._outcome import Outcome
from .._report import Reports
from .._result import Closed, Result
from ._found import (
    FakeListing,
    ambiguity,
    found_in,
    least_certain,
    list_of,
    reading,
    service,
    tried,
)
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
    cases       what the service's list has: case ids, each with what it is found by, under the names of
                list()'s criteria: {"c-1": {"api_tracking_code": "row 7"}}
    on_result   as of Client

    As with the service, a case that is canceled stays so: `already_canceled`. Of services and searches the
    answers are by their own ids. A filter's times do not count, and resume() finds nothing.
    """

    __slots__ = ("_answers", "_cases", "_default", "_is_closed", "ledger")

    def __init__(
        self,
        answers: types.Optional[types.Mapping[str, Answers]] = None,
        *,
        default: Answers = "canceled",
        cases: types.Optional[types.Mapping[str, types.Mapping[str, types.Any]]] = None,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
    ) -> None:
        self._cases = cases or {}
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

    def cancel(
        self,
        case_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.CallOptions],
    ) -> Result:
        """As Client.cancel()."""
        cancel_options(options)
        return self._carried_out("cancel", case_id, check, options)

    def status(
        self,
        case_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.ReadOptions],
    ) -> Result:
        """As Client.status(): whether the case is canceled by now."""
        reading_options(options)
        return self._looked("status", case_id, self._reading(str(case_id)), check, options)

    def check(self) -> Result:
        """As Client.check(): `ok`."""
        self._check_open()
        found = result("ok", case_id=None, message="The service answers.")
        self.ledger.calls.append(Call("check", None, {}, found))
        self._reports.read("check", found)
        return found

    def cancel_many(
        self,
        cases: types.Iterable[types.Case],
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        progress: types.Progress = None,
        **options: types.Unpack[types.ManyOptions],
    ) -> CancelMany:
        """As Client.cancel_many(): one case after another."""
        check_options_of_many(options)
        return _FakeMany(self, cases, options)

    def resume(
        self,
        *,
        mode: types.Mode = "finish",
        max_in_flight: int = 64,
        http2: bool = True,
        progress: types.Progress = None,
    ) -> CancelMany:
        """As Client.resume(), of a journal in which nothing is unfinished."""
        return _FakeMany(self, (), {})

    def list(self, **filter: types.Unpack[types.Filter]) -> Result:
        """As Client.list()."""
        return self._looked("list", None, self._listed(filter), False, filter)

    def listing(self, **filter: types.Unpack[types.Filter]) -> Listing:
        """As Client.listing()."""
        return FakeListing(self._listed(filter))

    def _listed(self, filter: Any) -> Result:
        self._check_open()
        return list_of(self._cases, self.ledger.canceled, filter)

    def cancel_found(
        self,
        *,
        api_tracking_code: types.Optional[str] = None,
        api_tracking_user: types.Optional[str] = None,
        candidate_email: types.Optional[str] = None,
        invitation_email: types.Optional[str] = None,
        archived: types.Optional[bool] = None,
        all: types.Optional[bool] = None,
        expected: types.Optional[int] = None,
        max_response_bytes: types.Optional[int] = None,
        check: bool = False,
        **options: types.Unpack[types.CallOptions],
    ) -> Result:
        """As Client.cancel_found()."""
        given = locals()
        cancel_options(options)
        names = ("api_tracking_code", "api_tracking_user", "candidate_email", "invitation_email", "archived")
        filter = {name: given[name] for name in names if given[name] is not None}
        self._check_open()
        found = found_in(self._cases, self.ledger.canceled, filter)
        refusal = ambiguity(found, all, expected)
        if refusal is not None:
            return self._looked("cancel_found", None, refusal, check, options)
        results = [self._carried_out("cancel_found", case["id"], False, options) for case in found]
        whole = least_certain(results)
        if all:
            whole = Result.from_json(_json_of({**whole.raw, "cases": [tried(one) for one in results]}))
        return whole.raise_for_outcome() if check else whole

    def cancel_services(
        self,
        case_id: types.CaseId,
        service_ids: types.Iterable[types.CaseId],
        *,
        service_type_id: types.Optional[str] = None,
        check: bool = False,
        **options: types.Unpack[types.PartOptions],
    ) -> Result:
        """As Client.cancel_services()."""
        check_source(service_ids)
        self._check_open()
        ids = [str(one) for one in service_ids]
        results = [self._answer(one, self.ledger.services) for one in ids]
        services = [service(one, answer) for one, answer in zip(ids, results)]
        self.ledger.services += [one["id"] for one in services if one["outcome"] == "canceled"]
        raw = {**least_certain(results).raw, "services": services}
        found = Result.from_json(_json_of(raw))
        return self._looked("cancel_services", case_id, found, check, options)

    def cancel_search(
        self,
        case_data_id: types.CaseId,
        search_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.PartOptions],
    ) -> Result:
        """As Client.cancel_search()."""
        self._check_open()
        answer = self._answer(str(search_id), ())
        return self._looked("cancel_search", case_data_id, answer, check, options)

    def wait_until(
        self,
        case_id: types.CaseId,
        until: types.Until,
        *,
        check: bool = False,
        **options: types.Unpack[types.ReadOptions],
    ) -> Result:
        """As Client.wait_until(): without a wait."""
        found = reading(until, str(case_id) in self.ledger.canceled)
        return self._looked("wait_until", case_id, found, check, options)

    def interrupt(self) -> None:
        """Nothing is ever under way."""

    def close(self) -> None:
        self._is_closed = True

    @property
    def closed(self) -> bool:
        return self._is_closed

    def __repr__(self) -> str:
        return f"<kcase.testing.FakeClient {len(self.ledger.calls)} calls{' closed' if self.closed else ''}>"

    def _check_open(self) -> None:
        if self.closed:
            raise Closed("this client is closed")

    def _carried_out(
        self, operation: str, case_id: types.CaseId, check: bool, options: Mapping[str, Any]
    ) -> Result:
        self._check_open()
        text = str(case_and_tag(case_id)[0])
        found = self._noted(operation, text, self._answer(text, self.ledger.canceled), options)
        self._reports.canceled(found, operation)
        return found.raise_for_outcome() if check else found

    def _looked(
        self, operation: str, case_id: types.CaseId | None, found: Result, check: bool,
        options: Mapping[str, Any],
    ) -> Result:  # fmt: skip
        self._check_open()
        found = self._noted(operation, None if case_id is None else str(case_id), found, options)
        self._reports.read(operation, found)
        return found.raise_for_outcome() if check else found

    def _noted(
        self, operation: str, case_id: str | None, found: Result, options: Mapping[str, Any]
    ) -> Result:
        """The result as the caller gets it, and the call in the ledger."""
        given = {name: value for name, value in options.items() if value is not None}
        raw = {"case_id": case_id, "tag": given.get("tag"), "outcome": str(found.outcome)}
        found = Result.from_json(_json_of({**found.raw, **raw}))
        self.ledger.calls.append(Call(operation, case_id, given, found))
        return found

    def _answer(self, case_id: str, canceled: Container[str]) -> Result:
        if not case_id:
            return result("invalid")
        answer: Any = self._answers.get(case_id, self._default)
        if isinstance(answer, deque):
            answer = answer.popleft() if len(answer) > 1 else answer[0]
        elif callable(answer):
            answer = answer(case_id)
        found = _result(answer)
        is_again = found.outcome is Outcome.CANCELED and case_id in canceled
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

    def __init__(self, client: FakeClient, cases: Iterable[Any], options: Any) -> None:
        client._check_open()
        check_source(cases)
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


def _work(client: FakeClient, cases: Iterable[Any], options: Any, stats: dict[str, Any]) -> Iterator[Result]:
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
        cases: types.Optional[types.Mapping[str, types.Mapping[str, types.Any]]] = None,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
    ) -> None:
        self._fake = FakeClient(answers, default=default, cases=cases, on_result=on_result)
        self._client = self._fake

    @property
    def ledger(self) -> Ledger:
        """What was asked of this client."""
        return self._fake.ledger

    async def cancel(
        self,
        case_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.CallOptions],
    ) -> Result:
        """As AsyncClient.cancel()."""
        return self._fake.cancel(case_id, check=check, **options)

    async def status(
        self,
        case_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.ReadOptions],
    ) -> Result:
        """As AsyncClient.status()."""
        return self._fake.status(case_id, check=check, **options)

    async def wait_until(
        self,
        case_id: types.CaseId,
        until: types.Until,
        *,
        check: bool = False,
        **options: types.Unpack[types.ReadOptions],
    ) -> Result:
        """As AsyncClient.wait_until()."""
        return self._fake.wait_until(case_id, until, check=check, **options)

    def cancel_many(
        self,
        cases: types.Union[types.Iterable[types.Case], types.AsyncIterable[types.Case]],
        *,
        max_in_flight: types.Optional[int] = None,
        progress: types.Progress = None,
        **options: types.Unpack[types.ManyOptions],
    ) -> AsyncCancelMany:
        """As AsyncClient.cancel_many()."""
        check_options_of_many(options)
        return _AsyncFakeMany(self._fake, cases, options)

    def resume(
        self,
        *,
        mode: types.Mode = "finish",
        max_in_flight: types.Optional[int] = None,
        progress: types.Progress = None,
    ) -> AsyncCancelMany:
        """As AsyncClient.resume(), of a journal in which nothing is unfinished."""
        return _AsyncFakeMany(self._fake, (), {})

    async def aclose(self) -> None:
        self._fake.close()

    def __repr__(self) -> str:
        return repr(self._fake).replace("Fake", "AsyncFake", 1)


class _AsyncFakeMany(AsyncCancelMany):
    def __init__(self, client: FakeClient, cases: Iterable[Any] | AsyncIterable[Any], options: Any) -> None:
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
