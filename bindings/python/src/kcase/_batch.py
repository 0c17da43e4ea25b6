"""A batch of the library, as the rest of the package uses it."""

from __future__ import annotations

from . import _json, _library
from ._library import BATCH_ADDED, BATCH_CLOSED, batch_next
from ._result import Closed, Result, error_for, result_in, result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ._types import Cell, Handle

#: A wait in the library is cut into slices, since Python runs its signal handlers between them: Ctrl-C takes
#: effect after so many milliseconds at most.
SLICE_MS = 25

SLICE = (SLICE_MS,)
_NO_WAIT = (0,)


class Batch:
    """Cases canceled side by side. Owns the library's batch, and frees it in the end.

    A Python signal handler may raise after any call, before the value that the call returned is stored: a
    handle would be lost, and with it what became of a case. `cell[:] = map(batch_next, ...)` is safe: the
    call is made, and its value is stored in the cell, within one step of the interpreter. It stays there
    until a result that owns the cell was returned.
    """

    __slots__ = ("_next", "arguments", "handle")

    def __init__(self, client: Handle, **options: Any) -> None:
        handle, error = _library.make(_library.batch_new, client, _json.written(options))
        if handle is None:
            raise error_for(result_of(error))
        self.handle = handle
        self.arguments = (handle,)
        self._next = _owned_cell()

    def __del__(self, free: Callable[[Handle], None] = _library.batch_free) -> None:
        free(getattr(self, "handle", None))

    def add(self, case_id: bytes, options: bytes | None) -> None:
        """Adds a case. There must be room: it is the caller that counts."""
        answer = _library.batch_add(self.handle, case_id, options)
        if answer == BATCH_CLOSED:
            raise Closed("this batch belongs to the parent process")
        if answer != BATCH_ADDED:
            raise AssertionError("the batch is full")

    def take(self, wait: bool) -> Result | None:
        """The next result; None if there is none yet, or none within a slice of waiting."""
        cell, result = self._next
        if cell[0] is None:
            cell[:] = map(batch_next, self.arguments, SLICE if wait else _NO_WAIT)
            if cell[0] is None:
                return None
        self._next = _owned_cell()
        return result

    def end(self) -> list[Result]:
        """Ends what is pending, and returns its results, whatever is raised meanwhile.

        This is quick: a batch that was interrupted does not wait for the network.
        """
        results: list[Result] = []
        while True:
            try:
                self._end(results)
                return results
            except BaseException:  # noqa: BLE001, S112
                # The caller is about to end, mostly with an exception: another one changes nothing.
                continue

    def _end(self, results: list[Result]) -> None:
        self.interrupt()
        while self._next[0][0] is not None or self.pending > 0:
            result = self.take(wait=True)
            if result is not None:
                results.append(result)

    @property
    def pending(self) -> int:
        return _library.batch_pending(self.handle)

    @property
    def descriptor(self) -> int:
        return _library.batch_fd(self.handle)

    def stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = _json.read(_library.batch_stats(self.handle))
        return stats

    def interrupt(self) -> None:
        _library.batch_interrupt(self.handle)


def _owned_cell() -> tuple[Cell, Result]:
    """An empty cell for the library's next result, and the result that will own what is put into it."""
    cell: Cell = [None]
    return cell, result_in(cell)
