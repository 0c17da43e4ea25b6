"""Names for annotations. `typing` is slower to import than the rest of the package: so this module is imported
by type checkers, and by whoever evaluates an annotation (see _lazy.py)."""

import os
from collections.abc import AsyncIterable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable, Literal, NoReturn, Optional, Protocol, TypedDict, Union
from uuid import UUID

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack
else:
    try:
        from typing import Self, Unpack
    except ImportError:  # Before Python 3.11
        Self = Any
        Unpack = Mapping

__all__ = [
    "UUID", "Any", "AsyncIterable", "Callable", "Case", "CaseId", "Config", "Confirm", "Environment",
    "Evidence", "Handle", "Iterable", "Literal", "Mapping", "NoReturn", "OpenClient", "Optional", "Options",
    "Path", "Progress", "Reason", "Request", "Self", "Text", "Union", "Unpack", "World", "datetime",
]  # fmt: skip

#: A pointer to an object of the library, or NULL.
Handle = Optional[int]
#: Text for the library, or NULL.
Text = Optional[bytes]

CaseId = Union[str, UUID]
#: A case id, or one with a tag.
Case = Union[str, UUID, tuple[CaseId, Optional[str]]]
#: timeout, max_attempts, confirm, personal_data: as of cancel().
Options = tuple[Optional[float], Optional[int], Any, Optional[bool]]

#: False or None: none. True: a bar. A function: is given the statistics.
Progress = Union[bool, None, Callable[[dict[str, Any]], None]]

#: When a cancel is read back.
Confirm = Literal["ambiguous", "always", "never"]
Environment = Literal["stage", "production"]
#: What a result says of it.
World = Literal["stage", "production", "custom"]
Path = Union[str, "os.PathLike[str]"]

#: The stable words of `Result.reason`. A later library may have more.
Reason = Literal[
    "already_started", "unable", "other", "unauthorized", "forbidden", "credentials", "server_error", "busy",
    "rejected", "redirected", "blocked", "not_the_service", "name_lookup", "connect", "tls", "proxy", "local",
    "authentication", "answer_lost", "unconfirmed", "contradictory", "unreadable", "deadline", "interrupted",
    "input", "out_of_memory",
]  # fmt: skip
Evidence = Literal["response", "read_back", "none"]
#: What an HTTP request was for.
Request = Literal["authenticate", "cancel", "read", "check"]


class OpenClient(Protocol):
    """What a batch needs to know of the client that it belongs to."""

    @property
    def closed(self) -> bool: ...

    def _open(self) -> Handle: ...


_Text = Optional[str]
_Number = Optional[int]
_Seconds = Optional[float]
_Path = Optional[Path]
_Confirm = Optional[Confirm]
_Environment = Optional[Environment]


class Config(TypedDict, total=False):
    """The arguments of Client."""

    environment: _Environment
    base_url: _Text
    token: _Text
    api_key: _Text
    client_access_token: _Text
    timeout: _Seconds
    timeout_ms: _Number
    connect_timeout_ms: _Number
    max_attempts: _Number
    backoff_base_ms: _Number
    backoff_max_ms: _Number
    settle_ms: _Number
    confirm: _Confirm
    max_connections: _Number
    rate_per_second: _Number
    proxy: _Text
    ca_file: _Path
    client_cert: _Path
    client_key: _Path
    client_key_password: _Text
    user_agent: _Text
    max_response_bytes: _Number
