"""Finds and loads libkcase, and declares its functions. No other module uses ctypes but to call them."""

from __future__ import annotations

import ctypes
import os

from ._version import LIBRARY_VERSION_END, LIBRARY_VERSION_MIN, __version__, version_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ._types import Handle, Text

SONAME = "libkcase.so.1"
PACKAGED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_lib", SONAME)


class LibraryError(ImportError):
    """The library could not be loaded, or is not one that this package works with.

    It is raised by `import kcase`. The message has the loader's own words and says what to do.
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


_library = load()
_handle, _text, _int = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32


def _function(name: str, result: Any, *arguments: Any) -> Any:
    """Declares a function: by default, ctypes treats every value as an int and truncates pointers."""
    function = getattr(_library, name)
    function.restype, function.argtypes = result, arguments
    return function


version: Callable[[], bytes] = _function("kcase_version", _text)
build_info: Callable[[], bytes] = _function("kcase_build_info", _text)

client_new: Callable[[bytes, Any], Handle] = _function(
    "kcase_client_new", _handle, _text, ctypes.POINTER(_handle)
)
client_free: Callable[[Handle], None] = _function("kcase_client_free", None, _handle)
client_interrupt: Callable[[Handle], None] = _function("kcase_client_interrupt", None, _handle)

cancel: Callable[[Handle, Text, Text], Handle] = _function("kcase_cancel", _handle, _handle, _text, _text)
status: Callable[[Handle, Text, Text], Handle] = _function("kcase_status", _handle, _handle, _text, _text)
check: Callable[[Handle], Handle] = _function("kcase_check", _handle, _handle)

BATCH_ADDED, BATCH_FULL, BATCH_CLOSED = 1, 0, -1
batch_new: Callable[[Handle, Text, Any], Handle] = _function(
    "kcase_batch_new", _handle, _handle, _text, ctypes.POINTER(_handle)
)
batch_add: Callable[[Handle, Text, Text], int] = _function("kcase_batch_add", _int, _handle, _text, _text)
batch_next: Callable[[Handle, int], Handle] = _function("kcase_batch_next", _handle, _handle, _int)
batch_pending: Callable[[Handle], int] = _function("kcase_batch_pending", ctypes.c_int64, _handle)
batch_fd: Callable[[Handle], int] = _function("kcase_batch_fd", _int, _handle)
batch_interrupt: Callable[[Handle], None] = _function("kcase_batch_interrupt", None, _handle)
batch_stats: Callable[[Handle], bytes] = _function("kcase_batch_stats", _text, _handle)
batch_free: Callable[[Handle], None] = _function("kcase_batch_free", None, _handle)

outcome_name: Callable[[int], bytes] = _function("kcase_outcome_name", _text, _int)
result_outcome: Callable[[Handle], int] = _function("kcase_result_outcome", _int, _handle)
result_http_status: Callable[[Handle], int] = _function("kcase_result_http_status", _int, _handle)
result_is_settled: Callable[[Handle], int] = _function("kcase_result_is_settled", _int, _handle)
result_is_retriable: Callable[[Handle], int] = _function("kcase_result_is_retriable", _int, _handle)
result_case_id: Callable[[Handle], bytes] = _function("kcase_result_case_id", _text, _handle)
result_message: Callable[[Handle], bytes] = _function("kcase_result_message", _text, _handle)
result_json: Callable[[Handle], bytes] = _function("kcase_result_json", _text, _handle)
result_free: Callable[[Handle], None] = _function("kcase_result_free", None, _handle)


def make(maker: Callable[..., Handle], *arguments: object) -> tuple[Handle, Handle]:
    """Calls kcase_client_new or kcase_batch_new: what was made, or else the result that says why not."""
    error = _handle()
    made = maker(*arguments, ctypes.byref(error))
    return made, error.value
