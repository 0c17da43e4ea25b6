"""What can happen to one stream among many, before, in the middle of and behind its answer."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from h2.errors import ErrorCodes
from messages import Reply
from odd_answers import DONE, EITHER, NOT_DONE
from streams import Line, literal

Action = Callable[[Line, int, Reply], None]

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE = range(9)
END_STREAM, END_HEADERS, PADDED = 1, 4, 8
LARGE = 100_000


@dataclass(frozen=True)
class OddStream:
    """One answer. `effects` says with which effects of the request it is honest. `breaks`: the connection may
    end with it, and then requests of other cases are lost on their way."""

    name: str
    do: Action
    effects: tuple[bool, ...] = EITHER
    breaks: bool = False
    # Whether the answer is whole for all that, and so decides by itself.
    is_answer: bool = False

    def __str__(self) -> str:
        return self.name


def all_odd_streams() -> Iterator[OddStream]:
    families = (
        *(_resets, _halves, _interim, _pieces, _sizes, _heads),
        *(_unrelated_frames, _violations, _goaways),
    )
    for family in families:
        yield from family()


def _resets() -> Iterator[OddStream]:
    yield OddStream("refused", lambda l, s, r: l.reset(s, ErrorCodes.REFUSED_STREAM), NOT_DONE)
    for code in (
        ErrorCodes.NO_ERROR,
        ErrorCodes.PROTOCOL_ERROR,
        ErrorCodes.INTERNAL_ERROR,
        ErrorCodes.STREAM_CLOSED,
        ErrorCodes.CANCEL,
        ErrorCodes.ENHANCE_YOUR_CALM,
        ErrorCodes.HTTP_1_1_REQUIRED,
    ):
        yield OddStream(f"reset by {code.name}", lambda l, s, r, code=code: l.reset(s, code))
    yield OddStream("reset by a code nobody knows", lambda l, s, r: l.reset(s, 0xDEADBEEF))

    def after_all(line: Line, stream: int, reply: Reply) -> None:
        line.answer(stream, reply)
        line.raw(struct.pack(">L", ErrorCodes.NO_ERROR), kind=RST_STREAM, stream=stream)

    yield OddStream("a reset behind the answer", after_all, DONE, is_answer=True)


def _halves() -> Iterator[OddStream]:
    def after_head(code: int, *, length: bool) -> Action:
        def do(line: Line, stream: int, reply: Reply) -> None:
            line.head(stream, reply, length=length)
            line.reset(stream, code)

        return do

    def in_body(code: int, *, length: bool) -> Action:
        def do(line: Line, stream: int, reply: Reply) -> None:
            line.head(stream, reply, length=length)
            line.body(stream, reply.body[:-1], ends=False)
            line.reset(stream, code)

        return do

    for code in (ErrorCodes.REFUSED_STREAM, ErrorCodes.INTERNAL_ERROR, ErrorCodes.CANCEL):
        for length in (True, False):
            with_length = "a length" if length else "no length"
            yield OddStream(f"{code.name} behind a head with {with_length}", after_head(code, length=length))
            yield OddStream(f"{code.name} in a body with {with_length}", in_body(code, length=length))
    # This may end an answer that needs no more of the request.
    for length in (True, False):
        with_length = "a length" if length else "no length"
        yield OddStream(
            f"NO_ERROR in a body with {with_length}", in_body(ErrorCodes.NO_ERROR, length=length), DONE
        )

    def short(line: Line, stream: int, reply: Reply) -> None:
        line.head(stream, reply, length=True)
        line.raw(reply.body[:-1], kind=DATA, flags=END_STREAM, stream=stream)

    yield OddStream("a body shorter than its length", short)
    yield OddStream("no body, in spite of a length", lambda l, s, r: l.head(s, r, length=True, ends=True))


def _interim() -> Iterator[OddStream]:
    def first(*statuses: int) -> Action:
        def do(line: Line, stream: int, reply: Reply) -> None:
            for status in statuses:
                line.interim(stream, status, ("link", "</x>"))
            line.answer(stream, reply)

        return do

    yield OddStream("a 100 first", first(100), DONE, is_answer=True)
    yield OddStream("a 103 first", first(103), DONE, is_answer=True)
    yield OddStream("a hundred 1xx first", first(*(100, 102, 103) * 33), DONE, is_answer=True)

    def only(line: Line, stream: int, reply: Reply) -> None:
        line.interim(stream, 103)
        line.reset(stream, ErrorCodes.INTERNAL_ERROR)

    def ends(line: Line, stream: int, reply: Reply) -> None:
        block = literal([(":status", "103")])
        line.raw(block, kind=HEADERS, flags=END_HEADERS | END_STREAM, stream=stream)

    yield OddStream("only a 103, then a reset", only)
    yield OddStream("only a 103 that ends the stream", ends, breaks=True)


def _pieces() -> Iterator[OddStream]:
    def one_by_one(line: Line, stream: int, reply: Reply) -> None:
        line.head(stream, reply, length=False)
        for byte in reply.body:
            line.body(stream, bytes([byte]), ends=False)
        line.body(stream, b"")

    def padded(line: Line, stream: int, reply: Reply) -> None:
        line.head(stream, reply, length=True)
        payload = bytes([200]) + reply.body + bytes(200)
        line.raw(payload, kind=DATA, flags=PADDED | END_STREAM, stream=stream)

    def nothing_often(line: Line, stream: int, reply: Reply) -> None:
        line.head(stream, reply, length=True)
        for _ in range(300):
            line.raw(b"", kind=DATA, stream=stream)
        line.body(stream, reply.body)

    def slowly(line: Line, stream: int, reply: Reply) -> None:
        line.head(stream, reply, length=True)
        for number, byte in enumerate(reply.body):
            line.later(number / 500, lambda byte=byte: line.body(stream, bytes([byte]), ends=False))
        line.later(len(reply.body) / 500, lambda: line.body(stream, b""))

    def trailed(line: Line, stream: int, reply: Reply) -> None:
        line.head(stream, reply, length=True)
        line.body(stream, reply.body, ends=False)
        line.h2.send_headers(stream, [("x-sum", "1")], end_stream=True)

    yield OddStream("one-byte pieces", one_by_one, DONE, is_answer=True)
    yield OddStream("one-byte pieces, slowly", slowly, DONE, is_answer=True)
    yield OddStream("padding", padded, DONE, is_answer=True)
    yield OddStream("three hundred empty pieces", nothing_often, DONE, breaks=True)
    yield OddStream("a trailer", trailed, DONE, is_answer=True)


def _sizes() -> Iterator[OddStream]:
    def headers(size: int) -> Action:
        def do(line: Line, stream: int, reply: Reply) -> None:
            fields = [(f"x-{number}", "y" * 1000) for number in range(size // 1000)]
            line.head(stream, reply, *fields, length=True)
            line.body(stream, reply.body)

        return do

    def large(line: Line, stream: int, reply: Reply) -> None:
        line.answer(stream, Reply(reply.status, {"message": "x" * LARGE}))

    yield OddStream("headers of 8 KB", headers(8_000), DONE, is_answer=True)
    # libcurl 7.88 stumbles over these; that costs a reading.
    yield OddStream("headers of 20 KB", headers(20_000), DONE, breaks=True)
    yield OddStream("headers of 70 KB", headers(70_000), DONE, breaks=True)
    yield OddStream("headers of 300 KB", headers(300_000), DONE, breaks=True)
    yield OddStream("a body larger than max_response_bytes", large, DONE)


def _heads() -> Iterator[OddStream]:
    def block(*fields: tuple[str, str]) -> Action:
        def do(line: Line, stream: int, reply: Reply) -> None:
            honest = [(name, str(reply.status) if value == "200" else value) for name, value in fields]
            line.raw(literal(honest), kind=HEADERS, flags=END_HEADERS, stream=stream)
            line.raw(reply.body, kind=DATA, flags=END_STREAM, stream=stream)

        return do

    status = (":status", "200")
    for name, fields in {
        "no status": [("content-type", "application/json")],
        "two statuses": [status, (":status", "404")],
        "a status of letters": [(":status", "abc")],
        "a status of four digits": [(":status", "2000")],
        "a status of 0": [(":status", "000")],
        "a status of 999": [(":status", "999")],
        "a status behind the headers": [("x-odd", "1"), status],
        "a pseudo-header nobody knows": [status, (":odd", "1")],
        "a large letter in a name": [status, ("X-Odd", "1")],
        "Connection: close": [status, ("connection", "close")],
        "a NUL in a header": [status, ("x-odd", "a\0b")],
        "a line feed in a header": [status, ("x-odd", "a\r\n:status: 409")],
        "a length that is none": [status, ("content-length", "abc")],
        "two lengths": [status, ("content-length", "2"), ("content-length", "3")],
        "a length that is too large": [status, ("content-length", "5000")],
        "a coding nobody knows": [status, ("content-encoding", "rot13")],
        "no headers at all": [],
    }.items():
        yield OddStream(name, block(*fields), DONE, breaks=True)
    yield OddStream(
        "a block that cannot be read",
        lambda l, s, r: l.raw(b"\xff" * 20, kind=HEADERS, flags=5, stream=s),
        breaks=True,
    )


def _unrelated_frames() -> Iterator[OddStream]:
    """What has nothing to do with the answer, which is honest."""

    def beside(*frames: tuple[bytes, int, int, int], behind: bool = False) -> Action:
        def do(line: Line, stream: int, reply: Reply) -> None:
            if behind:
                line.answer(stream, reply)
            for payload, kind, flags, other in frames:
                line.raw(payload, kind=kind, flags=flags, stream=stream if other < 0 else other)
            line.answer(stream, reply)

        return do

    ok = literal([(":status", "200")])
    yield OddStream("300 pings", beside(*[(bytes(8), PING, 0, 0)] * 300), DONE, is_answer=True)
    yield OddStream("5000 pings", beside(*[(bytes(8), PING, 0, 0)] * 5000), DONE, breaks=True)
    yield OddStream("300 empty settings", beside(*[(b"", SETTINGS, 0, 0)] * 300), DONE, breaks=True)
    yield OddStream("a frame nobody knows", beside((b"odd", 0x77, 0, 0)), DONE, is_answer=True)
    yield OddStream(
        "a priority of a stream nobody opened", beside((bytes(5), PRIORITY, 0, 9001)), DONE, is_answer=True
    )
    update = struct.pack(">L", 1)
    yield OddStream(
        "a window for a stream that is over", beside((update, WINDOW_UPDATE, 0, 1)), DONE, is_answer=True
    )
    for name, frame in {
        "a window of nothing for the stream": (bytes(4), WINDOW_UPDATE, 0, -1),
        "a window of nothing for all": (bytes(4), WINDOW_UPDATE, 0, 0),
        "a window for a stream nobody opened": (update, WINDOW_UPDATE, 0, 9001),
        "a window that is too large": (struct.pack(">L", 0x7FFFFFFF), WINDOW_UPDATE, 0, 0),
        "a reset of a stream nobody opened": (bytes(4), RST_STREAM, 0, 9001),
        "an answer to a stream nobody opened": (ok, HEADERS, END_HEADERS | END_STREAM, 9001),
        "an answer to a stream of the server's own": (ok, HEADERS, END_HEADERS | END_STREAM, 2),
        "a body for a stream nobody opened": (b"{}", DATA, END_STREAM, 9001),
        "a PUSH_PROMISE": (struct.pack(">L", 2) + ok, PUSH_PROMISE, END_HEADERS, -1),
    }.items():
        yield OddStream(name, beside(frame), DONE, breaks=True)
    for name, frame in {
        "a second answer": (ok, HEADERS, END_HEADERS | END_STREAM, -1),
        "a second refusal": (literal([(":status", "409")]), HEADERS, END_HEADERS | END_STREAM, -1),
        "more body behind the end": (b"{}", DATA, END_STREAM, -1),
    }.items():
        yield OddStream(name, beside(frame, behind=True), DONE, breaks=True)


def _violations() -> Iterator[OddStream]:
    for name, words in {
        "an HTTP/1.1 answer": Reply(200, {}).bytes,
        "zeros": bytes(5000),
        "garbage": b"\xff" * 200,
        "half a frame, and the end": b"\0\0\x40\1",
        "a frame that is too large": b"\x7f\xff\xff\0\0\0\0\0\1",
    }.items():

        def do(line: Line, stream: int, reply: Reply, words: bytes = words) -> None:
            line.words(words)
            line.end()

        yield OddStream(name, do, breaks=True)


def _goaways() -> Iterator[OddStream]:
    def above(line: Line, stream: int, reply: Reply) -> None:
        line.go_away(2**31 - 1)
        line.answer(stream, reply)

    def ours(line: Line, stream: int, reply: Reply) -> None:
        line.go_away(stream)
        line.answer(stream, reply)

    def below(line: Line, stream: int, reply: Reply) -> None:
        line.go_away(max(stream - 2, 0), ErrorCodes.ENHANCE_YOUR_CALM)

    def error(line: Line, stream: int, reply: Reply) -> None:
        line.go_away(stream, ErrorCodes.INTERNAL_ERROR)
        line.end()

    yield OddStream("a GOAWAY above all, and the answer", above, DONE, breaks=True)
    yield OddStream("a GOAWAY behind our stream, and the answer", ours, DONE, breaks=True)
    yield OddStream("a GOAWAY before our stream", below, NOT_DONE, breaks=True)
    yield OddStream("a GOAWAY for an error, and the end", error, breaks=True)
    for reset in (False, True):
        name = "a reset connection" if reset else "the end of the connection"
        yield OddStream(name, lambda l, s, r, reset=reset: l.end(reset=reset), breaks=True)
