"""The forms of an answer's body: the service's own, and those of gateways, firewalls and wrong addresses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from http.client import responses

WAITING_ID = "8e0c9756-a42f-4a7d-b8e2-412a0f6b9dea"
CANCELED_ID = "4155584b-708c-4108-86a8-8f3321b9b17c"

STARTED = "Cannot cancel a case that has already started."
UNABLE = "Unable to cancel case."
_CANCEL_FAILED = "An error has occurred while canceling the case"


def own_error(status: int, message: str | None = None) -> bytes:
    """The service's error body."""
    phrase = "Unprocessable Entity" if status == 422 else responses.get(status, f"Status {status}")
    usual = {422: UNABLE, 500: _CANCEL_FAILED}.get(status, phrase)
    return _json({"message": message or usual, "error": phrase, "statusCode": status})


def reading(case_id: str, canceled: bool) -> bytes:
    """The service's answer to a read."""
    case = {
        "id": case_id,
        "caseStatusId": "d894b8a0-937e-46b1-8799-15bad611844f",
        "caseStatus": "Pending",
        "secondaryCaseStatusId": CANCELED_ID if canceled else WAITING_ID,
        "secondaryStatus": "Canceled" if canceled else "Waiting for Authorization",
    }
    return _json({"cases": [case]})


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _page(title: str, body: str) -> bytes:
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{body}</body></html>\n".encode()


_MAINTENANCE = _page("Down for maintenance", "<h1>Back soon</h1>")
_SOAP = (
    b'<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    b"<soap:Fault><faultcode>soap:Server</faultcode></soap:Fault></soap:Body></soap:Envelope>"
)
_NOT_FOUND = {"message": "Cannot POST /case/id/x/cancel", "error": "Not Found", "statusCode": 404}
_FAULT = {"message": "Internal server error", "error": "Internal Server Error", "statusCode": 500}

Body = Callable[[int, str], bytes]
"""A body for a status and a case id."""


@dataclass(frozen=True)
class Form:
    name: str
    content_type: str
    body: Body
    headers: tuple[str, ...] = ()
    own_for: range | tuple[int, ...] = ()
    """The statuses with which the service itself answers in this form."""
    without_contradiction: bool = False
    """Nothing in it says that a cancel was not accepted: with 200, 201 or 204 it has to be believed."""
    is_json: bool = False
    change_of_reading: Callable[[bytes], bytes] | None = None
    """What is done to the service's reading, in place of a body of the form's own."""
    is_readable: bool = False
    """Whether such a reading tells the case's state."""
    shows_the_case: bool = True

    def __str__(self) -> str:
        return self.name


def _html(name: str, body: bytes, content_type: str = "text/html") -> Form:
    return Form(name, content_type, lambda status, case_id: body)


def _object(
    name: str, value: object, *, own_for: tuple[int, ...] = (), without_contradiction: bool = False
) -> Form:
    text = _json(value)
    return Form(
        name,
        "application/json",
        lambda status, case_id: text,
        own_for=own_for,
        without_contradiction=without_contradiction,
        is_json=True,
    )


def _text(name: str, text: bytes) -> Form:
    return Form(name, "text/plain", lambda status, case_id: text, without_contradiction=True)


OWN_STARTED = Form(
    "own_started",
    "application/json",
    lambda status, case_id: own_error(422, STARTED),
    own_for=(422,),
    is_json=True,
)
EMPTY = Form("empty", "", lambda status, case_id: b"", own_for=(401, 403, 404), without_contradiction=True)
ROUTER_JSON = _object("router_json", _NOT_FOUND, own_for=(404,))
SHOWN_NOT_CANCELED = Form(
    "shown_not_canceled", "application/json", lambda status, case_id: reading(case_id, False), is_json=True
)

FORMS = [
    Form(
        "own",
        "application/json",
        lambda status, case_id: own_error(status),
        own_for=range(400, 600),
        is_json=True,
    ),
    OWN_STARTED,
    EMPTY,
    _html("login_page", _page("Sign in", "<form action='/login'><input type='password'></form>")),
    _html("block_page", _page("Access denied", "Your request was blocked")),
    _html("maintenance_page", _MAINTENANCE),
    _html("index_page", _page("Portal", "<div id='root'></div>")),
    _html("gateway_page", _page("Bad Gateway", "<hr><center>edge</center>")),
    _html("page_called_json", _MAINTENANCE, "application/json"),
    _html("page_after_mark", b"\xef\xbb\xbf \r\n" + _MAINTENANCE),
    _object("gateway_message", {"message": "Missing Authentication Token"}, without_contradiction=True),
    _object("gateway_timeout", {"message": "Endpoint request timed out"}, without_contradiction=True),
    _object("error_message", {"errorMessage": "Task timed out after 3.00 seconds"}),
    _object("success_false", {"success": False}),
    _object("ok_false", {"ok": False}),
    _object("error_text", {"error": "upstream unavailable"}),
    _object("status_code", _FAULT, own_for=(500,)),
    _object("http_status", {"httpStatus": "CONFLICT"}),
    _object("json_false", False),
    Form("xml_fault", "text/xml", lambda status, case_id: _SOAP),
    _text("plain_text", b"upstream connect error or disconnect/reset before headers"),
    _text("default_backend", b"default backend - 404"),
    Form(
        "gzip",
        "text/html",
        lambda status, case_id: gzip.compress(_MAINTENANCE, mtime=0),
        ("Content-Encoding: gzip",),
    ),
    _html("gzip_unmarked", gzip.compress(_MAINTENANCE, mtime=0), "application/octet-stream"),
    SHOWN_NOT_CANCELED,
    ROUTER_JSON,
    _html("router_page", _page("Error", "<pre>Cannot POST /case/id/x/cancel</pre>")),
]
