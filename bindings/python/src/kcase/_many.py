"""Many cases side by side, as an iterator."""

from __future__ import annotations

from collections.abc import Iterator

from ._batch import Batch
from ._errors import Closed
from ._input import any_given, encoded_case_id, encoded_options
from ._log import log_cancel, log_stray
from ._progress import reporter
from ._result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from ._client import Client
    from ._types import Case, Options, Progress


class Feed:
    """Cases on their way into a batch, and results on their way out."""

    __slots__ = ("_capacity", "_options", "_plain", "batch", "room")

    def __init__(self, client: int | None, max_in_flight: int, http2: bool, options: Options) -> None:
        # As many again wait in the library, so that a case whose turn has come is there.
        self._capacity = 2 * max_in_flight if isinstance(max_in_flight, int) and max_in_flight > 0 else 1
        self.batch = Batch(client, max_in_flight=max_in_flight, max_pending=self._capacity, http2=http2)
        #: How many more cases the batch takes.
        self.room = self._capacity
        self._options = options
        self._plain = self._encoded(None)

    def _encoded(self, tag: str | None) -> bytes | None:
        timeout, max_attempts, confirm, personal_data = self._options
        if not any_given(timeout, max_attempts, confirm, tag, personal_data):
            return None
        return encoded_options(timeout, max_attempts, confirm, tag, personal_data)

    @property
    def pending(self) -> int:
        return self._capacity - self.room

    def add(self, case: Case) -> None:
        """Adds a case; there must be room."""
        case_id, tag = (case, None) if isinstance(case, str) else case
        self.batch.add(encoded_case_id(case_id), self._plain if tag is None else self._encoded(tag))
        self.room -= 1

    def take(self, wait: bool) -> Result | None:
        """The next result; None if there is none yet, or none within a slice of waiting."""
        result = self.batch.take(wait)
        if result is not None:
            self.room += 1
        return result

    def end(self) -> list[Result]:
        """Ends what is pending, and returns its results."""
        results = self.batch.end()
        self.room = self._capacity
        for result in results:
            log_stray(result)
        return results


class CancelMany(Iterator[Result]):
    """The results of many cancels, in the order in which they are found out. See Client.cancel_many().

    For one thread at a time. Cases that were begun are not forgotten: if an exception ends a step, a KeyboardInterrupt
    for one, it has the results of all cases under way as its `kcase_results`, and each is logged. If the iterable of
    cases raises, what was begun is brought to its end first, and then the exception is raised.
    """

    __slots__ = ("_cases", "_client", "_failure", "_feed", "_last_stats", "_reporter")

    def __init__(
        self,
        client: Client,
        cases: Iterable[Case],
        max_in_flight: int,
        http2: bool,
        options: Options,
        progress: Progress,
    ) -> None:
        self._feed: Feed | None = None
        self._last_stats: dict[str, Any] = {}
        self._client = client
        self._cases: Iterator[Case] | None = iter(cases)
        self._failure: Exception | None = None
        self._feed = Feed(client._handle, max_in_flight, http2, options)
        try:
            total = len(cases)  # type: ignore[arg-type]
        except TypeError:
            total = None
        self._reporter = reporter(progress, total)

    def __iter__(self) -> CancelMany:
        return self

    def __next__(self) -> Result:
        if self._feed is None:
            raise StopIteration
        try:
            result = self._advance(self._feed)
            if result is not None:
                log_cancel(result)
                return result
            self.close()
        except BaseException as stop:
            stop.kcase_results = self.close()  # type: ignore[attr-defined]
            raise
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        raise StopIteration

    def _advance(self, feed: Feed) -> Result | None:
        """The next result; None: there are no more."""
        while True:
            if self._reporter is not None:
                self._reporter.tell(feed.batch.stats)
            if self._cases is not None and feed.room > 0:
                self._pull(feed)
                # What is under way goes on also where the cases come slowly.
                result = feed.take(wait=False) if feed.room > 0 else None
            elif feed.pending > 0:
                result = feed.take(wait=True)
                if result is None and feed.batch.pending == 0:
                    raise Closed("these cases are being canceled by the parent process")
            else:
                return None
            if result is not None:
                return result

    def _pull(self, feed: Feed) -> None:
        """Has the next case begun, if there is one."""
        assert self._cases is not None
        try:
            if self._client.closed:
                raise Closed("the client was closed before all cases were begun")
            feed.add(next(self._cases))
        except StopIteration:
            self._cases = None
        except Exception as failure:  # noqa: BLE001 - raised once what was begun is at its end
            self._cases, self._failure = None, failure

    @property
    def stats(self) -> dict[str, Any]:
        """How far it is: `added`, `in_flight`, `fetched`, `outcomes`, `requests`, `retries`, `connections`,
        `cases_per_second`, `eta_ms` and more: what kcase_batch_stats() in the library's header lists.

        >>> results = client.cancel_many([CASE])
        >>> for result in results: pass
        >>> results.stats["outcomes"]
        {'canceled': 1}
        """
        return self._last_stats if self._feed is None else self._feed.batch.stats()

    def interrupt(self) -> None:
        """Ends the cases that are under way, from any thread or signal handler: their results come at once."""
        feed = self._feed
        if feed is not None:
            feed.batch.interrupt()

    def close(self) -> list[Result]:
        """Ends the cases that are under way, and returns their results. Nothing more is begun.

        >>> results = client.cancel_many(MANY_CASES)
        >>> first = next(results)
        >>> left = results.close()
        >>> all(result.outcome in ("canceled", "not_sent", "unknown") for result in left)
        True
        """
        feed, self._feed = self._feed, None
        if feed is None:
            return []
        self._cases = None
        results = feed.end()
        self._last_stats = feed.batch.stats()
        if self._reporter is not None:
            self._reporter.end(self._last_stats)
        return results

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        results = self.close()
        if error is not None and results:
            error.kcase_results = results  # type: ignore[attr-defined]

    def __del__(self) -> None:
        self.close()

    def __repr__(self) -> str:
        feed = self._feed
        return f"<kcase.CancelMany {'ended' if feed is None else f'{feed.pending} pending'}>"
