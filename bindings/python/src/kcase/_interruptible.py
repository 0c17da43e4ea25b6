"""Calls that Ctrl-C ends at once, without losing what became of the case.

Python runs its signal handlers on the main thread, and not while that thread is inside a C function. So on
the main thread a call is a batch of one case, worked on in slices. Signals do not concern other threads:
there it is a plain call. Under gevent and eventlet it is a batch of one case, too, whose descriptor is
waited for.
"""

from __future__ import annotations

import os
import threading
import time
from _thread import allocate_lock, get_ident, start_new_thread
from collections import deque

from . import _green
from ._batch import SLICE_MS, Batch
from ._library import BATCH_CLOSED, BATCH_TAKEN, ResultHandle, batch_add, batch_take, byref
from ._result import Result, result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ._report import Reports
    from ._types import Handle

#: The thread on which Python runs signal handlers.
main_thread = threading.main_thread().ident


def _after_fork() -> None:
    global main_thread
    main_thread = get_ident()


os.register_at_fork(after_in_child=_after_fork)


class OneByOne:
    """Makes such calls. Keeps one batch, or more if signal handlers or greenlets make calls, too."""

    __slots__ = ("_reports", "idle", "is_green")

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self.idle: deque[Batch] = deque()
        #: Whether calls are greenlets'.
        self.is_green = _green.is_patched()

    def is_needed(self) -> bool:
        """Whether a call of this thread must not stay inside the library until it is over."""
        return self.is_green or get_ident() == main_thread

    def cancel(self, client: Handle, case_id: bytes, options: bytes | None) -> Result:
        """Cancels a case. An exception that a signal handler raises meanwhile has the result."""
        handle = ResultHandle()
        batch = self.idle.pop() if self.idle else _batch_of_one(client)
        try:
            if batch_add(batch.handle, case_id, options) == BATCH_CLOSED:
                batch = _batch_of_one(client)  # The other one was the parent process's.
                batch.add(case_id, options)
            if self.is_green:
                _wait_on_descriptor(batch, handle)
            elif batch_take(batch.handle, SLICE_MS, byref(handle)) != BATCH_TAKEN:
                _wait_in_slices(batch, handle)
            self.idle.append(batch)
            result = result_of(handle)
            self._reports.canceled(result)
            return result
        except BaseException as error:
            self._attach_unclaimed(error, batch, handle)
            raise

    def _attach_unclaimed(self, error: BaseException, batch: Batch, handle: ResultHandle) -> None:
        """Ends the case, if it was begun, and stores its result as the exception's `kcase_result`."""
        results = [result_of(handle)] if handle else batch.end()
        for result in results:
            error.kcase_result = result  # type: ignore[attr-defined]
            try:
                self._reports.unclaimed(result)
            except BaseException:  # noqa: BLE001, S110 - an exception is about to be raised: another is none
                pass

    def read(self, client: Handle, add: Callable[..., int], case_id: bytes, options: bytes | None) -> Result:
        """Reads a case. If a signal handler raises meanwhile, the reading is given up."""
        handle = ResultHandle()
        batch = _batch_of_one(client)
        batch.add(case_id, options, add)
        if self.is_green:
            _wait_on_descriptor(batch, handle)
        else:
            _wait_in_slices(batch, handle)
        return result_of(handle)


def _wait_in_slices(batch: Batch, handle: ResultHandle) -> None:
    """Waits for the result.

    A function of its own: in some versions of Python, what is raised where a loop begins again escapes a
    `try` around the loop.
    """
    while not handle:
        batch_take(batch.handle, SLICE_MS, byref(handle))


def _wait_on_descriptor(batch: Batch, handle: ResultHandle) -> None:
    while batch_take(batch.handle, 0, byref(handle)) != BATCH_TAKEN:
        _green.wait_readable(batch.descriptor, 1)


def _batch_of_one(client: Handle) -> Batch:
    return Batch(client, max_in_flight=1, max_pending=1, http2=False)


def in_pool_if_green(call: Callable[[], Any]) -> Any:
    return _green.on_pool(call) if _green.is_patched() else call()


def on_thread(call: Callable[[], ResultHandle], end: Callable[[], None] | None) -> ResultHandle:
    """The value of a call that has no form in slices, made on a thread of its own. It must not raise.

    If a signal handler raises, `end` ends the call, and its result is the exception's `kcase_result`. Without
    `end`, the call goes on and its value is dropped: it changes nothing.
    """
    if _green.is_patched():
        return _green.on_pool(call)
    values: list[ResultHandle] = []
    done = allocate_lock()
    done.acquire()

    def work() -> None:
        try:
            values.append(call())
        finally:
            done.release()

    try:
        start_new_thread(work, ())
    except RuntimeError:  # No more threads can be started: then a signal has to wait.
        work()
    try:
        done.acquire()
    except BaseException as error:
        if end is not None:
            _end_call(end, values)
            error.kcase_result = result_of(values[0])  # type: ignore[attr-defined]
        raise
    return values[0]


def _end_call(end: Callable[[], None], values: list[ResultHandle]) -> None:
    """Ends the other thread's call, and waits until it has: whatever is raised meanwhile."""
    while not values:
        try:
            end()
            time.sleep(0.001)
        except BaseException:  # noqa: BLE001, S112 - an exception is about to be raised: another is none
            continue
