"""Answers to no request, as a server may send them behind an answer."""

from __future__ import annotations

from messages import own_error

UNSOLICITED = {
    **{f"a {status}": own_error(status, "Another's").bytes for status in (200, 404, 409, 422, 500)},
    "a goodbye": own_error(408, "Idle for too long", "Connection: close").bytes,
}
