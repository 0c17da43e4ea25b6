"""The client for asyncio. Cancels need no thread: the event loop watches the descriptor of a batch."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Callable

from . import _library
from ._batch import Batch
from ._client import Client
from ._input import (
    cancel_options,
    check_source,
    config_from_environment,
    encoded_case_id,
    has_lines,
    raise_for_options,
    reading_options,
    without_end,
)
from ._lazy import types
from ._many import BoundedBatch, ManyCancels, ResumedBatch
from ._more_input import encoded
from ._outcome import Outcome
from ._result import Closed, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._types import Case


#: What adds a case to a batch.
_ADD: dict[str, Callable[..., int]] = {
    "cancel": _library.batch_add,
    "status": _library.batch_add_status,
    "wait_until": _library.batch_add_await,
}


class AsyncClient:
    """The client for asyncio: one for each event loop, used from its thread.

    >>> async def main():
    ...     async with kcase.AsyncClient(base_url=SANDBOX, token="sandbox-token") as client:
    ...         results = await asyncio.gather(*(client.cancel(case) for case in MANY_CASES))
    ...     print(sum(result.is_canceled for result in results))
    >>> asyncio.run(main())
    100

    max_in_flight   cases being worked on at a time, 1 to 1024; further cases wait
    http2           False: HTTP/1.1 only, even if the server offers HTTP/2
    on_result       a function that is given every result; on the thread of the event loop
    on_late         a function that is given the unclaimed results alone, those of cases whose tasks were
                    canceled (see cancel())
    The other arguments are the configuration, as of Client.
    """

    def __init__(
        self,
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
        on_late: types.Optional[types.Callable[[Result], object]] = None,
        **config: types.Unpack[types.Config],
    ) -> None:
        self._set_up(Client(on_result=on_result, **config), max_in_flight, http2, on_late)

    def _set_up(
        self, client: Client, in_flight_max: int, http2: bool, on_late: Callable[[Result], object] | None
    ) -> None:
        self._client = client
        self._in_flight_max = in_flight_max
        self._http2 = http2
        self._on_late = on_late
        #: By what is done with a case: "cancel", "status".
        self._dispatchers: dict[str, _Dispatcher] = {}

    @classmethod
    def from_config(
        cls,
        config: types.Mapping[str, types.Any],
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
        on_late: types.Optional[types.Callable[[Result], object]] = None,
    ) -> types.Self:
        """As Client.from_config()."""
        client = cls.__new__(cls)
        client._set_up(Client.from_config(config, on_result=on_result), max_in_flight, http2, on_late)
        return client

    @classmethod
    def from_file(
        cls,
        path: types.Path,
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
        on_late: types.Optional[types.Callable[[Result], object]] = None,
    ) -> types.Self:
        """As Client.from_file()."""
        client = cls.__new__(cls)
        client._set_up(Client.from_file(path, on_result=on_result), max_in_flight, http2, on_late)
        return client

    @classmethod
    def from_env(
        cls,
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
        on_late: types.Optional[types.Callable[[Result], object]] = None,
        **config: types.Unpack[types.Config],
    ) -> types.Self:
        """As Client.from_env()."""
        client = cls.__new__(cls)
        merged = config_from_environment(os.environ, config)
        client._set_up(Client.from_config(merged, on_result=on_result), max_in_flight, http2, on_late)
        return client

    async def cancel(
        self,
        case_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.CallOptions],
    ) -> Result:
        """Cancels a case. The arguments are those of Client.cancel().

        If the task is canceled before the case is begun, nothing is sent. A request that is under way cannot
        be taken back: the case goes on, and its result is unclaimed: it is logged, and given to `on_result`
        and `on_late`. Calls for the same case are made one after another.
        """
        given = cancel_options(options)
        dispatcher = self._dispatcher("cancel")
        result = await dispatcher.perform(encoded_case_id(case_id), given)
        self._client._reports.canceled(result)
        if given is not None:
            raise_for_options(result)
        return result.raise_for_outcome() if check else result

    async def status(
        self,
        case_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.ReadOptions],
    ) -> Result:
        """Reads a case, as Client.status()."""
        given = reading_options(options)
        dispatcher = self._dispatcher("status")
        result = await dispatcher.perform(encoded_case_id(case_id), given)
        self._client._reports.read("status", result)
        if given is not None:
            raise_for_options(result)
        return result.raise_for_outcome() if check else result

    async def check(self) -> Result:
        """Asks whether the service can be reached and accepts the credentials. The library's function for it
        blocks: so this is done on a thread of the event loop's executor."""
        return await _on_thread(self._client.check)

    def cancel_many(
        self,
        cases: types.Union[types.Iterable[types.Case], types.AsyncIterable[types.Case]],
        *,
        max_in_flight: types.Optional[int] = None,
        progress: types.Progress = None,
        **options: types.Unpack[types.ManyOptions],
    ) -> AsyncCancelMany:
        """Cancels many cases side by side: an async iterator of results, as they are found out.

        >>> async def main():
        ...     async with kcase.AsyncClient(base_url=SANDBOX, token="sandbox-token") as client:
        ...         async with client.cancel_many(MANY_CASES) as results:
        ...             print(sum([result.is_canceled async for result in results]))
        >>> asyncio.run(main())
        100

        `cases` may be an async iterable, too. Otherwise as Client.cancel_many().
        """
        in_flight_max = self._in_flight_max if max_in_flight is None else max_in_flight
        client = self._client
        check_source(cases)
        batch = BoundedBatch(client._open(), client._reports, in_flight_max, self._http2, options)
        return AsyncCancelMany(client, batch, cases, progress)

    def resume(
        self,
        *,
        mode: types.Mode = "finish",
        max_in_flight: types.Optional[int] = None,
        progress: types.Progress = None,
    ) -> AsyncCancelMany:
        """As Client.resume()."""
        client, in_flight_max = self._client, max_in_flight or self._in_flight_max
        batch = ResumedBatch(client._open(), client._reports, in_flight_max, self._http2, mode)
        return AsyncCancelMany(client, batch, (), progress)

    async def list(self, **filter: types.Unpack[types.Filter]) -> Result:
        """As Client.list(); on a thread, as check()."""
        return await _on_thread(self._client.list, **filter)

    async def listing(self, **filter: types.Unpack[types.Filter]) -> types.AsyncIterator[Result]:
        """As Client.listing(); each step on a thread, as check()."""
        with self._client.listing(**filter) as cases:
            while True:
                case = await _running_loop().run_in_executor(None, next, cases, None)
                if case is None:
                    return
                yield case

    async def cancel_found(self, **arguments: types.Any) -> Result:
        """As Client.cancel_found(), whose arguments it has; on a thread, as check(). If the task is
        canceled, the call goes on, and its result is logged."""
        return await _on_thread(self._client.cancel_found, **arguments)

    async def cancel_services(
        self, case_id: types.CaseId, service_ids: types.Iterable[types.CaseId], **options: types.Any
    ) -> Result:
        """As Client.cancel_services(); as cancel_found()."""
        call = self._client.cancel_services
        return await _on_thread(call, case_id=case_id, service_ids=service_ids, **options)

    async def cancel_search(
        self, case_data_id: types.CaseId, search_id: types.CaseId, **options: types.Any
    ) -> Result:
        """As Client.cancel_search(); as cancel_found()."""
        call = self._client.cancel_search
        return await _on_thread(call, case_data_id=case_data_id, search_id=search_id, **options)

    async def wait_until(
        self,
        case_id: types.CaseId,
        until: types.Until,
        *,
        check: bool = False,
        **options: types.Unpack[types.ReadOptions],
    ) -> Result:
        """As Client.wait_until()."""
        given = encoded({**options, "until": until})
        result = await self._dispatcher("wait_until").perform(encoded_case_id(case_id), given)
        self._client._reports.read("wait_until", result)
        raise_for_options(result)
        return result.raise_for_outcome() if check else result

    def interrupt(self) -> None:
        """Ends every call of this client that is under way, from any thread or signal handler."""
        self._client.interrupt()

    async def aclose(self) -> None:
        """Ends what is under way: each call that waits returns what is then known."""
        dispatchers, self._dispatchers = self._dispatchers, {}
        for dispatcher in dispatchers.values():
            dispatcher.close()
        self._client.close()

    @property
    def closed(self) -> bool:
        return self._client.closed

    async def __aenter__(self) -> types.Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return repr(self._client).replace("Client", "AsyncClient", 1)

    def __reduce__(self) -> str:
        raise TypeError(
            "a kcase.AsyncClient cannot be pickled: it holds credentials. Make one in each process"
        )

    def _dispatcher(self, operation: str) -> _Dispatcher:
        """The one of this event loop and process."""
        loop = _running_loop()
        handle = self._client._open()
        dispatcher = self._dispatchers.get(operation)
        if dispatcher is None or dispatcher.process != os.getpid() or dispatcher.loop.is_closed():
            if any(other.belongs_to_another(loop) for other in self._dispatchers.values()):
                raise RuntimeError("this kcase.AsyncClient is used by another event loop")
            batch = Batch(
                handle, max_in_flight=self._in_flight_max, max_pending=self._in_flight_max, http2=self._http2
            )
            on_unclaimed = self._unclaimed if operation == "cancel" else _drop
            dispatcher = _Dispatcher(batch, _ADD[operation], loop, self._in_flight_max, on_unclaimed)
            self._dispatchers[operation] = dispatcher
        elif dispatcher.loop is not loop:
            raise RuntimeError("this kcase.AsyncClient is used by another event loop")
        return dispatcher

    def _unclaimed(self, result: Result) -> None:
        self._client._reports.unclaimed(result)
        if self._on_late is not None:
            self._on_late(result)


