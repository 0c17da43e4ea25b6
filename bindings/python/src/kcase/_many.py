"""Many cases side by side, as an iterator."""

from __future__ import annotations

from collections.abc import Iterator

from ._batch import Batch
from ._input import encoded_case_id, encoded_options
from ._log import log_cancel, log_unclaimed
from ._progress import reporter
from ._result import Closed, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Any, Callable

    from typing_extensions import Self

    from ._types import Case, Handle, OpenClient, Options, Progress


class BoundedBatch:
    """A batch that counts how many more cases it takes, and adds each with the options of all."""

    __slots__ = ("_options", "_options_without_tag", "_pending_max", "batch", "room")

    def __init__(self, client: Handle, in_flight_max: int, http2: bool, options: Options) -> None:
        # As many again wait in the library, so that the next case is there when one ends.
        self._pending_max = 2 * in_flight_max if isinstance(in_flight_max, int) and in_flight_max > 0 else 1
        self.batch = Batch(client, max_in_flight=in_flight_max, max_pending=self._pending_max, http2=http2)
        #: How many more cases the batch takes.
        self.room = self._pending_max
        self._options = options
        self._options_without_tag = self._encoded(None)

    def _encoded(self, tag: str | None) -> bytes | None:
        timeout, max_attempts, confirm, personal_data = self._options
        return encoded_options(timeout, max_attempts, confirm, tag, personal_data)

    @property
    def pending(self) -> int:
        return self._pending_max - self.room

    def add(self, case: Case) -> None:
        """Adds a case; there must be room."""
        case_id, tag = (case, None) if isinstance(case, str) else case
        options = self._options_without_tag if tag is None else self._encoded(tag)
        self.batch.add(encoded_case_id(case_id), options)
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
        self.room = self._pending_max
        for result in results:
            log_unclaimed(result)
        return results


class ManyCancels:
    """What CancelMany and AsyncCancelMany have in common: the batch, its end, and how far it is."""

    __slots__ = ("_batch", "_client", "_failure", "_last_stats", "_reporter")

    def __init__(
        self,
        client: OpenClient,
        cases: object,
        in_flight_max: int,
        http2: bool,
        options: Options,
        progress: Progress,
    ) -> None:
        #: None once it has ended.
        self._batch: BoundedBatch | None = None
        self._last_stats: dict[str, Any] = {}
        self._client = client
        self._failure: Exception | None = None
        self._batch = BoundedBatch(client._handle, in_flight_max, http2, options)
        try:
            total = len(cases)  # type: ignore[arg-type]
        except TypeError:
            total = None
        self._reporter = reporter(progress, total)

    def _add(self, batch: BoundedBatch, take: Callable[[], Case]) -> bool:
        """Adds the case that `take` returns; False if there are no more, or `take` raises."""
        try:
            if self._client.closed:
                raise Closed("the client was closed before all cases were begun")
            batch.add(take())
        except (StopIteration, StopAsyncIteration):
            return False
        except Exception as failure:  # noqa: BLE001 - raised once what was begun has ended
            self._failure = failure
            return False
        return True

    def _report(self, batch: BoundedBatch) -> None:
        if self._reporter is not None:
            self._reporter.tell(batch.batch.stats)

    def _raise_failure(self) -> None:
        """Raises what the source of cases raised, once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _stop_source(self) -> None:
        """Takes no more cases."""
        raise NotImplementedError

    def _end(self) -> list[Result]:
        batch, self._batch = self._batch, None
        if batch is None:
            return []
        self._stop_source()
        results = batch.end()
        self._last_stats = batch.batch.stats()
        if self._reporter is not None:
            self._reporter.end(self._last_stats)
        return results

    @property
    def stats(self) -> dict[str, Any]:
        """How far it is: `added`, `in_flight`, `fetched`, `outcomes`, `requests`, `retries`, `connections`,
        `cases_per_second`, `eta_ms` and more: what kcase_batch_stats() in the library's header lists.

        >>> results = client.cancel_many([CASE])
        >>> for result in results: pass
        >>> results.stats["outcomes"]
        {'canceled': 1}
        """
        return self._last_stats if self._batch is None else self._batch.batch.stats()

    def interrupt(self) -> None:
        """Ends the cases that are under way, from any thread or signal handler: results come at once."""
        batch = self._batch
        if batch is not None:
            batch.batch.interrupt()

    def __del__(self) -> None:
        self._end()


class CancelMany(ManyCancels, Iterator[Result]):
    """The results of many cancels, in the order in which they are found out. See Client.cancel_many().

    For one thread at a time. No case that was begun is forgotten: an exception that ends a step, such as
    KeyboardInterrupt, has the results of all cases under way as its `kcase_results`, and each is logged. If
    the iterable of cases raises, what was begun is brought to its end first, and then the exception is
    raised.
    """

    __slots__ = ("_cases",)

    def __init__(
        self,
        client: OpenClient,
        cases: Iterable[Case],
        max_in_flight: int,
        http2: bool,
        options: Options,
        progress: Progress,
    ) -> None:
        self._batch = None
        self._cases: Iterator[Case] | None = iter(cases)
        super().__init__(client, cases, max_in_flight, http2, options, progress)

    def __iter__(self) -> CancelMany:
        return self

    def __next__(self) -> Result:
        if self._batch is None:
            raise StopIteration
        try:
            result = self._advance(self._batch)
            if result is not None:
                log_cancel(result)
                return result
            self.close()
        except BaseException as error:
            error.kcase_results = self.close()  # type: ignore[attr-defined]
            raise
        self._raise_failure()
        raise StopIteration

    def _advance(self, batch: BoundedBatch) -> Result | None:
        """The next result; None: there are no more."""
        while True:
            self._report(batch)
            if self._cases is not None and batch.room > 0:
                if not self._add(batch, self._cases.__next__):
                    self._cases = None
                # What is under way goes on also where the cases come slowly.
                result = batch.take(wait=False) if batch.room > 0 else None
            elif batch.pending > 0:
                result = batch.take(wait=True)
                if result is None and batch.batch.pending == 0:
                    raise Closed("these cases are being canceled by the parent process")
            else:
                return None
            if result is not None:
                return result

    def _stop_source(self) -> None:
        self._cases = None

    def close(self) -> list[Result]:
        """Ends the cases that are under way, and returns their results. Nothing more is begun.

        >>> results = client.cancel_many(MANY_CASES)
        >>> first = next(results)
        >>> left = results.close()
        >>> all(result.outcome in ("canceled", "not_sent", "unknown") for result in left)
        True
        """
        return self._end()

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

    def __repr__(self) -> str:
        batch = self._batch
        return f"<kcase.CancelMany {'ended' if batch is None else f'{batch.pending} pending'}>"
