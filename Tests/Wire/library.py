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


class Client:
    """A client of the library; `closing(Client(...))` frees it."""

    def __init__(self, base_url: str, *, timeout_ms: int, ca_file: Path | None = None) -> None:
        self.timeout_ms = timeout_ms
        config = {"base_url": base_url, "token": TOKEN, "timeout_ms": timeout_ms, "backoff_base_ms": 1}
        if ca_file is not None:
            config["ca_file"] = str(ca_file)
        self._client = _LIBRARY.kcase_client_new(json.dumps(config).encode(), None)
        assert self._client, config

    def cancel(self, case_id: str) -> Result:
        result = _LIBRARY.kcase_cancel(self._client, case_id.encode(), None)
        try:
            return json.loads(_LIBRARY.kcase_result_json(result))
        finally:
            _LIBRARY.kcase_result_free(result)

    def close(self) -> None:
        _LIBRARY.kcase_client_free(self._client)
