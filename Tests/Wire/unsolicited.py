"""Answers to no request, as a server may send them behind an answer."""

from __future__ import annotations

from messages import Reply

UNSOLICITED = {
    **{f"a {status}": Reply(status, {"message": "Another's"}).bytes for status in (200, 404, 409, 500)},
    "a goodbye": Reply(408, {"message": "Idle for too long"}, ("Connection: close",)).bytes,
}
