"""The library through its C interface. A call lets other threads run until it returns."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Result = dict[str, Any]

_BUILD = Path(os.environ.get("BUILD", Path(__file__).resolve().parents[2] / "build"))
_LIBRARY = ctypes.CDLL(str(_BUILD / "lib/libkcase.so.1"))

_POINTER, _TEXT, _INTEGER = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32
for _name, _result, _arguments in [
    ("client_new", _POINTER, [_TEXT, ctypes.POINTER(_POINTER)]),
    ("client_free", None, [_POINTER]),
    ("cancel", _POINTER, [_POINTER, _TEXT, _TEXT]),
    ("status", _POINTER, [_POINTER, _TEXT, _TEXT]),
    ("check", _POINTER, [_POINTER]),
    ("result_json", _TEXT, [_POINTER]),
    ("result_free", None, [_POINTER]),
    ("batch_new", _POINTER, [_POINTER, _TEXT, ctypes.POINTER(_POINTER)]),
    ("batch_add", _INTEGER, [_POINTER, _TEXT, _TEXT]),
    ("batch_next", _POINTER, [_POINTER, _INTEGER]),
    ("batch_free", None, [_POINTER]),
]:
    _function = getattr(_LIBRARY, "kcase_" + _name)
    _function.restype, _function.argtypes = _result, _arguments

_BATCH_WAIT_MS = 20_000


class Client:
    """A client made from a configuration; `with client(...)` frees it."""

    def __init__(self, configuration: dict[str, object]) -> None:
        error = ctypes.c_void_p()
        self._client = _LIBRARY.kcase_client_new(json.dumps(configuration).encode(), ctypes.byref(error))
        if not self._client:
            raise ValueError(_taken(error.value)["message"])

    def cancel(self, case_id: str) -> Result:
        return _taken(_LIBRARY.kcase_cancel(self._client, case_id.encode(), None))

    def status(self, case_id: str) -> Result:
        return _taken(_LIBRARY.kcase_status(self._client, case_id.encode(), None))

    def check(self) -> Result:
        return _taken(_LIBRARY.kcase_check(self._client))

    def batch(self, case_ids: Iterable[str]) -> list[Result]:
        """The results of a batch, in the order in which they came."""
        error = ctypes.c_void_p()
        batch = _LIBRARY.kcase_batch_new(self._client, None, ctypes.byref(error))
        if not batch:
            raise ValueError(_taken(error.value)["message"])
        try:
            expected = 0
            for case_id in case_ids:
                assert _LIBRARY.kcase_batch_add(batch, case_id.encode(), None) == 1
                expected += 1
            results = []
            for _ in range(expected):
                result = _LIBRARY.kcase_batch_next(batch, _BATCH_WAIT_MS)
                assert result, "a batch has no result in time"
                results.append(_taken(result))
            return results
        finally:
            _LIBRARY.kcase_batch_free(batch)

    def close(self) -> None:
        _LIBRARY.kcase_client_free(self._client)


@contextmanager
def client(configuration: dict[str, object]) -> Iterator[Client]:
    made = Client(configuration)
    try:
        yield made
    finally:
        made.close()


def _taken(result: int | None) -> Result:
    try:
        return json.loads(_LIBRARY.kcase_result_json(result))
    finally:
        _LIBRARY.kcase_result_free(result)