def _drop(result: Result) -> None:
    """A reading that nobody waits for any more changed nothing."""


async def _on_thread(call: Callable[..., Result], **arguments: Any) -> Result:
    return await _running_loop().run_in_executor(None, partial(call, **arguments))


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "kcase.AsyncClient needs a running event loop of asyncio. Under trio, make a kcase.Client and"
            " call `await trio.to_thread.run_sync(client.cancel, case_id)`"
        ) from None


class _Dispatcher:
    """Adds the cases of one event loop's tasks to a batch, and gives each task its result."""

    def __init__(
        self,
        batch: Batch,
        add: Callable[..., int],
        loop: asyncio.AbstractEventLoop,
        in_flight_max: int,
        on_unclaimed: Callable[[Result], None],
    ) -> None:
        self.loop = loop
        self.process = os.getpid()
        self._batch = batch
        self._add = add
        self._on_unclaimed = on_unclaimed
        # Cases wait here and not in the library, from which a case that waits cannot be withdrawn.
        self._in_flight = asyncio.Semaphore(in_flight_max)
        self._waiting: dict[str, asyncio.Future[Result]] = {}
        #: Calls that wait until the same case is not in flight any more.
        self._same_case: dict[str, list[asyncio.Future[None]]] = {}
        self._last_added = ""
        self._is_closed = False
        self._descriptor = self._batch.descriptor
        loop.add_reader(self._descriptor, self._work)

    def belongs_to_another(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether another event loop of this process may still use it."""
        return self.loop is not loop and self.process == os.getpid() and not self.loop.is_closed()

    async def perform(self, case_id: bytes, options: bytes | None) -> Result:
        key = case_id.decode("utf-8", "replace")
        await self._in_flight.acquire()
        try:
            while key in self._waiting:
                other_call = self.loop.create_future()
                self._same_case.setdefault(key, []).append(other_call)
                await other_call
            if self._is_closed:
                raise Closed("the client was closed before this case was begun")
            self._batch.add(case_id, options, self._add)
        except BaseException:
            self._in_flight.release()
            raise
        future: asyncio.Future[Result] = self.loop.create_future()
        self._waiting[key] = future
        self._last_added = key
        self._work()
        return await future

    def _work(self) -> None:
        """Does what can be done without waiting. Called when there is something to do."""
        while True:
            result = self._batch.take(wait=False)
            if result is None:
                return
            self._batch.received()
            self._deliver(result)

    def _deliver(self, result: Result) -> None:
        # Invalid input has its result at once, and not always a case id: it is the case that was added last.
        case_id = self._last_added if result.outcome is Outcome.INVALID else result.case_id or ""
        future = self._waiting.pop(case_id, None)
        self._in_flight.release()
        for other_call in self._same_case.pop(case_id, ()):
            if not other_call.done():
                other_call.set_result(None)
        if future is not None and not future.done():
            future.set_result(result)
        else:
            self._on_unclaimed(result)

    def close(self) -> None:
        self._is_closed = True
        if self.process == os.getpid() and not self.loop.is_closed():
            self.loop.remove_reader(self._descriptor)
        for result in self._batch.end():
            self._deliver(result)


class AsyncCancelMany(ManyCancels, AsyncIterator[Result]):
    """The results of many cancels, as they are found out. See AsyncClient.cancel_many()."""

    def __init__(
        self,
        client: Client,
        batch: BoundedBatch,
        cases: types.Union[types.Iterable[types.Case], types.AsyncIterable[types.Case]],
        progress: types.Progress,
    ) -> None:
        self._batch = None
        self._source = _Source(cases)
        super().__init__(client, batch, cases, progress)

    def __aiter__(self) -> AsyncCancelMany:
        return self

    async def __anext__(self) -> Result:
        self._is_used = True
        _running_loop()
        if self._batch is None:
            raise StopAsyncIteration
        result = await self._advance(self._batch)
        if result is not None:
            self._batch.receive(result)
            return result
        await self.aclose()
        self._raise_failure()
        raise StopAsyncIteration

    async def _advance(self, batch: BoundedBatch) -> Result | None:
        """The next result; None: there are no more."""
        while True:
            self._report(batch)
            if not self._source.ended and batch.room > 0 and self._source.is_ready:
                self._source.ended = not self._add(batch, self._source.take)
            result = batch.take(wait=False)
            if result is not None:
                return result
            wants_case = not self._source.ended and batch.room > 0
            if wants_case and self._source.is_ready:
                continue
            if batch.pending == 0 and not wants_case:
                return None
            await self._wait(batch, wants_case)

    async def _wait(self, batch: BoundedBatch, wants_case: bool) -> None:
        """Waits until the batch has something to do, or the next case is there."""
        loop = asyncio.get_running_loop()
        readable: asyncio.Future[None] = loop.create_future()
        descriptor = batch.batch.descriptor
        loop.add_reader(descriptor, _wake, readable)
        try:
            if wants_case:
                events: set[asyncio.Future[Any]] = {readable, self._source.next_case()}
                await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
            else:
                await readable
        finally:
            loop.remove_reader(descriptor)
            readable.cancel()

    async def aclose(self) -> list[Result]:
        """Ends the cases that are under way, and returns their results. Nothing more is begun."""
        return self._end()

    def _stop_source(self) -> None:
        self._source.close()

    async def __aenter__(self) -> types.Self:
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        self._leave(error)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class _Source:
    """The cases: of an iterable, or of an async iterable."""

    def __init__(self, cases: Iterable[Case] | AsyncIterable[Case]) -> None:
        self.ended = False
        self._iterator: Iterator[Case] | None = None
        self._async_iterator: AsyncIterator[Case] | None = None
        self._next: asyncio.Future[Case] | None = None
        if isinstance(cases, AsyncIterable):
            self._async_iterator = cases.__aiter__()
        else:
            self._iterator = iter(cases)
        self._take = without_end if has_lines(cases) else _as_it_is

    @property
    def is_ready(self) -> bool:
        return self._iterator is not None or (self._next is not None and self._next.done())

    def next_case(self) -> asyncio.Future[Case]:
        """A future of the next case."""
        if self._next is None:
            assert self._async_iterator is not None
            self._next = asyncio.ensure_future(_next_of(self._async_iterator))
        return self._next

    def take(self) -> Case:
        if self._iterator is not None:
            return self._take(next(self._iterator))
        case, self._next = self._next, None
        assert case is not None
        return self._take(case.result())

    def close(self) -> None:
        self.ended = True
        if self._next is not None:
            self._next.cancel()


def _as_it_is(case: Case) -> Case:
    return case


async def _next_of(cases: AsyncIterator[Case]) -> Case:
    return await cases.__anext__()
