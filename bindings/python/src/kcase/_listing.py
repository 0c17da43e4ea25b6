"""The cases of the service's list, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from . import _library
from ._batch import SLICE_MS
from ._interruptible import in_pool_if_green
from ._lazy import types
from ._library import LISTING_CASE, LISTING_NONE, ResultHandle, byref, listing_next
from ._result import Result, error_for, result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ._types import Handle


class Listing(Iterator[Result]):
    """The cases that are meant, while the list still comes. See Client.listing(). For one thread at a time.

    It ends with the exception that fits if the list could not be read to its end: cases may be missing then.
    `result` is what became of the whole.
    """

    __slots__ = ("_handle", "result")

    def __init__(self, client: types.Handle, options: bytes) -> None:
        #: What became of the listing; None as long as it goes on.
        self.result: types.Optional[Result] = None
        self._handle: Handle = None
        error = ResultHandle()
        self._handle = _library.listing_new(client, options, error)
        if self._handle is None:
            raise error_for(result_of(error))

    def __iter__(self) -> types.Self:
        return self

    def __next__(self) -> Result:
        while True:
            found = self._advance()
            if found is not None:
                return found

    def _advance(self) -> Result | None:
        """The next case; None if there is none within a slice of waiting."""
        if self.result is not None:
            raise StopIteration
        out = ResultHandle()
        what = in_pool_if_green(lambda: listing_next(self._handle, SLICE_MS, byref(out)))
        if what == LISTING_CASE:
            return result_of(out)
        if what == LISTING_NONE:
            return None
        self.result = result_of(out)
        self.result.raise_for_outcome()
        raise StopIteration

    def close(self) -> None:
        """Ends it. Cases that were handed out stay valid."""
        handle, self._handle = self._handle, None
        _library.listing_free(handle)

    def __enter__(self) -> types.Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self, free: Callable[[Handle], None] = _library.listing_free) -> None:
        free(getattr(self, "_handle", None))
