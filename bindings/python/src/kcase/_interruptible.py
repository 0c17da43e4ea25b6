"""Calls that Ctrl-C ends at once, without losing what became of the case.

Python runs its signal handlers on the main thread, and not while that thread is inside a C function. So on
the main thread a call comes back after a slice of time, and what is not over by then is worked on in slices.
Signals do not concern other threads: there a call takes as long as it takes. Under gevent and eventlet it
comes back at once, and the descriptor of the rest is waited for.
"""

from __future__ import annotations

import os
import threading
import time
from _thread import allocate_lock, get_ident, start_new_thread
from collections import deque

from . import _green
from ._batch import SLICE_MS, Batch, Rest
from ._library import (
    BATCH_TAKEN,
    PENDING,
    BatchHandle,
    ResultHandle,
    batch_take,
    byref,
    result_outcome,
)
from ._result import Result, result_of, taken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ._report import Reports
    from ._types import Handle, Take

#: The thread on which Python runs signal handlers.
main_thread = threading.main_thread().ident


def _after_fork() -> None:
    global main_thread
    main_thread = get_ident()


os.register_at_fork(after_in_child=_after_fork)


def is_needed() -> bool:
    """Whether a call of this thread must not stay inside the library until it is over."""
    return get_ident() == main_thread or _green.is_patched()


#: Where the library puts the rest of a call, and that as an argument: those that no call uses now. A deque
#: keeps its memory when it becomes empty, which a list gives back; that, and looking the methods up once,
#: saves each cancel 1,000 instructions.
places: deque[tuple[BatchHandle, Any]] = deque()
take_place, put_place = places.pop, places.append


def new_place() -> tuple[BatchHandle, Any]:
    rest = BatchHandle()
    return rest, byref(rest)


def go_on(rest: BatchHandle, handle: ResultHandle) -> int:
    """Waits for the end of a call that is not over; its outcome's number."""
    batch = Rest(rest)
    # The loops are functions of their own: in some versions of Python, what is raised where a loop begins
    # again escapes a `try` around the loop.
    if _green.is_patched():
        _wait_on_descriptor(batch, handle)
    else:
        _wait_in_slices(batch, handle)
    return result_outcome(handle)


def _wait_in_slices(batch: Batch, handle: ResultHandle) -> None:
    while not handle:
        batch_take(batch.handle, SLICE_MS, byref(handle))


def _wait_on_descriptor(batch: Batch, handle: ResultHandle) -> None:
    while batch_take(batch.handle, 0, byref(handle)) != BATCH_TAKEN:
        _green.wait_readable(batch.descriptor, 1)


def read(take: Take, client: Handle, case_id: bytes, options: bytes | None) -> Result:
    """Reads a case. If a signal handler raises meanwhile, the reading is given up."""
    handle = ResultHandle()
    if not is_needed():
        return taken(handle, take(client, case_id, options, -1, None, byref(handle)))
    rest = BatchHandle()
    wait_ms = 0 if _green.is_patched() else SLICE_MS
    number = take(client, case_id, options, wait_ms, byref(rest), byref(handle))
    return taken(handle, go_on(rest, handle) if number == PENDING else number)


def attach_unclaimed(
    error: BaseException, rest: BatchHandle | None, handle: ResultHandle, reports: Reports
) -> None:
    """Ends a cancel, if it was begun, and stores its result as the exception's `kcase_result`."""
    for result in [result_of(handle)] if handle else Rest(rest).end() if rest else []:
        error.kcase_result = result  # type: ignore[attr-defined]
        try:
            reports.unclaimed(result)
        except BaseException:  # noqa: BLE001, S110 - an exception is about to be raised: another is none
            pass


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
