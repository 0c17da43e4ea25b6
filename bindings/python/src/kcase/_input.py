"""Case ids, options and configurations as the library takes them. The library is what checks them."""

from __future__ import annotations

import math
import os

from . import _json
from ._result import InvalidInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ._types import Confirm

_TEXTS = frozenset((
    "environment", "base_url", "token", "api_key", "client_access_token", "confirm", "proxy", "ca_file",
    "client_cert", "client_key", "client_key_password", "user_agent",
))  # fmt: skip
_WHOLE_NUMBERS = frozenset((
    "timeout_ms", "connect_timeout_ms", "max_attempts", "backoff_base_ms", "backoff_max_ms",
    "settle_ms", "max_connections", "rate_per_second", "max_response_bytes",
))  # fmt: skip


def encoded_case_id(case_id: str) -> bytes:
    """A case id for C.

    C reads a text up to its first NUL only, and the beginning of an id may be the id of another case. So a
    NUL is sent as another control character, and what is not Unicode as bytes that are not UTF-8. The library
    refuses both, with a result that says so.
    """
    try:
        text = case_id.encode()
    except UnicodeEncodeError:
        text = case_id.encode("utf-8", "surrogatepass")
    except AttributeError:
        raise TypeError(f"a case id is a str, not {type(case_id).__name__}") from None
    return text.replace(b"\0", b"\1") if b"\0" in text else text


def encoded_options(
    timeout: float | None,
    max_attempts: int | None,
    confirm: Confirm | None,
    tag: str | None,
    personal_data: bool | None,
) -> bytes | None:
    """The options of a call as JSON; None if none is given."""
    if timeout is None and max_attempts is None and confirm is None and tag is None and personal_data is None:
        return None
    return _json.written(
        {
            "timeout_ms": None if timeout is None else milliseconds(timeout),
            "max_attempts": max_attempts,
            "confirm": confirm,
            "tag": tag,
            "personal_data": personal_data,
        }
    )


def milliseconds(seconds: float) -> int:
    try:
        return math.ceil(seconds * 1000)
    except (ValueError, OverflowError):
        raise InvalidInput("timeout: must be a finite number of seconds") from None


def encoded_config(config: Mapping[str, Any]) -> bytes:
    return _json.written({key: _plain(value) for key, value in config.items()})


def _plain(value: Any) -> Any:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def config_from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """What KCASE_TOKEN, KCASE_TIMEOUT_MS and the like say. An empty one counts as not set."""
    config: dict[str, Any] = {}
    for key in _TEXTS | _WHOLE_NUMBERS:
        variable = f"KCASE_{key.upper()}"
        value = environment.get(variable)
        if not value:
            continue
        if key in _TEXTS:
            config[key] = value
            continue
        try:
            config[key] = int(value)
        except ValueError:
            raise InvalidInput(f"{variable}: must be a whole number") from None
    return config
