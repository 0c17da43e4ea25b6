"""Names for types. Only type checkers import this: `typing` is slower to import than the rest."""

from __future__ import annotations

import os
from typing import Any, Callable, Literal, Optional, Protocol, TypedDict, Union

#: A pointer to an object of the library, or NULL.
Handle = Optional[int]
#: Text for the library, or NULL.
Text = Optional[bytes]
#: A list of one item, into which the handle of the library's next result is put.
Cell = list[Handle]

#: A case id, or one with a tag.
Case = Union[str, tuple[str, Optional[str]]]
#: timeout, max_attempts, confirm, personal_data: as of cancel().
Options = tuple[Optional[float], Optional[int], Any, Optional[bool]]

#: False or None: none. True: a bar. A function: is given the statistics.
Progress = Union[bool, None, Callable[[dict[str, Any]], None]]

#: When a cancel is read back.
Confirm = Literal["ambiguous", "always", "never"]
Environment = Literal["stage", "production"]
Path = Union[str, "os.PathLike[str]"]


class OpenClient(Protocol):
    """What a batch needs to know of the client that it belongs to."""

    _handle: Handle

    @property
    def closed(self) -> bool: ...


class Config(TypedDict, total=False):
    """The arguments of Client."""

    environment: Environment | None
    base_url: str | None
    token: str | None
    api_key: str | None
    client_access_token: str | None
    timeout_ms: int | None
    connect_timeout_ms: int | None
    max_attempts: int | None
    backoff_base_ms: int | None
    backoff_max_ms: int | None
    settle_ms: int | None
    confirm: Confirm | None
    max_connections: int | None
    rate_per_second: int | None
    proxy: str | None
    ca_file: Path | None
    client_cert: Path | None
    client_key: Path | None
    client_key_password: str | None
    user_agent: str | None
    max_response_bytes: int | None
