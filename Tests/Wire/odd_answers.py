"""Answers that no server, and nothing that stands before one, should give."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate

from messages import Reply, own_error

Write = Callable[[socket.socket, Reply], None]

EITHER = (True, False)
DONE = (True,)
NOT_DONE = (False,)


@dataclass(frozen=True)
class Odd:
    """One answer. `effects` says with which effects of the request it is honest: a 200 that can be understood
    is honest where the cancel took effect. `end` is the outcome that it leads to, since all other answers
    are honest."""

    name: str
    write: Write
    effects: tuple[bool, ...] = EITHER
    end: str = "canceled"
    keeps: bool = True
    # Whether a reading can be answered so, too.
    reads: bool = True

    def __str__(self) -> str:
        return self.name


def all_odd_answers() -> Iterator[Odd]:
    for family in (
        _pieces,
        _interim,
        _chunks,
        _unsolicited,
        half_heads,
        _heads,
        _lengths,
        _encodings,
        _other_protocols,
        _statuses,
        _retry_after,
        _redirects,
    ):
        yield from family()


def _raw(data: bytes) -> Write:
    return lambda connection, _: connection.sendall(data)


def _with_head(*lines: str, length: bool = True) -> Write:
    return lambda connection, reply: connection.sendall(reply.head(*lines, length=length) + reply.body)


def _with_body(change: Callable[[bytes], bytes], *lines: str, length: bool = False) -> Write:
    return lambda connection, reply: connection.sendall(
        reply.head(*lines, length=length) + change(reply.body)
    )


def _pieces() -> Iterator[Odd]:
    def one_by_one(connection: socket.socket, reply: Reply) -> None:
        for byte in reply.bytes:
            connection.sendall(bytes([byte]))

    yield Odd("one-byte pieces", one_by_one, DONE)
    yield Odd("empty lines first", lambda c, r: c.sendall(b"\r\n\r\n" + r.bytes), DONE)
    yield Odd("bare line feeds", lambda c, r: c.sendall(r.bytes.replace(b"\r\n", b"\n")), DONE)
    yield Odd("small letters", lambda c, r: c.sendall(r.bytes.replace(b"HTTP", b"http")), DONE)
    yield Odd("no reason phrase", lambda c, r: c.sendall(r.bytes.replace(b"200 OK", b"200")), DONE)
    yield Odd("nothing", _raw(b""))
    yield Odd("nothing, and the end", _raw(b""), keeps=False)


def _interim() -> Iterator[Odd]:
    for name, first in {
        "a 100 first": b"HTTP/1.1 100 Continue\r\n\r\n",
        "several 1xx first": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
        * 3,
        "a thousand 100s first": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
    }.items():
        yield Odd(name, lambda c, r, first=first: c.sendall(first + r.bytes), DONE)
    for name, head in {"only a 100": b"100 Continue", "only a 101": b"101 Switching Protocols"}.items():
        yield Odd(name, _raw(b"HTTP/1.1 " + head + b"\r\n\r\n"))
        yield Odd(name + ", and the end", _raw(b"HTTP/1.1 " + head + b"\r\n\r\n"), keeps=False)


def _chunks() -> Iterator[Odd]:
    def chunked(change: Callable[[bytes], bytes]) -> Write:
        return _with_body(change, "Transfer-Encoding: chunked")

    def size(text: str) -> Callable[[bytes], bytes]:
        return lambda body: text.encode() + b"\r\n" + body + b"\r\n0\r\n\r\n"

    def honest(body: bytes) -> bytes:
        return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)

    yield Odd("chunked", chunked(honest), DONE)
    yield Odd(
        "chunked, one by one", chunked(lambda b: b"".join(b"1\r\n%c\r\n" % x for x in b) + b"0\r\n\r\n"), DONE
    )
    yield Odd("chunked, with a trailer", chunked(lambda b: honest(b)[:-2] + b"X-Sum: 1\r\n\r\n"), DONE)
    yield Odd("chunked, and a length", _with_body(honest, "Transfer-Encoding: chunked", length=True), DONE)
    for name, text in {
        "negative": "-5",
        "huge": "FFFFFFFFFFFFFFFFF",
        "too large": "7fffffff",
        "garbage": "zz",
        "empty": "",
    }.items():
        yield Odd(f"chunk size {name}", chunked(size(text)), DONE)
    for keeps in (True, False):
        then = "silence" if keeps else "the end"
        yield Odd(f"no last chunk, then {then}", chunked(lambda b: honest(b)[:-5]), DONE, keeps=keeps)
        yield Odd(
            f"half a chunk, then {then}", chunked(lambda b: honest(b)[: len(b) // 2]), DONE, keeps=keeps
        )


def _unsolicited() -> Iterator[Odd]:
    for status in (200, 404, 409, 500):
        another = own_error(status, "Another's answer").bytes
        yield Odd(f"a {status} besides", lambda c, r, another=another: c.sendall(r.bytes + another), DONE)
    yield Odd("a 204 with a body", _raw(b"HTTP/1.1 204 No Content\r\n\r\n" + Reply(200, {}).bytes), DONE)
    yield Odd(
        "a 304 with a body",
        _raw(b"HTTP/1.1 304 Not Modified\r\n\r\n" + Reply(200, {}).bytes),
        NOT_DONE,
        "failed",
    )


def half_heads() -> Iterator[Odd]:
    """Heads without the blank line at their end: no answers, whatever their first line says."""

    def until(end: bytes) -> Write:
        def write(connection: socket.socket, reply: Reply) -> None:
            head = reply.head()
            connection.sendall(head[: head.index(end) + len(end)])

        return write

    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    for name, write in {
        "half a status line": until(b"HTTP/1.1 2"),
        "a status line without its end": lambda c, r: c.sendall(r.head().split(b"\r\n")[0]),
        "only a status line": until(b"\r\n"),
        "a status line and half a header": until(b"\r\nContent-"),
        "a status line and a header": until(b"json\r\n"),
        "a head without the blank line": lambda c, r: c.sendall(r.head()[:-2]),
        "a head with half of the blank line": lambda c, r: c.sendall(r.head()[:-1]),
        "only 1xx": _raw(interim),
        "1xx and only a status line": _raw(interim + b"HTTP/1.1 200 OK\r\n"),
        "a status line without headers": _raw(b"HTTP/1.1 200 OK\r\n"),
    }.items():
        yield Odd(f"{name}, and the end", write, keeps=False)


def _heads() -> Iterator[Odd]:
    yield Odd("a header of 1 MB", _with_head("X-Long: " + "x" * 1_000_000), DONE)
    yield Odd("10,000 headers", _with_head(*[f"X-{n}: {'y' * 40}" for n in range(10_000)]), DONE)
    yield Odd("an endless header", _raw(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 300_000), DONE)
    yield Odd("a NUL in a header", _with_head("X-Odd: a\0b"), DONE)
    yield Odd("a NUL in a header's name", _with_head("X-\0Odd: b"), DONE)
    yield Odd("a header without a colon", _with_head("Odd"), DONE)
    yield Odd("a folded header", _with_head("X-Odd: a\r\n b"), DONE)
    yield Odd("a header that is not UTF-8", _with_head("X-Request-Id: \u00ff\u00fe"), DONE)
    yield Odd("Connection: close, but kept", _with_head("Connection: close"), DONE)
    yield Odd("kept by word, but closed", _with_head("Connection: keep-alive"), DONE, keeps=False)
    yield Odd("an upgrade offered", _with_head("Connection: upgrade", "Upgrade: h2c, websocket"), DONE)


def _lengths() -> Iterator[Odd]:
    def length_of(text: str) -> Write:
        return _with_head(f"Content-Length: {text}", length=False)

    def off_by(difference: int) -> Write:
        def write(connection: socket.socket, reply: Reply) -> None:
            length_of(str(len(reply.body) + difference))(connection, reply)

        return write

    yield Odd("a body longer than its length", off_by(-1), DONE)
    yield Odd("a body longer than a length of 0", length_of("0"), DONE)
    for keeps in (True, False):
        then = "silence" if keeps else "the end"
        yield Odd(f"a body shorter than its length, then {then}", off_by(1), DONE, keeps=keeps)
        yield Odd(f"a length of 8 EB, then {then}", length_of("9223372036854775807"), DONE, keeps=keeps)
        yield Odd(f"no length, then {then}", _with_head(length=False), DONE, keeps=keeps)
    for text in ("-1", "abc", "99999999999999999999", "2, 2", "0x2", ""):
        yield Odd(f"a length of '{text}'", length_of(text), DONE, keeps=False)
    yield Odd("the length twice", lambda c, r: _with_head(f"Content-Length: {len(r.body)}")(c, r), DONE)
    for other in (0, 1, 5000):
        yield Odd(f"another length of {other}", _with_head(f"Content-Length: {other}"), DONE)


def _encodings() -> Iterator[Odd]:
    def encoded(change: Callable[[bytes], bytes], coding: str) -> Write:
        def write(connection: socket.socket, reply: Reply) -> None:
            body = change(reply.body)
            head = reply.head(f"Content-Encoding: {coding}", f"Content-Length: {len(body)}", length=False)
            connection.sendall(head + body)

        return write

    yield Odd("gzip, unasked for", encoded(gzip.compress, "gzip"), DONE)
    yield Odd("gzip by word, but garbage", encoded(lambda _: b"\x1f\x8bgarbage", "gzip"), DONE)
    yield Odd("gzip by word, but plain", encoded(lambda body: body, "gzip"), DONE)
    yield Odd("a coding nobody knows", encoded(lambda body: body, "rot13"), DONE)
    yield Odd("a transfer coding nobody knows", _with_head("Transfer-Encoding: rot13"), DONE)
    yield Odd("a body with NULs", encoded(lambda body: b"\0" * len(body), "identity"), DONE)
    yield Odd("a body nested deeply", encoded(lambda _: b'{"cases":' + b"[" * 50_000, "identity"), DONE)


def _other_protocols() -> Iterator[Odd]:
    """What does not speak HTTP/1.1 at all."""
    alert = b"\x15\x03\x01\x00\x02\x02\x28"
    for name, data in {
        "HTTP/0.9": b"<html>It is done.</html>\n",
        "an SSH banner": b"SSH-2.0-OpenSSH_9.2p1\r\n",
        "an SMTP greeting": b"220 mail.example ESMTP\r\n",
        "a TLS alert": alert,
        "an HTTP/2 preface": b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64",
        "ICY": b"ICY 200 OK\r\n\r\n",
        "HTTP/9.9": b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        "NULs": b"\0" * 5000,
    }.items():
        for keeps in (True, False):
            yield Odd(f"{name}, then {'silence' if keeps else 'the end'}", _raw(data), keeps=keeps)


def _statuses() -> Iterator[Odd]:
    for status in ("099", "000", "999", "600", "abc", "-200", "2000", "20", " "):
        yield Odd(f"status '{status}'", _raw(f"HTTP/1.1 {status} Odd\r\nContent-Length: 0\r\n\r\n".encode()))


def _retry_after() -> Iterator[Odd]:
    year = 365 * 86_400
    values = {
        "-1": "canceled",
        "abc": "canceled",
        "1e9": "canceled",
        "": "canceled",
        "99999999999999999999": "failed",
        "1000000000": "failed",
        formatdate(time.time() + year, usegmt=True): "failed",
        formatdate(time.time() - year, usegmt=True): "canceled",
        "Mon, 99 Foo 99999 99:99:99 GMT": "canceled",
    }
    for value, end in values.items():
        later = f"Retry-After: {value}"
        for status in (429, 503):
            own = _raw(own_error(status, "Later", later).bytes)
            foreign = _raw(Reply(status, {"message": "Later"}, (later,)).bytes)
            # What a gateway says of a request ends no doubt about what became of it.
            foreign_end = "unknown" if (status, end) == (503, "failed") else end
            yield Odd(f"{status}, later by '{value}'", own, NOT_DONE, end)
            yield Odd(f"a gateway's {status}, later by '{value}'", foreign, NOT_DONE, foreign_end)
            if status == 503:
                yield Odd(f"503 all the same, later by '{value}'", own, DONE)
                yield Odd(f"a gateway's 503 all the same, later by '{value}'", foreign, DONE)


def _redirects() -> Iterator[Odd]:
    for status in (301, 302, 303, 307, 308):
        for name, place in {"a path that is canceled": "/case/id/other/cancel", "nowhere": "//["}.items():
            answer = Reply(status, {"message": "Over there"}, (f"Location: {place}",)).bytes
            yield Odd(f"{status} to {name}", _raw(answer), NOT_DONE, "failed")
    loop = Reply(307, {"message": "Again"}, ("Location: ",))
    yield Odd("a redirect to itself", _raw(loop.bytes), NOT_DONE, "failed")
