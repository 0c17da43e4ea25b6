"""The library's functions that the tests of the journal call, by ctypes."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Support"))

import kcase_library
from kcase_library import take

LIBRARY = Path(os.environ.get("KCASE_LIBRARY", ROOT / "build" / "lib" / "libkcase.so"))

_TEXT, _OBJECT, _ERROR = ctypes.c_char_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)

library = kcase_library.load(LIBRARY)
for name, result, arguments in [
    ("kcase_cancel_take", ctypes.c_int32, [_OBJECT, _TEXT, _TEXT, ctypes.c_int32, _ERROR, _ERROR]),
    ("kcase_batch_take", ctypes.c_int32, [_OBJECT, ctypes.c_int32, _ERROR]),
    ("kcase_resume", _OBJECT, [_OBJECT, _TEXT, _ERROR]),
    ("kcase_history", _OBJECT, [_TEXT, _TEXT]),
    ("kcase_journal_head", _OBJECT, [_TEXT]),
    ("kcase_journal_verify", _OBJECT, [_TEXT, _TEXT]),
    ("kcase_journal_prune", _OBJECT, [_TEXT, _TEXT]),
]:
    getattr(library, name).restype, getattr(library, name).argtypes = result, arguments


class Refused(Exception):
    """What could not be made, with the result that says why."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result["message"])
        self.result = result


def _json(value: object) -> bytes | None:
    return None if value is None else json.dumps(value).encode()


def _made(object_: int | None, error: ctypes.c_void_p) -> int:
    if object_:
        return object_
    raise Refused(take(library, error.value))


@contextmanager
def client(url: str, journal: Path | str | None, **more: object) -> Iterator[int]:
    """A client of a service at this address, with a journal."""
    config = {"base_url": url, "token": "sandbox-token", "settle_ms": 1, "backoff_base_ms": 1, **more}
    if journal is not None:
        config["journal"] = str(journal)
    error = ctypes.c_void_p()
    made = _made(library.kcase_client_new(_json(config), ctypes.byref(error)), error)
    try:
        yield made
    finally:
        library.kcase_client_free(made)


def cancel(made: int, case: str, **options: object) -> dict[str, Any]:
    return take(library, library.kcase_cancel(made, case.encode(), _json(options or None)))


def cancel_in_slices(made: int, case: str, slice_ms: int) -> tuple[int, dict[str, Any]]:
    """How many slices it took, and the result."""
    rest, result = ctypes.c_void_p(), ctypes.c_void_p()
    places = ctypes.byref(rest), ctypes.byref(result)
    slices = 1
    outcome = library.kcase_cancel_take(made, case.encode(), None, slice_ms, *places)
    assert (outcome == -1) == bool(rest) != bool(result)
    while not result:
        slices += 1
        library.kcase_batch_take(rest, slice_ms, places[1])
    library.kcase_batch_free(rest)
    return slices, take(library, result.value)


def cancel_all(made: int, cases: list[str], **options: object) -> list[dict[str, Any]]:
    """What a batch says of each case, in the order in which it was found."""
    error = ctypes.c_void_p()
    batch = _made(library.kcase_batch_new(made, _json(options or None), ctypes.byref(error)), error)
    waiting = iter(cases)
    case = next(waiting, None)
    results = []
    while True:
        while case is not None and library.kcase_batch_add(batch, case.encode(), None) == 1:
            case = next(waiting, None)
        if library.kcase_batch_pending(batch) == 0:
            break
        result = library.kcase_batch_next(batch, -1)
        if result:
            results.append(take(library, result))
    library.kcase_batch_free(batch)
    return results


def resume(made: int, **options: object) -> list[dict[str, Any]]:
    """What becomes of the intents that were left."""
    error = ctypes.c_void_p()
    batch = _made(library.kcase_resume(made, _json(options or None), ctypes.byref(error)), error)
    results = []
    while library.kcase_batch_pending(batch) > 0:
        result = library.kcase_batch_next(batch, -1)
        if result:
            results.append(take(library, result))
    library.kcase_batch_free(batch)
    return results


def history(journal: Path | str, **filters: object) -> dict[str, Any]:
    return take(library, library.kcase_history(os.fsencode(journal), _json(filters or None)))


def whole_history(journal: Path | str, **filters: object) -> list[dict[str, Any]]:
    """Every record, page by page."""
    records: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = history(journal, after=after, **filters)
        assert page["outcome"] == "ok", page["message"]
        records += page["records"]
        after = page["next"]
    return records


def head(journal: Path | str) -> dict[str, Any]:
    found = take(library, library.kcase_journal_head(os.fsencode(journal)))
    assert found["outcome"] == "ok", found["message"]
    return found["head"]


def verify(journal: Path | str, expected: object = None) -> dict[str, Any]:
    return take(library, library.kcase_journal_verify(os.fsencode(journal), _json(expected)))


def prune(journal: Path | str, before: str) -> dict[str, Any]:
    return take(library, library.kcase_journal_prune(os.fsencode(journal), _json({"before": before})))
