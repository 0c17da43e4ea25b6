#!/usr/bin/env python3
"""Cancels KarmaCheck cases; says what happened to each and what to do next.

    KCASE_ENVIRONMENT=stage KCASE_TOKEN=... ./cancel_case.py e074241e-36e8-444b-bf55-bb4dad6d3f3d

Needs nothing but Python 3.9 and libkcase.so.1. It shows how the C interface is called from Python with
ctypes, and how a host handles each outcome.
"""

# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import ctypes
import functools
import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HELP = """\
usage: cancel_case CASE_ID...

Cancels KarmaCheck cases, and says of each:

  outcome           case id                               what to do next
      what happened (the reason; what the outcome rests on; HTTP requests made)

The configuration comes from environment variables, since anybody on the machine
can read a command line:

  KCASE_ENVIRONMENT           stage or production; or
  KCASE_BASE_URL              the address of another server, for tests
  KCASE_TOKEN                 a token; or
  KCASE_API_KEY and
  KCASE_CLIENT_ACCESS_TOKEN   the pair that a token is made from

Exit code, the greatest that fits:

  0  every case is canceled
  1  a case is not canceled: refused, not_found, denied, failed
  2  a case is left open: not_sent, unknown; run the same command again
  3  the command line, the configuration or a case id is wrong
"""

# Exit codes, from best to worst: of several cases, the greatest counts.
CANCELED, NOT_CANCELED, TRY_AGAIN, INVALID = range(4)


# --- The library --------------------------------------------------------------------------------------


@functools.cache
def library() -> ctypes.CDLL:
    """The library: the one that KCASE_LIBRARY names, else the checkout's, else the system's."""
    path = os.environ.get("KCASE_LIBRARY")
    if path is None:
        built = Path(__file__).resolve().parents[2] / "build" / "lib" / "libkcase.so.1"
        path = str(built) if built.exists() else "libkcase.so.1"
    # CDLL, unlike PyDLL, lets other Python threads run during a call.
    lib = ctypes.CDLL(path)

    # Every prototype is declared: without a declaration, ctypes treats every value as an int and truncates
    # pointers. Handles are void pointers; a c_char_p result is copied into bytes at once.
    handle, text, int32 = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32
    prototypes: dict[str, tuple[Any, list[Any]]] = {
        "kcase_client_new": (handle, [text, ctypes.POINTER(handle)]),
        "kcase_client_free": (None, [handle]),
        "kcase_client_interrupt": (None, [handle]),
        "kcase_cancel": (handle, [handle, text, text]),
        "kcase_result_outcome": (int32, [handle]),
        "kcase_outcome_name": (text, [int32]),
        "kcase_result_is_settled": (int32, [handle]),
        "kcase_result_is_retriable": (int32, [handle]),
        "kcase_result_message": (text, [handle]),
        "kcase_result_json": (text, [handle]),
        "kcase_result_free": (None, [handle]),
    }
    for name, (result, arguments) in prototypes.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


def to_c(value: str) -> bytes:
    """Text as C takes it.

    C would read a text only up to its first NUL, and the beginning of a case id may be the id of another
    case: so a NUL is refused here. Bytes that are not UTF-8, as a command line can hold them, pass as they
    are: the library refuses them and says so.
    """
    if not isinstance(value, str):
        raise TypeError(f"must be str, not {type(value).__name__}")
    if "\0" in value:
        raise ValueError("must not hold a NUL character")
    return value.encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Result:
    """What a call found out: a copy, which needs the library no more."""

    outcome: str
    message: str
    is_settled: bool
    is_retriable: bool
    details: dict[str, Any]

    @classmethod
    def take(cls, handle: int) -> Result:
        """Copies the library's result and frees it, whatever happens."""
        lib = library()
        try:
            return cls(
                outcome=lib.kcase_outcome_name(lib.kcase_result_outcome(handle)).decode(),
                message=lib.kcase_result_message(handle).decode(),
                is_settled=bool(lib.kcase_result_is_settled(handle)),
                is_retriable=bool(lib.kcase_result_is_retriable(handle)),
                details=json.loads(lib.kcase_result_json(handle)),
            )
        finally:
            lib.kcase_result_free(handle)


