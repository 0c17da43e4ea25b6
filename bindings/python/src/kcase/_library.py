"""Finds and loads libkcase, and declares its functions. No other module uses ctypes but to call them."""

from __future__ import annotations

import ctypes
import os
from functools import partial
from types import MethodType

from ._version import LIBRARY_VERSION_END, LIBRARY_VERSION_MIN, __version__, version_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ._types import Handle, Take, Text

SONAME = "libkcase.so.1"
PACKAGED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_lib", SONAME)


class LibraryError(ImportError):
    """The library could not be loaded, or is not one that this package works with.

    It is raised when the library is first needed: by Client(), library_version() and the like. The message
    has the loader's own words and says what to do.
    """


def locate() -> tuple[str, str]:
    """The file to load, and why it is that one: packaged, else named by KCASE_LIBRARY, else the system's."""
    if os.path.exists(PACKAGED):
        return PACKAGED, "it came with the package"
    named = os.environ.get("KCASE_LIBRARY")
    if named:
        return named, "KCASE_LIBRARY names it"
    return SONAME, "the package carries none and KCASE_LIBRARY is not set, so the system was asked"


def load() -> ctypes.CDLL:
    path, why = locate()
    try:
        library = ctypes.CDLL(path)  # CDLL lets other Python threads run during a call.
    except OSError as error:
        raise LibraryError(
            f"kcase: {path} cannot be loaded ({why}): {error}. Install a wheel of kcase that carries the"
            " library, install libkcase, or set KCASE_LIBRARY to the path of its file."
        ) from error
    check_version(library, path)
    return library


def check_version(library: ctypes.CDLL, path: str) -> None:
    """Refuses a library that lacks what this package calls."""
    try:
        function = library.kcase_version_number
    except AttributeError as error:
        raise LibraryError(f"kcase: {path} is not libkcase: {error}") from error
    function.restype, function.argtypes = ctypes.c_int32, []
    found: int = function()
    if LIBRARY_VERSION_MIN <= found < LIBRARY_VERSION_END:
        return
    which = "old" if found < LIBRARY_VERSION_MIN else "new"
    raise LibraryError(
        f"kcase: {path} is libkcase {version_text(found)}, which is too {which}:"
        f" kcase {__version__} for Python needs {version_text(LIBRARY_VERSION_MIN)} or later,"
        f" before {version_text(LIBRARY_VERSION_END)}"
    )


# Results that were kept can be read, and kcase.testing used, where there is no library: so its absence is an
# error only when it is needed.
_library: Any
load_error: LibraryError | None
try:
    _library, load_error = load(), None
except LibraryError as error:
    _library, load_error = None, error

_handle, _text, _int = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32
_pointer = ctypes.POINTER(_handle)


def _missing(*_: object) -> Any:
    raise LibraryError(str(load_error)) from load_error


def _nothing(*_: object) -> None:
    """Where there is no library, there is nothing to be freed."""


def _function(name: str, result: Any, *arguments: Any, library: Any = _library) -> Any:
    """Declares a function: by default, ctypes treats every value as an int and truncates pointers."""
    if library is None:
        return _nothing if name.endswith("_free") else _missing
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments
    return function


def _quick(name: str, result: Any) -> Any:
    """Declares a function that is given ResultHandles and bytes alone, and never waits.

    Both are passed as they are, without the checks that declared arguments cost, and the interpreter is not
    released meanwhile, which would take longer than the call.
    """
    function = _function(name, result, library=_unreleased)
    if function is not _missing and function is not _nothing:
        function.argtypes = None
    return function


def _bare(name: str, result: Any, *arguments: Any) -> Any:
    """Declares a function that every cancel calls, and gives it without the checks that declared arguments
    cost: it must be given bytes, None, small numbers, and what argument() and byref() make."""
    function = _function(name, result, *arguments)
    if function is not _missing:
        function = _library[name]
        function.restype = result
    return function


#: A handle as it is passed to C, made once.
argument: Callable[[Any], Any] = _handle.from_param

_unreleased = None if _library is None else ctypes.PyDLL(_library._name, handle=_library._handle)

result_free: Callable[[Any], None] = _quick("kcase_result_free", None)


class ResultHandle(ctypes.c_void_p):
    """A result of the library, or NULL. Owns it: frees it in the end.

    The library writes into it, so that there is no moment in which a Python signal handler could raise
    between a call and the storing of its value.
    """

    __slots__ = ()

    # Python drops what a signal handler raises inside a finalizer written in Python: Ctrl-C would be lost,
    # and this one runs after every call. So it runs no Python code. What Python calls to end a handle is
    # `handle.__del__`, which is a method of it made of result_free.
    __del__ = property(partial(MethodType, result_free))


version: Callable[[], bytes] = _function("kcase_version", _text)
build_info: Callable[[], bytes] = _function("kcase_build_info", _text)

client_new: Callable[[bytes, ResultHandle], Handle] = _function("kcase_client_new", _handle, _text, _pointer)
client_open: Callable[[bytes, ResultHandle], Handle] = _function(
    "kcase_client_open", _handle, _text, _pointer
)
client_free: Callable[[Handle], None] = _function("kcase_client_free", None, _handle)
client_interrupt: Callable[[Handle], None] = _function("kcase_client_interrupt", None, _handle)

