"""The client for asyncio. No thread: the event loop watches the descriptor of a batch."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Optional

from ._batch import Batch
from ._client import Client
from ._errors import Closed, NotSent
from ._input import any_given, config_from_environment, encoded_case_id, encoded_options
from ._log import log_cancel, log_stray
from ._many import Feed
from ._outcome import Outcome
from ._progress import reporter
from ._result import Result

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._types import Case, Config, Confirm, Options, Progress

#: What became of a case whose task was cancelled.
Late = Optional[Callable[[Result], None]]


class AsyncClient:
    """The client for asyncio: one for each event loop, used from its thread.

    >>> async def main():
    ...     async with kcase.AsyncClient(base_url=SANDBOX, token="sandbox-token") as client:
    ...         results = await asyncio.gather(*(client.cancel(case) for case in MANY_CASES))
    ...     print(sum(result.is_canceled for result in results))
    >>> asyncio.run(main())
    100

    max_in_flight   cases being worked on at a time, 1 to 1024; further ones wait their turn
    http2           False: HTTP/1.1 only, even if the server offers HTTP/2
    on_late         a function that is given the results of cases whose tasks were cancelled (see cancel())
    The other arguments are the configuration, as of Client.
    """

    def __init__(
        self, *, max_in_flight: int = 64, http2: bool = True, on_late: Late = None, **config: Unpack[Config]
    ) -> None:
        self._open(Client(**config), max_in_flight, http2, on_late)

    def _open(self, client: Client, max_in_flight: int, http2: bool, on_late: Late) -> None:
        self._client = client
        self._max_in_flight = max_in_flight
        self._http2 = http2
        self._on_late = on_late
        self._desk: _Desk | None = None

    @classmethod
    def from_config(
        cls,
        config: Mapping[str, Any],
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        on_late: Late = None,
    ) -> Self:
        """As Client.from_config()."""
        client = cls.__new__(cls)
        client._open(Client.from_config(config), max_in_flight, http2, on_late)
        return client

    @classmethod
    def from_env(
        cls, *, max_in_flight: int = 64, http2: bool = True, on_late: Late = None, **config: Any
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

        If the task is cancelled while the case waits for its turn, nothing is sent. If a request is under way, it
        cannot be taken back: the case goes on, its result is logged, and given to `on_late`. Calls for one and the
        same case follow one another.
        """
        options = None
        if any_given(timeout, max_attempts, confirm, tag, personal_data):
            options = encoded_options(timeout, max_attempts, confirm, tag, personal_data)
        result = await self._desk_of_this_loop().cancel(case_id, encoded_case_id(case_id), options)
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
        """Reads a case, as Client.status(). The library reads one case at a time and waits for it: so this, unlike a
        cancel, is done on a thread of the event loop's executor."""
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
        in_flight = self._max_in_flight if max_in_flight is None else max_in_flight
        options = (timeout, max_attempts, confirm, personal_data)
        return AsyncCancelMany(self._client, cases, in_flight, self._http2, options, progress)

    def interrupt(self) -> None:
        """Ends every call of this client that is under way, from any thread or signal handler."""
        self._client.interrupt()

    async def aclose(self) -> None:
        """Ends what is under way: whoever waits for it gets the result that is then known."""
        desk, self._desk = self._desk, None
        if desk is not None:
            desk.close()
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

    def _desk_of_this_loop(self) -> _Desk:
        loop = asyncio.get_running_loop()
        desk = self._desk
        if desk is not None and desk.loop is loop and desk.process == os.getpid():
            return desk
        if desk is not None and desk.process == os.getpid() and not desk.loop.is_closed():
            raise RuntimeError("this kcase.AsyncClient is used by another event loop")
        if self._client.closed:
            raise Closed("this client is closed")
        desk = self._desk = _Desk(self._client, loop, self._max_in_flight, self._http2, self._on_late)
        return desk


class _Desk:
    """Where the tasks of one event loop hand in cases and wait for the results."""

    def __init__(
        self, client: Client, loop: asyncio.AbstractEventLoop, max_in_flight: int, http2: bool, on_late: Late
    ) -> None:
        self.loop = loop
        self.process = os.getpid()
        self._batch = Batch(
            client._handle, max_in_flight=max_in_flight, max_pending=max_in_flight, http2=http2
        )
        self._on_late = on_late
        # The turns are given here and not in the library, where nothing that waits can be taken back.
        self._turns = asyncio.Semaphore(max_in_flight)
        self._waiting: dict[str, asyncio.Future[Result]] = {}
        #: Those who want the same case canceled again.
        self._followers: dict[str, list[asyncio.Future[None]]] = {}
        self._newest = ""
        self._is_closed = False
        descriptor = self._batch.descriptor
        if descriptor < 0:
            raise NotSent("there is no descriptor left to watch the network with")
        self._descriptor = descriptor
        loop.add_reader(descriptor, self._work)

    async def cancel(self, case_id: str, text: bytes, options: bytes | None) -> Result:
        await self._turns.acquire()
        try:
            while case_id in self._waiting:
                follower = self.loop.create_future()
                self._followers.setdefault(case_id, []).append(follower)
                await follower
            if self._is_closed:
                raise Closed("the client was closed before this case's turn came")
            self._batch.add(text, options)
        except BaseException:
            self._turns.release()
            raise
        future: asyncio.Future[Result] = self.loop.create_future()
        self._waiting[case_id] = future
        self._newest = case_id
        self._work()
        return await future

    def _work(self) -> None:
        """Does what can be done without waiting. Called when there is something to do."""
        while True:
            result = self._batch.take(wait=False)
            if result is None:
                return
            self._hand_out(result)

    def _hand_out(self, result: Result) -> None:
        # Input that is wrong has its result at once, and not always an id: it is that of the newest.
        case_id = self._newest if result.outcome is Outcome.INVALID else result.case_id or ""
        future = self._waiting.pop(case_id, None)
        self._turns.release()
        for follower in self._followers.pop(case_id, ()):
            if not follower.done():
                follower.set_result(None)
        if future is not None and not future.done():
            future.set_result(result)
            return
        log_stray(result)
        if self._on_late is not None:
            self._on_late(result)

    def close(self) -> None:
        self._is_closed = True
        if self.process == os.getpid() and not self.loop.is_closed():
            self.loop.remove_reader(self._descriptor)
        for result in self._batch.end():
            self._hand_out(result)