class Client:
    """A client of the service. Any thread may use it; close it after the last call has returned."""

    def __init__(self, config: dict[str, str]) -> None:
        """Raises ValueError, with the library's message, for a configuration that is not valid."""
        error = ctypes.c_void_p()
        self._handle: int | None = library().kcase_client_new(to_c(json.dumps(config)), ctypes.byref(error))
        if self._handle is None:
            raise ValueError(Result.take(error.value or 0).message)

    def cancel(self, case_id: str) -> Result:
        return Result.take(library().kcase_cancel(self._handle, to_c(case_id), None))

    def interrupt(self) -> None:
        """Ends the calls that are under way: they return at once with what is known."""
        library().kcase_client_interrupt(self._handle)

    def close(self) -> None:
        # The handle is forgotten before it is freed: the library accepts NULL, but not a dead pointer.
        handle, self._handle = self._handle, None
        library().kcase_client_free(handle)


# --- The program --------------------------------------------------------------------------------------


def configuration() -> dict[str, str]:
    """Every variable that is set; which of them go together is for the library to say."""
    config: dict[str, str] = {}
    for key in ("environment", "base_url", "token", "api_key", "client_access_token"):
        variable = f"KCASE_{key.upper()}"
        value = os.environ.get(variable)
        if value is None:
            continue
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{variable}: is not valid UTF-8") from None
        config[key] = value
    return config


def decide(result: Result) -> tuple[int, str]:
    """The main decision of a host: what each outcome means, as an exit code and a next step."""
    if result.outcome in ("canceled", "already_canceled"):
        return CANCELED, "Done."
    if result.outcome == "refused" and result.is_settled:
        return NOT_CANCELED, "Tell a person: the case goes on."
    if result.outcome == "not_found":
        return NOT_CANCELED, "Check the case id and the environment."
    if result.outcome == "denied":
        return NOT_CANCELED, "Check the credentials and whose case it is, then try again."
    if result.outcome == "invalid":
        return INVALID, "Correct the input: nothing was sent."
    # failed, not_sent, unknown, and a refusal that may be for now only; and whatever a later version adds is
    # treated as unknown.
    code = NOT_CANCELED if result.outcome in ("failed", "refused") else TRY_AGAIN
    if result.is_retriable:
        return code, "Keep it and try again later."
    return code, "Keep it and have a person look."


def report(case_id: str, result: Result, next_step: str) -> str:
    # An id is input from outside: control characters, which terminals obey, are not printed.
    shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "?" for byte in to_c(case_id))
    reason, evidence = result.details.get("reason"), result.details.get("evidence", "none")
    details = f"evidence: {evidence}; requests: {len(result.details.get('attempts', []))}"
    if reason is not None:
        details = f"{reason}; {details}"
    return f"{result.outcome:<16}  {shown:<36}  {next_step}\n    {result.message} ({details})"


def cancel_all(client: Client, case_ids: list[str]) -> int:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        client.interrupt()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)

    code = CANCELED
    tried = 0
    # Python runs signal handlers on the main thread, and not while that is inside a C function. So the
    # calls are made on another one: Ctrl-C then ends a call at once, and the result is still reported.
    with ThreadPoolExecutor(max_workers=1) as worker:
        for case_id in case_ids:
            if stopping:
                break
            tried += 1
            result = worker.submit(client.cancel, case_id).result()
            one, next_step = decide(result)
            code = max(code, one)
            say(report(case_id, result, next_step))
    if tried < len(case_ids):
        complain(f"stopped by a signal; cases not tried: {len(case_ids) - tried}")
        code = max(code, TRY_AGAIN)
    return code


def say(text: str) -> None:
    # Not print(): each outcome is written before the next case is begun, and no outcome is lost to a locale
    # that cannot encode its message.
    os.write(1, f"{text}\n".encode())


def complain(message: str) -> None:
    print(f"cancel_case: {message}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    for argument in arguments:
        if argument == "--help":
            print(HELP, end="")
            return CANCELED
        if argument.startswith("-"):
            complain("there is no option but --help")
            return INVALID
    if not arguments:
        print("usage: cancel_case CASE_ID... (--help explains)", file=sys.stderr)
        return INVALID
    try:
        client = Client(configuration())
    except (OSError, AttributeError) as error:  # no such file, or it lacks a function
        complain(f"the library cannot be loaded: {error}")
        return INVALID
    except ValueError as error:
        complain(str(error))
        complain("the configuration is in KCASE_* variables; --help lists them")
        return INVALID
    with closing(client):
        try:
            return cancel_all(client, arguments)
        except OSError as error:
            complain(f"standard output: {error.strerror}")
            return TRY_AGAIN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
