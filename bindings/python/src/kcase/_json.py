"""JSON to the library and from it.

What goes to the library is one flat object, written here. The standard module, which takes longer to import
than the rest of a cancel, is imported when there is something to read.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", **{number: f"\\u{number:04x}" for number in range(32)}}


def read(text: str | bytes) -> Any:
    import json

    return json.loads(text)


def written(members: Mapping[str, object]) -> bytes:
    """An object in UTF-8. What is not Unicode becomes bytes that are not UTF-8, which the library refuses."""
    inside = ",".join(f"{_written(key)}:{_written(value)}" for key, value in members.items())
    return f"{{{inside}}}".encode("utf-8", "surrogatepass")


def _written(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    if isinstance(value, int):
        return str(int(value))
    import json

    return json.dumps(value)
