"""Filters and the options of the calls that are made less often: mappings, as the library takes them."""

from __future__ import annotations

from . import _json
from ._input import milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def encoded(members: Mapping[str, Any]) -> bytes:
    """As JSON. Seconds become milliseconds, and times what the library reads.

    A member that is None stays: in an option it counts as not given, and in a filter it is refused, so that a
    value that a program lacks never means every case.
    """
    return _json.written({_key(name): _value(name, value) for name, value in members.items()})


def encoded_list(texts: list[str]) -> bytes:
    """As JSON. What is not Unicode becomes bytes that are not UTF-8, which the library refuses."""
    import json

    return json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _key(name: str) -> str:
    return "timeout_ms" if name == "timeout" else name


def _value(name: str, value: Any) -> Any:
    if name == "timeout" and value is not None:
        return milliseconds(value)
    if name == "headers" and value is not None:
        return dict(value)
    if not hasattr(value, "isoformat"):
        return value
    if not hasattr(value, "utcoffset"):
        return value.isoformat()  # A date.
    if value.utcoffset() is None:
        raise ValueError(f"{name}: a datetime needs a time zone")
    from datetime import timezone

    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
