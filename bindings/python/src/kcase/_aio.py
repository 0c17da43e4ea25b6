"""The client for asyncio. Cancels need no thread: the event loop watches the descriptor of a batch."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Optional

from ._batch import Batch
from ._client import Client
from ._input import config_from_environment, encoded_case_id, encoded_options
from ._log import log_cancel, log_unclaimed
from ._many import BoundedBatch, ManyCancels
from ._outcome import Outcome
from ._result import Closed, NotSent, Result

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._types import Case, Config, Confirm, Options, Progress

#: Is given the unclaimed results: of cases whose tasks were canceled.
UnclaimedHandler = Optional[Callable[[Result], None]]


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
    on_late         a function that is given the unclaimed results, those of cases whose tasks were canceled
                    (see cancel())
    The other arguments are the configuration, as of Client.
    """

    def __init__(
        self,
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        on_late: UnclaimedHandler = None,
        **config: Unpack[Config],
    ) -> None:
        self._set_up(Client(**config), max_in_flight, http2, on_late)

    def _set_up(self, client: Client, in_flight_max: int, http2: bool, on_late: UnclaimedHandler) -> None:
        self._client = client
        self._in_flight_max = in_flight_max
        self._http2 = http2
        self._on_late = on_late
        self._dispatcher: _Dispatcher | None = None

    @classmethod
    def from_config(
        cls,
        config: Mapping[str, Any],
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        on_late: UnclaimedHandler = None,
    ) -> Self:
        """As Client.from_config()."""
        client = cls.__new__(cls)
        client._set_up(Client.from_config(config), max_in_flight, http2, on_late)
        return client

    @classmethod
    def from_env(
        cls, *, max_in_flight: int = 64, http2: bool = True, on_late: UnclaimedHandler = None, **config: Any
    ) -> Self:
        """As Client.from_env()."""
        merged = {**config_from_environment(os.environ), **config}
        return cls.from_config(merged, max_in_flight=max_in_flight, http2=http2, on_late=on_late)

    async def cancel(
        self,
        case_id: str,
        *,
        timeout: float | None = None,
        max_attempts: int | None = None,
        confirm: Confirm | None = None,
        tag: str | None = None,
        personal_data: bool | None = None,
        check: bool = False,
    ) -> Result:
        """Cancels a case. The arguments are those of Client.cancel().

        If the task is canceled before the case is begun, nothing is sent. A request that is under way cannot
        be taken back: the case goes on, and its result is unclaimed: it is logged, and given to `on_late`.
        Calls for the same case are made one after another.
        """
        options = encoded_options(timeout, max_attempts, confirm, tag, personal_data)
        result = await self._dispatcher_of_this_loop().cancel(case_id, encoded_case_id(case_id), options)
        log_cancel(result)
        return result.raise_for_outcome() if check else result

    async def status(
        self,
        case_id: str,
        *,
        timeout: float | None = None,
        max_attempts: int | None = None,
        tag: str | None = None,
        personal_data: bool | None = None,
        check: bool = False,
    ) -> Result:
        """Reads a case, as Client.status(). The library's function for it blocks: so this, unlike a cancel,
        is done on a thread of the event loop's executor."""
        call = partial(
            self._client.status,
            case_id,
            timeout=timeout,
            max_attempts=max_attempts,
            tag=tag,
            personal_data=personal_data,
            check=check,
        )
        return await asyncio.get_running_loop().run_in_executor(None, call)

    async def check(self) -> Result:
        """Asks whether the service can be reached and accepts the credentials; on a thread, as status()."""
        return await asyncio.get_running_loop().run_in_executor(None, self._client.check)

    def cancel_many(
        self,
        cases: Iterable[Case] | AsyncIterable[Case],
        *,
        max_in_flight: int | None = None,
        timeout: float | None = None,
        max_attempts: int | None = None,
        confirm: Confirm | None = None,
        personal_data: bool | None = None,
        progress: Progress = None,
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
        if self._client.closed:
            raise Closed("this client is closed")
        in_flight_max = self._in_flight_max if max_in_flight is None else max_in_flight
        options = (timeout, max_attempts, confirm, personal_data)
        return AsyncCancelMany(self._client, cases, in_flight_max, self._http2, options, progress)

    def interrupt(self) -> None:
        """Ends every call of this client that is under way, from any thread or signal handler."""
        self._client.interrupt()

    async def aclose(self) -> None:
        """Ends what is under way: each call that waits returns what is then known."""
        dispatcher, self._dispatcher = self._dispatcher, None
        if dispatcher is not None:
            dispatcher.close()
        self._client.close()

    @property
    def closed(self) -> bool:
        return self._client.closed

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return repr(self._client).replace("Client", "AsyncClient", 1)

    def __reduce__(self) -> str:
        raise TypeError(
            "a kcase.AsyncClient cannot be pickled: it holds credentials. Make one in each process"
        )

    def _dispatcher_of_this_loop(self) -> _Dispatcher:
        loop = asyncio.get_running_loop()
        dispatcher = self._dispatcher
        if dispatcher is not None and dispatcher.loop is loop and dispatcher.process == os.getpid():
            return dispatcher
        if dispatcher is not None and dispatcher.process == os.getpid() and not dispatcher.loop.is_closed():
            raise RuntimeError("this kcase.AsyncClient is used by another event loop")
        if self._client.closed:
            raise Closed("this client is closed")
        dispatcher = self._dispatcher = _Dispatcher(
            self._client, loop, self._in_flight_max, self._http2, self._on_late
        )
        return dispatcher


class _Dispatcher:
    """Adds the cases of one event loop's tasks to a batch, and gives each task its result."""

    def __init__(
        self,
        client: Client,
        loop: asyncio.AbstractEventLoop,
        in_flight_max: int,
        http2: bool,
        on_late: UnclaimedHandler,
    ) -> None:
        self.loop = loop
        self.process = os.getpid()
        self._batch = Batch(
            client._handle, max_in_flight=in_flight_max, max_pending=in_flight_max, http2=http2
        )
        self._on_late = on_late
        # Cases wait here and not in the library, from which a case that waits cannot be withdrawn.
        self._in_flight = asyncio.Semaphore(in_flight_max)
        self._waiting: dict[str, asyncio.Future[Result]] = {}
        #: Calls that wait until the same case is not in flight any more.
        self._same_case: dict[str, list[asyncio.Future[None]]] = {}
        self._last_added = ""
        self._is_closed = False
        descriptor = self._batch.descriptor
        if descriptor < 0:
            raise NotSent("the process has no file descriptor left, so that the network cannot be watched")
        self._descriptor = descriptor
        loop.add_reader(descriptor, self._work)

    async def cancel(self, case_id: str, text: bytes, options: bytes | None) -> Result:
        await self._in_flight.acquire()
        try:
            while case_id in self._waiting:
                other_call = self.loop.create_future()
                self._same_case.setdefault(case_id, []).append(other_call)
                await other_call
            if self._is_closed:
                raise Closed("the client was closed before this case was begun")
            self._batch.add(text, options)
        except BaseException:
            self._in_flight.release()
            raise
        future: asyncio.Future[Result] = self.loop.create_future()
        self._waiting[case_id] = future
        self._last_added = case_id
        self._work()
        return await future

    def _work(self) -> None:
        """Does what can be done without waiting. Called when there is something to do."""
        while True:
            result = self._batch.take(wait=False)
            if result is None:
                return
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
            return
        log_unclaimed(result)
        if self._on_late is not None:
            self._on_late(result)

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
        cases: Iterable[Case] | AsyncIterable[Case],
        max_in_flight: int,
        http2: bool,
        options: Options,
        progress: Progress,
    ) -> None:
        self._batch = None
        self._source = _Source(cases)
        super().__init__(client, cases, max_in_flight, http2, options, progress)

    def __aiter__(self) -> AsyncCancelMany:
        return self

    async def __anext__(self) -> Result:
        if self._batch is None:
            raise StopAsyncIteration
        result = await self._advance(self._batch)
        if result is not None:
            log_cancel(result)
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
        if descriptor < 0:
            raise Closed("these cases are being canceled by the parent process")
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

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        results = await self.aclose()
        if error is not None and results:
            error.kcase_results = results  # type: ignore[attr-defined]


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
            return next(self._iterator)
        case, self._next = self._next, None
        assert case is not None
        return case.result()

    def close(self) -> None:
        self.ended = True
        if self._next is not None:
            self._next.cancel()


async def _next_of(cases: AsyncIterator[Case]) -> Case:
    return await cases.__anext__()
