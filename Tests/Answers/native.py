"""The library through its C interface. A call lets other threads run until it returns."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kcase_library import load, take

Result = dict[str, Any]

_BUILD = Path(os.environ.get("BUILD", Path(__file__).resolve().parents[2] / "build"))
_LIBRARY = load(_BUILD / "lib/libkcase.so.1")

_BATCH_WAIT_MS = 20_000


class Client:
    """A client made from a configuration; `with client(...)` frees it."""

    def __init__(self, configuration: dict[str, object]) -> None:
        error = ctypes.c_void_p()
        self._client = _LIBRARY.kcase_client_new(json.dumps(configuration).encode(), ctypes.byref(error))
        if not self._client:
            raise ValueError(take(_LIBRARY, error.value)["message"])

    def cancel(self, case_id: str) -> Result:
        return take(_LIBRARY, _LIBRARY.kcase_cancel(self._client, case_id.encode(), None))

    def status(self, case_id: str) -> Result:
        return take(_LIBRARY, _LIBRARY.kcase_status(self._client, case_id.encode(), None))

    def cancel_found(self, **filters: object) -> Result:
        return take(_LIBRARY, _LIBRARY.kcase_cancel_found(self._client, json.dumps(filters).encode(), None))

    def check(self) -> Result:
        return take(_LIBRARY, _LIBRARY.kcase_check(self._client))

    def batch(self, case_ids: Iterable[str]) -> list[Result]:
        """The results of a batch, in the order in which they came."""
        error = ctypes.c_void_p()
        batch = _LIBRARY.kcase_batch_new(self._client, None, ctypes.byref(error))
        if not batch:
            raise ValueError(take(_LIBRARY, error.value)["message"])
        try:
            expected = 0
            for case_id in case_ids:
                assert _LIBRARY.kcase_batch_add(batch, case_id.encode(), None) == 1
                expected += 1
            results = []
            for _ in range(expected):
                result = _LIBRARY.kcase_batch_next(batch, _BATCH_WAIT_MS)
                assert result, "a batch has no result in time"
                results.append(take(_LIBRARY, result))
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
