"""The library's functions by ctypes, which lets other threads run during a call."""

from __future__ import annotations

import ctypes
import json
from pathlib import Path
from typing import Any

_TEXT, _NUMBER, _OBJECT = ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p
_ERROR = ctypes.POINTER(ctypes.c_void_p)

# What each function gives and takes.
_FUNCTIONS = {
    "kcase_build_info": (_TEXT, []),
    "kcase_client_new": (_OBJECT, [_TEXT, _ERROR]),
    "kcase_client_free": (None, [_OBJECT]),
    "kcase_cancel": (_OBJECT, [_OBJECT, _TEXT, _TEXT]),
    "kcase_status": (_OBJECT, [_OBJECT, _TEXT, _TEXT]),
    "kcase_check": (_OBJECT, [_OBJECT]),
    "kcase_await": (_OBJECT, [_OBJECT, _TEXT, _TEXT]),
    "kcase_cancel_services": (_OBJECT, [_OBJECT, _TEXT, _TEXT, _TEXT]),
    "kcase_cancel_search": (_OBJECT, [_OBJECT, _TEXT, _TEXT, _TEXT]),
    "kcase_list": (_OBJECT, [_OBJECT, _TEXT]),
    "kcase_listing_new": (_OBJECT, [_OBJECT, _TEXT, _ERROR]),
    "kcase_listing_next": (_NUMBER, [_OBJECT, _NUMBER, _ERROR]),
    "kcase_listing_free": (None, [_OBJECT]),
    "kcase_cancel_found": (_OBJECT, [_OBJECT, _TEXT, _TEXT]),
    "kcase_webhook_parse": (_OBJECT, [_TEXT, _NUMBER, _TEXT, _TEXT, _TEXT]),
    "kcase_result_outcome": (_NUMBER, [_OBJECT]),
    "kcase_result_message": (_TEXT, [_OBJECT]),
    "kcase_result_json": (_TEXT, [_OBJECT]),
    "kcase_result_free": (None, [_OBJECT]),
    "kcase_batch_new": (_OBJECT, [_OBJECT, _TEXT, _ERROR]),
    "kcase_batch_add": (_NUMBER, [_OBJECT, _TEXT, _TEXT]),
    "kcase_batch_next": (_OBJECT, [_OBJECT, _NUMBER]),
    "kcase_batch_pending": (ctypes.c_int64, [_OBJECT]),
    "kcase_batch_stats": (_TEXT, [_OBJECT]),
    "kcase_batch_free": (None, [_OBJECT]),
}


def load(path: Path | str) -> ctypes.CDLL:
    library = ctypes.CDLL(str(path))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def take(library: ctypes.CDLL, result: int) -> dict[str, Any]:
    """A result's JSON; the result is freed."""
    try:
        return json.loads(library.kcase_result_json(result))
    finally:
        library.kcase_result_free(result)
