"""Clients and batches of the library, as a host uses them."""

from __future__ import annotations

import ctypes
import json
import os
from pathlib import Path
from typing import Any

from kcase_library import load, take

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("BUILD", ROOT / "build"))
TOKEN = "wire-token"
SETTLE_MS = 20

Result = dict[str, Any]

_LIBRARY = load(BUILD / "lib/libkcase.so.1")


class Client:
    """A client of the library; `closing(Client(...))` frees it."""

    def __init__(
        self, base_url: str, *, timeout_ms: int, ca_file: Path | None = None, **more: object
    ) -> None:
        """`more`: other keys of the configuration; None takes one away."""
        self.timeout_ms = timeout_ms
        config = {
            "base_url": base_url,
            "token": TOKEN,
            "timeout_ms": timeout_ms,
            "backoff_base_ms": 1,
            # The origin shows at once what it did.
            "settle_ms": SETTLE_MS,
            **more,
        }
        if ca_file is not None:
            config["ca_file"] = str(ca_file)
        self._client = _LIBRARY.kcase_client_new(json.dumps(config).encode(), None)
        assert self._client, config

    def cancel(self, case_id: str, **options: object) -> Result:
        return take(
            _LIBRARY, _LIBRARY.kcase_cancel(self._client, case_id.encode(), json.dumps(options).encode())
        )

    def status(self, case_id: str) -> Result:
        return take(_LIBRARY, _LIBRARY.kcase_status(self._client, case_id.encode(), None))

    def list(self, **filters: object) -> Result:
        return take(_LIBRARY, _LIBRARY.kcase_list(self._client, json.dumps(filters).encode()))

    def listing(self, **filters: object) -> tuple[list[Result], Result]:
        """Every case that is handed out, and what became of the list."""
        listing = _LIBRARY.kcase_listing_new(self._client, json.dumps(filters).encode(), None)
        assert listing, filters
        cases, out = [], ctypes.c_void_p()
        try:
            while _LIBRARY.kcase_listing_next(listing, -1, ctypes.byref(out)) == 1:
                cases.append(take(_LIBRARY, out))
            return cases, take(_LIBRARY, out)
        finally:
            _LIBRARY.kcase_listing_free(listing)

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
        return take(_LIBRARY, result) if result else None

    def interrupt(self) -> None:
        _LIBRARY.kcase_batch_interrupt(self._batch)

    @property
    def pending(self) -> int:
        return _LIBRARY.kcase_batch_pending(self._batch)

    @property
    def stats(self) -> dict[str, Any]:
        return json.loads(_LIBRARY.kcase_batch_stats(self._batch))

    def close(self) -> None:
        _LIBRARY.kcase_batch_free(self._batch)