PENDING = -1
_TAKE = (_int, _handle, _text, _text, _int, _handle, _handle)
cancel_take: Take = _bare("kcase_cancel_take", *_TAKE)
status_take: Take = _bare("kcase_status_take", *_TAKE)
await_take: Take = _bare("kcase_await_take", *_TAKE)
check: Callable[[Handle], ResultHandle] = _function("kcase_check", ResultHandle, _handle)

BATCH_ADDED, BATCH_FULL, BATCH_CLOSED = 1, 0, -1
BATCH_TAKEN, BATCH_NONE = 1, 0
#: Where the library writes a result: byref(handle).
byref = ctypes.byref


class BatchHandle(ctypes.c_void_p):
    """A batch of the library in which a call goes on, or NULL. Owns it, as a ResultHandle does."""

    __slots__ = ()

    __del__ = property(partial(MethodType, _function("kcase_batch_free", None, _handle)))


batch_new: Callable[[Handle, Text, ResultHandle], Handle] = _function(
    "kcase_batch_new", _handle, _handle, _text, _pointer
)
batch_add: Callable[[Handle, Text, Text], int] = _function("kcase_batch_add", _int, _handle, _text, _text)
batch_add_status: Callable[[Handle, Text, Text], int] = _function(
    "kcase_batch_add_status", _int, _handle, _text, _text
)
batch_take: Callable[[Handle, int, Any], int] = _function("kcase_batch_take", _int, _handle, _int, _handle)
batch_pending: Callable[[Handle], int] = _function("kcase_batch_pending", ctypes.c_int64, _handle)
batch_fd: Callable[[Handle], int] = _function("kcase_batch_fd", _int, _handle)
batch_interrupt: Callable[[Handle], None] = _function("kcase_batch_interrupt", None, _handle)
batch_stats: Callable[[Handle], bytes] = _function("kcase_batch_stats", _text, _handle)
batch_free: Callable[[Handle], None] = _function("kcase_batch_free", None, _handle)

resume: Callable[[Handle, Text, ResultHandle], Handle] = _function(
    "kcase_resume", _handle, _handle, _text, _pointer
)
history: Callable[[bytes, Text], ResultHandle] = _function("kcase_history", ResultHandle, _text, _text)
journal_head: Callable[[bytes], ResultHandle] = _function("kcase_journal_head", ResultHandle, _text)
journal_verify: Callable[[bytes, Text], ResultHandle] = _function(
    "kcase_journal_verify", ResultHandle, _text, _text
)
journal_prune: Callable[[bytes, Text], ResultHandle] = _function(
    "kcase_journal_prune", ResultHandle, _text, _text
)

list_cases: Callable[[Handle, Text], ResultHandle] = _function("kcase_list", ResultHandle, _handle, _text)
LISTING_CASE, LISTING_NONE, LISTING_OVER = 1, 0, -1
listing_new: Callable[[Handle, Text, ResultHandle], Handle] = _function(
    "kcase_listing_new", _handle, _handle, _text, _pointer
)
listing_next: Callable[[Handle, int, Any], int] = _function(
    "kcase_listing_next", _int, _handle, _int, _handle
)
listing_free: Callable[[Handle], None] = _function("kcase_listing_free", None, _handle)
cancel_found: Callable[[Handle, Text, Text], ResultHandle] = _function(
    "kcase_cancel_found", ResultHandle, _handle, _text, _text
)
cancel_services: Callable[[Handle, Text, Text, Text], ResultHandle] = _function(
    "kcase_cancel_services", ResultHandle, _handle, _text, _text, _text
)
cancel_search: Callable[[Handle, Text, Text, Text], ResultHandle] = _function(
    "kcase_cancel_search", ResultHandle, _handle, _text, _text, _text
)
batch_add_await: Callable[[Handle, Text, Text], int] = _function(
    "kcase_batch_add_await", _int, _handle, _text, _text
)
webhook_parse: Callable[[bytes, int, Text, Text, Text], ResultHandle] = _function(
    "kcase_webhook_parse", ResultHandle, _text, _int, _text, _text, _text
)

outcome_at: Callable[[int], int] = _function("kcase_outcome_at", _int, _int)
outcome_name: Callable[[int], bytes] = _function("kcase_outcome_name", _text, _int)
result_outcome: Callable[[ResultHandle], int] = _quick("kcase_result_outcome", _int)
result_http_status: Callable[[ResultHandle], int] = _quick("kcase_result_http_status", _int)
result_is_settled: Callable[[ResultHandle], int] = _quick("kcase_result_is_settled", _int)
result_is_retriable: Callable[[ResultHandle], int] = _quick("kcase_result_is_retriable", _int)
result_case_id: Callable[[ResultHandle], bytes] = _quick("kcase_result_case_id", _text)
result_message: Callable[[ResultHandle], bytes] = _quick("kcase_result_message", _text)
result_json: Callable[[ResultHandle], bytes] = _function("kcase_result_json", _text, _handle)
result_text: Callable[[ResultHandle, bytes], bytes] = _quick("kcase_result_text", _text)
