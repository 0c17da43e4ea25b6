"""The library as a host uses it: by ctypes, which lets other threads run during a call."""

from __future__ import annotations

import ctypes
import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("BUILD", ROOT / "build"))
TOKEN = "wire-token"

Result = dict[str, Any]

_LIBRARY = ctypes.CDLL(str(BUILD / "lib/libkcase.so.1"))
_LIBRARY.kcase_client_new.restype = ctypes.c_void_p
_LIBRARY.kcase_client_new.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
_LIBRARY.kcase_client_free.argtypes = [ctypes.c_void_p]
_LIBRARY.kcase_cancel.restype = ctypes.c_void_p
_LIBRARY.kcase_cancel.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
_LIBRARY.kcase_result_json.restype = ctypes.c_char_p
_LIBRARY.kcase_result_json.argtypes = [ctypes.c_void_p]
_LIBRARY.kcase_result_free.argtypes = [ctypes.c_void_p]
_LIBRARY.kcase_batch_new.restype = ctypes.c_void_p
_LIBRARY.kcase_batch_new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_LIBRARY.kcase_batch_add.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
_LIBRARY.kcase_batch_next.restype = ctypes.c_void_p
_LIBRARY.kcase_batch_next.argtypes = [ctypes.c_void_p, ctypes.c_int32]
_LIBRARY.kcase_batch_pending.restype = ctypes.c_int64
_LIBRARY.kcase_batch_pending.argtypes = [ctypes.c_void_p]
_LIBRARY.kcase_batch_stats.restype = ctypes.c_char_p
_LIBRARY.kcase_batch_stats.argtypes = [ctypes.c_void_p]
_LIBRARY.kcase_batch_free.argtypes = [ctypes.c_void_p]


class Client:
    """A client of the library; `closing(Client(...))` frees it."""

    def __init__(
        self, base_url: str, *, timeout_ms: int, ca_file: Path | None = None, **more: object
    ) -> None:
        """`more`: other keys of the configuration; None takes one away."""
        self.timeout_ms = timeout_ms
        config = {"base_url": base_url, "token": TOKEN, "timeout_ms": timeout_ms, "backoff_base_ms": 1, **more}
        if ca_file is not None:
            config["ca_file"] = str(ca_file)
        self._client = _LIBRARY.kcase_client_new(json.dumps(config).encode(), None)
        assert self._client, config

    def cancel(self, case_id: str) -> Result:
        return _taken(_LIBRARY.kcase_cancel(self._client, case_id.encode(), None))

    def batch(self, **options: object) -> Batch:
        return Batch(self._client, options)

    def close(self) -> None:
        _LIBRARY.kcase_client_free(self._client)


class Batch:
    """A batch of a client's; `closing(client.batch())` frees it."""

    def __init__(self, client: int, options: dict[str, object]) -> None:
        self._batch = _LIBRARY.kcase_batch_new(client, json.dumps(options).encode(), None)
        assert self._batch, options

    def add(self, case_id: str, **options: object) -> bool:
        """False: there is no room now."""
        added = _LIBRARY.kcase_batch_add(self._batch, case_id.encode(), json.dumps(options).encode())
        assert added in (0, 1), added
        return added == 1

    def next(self, timeout_ms: int) -> Result | None:
        result = _LIBRARY.kcase_batch_next(self._batch, timeout_ms)
        return _taken(result) if result else None

    @property
    def pending(self) -> int:
        return _LIBRARY.kcase_batch_pending(self._batch)

    @property
    def stats(self) -> dict[str, Any]:
        return json.loads(_LIBRARY.kcase_batch_stats(self._batch))

    def close(self) -> None:
        _LIBRARY.kcase_batch_free(self._batch)


def _taken(result: int) -> Result:
    try:
        return json.loads(_LIBRARY.kcase_result_json(result))
    finally:
        _LIBRARY.kcase_result_free(result)
