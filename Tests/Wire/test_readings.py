"""Readings of unusual forms: what is read of them, and which are none."""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import claims
import pytest
from claim_count import ClaimCount, Verdict
from library import Client, Result
from messages import Reply, Request
from odd_answers import Odd, Write
from one_odd_answer import OneOddAnswer
from origin import CANCELED_ID, Behavior, Origin

TIMEOUT_MS = 4000
RESPONSE_BYTES_MAX = 65_536
MARK = b"\xef\xbb\xbf"
STATES = pytest.mark.parametrize("canceled", [True, False], ids=["canceled", "not canceled"])


class Recording(OneOddAnswer):
    """Also keeps what was asked."""

    def __init__(self, write: Write, *, effect: bool) -> None:
        super().__init__(Odd("a reading", write), on_reading=True, effect=effect)
        self.requests: list[Request] = []

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        self.requests.append(request)
        return super().write(connection, request, reply)


@dataclass(frozen=True)
class Run:
    result: Result
    requests: list[Request]
    cancels: int

    @property
    def tries(self) -> list[tuple[str, int | None]]:
        return [(attempt["request"], attempt["http_status"]) for attempt in self.result["attempts"]]


def run(write: Write, claim_count: ClaimCount, *, effect: bool, **config: object) -> Run:
    """A cancel whose first answer is a gateway's 502, and whose first reading is written so."""
    behavior = Recording(write, effect=effect)
    with closing(Origin(behavior=behavior)) as origin:
        case_id = origin.ledger.open()
        behavior.choose(case_id)
        url = f"http://127.0.0.1:{origin.port}"
        with closing(Client(url, timeout_ms=TIMEOUT_MS, **config)) as client:
            result = client.cancel(case_id)
        origin.wait_until_closed()
        truth = origin.ledger.truth(case_id)
        found = claims.complaints(result, truth)
    claim_count.add([Verdict("a reading of an unusual form", result["outcome"], tuple(found))])
    assert behavior.is_done
    assert found == []
    assert result["outcome"] == "canceled", result
    return Run(result, behavior.requests, truth.whole)


READ_AT_ONCE = [("cancel", 502), ("read", 200)]
"""What a cancel that took effect costs where its first reading is understood."""


def encoded(change: Callable[[bytes], bytes], *lines: str) -> Write:
    def write(connection: socket.socket, reply: Reply) -> None:
        body = change(reply.body)
        connection.sendall(reply.head(f"Content-Length: {len(body)}", *lines, length=False) + body)

    return write


