"""Readings with something odd in them: some still tell the case's state, others only seem to."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from forms import CANCELED_ID, Form, reading

_Change = Callable[[bytes], bytes]

_PLACE = b'"caseStatusId"'
_STATUS_ID = b'"secondaryCaseStatusId"'


def _before_the_status(text: bytes) -> _Change:
    return lambda body: body.replace(_PLACE, text + b", " + _PLACE)


def _instead(old: bytes, new: bytes) -> _Change:
    return lambda body: body.replace(old, new)


def _with_capitals(body: bytes) -> bytes:
    return body.replace(CANCELED_ID.encode(), CANCELED_ID.upper().encode())


def _without_the_id(body: bytes) -> bytes:
    """The word alone, in another spelling."""
    canceled = f', "secondaryCaseStatusId": "{CANCELED_ID}"'.encode()
    return body.replace(canceled, b"").replace(b'"Canceled"', b'"Cancelled"')


def _twice(body: bytes) -> bytes:
    case = body[body.index(b"[") + 1 : body.rindex(b"]")]
    return body.replace(case, case + b", " + case)


def _form(
    name: str, change: _Change, *headers: str, is_readable: bool = True, shows_the_case: bool = True
) -> Form:
    return Form(
        name,
        "application/json",
        lambda status, case_id: reading(case_id, False),
        headers,
        is_json=True,
        change_of_reading=change,
        is_readable=is_readable,
        shows_the_case=shows_the_case,
    )


BLEMISHES = [
    _form("plain_reading", lambda body: body),
    _form("byte_order_mark", lambda body: b"\xef\xbb\xbf" + body),
    _form("half_emoji", _before_the_status(rb'"candidateMiddleName": "Jo \ud83d"')),
    _form("nul", _before_the_status(rb'"candidateMiddleName": "Do\u0000e"')),
    _form("latin1", _before_the_status(b'"candidateMiddleName": "Ren\xe9"')),
    _form("number_out_of_range", _before_the_status(b'"score": 1e400, "sequence": 18446744073709551616')),
    _form("key_twice_elsewhere", _before_the_status(b'"custom": {"note": "a", "note": "b"}')),
    _form("adverse_action_canceled", _before_the_status(b'"adverseActionStatusName": "Cancel"')),
    _form("status_id_in_capitals", _with_capitals),
    _form("other_name_of_status_id", _instead(_STATUS_ID, b'"caseSecondaryStatusId"')),
    _form("case_id_in_blanks", _instead(b'"id": "', b'"id": " ')),
    _form("gzip_reading", lambda body: gzip.compress(body, mtime=0), "Content-Encoding: gzip"),
    _form("word_without_id", _without_the_id, is_readable=False),
    _form("case_twice", _twice, is_readable=False),
    _form(
        "status_id_twice",
        _instead(_STATUS_ID, b'"secondaryCaseStatusId": "status-type-consider", ' + _STATUS_ID),
        is_readable=False,
    ),
    _form("cut_short", lambda body: body[: len(body) // 2], is_readable=False),
    _form("gzip_unmarked_reading", lambda body: gzip.compress(body, mtime=0), is_readable=False),
    _form("another_case", _instead(b'"id": "0000', b'"id": "9999'), is_readable=False, shows_the_case=False),
    _form("no_case", lambda body: b'{"cases": []}', is_readable=False, shows_the_case=False),
    # A cache shows what was before the cancel; only the header tells.
    _form(
        "from_a_cache", _instead(CANCELED_ID.encode(), b"status-type-consider"), "Age: 30", is_readable=False
    ),
]
