"""A batch of the library, as the rest of the package uses it."""

from __future__ import annotations

from . import _green, _json, _library
from ._library import BATCH_ADDED, BATCH_CLOSED, BATCH_TAKEN, BatchHandle, ResultHandle, batch_take, byref
from ._result import Closed, Result, error_for, result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ._types import Handle

#: A wait in the library is cut into slices, since Python runs its signal handlers between them: Ctrl-C takes
#: effect after so many milliseconds at most.
SLICE_MS = 25


class Batch:
    """Cases worked on side by side. Owns the library's batch, and frees it in the end."""

    __slots__ = ("_next", "handle")

    def __init__(
        self,
        client: Handle,
        make: Callable[[Handle, bytes, ResultHandle], Handle] = _library.batch_new,
        **options: Any,
    ) -> None:
        #: The library's next result. It stays here until it was received.
        self._next = ResultHandle()
        self.handle = make(client, _json.written(options), self._next)
        if self.handle is None:
            raise error_for(result_of(self._next))

    def __del__(self, free: Callable[[Handle], None] = _library.batch_free) -> None:
        free(getattr(self, "handle", None))

    def add(
        self, case_id: bytes, options: bytes | None, add: Callable[..., int] = _library.batch_add
    ) -> None:
        """Adds a case. There must be room: it is the caller that counts."""
        answer = add(self.handle, case_id, options)
        if answer == BATCH_CLOSED:
            raise Closed("this batch belongs to the parent process")
        if answer != BATCH_ADDED:
            raise AssertionError("the batch is full")

    def take(self, wait: bool) -> Result | None:
        """The next result; None if there is none yet, or none within a slice of waiting.

        It is the same again until received() says that the caller has it.
        """
        if not self._next:
            is_green = wait and _green.is_patched()
            if (
                batch_take(self.handle, SLICE_MS if wait and not is_green else 0, byref(self._next))
                != BATCH_TAKEN
            ):
                if is_green:
                    _green.wait_readable(self.descriptor, SLICE_MS / 1000)
                return None
        return result_of(self._next)

    def received(self) -> None:
        self._next = ResultHandle()

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
        while self._next or self.pending > 0:
            result = self.take(wait=True)
            if result is not None:
                results.append(result)
                self.received()

    @property
    def pending(self) -> int:
        return _library.batch_pending(self.handle)

    @property
    def descriptor(self) -> int:
        descriptor = _library.batch_fd(self.handle)
        if descriptor < 0:
            raise Closed("this batch belongs to the parent process")
        return descriptor

    def stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = _json.read(_library.batch_stats(self.handle))
        return stats

    def interrupt(self) -> None:
        _library.batch_interrupt(self.handle)


class Rest(Batch):
    """A batch of one in which a call goes on. Its handle owns it, and whoever has that makes it once more."""

    __slots__ = ()

    def __init__(self, handle: BatchHandle) -> None:
        self._next = ResultHandle()
        self.handle = handle  # type: ignore[assignment]

    def __del__(self) -> None:  # type: ignore[override]
        """The handle frees it."""