class AsyncCancelMany(AsyncIterator[Result]):
    """The results of many cancels, in the order in which they are found out. See AsyncClient.cancel_many()."""

    def __init__(
        self,
        client: Client,
        cases: Iterable[Case] | AsyncIterable[Case],
        max_in_flight: int,
        http2: bool,
        options: Options,
        progress: Progress,
    ) -> None:
        self._feed: Feed | None = None
        self._last_stats: dict[str, Any] = {}
        self._client = client
        self._source = _Source(cases)
        self._failure: Exception | None = None
        self._feed = Feed(client._handle, max_in_flight, http2, options)
        try:
            total = len(cases)  # type: ignore[arg-type]
        except TypeError:
            total = None
        self._reporter = reporter(progress, total)

    def __aiter__(self) -> AsyncCancelMany:
        return self

    async def __anext__(self) -> Result:
        if self._feed is None:
            raise StopAsyncIteration
        result = await self._advance(self._feed)
        if result is not None:
            log_cancel(result)
            return result
        await self.aclose()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        raise StopAsyncIteration

    async def _advance(self, feed: Feed) -> Result | None:
        """The next result; None: there are no more."""
        while True:
            if self._reporter is not None:
                self._reporter.tell(feed.batch.stats)
            self._pull(feed)
            result = feed.take(wait=False)
            if result is not None:
                return result
            wants_case = not self._source.ended and feed.room > 0
            if wants_case and self._source.is_ready:
                continue
            if feed.pending == 0 and not wants_case:
                return None
            await self._wait(feed, wants_case)

    def _pull(self, feed: Feed) -> None:
        """Has the next case begun, if it is there."""
        if self._source.ended or feed.room == 0 or not self._source.is_ready:
            return
        try:
            if self._client.closed:
                raise Closed("the client was closed before all cases were begun")
            feed.add(self._source.take())
        except (StopIteration, StopAsyncIteration):
            self._source.ended = True
        except Exception as failure:  # noqa: BLE001 - raised once what was begun is at its end
            self._source.ended, self._failure = True, failure

    async def _wait(self, feed: Feed, wants_case: bool) -> None:
        """Until there is something to do, or the next case."""
        loop = asyncio.get_running_loop()
        readable: asyncio.Future[None] = loop.create_future()
        descriptor = feed.batch.descriptor
        if descriptor < 0:
            raise Closed("these cases are being canceled by the parent process")
        loop.add_reader(descriptor, _wake, readable)
        try:
            if wants_case:
                events: set[asyncio.Future[Any]] = {readable, self._source.coming()}
                await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
            else:
                await readable
        finally:
            loop.remove_reader(descriptor)
            readable.cancel()

    @property
    def stats(self) -> dict[str, Any]:
        """How far it is; as CancelMany.stats."""
        return self._last_stats if self._feed is None else self._feed.batch.stats()

    def interrupt(self) -> None:
        """Ends the cases that are under way: their results come at once."""
        feed = self._feed
        if feed is not None:
            feed.batch.interrupt()

    async def aclose(self) -> list[Result]:
        """Ends the cases that are under way, and returns their results. Nothing more is begun."""
        return self._end()

    def _end(self) -> list[Result]:
        feed, self._feed = self._feed, None
        if feed is None:
            return []
        self._source.close()
        results = feed.end()
        self._last_stats = feed.batch.stats()
        if self._reporter is not None:
            self._reporter.end(self._last_stats)
        return results

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

    def __del__(self) -> None:
        self._end()


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class _Source:
    """Where the cases come from: at once, or with time."""

    def __init__(self, cases: Iterable[Case] | AsyncIterable[Case]) -> None:
        self.ended = False
        self._now: Iterator[Case] | None = None
        self._later: AsyncIterator[Case] | None = None
        self._coming: asyncio.Future[Case] | None = None
        if isinstance(cases, AsyncIterable):
            self._later = cases.__aiter__()
        else:
            self._now = iter(cases)

    @property
    def is_ready(self) -> bool:
        return self._now is not None or (self._coming is not None and self._coming.done())

    def coming(self) -> asyncio.Future[Case]:
        """Is done when the next case is there."""
        if self._coming is None:
            assert self._later is not None
            self._coming = asyncio.ensure_future(_next_of(self._later))
        return self._coming

    def take(self) -> Case:
        if self._now is not None:
            return next(self._now)
        coming, self._coming = self._coming, None
        assert coming is not None
        return coming.result()

    def close(self) -> None:
        self.ended = True
        if self._coming is not None:
            self._coming.cancel()


async def _next_of(cases: AsyncIterator[Case]) -> Case:
    return await cases.__anext__()