FORMS = {
    "gzip": encoded(gzip.compress, "Content-Encoding: gzip"),
    "deflate": encoded(zlib.compress, "Content-Encoding: deflate"),
    "gzip and a mark": encoded(lambda body: gzip.compress(MARK + body), "Content-Encoding: gzip"),
    "a mark": encoded(lambda body: MARK + body),
    "a mark and blanks": encoded(lambda body: MARK + b" \r\n" + body + b"\r\n"),
    "an age of nothing": encoded(lambda body: body, "Age: 0"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_reading_is_read_in_whatever_form_it_comes(name: str, claim_count: ClaimCount) -> None:
    assert run(FORMS[name], claim_count, effect=True).tries == READ_AT_ONCE


class Writing(Behavior):
    """Writes its answers so, one after the other; the last one for all that follow."""

    def __init__(self, *writes: Write) -> None:
        self._writes = list(writes)

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        write = self._writes.pop(0) if len(self._writes) > 1 else self._writes[0]
        write(connection, reply)
        return True


def status(behavior: Behavior, *, canceled: bool) -> Result:
    with closing(Origin(behavior=behavior)) as origin:
        case_id = origin.ledger.open(canceled=canceled)
        with closing(Client(f"http://127.0.0.1:{origin.port}", timeout_ms=TIMEOUT_MS)) as client:
            return client.status(case_id)


@STATES
@pytest.mark.parametrize("name", FORMS)
def test_a_status_is_read_in_whatever_form_it_comes(name: str, canceled: bool) -> None:
    result = status(Writing(FORMS[name]), canceled=canceled)
    assert (result["outcome"], result["case"]["canceled"]) == ("ok", canceled)
    assert len(result["attempts"]) == 1


def test_no_compressed_answer_is_asked_for_and_none_from_a_cache(claim_count: ClaimCount) -> None:
    done = run(encoded(lambda body: body), claim_count, effect=True)
    cancel, read = done.requests
    assert "accept-encoding" not in cancel.fields
    assert "accept-encoding" not in read.fields
    assert read.fields["cache-control"] == "no-cache"


def contrary(*lines: str) -> Write:
    """A reading that does not show the case as it is, with more header lines."""

    def write(connection: socket.socket, reply: Reply) -> None:
        content = json.loads(reply.body)
        case = content["cases"][0]
        if case.pop("secondaryCaseStatusId", None) is None:
            case["secondaryCaseStatusId"] = CANCELED_ID
        case.pop("secondaryStatus", None)
        connection.sendall(Reply(200, content, lines).bytes)

    return write


@pytest.mark.parametrize("age", ["1", "600", "31536000", "  7  "])
def test_a_reading_that_was_kept_on_the_way_is_none(age: str, claim_count: ClaimCount) -> None:
    """It shows a case as canceled that is not."""
    done = run(contrary(f"Age: {age}"), claim_count, effect=False)
    assert done.tries == [*READ_AT_ONCE, ("cancel", 200)]
    assert done.cancels == 2


@STATES
def test_a_status_from_a_cache_is_asked_for_again(canceled: bool) -> None:
    result = status(Writing(contrary("Age: 60"), encoded(lambda body: body)), canceled=canceled)
    assert (result["outcome"], result["case"]["canceled"]) == ("ok", canceled)
    assert len(result["attempts"]) == 2


# Readings that are too large.


def bomb(coding: str, size: int) -> Write:
    """Blanks before a true reading: few bytes on the way, many when they are decoded."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    piece = b" " * (1 << 20)
    blanks = b"".join(packer.compress(piece) for _ in range(size // len(piece)))

    def write(connection: socket.socket, reply: Reply) -> None:
        packed = blanks + packer.compress(reply.body) + packer.flush()
        assert len(packed) < RESPONSE_BYTES_MAX
        lines = (f"Content-Encoding: {coding}", f"Content-Length: {len(packed)}")
        connection.sendall(reply.head(*lines, length=False) + packed)

    return write


def peak_bytes() -> int:
    """The most memory that this process held since `forget_peak`."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_reading_is_bounded_by_its_size_after_decoding(coding: str, claim_count: ClaimCount) -> None:
    write = bomb(coding, 48 << 20)
    forget_peak()
    before = peak_bytes()
    done = run(write, claim_count, effect=True, max_response_bytes=RESPONSE_BYTES_MAX)
    assert peak_bytes() - before < 16 << 20
    assert done.tries == [("cancel", 502), ("read", None), ("cancel", 422), ("read", 200)]
    assert "max_response_bytes" in done.result["attempts"][1]["error"]


def test_a_reading_that_fits_is_read(claim_count: ClaimCount) -> None:
    """The same form, a little smaller."""

    def padded(body: bytes) -> bytes:
        return gzip.compress(b" " * (RESPONSE_BYTES_MAX - len(body)) + body)

    write = encoded(padded, "Content-Encoding: gzip")
    done = run(write, claim_count, effect=True, max_response_bytes=RESPONSE_BYTES_MAX)
    assert done.tries == READ_AT_ONCE

    def too_large(body: bytes) -> bytes:
        return gzip.compress(b" " * (RESPONSE_BYTES_MAX - len(body) + 1) + body)

    write = encoded(too_large, "Content-Encoding: gzip")
    done = run(write, claim_count, effect=True, max_response_bytes=RESPONSE_BYTES_MAX)
    assert done.tries[1] == ("read", None)
