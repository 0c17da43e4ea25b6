"""Many cases side by side, as an iterator."""

from __future__ import annotations

from collections.abc import Iterator

from . import _library
from ._batch import Batch
from ._input import (
    cancel_options,
    case_and_tag,
    check_options_of_many,
    encoded_case_id,
    has_lines,
    raise_for_options,
    without_end,
)
from ._lazy import types
from ._progress import reporter
from ._report import Reports
from ._result import Closed, Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable

    from ._types import Case, Handle, OpenClient, Progress


class BoundedBatch:
    """A batch that counts how many more cases it takes, and adds each with the options of all."""

    __slots__ = ("_options", "_options_without_tag", "_pending_max", "_reports", "added", "batch", "room")

    def __init__(
        self, client: Handle, reports: Reports, in_flight_max: int, http2: bool, options: Mapping[str, Any]
    ) -> None:
        check_options_of_many(options)
        # As many again wait in the library, so that the next case is there when one ends.
        self._pending_max = 2 * in_flight_max if isinstance(in_flight_max, int) and in_flight_max > 0 else 1
        self.batch = Batch(client, max_in_flight=in_flight_max, max_pending=self._pending_max, http2=http2)
        self._reports = reports
        #: How many cases were added.
        self.added = 0
        #: How many more cases the batch takes.
        self.room = self._pending_max
        self._options = options
        self._options_without_tag = self._encoded(None)
        if self._options_without_tag is not None:
            _check_options(client, self._options_without_tag)

    def _encoded(self, tag: str | None) -> bytes | None:
        return cancel_options({**self._options, "tag": tag})

    @property
    def pending(self) -> int:
        return self._pending_max - self.room

    @property
    def is_lost(self) -> bool:
        """Whether the library has no results any more, though some are to come."""
        return self.pending > 0 and self.batch.pending == 0

    def add(self, case: Case) -> None:
        """Adds a case; there must be room."""
        try:
            case_id, tag = case_and_tag(case)
        except TypeError as error:
            raise TypeError(f"case {self.added + 1} of cases: {error}") from None
        options = self._options_without_tag if tag is None else self._encoded(tag)
        self.batch.add(encoded_case_id(case_id), options)
        self.added += 1
        self.room -= 1

    def take(self, wait: bool) -> Result | None:
        """The next result; None if there is none yet, or none within a slice of waiting."""
        return self.batch.take(wait)

    def receive(self, result: Result) -> None:
        """Tells of a result that is about to be handed out."""
        self._reports.canceled(result)
        self.batch.received()
        self.room += 1

    def end(self) -> list[Result]:
        """Ends what is pending, and returns its results."""
        results = self.batch.end()
        self.room = self._pending_max
        for result in results:
            self._reports.unclaimed(result)
        return results


class ResumedBatch(BoundedBatch):
    """The unfinished cancels of a journal: the library adds them."""

    __slots__ = ()

    def __init__(self, client: Handle, reports: Reports, in_flight_max: int, http2: bool, mode: str) -> None:
        self.batch = Batch(client, _library.resume, mode=mode, max_in_flight=in_flight_max, http2=http2)
        self._reports = reports
        self.room = self._pending_max = 0

    @property
    def pending(self) -> int:
        return self.batch.pending

    @property
    def is_lost(self) -> bool:
        return False


def _check_options(client: Handle, options: bytes) -> None:
    """Raises what the library says of them, before a case is begun: one that is interrupted never is."""
    batch = Batch(client, max_in_flight=1, max_pending=1)
    batch.add(b"options", options)
    for result in batch.end():
        raise_for_options(result)


class ManyCancels:
    """What CancelMany and AsyncCancelMany have in common: the batch, its end, and how far it is."""

    __slots__ = ("_batch", "_client", "_failure", "_is_used", "_last_stats", "_reporter")

    def __init__(
        self,
        client: OpenClient,
        batch: BoundedBatch,
        cases: object,
        progress: Progress,
    ) -> None:
        #: None once it has ended.
        self._batch: BoundedBatch | None = None
        self._last_stats: dict[str, Any] = {}
        self._client = client
        self._failure: Exception | None = None
        #: Whether somebody asked for a result, or ended it without.
        self._is_used = False
        self._batch = batch
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
        self._is_used = True
        if batch is None:
            return []
        self._stop_source()
        results = batch.end()
        self._last_stats = batch.batch.stats()
        if self._reporter is not None:
            self._reporter.end(self._last_stats)
        return results

    def _leave(self, error: object) -> None:
        """The end of a `with` block, maybe with an exception."""
        if error is None:
            self._warn_if_unused()
        results = self._end()
        if isinstance(error, BaseException) and results:
            error.kcase_results = results  # type: ignore[attr-defined]

    def _warn_if_unused(self) -> None:
        if not self._is_used:
            import warnings

            message = "these results were never iterated: no case was canceled"
            warnings.warn(message, RuntimeWarning, stacklevel=3, source=self)

    @property
    def stats(self) -> dict[str, types.Any]:
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
        if self._batch is not None:
            self._warn_if_unused()
        self._end()


class CancelMany(ManyCancels, Iterator[Result]):
    """The results of many cancels, in the order in which they are found out. See Client.cancel_many().

    For one thread at a time. No case that was begun is forgotten: an exception that ends a step, such as
    KeyboardInterrupt, has the results of all cases under way as its `kcase_results`, and each is logged. If
    the iterable of cases raises, or gives what is no case, what was begun is brought to its end first, and
    then the exception is raised.

    It works while it is iterated: one that never is gives a RuntimeWarning.
    """

    __slots__ = ("_cases",)

    def __init__(
        self,
        client: types.OpenClient,
        batch: BoundedBatch,
        cases: types.Iterable[types.Case],
        progress: types.Progress,
    ) -> None:
        self._batch = None
        source = iter(cases)
        self._cases: Iterator[Case] | None = map(without_end, source) if has_lines(cases) else source
        super().__init__(client, batch, cases, progress)

    def __iter__(self) -> CancelMany:
        return self

    def __next__(self) -> Result:
        self._is_used = True
        if self._batch is None:
            raise StopIteration
        try:
            result = self._advance(self._batch)
            if result is not None:
                self._batch.receive(result)
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
                if result is None and batch.is_lost:
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

    def __enter__(self) -> types.Self:
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self._leave(error)

    def __repr__(self) -> str:
        batch = self._batch
        return f"<kcase.CancelMany {'ended' if batch is None else f'{batch.pending} pending'}>"
