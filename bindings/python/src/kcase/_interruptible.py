"""Calls that Ctrl-C ends at once, without losing what became of the case.

Python runs its signal handlers on the main thread, and not while that thread is inside a C function. So on
the main thread a cancel is a batch of one case, worked on in slices; and a reading, which changes nothing, is
made on a thread of its own. Signals do not concern other threads: there both are plain calls.
"""

from __future__ import annotations

import os
import threading
from _thread import allocate_lock, get_ident, start_new_thread
from collections import deque

from ._batch import SLICE, Batch
from ._library import BATCH_CLOSED, batch_add, batch_next
from ._log import log_cancel, log_unclaimed
from ._result import Result, read_outcome, result_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ._types import Cell, Handle

#: The thread on which Python runs signal handlers.
main_thread = threading.main_thread().ident


def _after_fork() -> None:
    global main_thread
    main_thread = get_ident()


os.register_at_fork(after_in_child=_after_fork)


class MainThreadCancels:
    """Makes cancels on the main thread. Keeps one batch, or more if signal handlers make calls, too."""

    __slots__ = ("idle",)

    def __init__(self) -> None:
        self.idle: deque[Batch] = deque()

    def cancel(self, client: Handle, case_id: bytes, options: bytes | None) -> Result:
        """Cancels a case. An exception that a signal handler raises meanwhile has the result."""
        cell: Cell = [None]
        result = result_in(cell)  # Owns what is put into the cell.
        batch = self.idle.pop() if self.idle else _batch_of_one(client)
        try:
            if batch_add(batch.handle, case_id, options) == BATCH_CLOSED:
                batch = _batch_of_one(client)  # The other one was the parent process's.
                batch.add(case_id, options)
            cell[:] = map(batch_next, batch.arguments, SLICE)
            if cell[0] is None:
                _wait_for_result(batch, cell)
            self.idle.append(batch)
            read_outcome(result, cell[0])
            log_cancel(result)
            return result
        except BaseException as error:
            _attach_unclaimed(error, batch, cell, result)
            raise


def _wait_for_result(batch: Batch, cell: Cell) -> None:
    """Waits for the result.

    A function of its own: in some versions of Python, what is raised where a loop begins again escapes a
    `try` around the loop.
    """
    while cell[0] is None:
        cell[:] = map(batch_next, batch.arguments, SLICE)


def _batch_of_one(client: Handle) -> Batch:
    return Batch(client, max_in_flight=1, max_pending=1, http2=False)


def _attach_unclaimed(error: BaseException, batch: Batch, cell: Cell, result: Result) -> None:
    """Ends the case, if it was begun, and stores its result as the exception's `kcase_result`."""
    if cell[0] is None:
        results = batch.end()
        if not results:
            return
        result = results[0]
    error.kcase_result = result  # type: ignore[attr-defined]
    log_unclaimed(result)


def read_on_thread(call: Callable[[], Handle]) -> Result:
    """The result of a reading. If a signal handler raises, the reading goes on and its result is dropped."""
    cell: Cell = [None]
    result = result_in(cell)
    done = allocate_lock()
    done.acquire()

    def read() -> None:
        try:
            cell[0] = call()
        finally:
            done.release()

    try:
        start_new_thread(read, ())
    except RuntimeError:  # No more threads can be started: then a signal has to wait.
        read()
    done.acquire()
    return result
