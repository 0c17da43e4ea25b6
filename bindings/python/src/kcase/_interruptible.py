"""One call at a time, such that Ctrl-C ends it at once and what became of the case is told all the same.

Python runs its signal handlers on the main thread, and not while that is inside a C function. So on the main
thread a cancel is a batch of one, worked on in slices; and a reading, which changes nothing, is made on a thread
of its own. On other threads, which signals do not concern, both are plain calls.
"""

from __future__ import annotations

import os
import threading
from _thread import allocate_lock, get_ident, start_new_thread
from collections import deque

from ._batch import SLICE, Batch
from ._library import BATCH_CLOSED, batch_add, batch_next
from ._log import log_cancel, log_stray
from ._result import Result, look_at_outcome, result_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ._types import Box

#: Who gets the signals.
main_thread = threading.main_thread().ident


def _after_fork() -> None:
    global main_thread
    main_thread = get_ident()


os.register_at_fork(after_in_child=_after_fork)


class Singles:
    """The batches of one that the main thread has at hand: one, or more if a signal handler makes calls, too."""

    __slots__ = ("idle",)

    def __init__(self) -> None:
        self.idle: deque[Batch] = deque()

    def cancel(self, client: int | None, case_id: bytes, options: bytes | None) -> Result:
        """Cancels a case. Whatever a signal handler raises meanwhile has the result."""
        box: Box = [None]
        result = result_in(box)  # Owns what comes into the box.
        batch = self.idle.pop() if self.idle else _batch_of_one(client)
        try:
            if batch_add(batch.handle, case_id, options) == BATCH_CLOSED:
                batch = _batch_of_one(client)  # That one was the parent process's.
                batch.add(case_id, options)
            box[:] = map(batch_next, batch.arguments, SLICE)
            if box[0] is None:
                _wait_on(batch, box)
            self.idle.append(batch)
            look_at_outcome(result, box[0])
            log_cancel(result)
            return result
        except BaseException as stop:
            _tell(stop, batch, box, result)
            raise


def _wait_on(batch: Batch, box: Box) -> None:
    """Waits for the result.

    A function of its own, for what is raised where a loop begins again escapes a `try` around it in some versions
    of Python.
    """
    while box[0] is None:
        box[:] = map(batch_next, batch.arguments, SLICE)


def _batch_of_one(client: int | None) -> Batch:
    return Batch(client, max_in_flight=1, max_pending=1, http2=False)


def _tell(stop: BaseException, batch: Batch, box: Box, result: Result) -> None:
    """Ends the case, if it was begun, and puts its result into the exception's `kcase_result`."""
    if box[0] is None:
        results = batch.end()
        if not results:
            return
        result = results[0]
    stop.kcase_result = result  # type: ignore[attr-defined]
    log_stray(result)


def on_a_thread(call: Callable[[], int | None]) -> Result:
    """The result of a reading. If a signal handler raises, nobody waits for it any more."""
    box: Box = [None]
    result = result_in(box)
    done = allocate_lock()
    done.acquire()

    def read() -> None:
        try:
            box[0] = call()
        finally:
            done.release()

    try:
        start_new_thread(read, ())
    except RuntimeError:  # There can be no more threads: then a signal has to wait.
        read()
    done.acquire()
    return result
