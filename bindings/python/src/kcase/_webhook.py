"""Messages that the service posts to the program."""

from __future__ import annotations

from . import _json, _library
from ._lazy import types
from ._result import Result, error_for, result_of


def webhook_parse(
    body: bytes,
    headers: types.Mapping[str, types.Union[str, list[str]]],
    secrets: types.Mapping[str, types.Union[str, list[str]]],
    *,
    tolerance_s: types.Optional[int] = None,
    received_at: types.Optional[int] = None,
    tag: types.Optional[str] = None,
) -> Result:
    """Whether a webhook's message is genuine, and what it says: `result.event`, if the outcome is `ok`.

    >>> result = kcase.webhook_parse(b"{}", {}, {"username": "kcase", "password": "secret"})
    >>> result.outcome, result.reason
    (<Outcome.DENIED: 'denied'>, 'credentials')

    body            the request's body, byte by byte as it came
    headers         the request's headers, all of them
    secrets         what the message must prove: {"signing_secrets": ["whsec_..."]}, or username and password
    tolerance_s     seconds between the message's time and the present (300)
    received_at     in seconds since 1970: when the message came, if it waited since

    Everything but `ok` says that the message is not proven to be genuine. Then it must not be believed.
    """
    if not isinstance(body, bytes):
        raise TypeError(f"body is the request's bytes, not {type(body).__name__}")
    options = {"tolerance_s": tolerance_s, "received_at": received_at, "tag": tag}
    arguments = (_json.written(dict(headers)), _json.written(dict(secrets)), _json.written(options))
    result = result_of(_library.webhook_parse(body, len(body), *arguments))
    if result.outcome == "invalid":
        raise error_for(result)
    return result
