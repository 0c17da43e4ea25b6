"""Names for annotations. `typing` is slower to import than the rest of the package: so this module is
imported by type checkers, and by whoever evaluates an annotation (see _lazy.py)."""

import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from datetime import date, datetime
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
    "UUID", "Any", "AsyncIterable", "AsyncIterator", "CallOptions", "Callable", "Case", "CaseId", "Config",
    "Confirm", "Environment", "Evidence", "Filter", "Handle", "Headers", "HistoryFilter", "Iterable",
    "Iterator", "Literal",
    "ManyOptions", "Mapping", "Mode", "Moment", "NoReturn", "OpenClient", "Optional", "PartOptions", "Path",
    "Progress", "ReadOptions", "Reason", "Request",
    "Self", "Take", "Text", "Union", "Unpack", "Until", "World", "datetime",
]  # fmt: skip

#: A pointer to an object of the library, or NULL.
Handle = Optional[int]
#: A call that comes back after a slice of time: client, case id, options, milliseconds, and byref() of where
#: the rest and the result go.
Take = Callable[[Handle, Optional[bytes], Optional[bytes], int, Any, Any], int]
#: Text for the library, or NULL.
Text = Optional[bytes]

CaseId = Union[str, UUID]
#: A case id, or one with a tag.
Case = Union[str, UUID, tuple[CaseId, Optional[str]]]
#: "traceparent", "tracestate", "x-request-id", and what they say.
Headers = Mapping[str, str]

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
    "already_started", "unable", "other", "ambiguous", "unauthorized", "forbidden", "credentials",
    "signature", "timestamp", "server_error", "busy", "rejected", "redirected", "blocked",
    "not_the_service", "name_lookup",
    "connect", "tls", "proxy", "local", "authentication", "answer_lost", "unconfirmed", "contradictory",
    "unreadable", "partial", "deadline", "interrupted", "out_of_memory", "input", "journal", "in_progress",
]  # fmt: skip
Evidence = Literal["response", "read_back", "journal", "none"]
#: What an HTTP request was for.
Request = Literal[
    "authenticate", "cancel", "read", "check", "list", "cancel_services", "read_services", "cancel_search"
]

#: What resume() does with a case that is not canceled.
Mode = Literal["finish", "verify"]
#: What wait_until() waits for.
Until = Literal["canceled", "started", "finished"]
#: A time with a time zone, a day, or either as text: "2026-11-23T15:04:05Z", "2026-11-23".
Moment = Union[datetime, date, str]


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
_Flag = Optional[bool]
_Headers = Optional[Headers]


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
    journal: _Path
    journal_on_network_fs: _Flag


class ReadOptions(TypedDict, total=False):
    """Options of a reading, as of Client.cancel()."""

    timeout: _Seconds
    max_attempts: _Number
    tag: _Text
    personal_data: _Flag
    headers: _Headers


class PartOptions(ReadOptions, total=False):
    """Options of a cancel that no journal keeps."""

    confirm: _Confirm


class CallOptions(PartOptions, total=False):
    """Options of a cancel."""

    intent_key: _Text
    use_journal: _Flag


class ManyOptions(TypedDict, total=False):
    """Options of each of many cancels."""

    timeout: _Seconds
    max_attempts: _Number
    confirm: _Confirm
    personal_data: _Flag
    use_journal: _Flag
    headers: _Headers


class Filter(TypedDict, total=False):
    """Which cases of the service's list are meant, and how they are looked for."""

    api_tracking_code: str
    api_tracking_user: str
    candidate_email: str
    invitation_email: str
    case_status: Literal["Pending", "Blocked", "Complete", "Adjudicated"]
    secondary_status: str
    result: str
    ordered_before: Moment
    ordered_after: Moment
    cancelable: Literal["likely"]
    archived: bool
    limit: int
    personal_data: bool
    max_response_bytes: int
    timeout: float
    max_attempts: int
    tag: str
    headers: Headers


class HistoryFilter(TypedDict, total=False):
    """Which records of a journal are meant."""

    case_id: str
    tag: str
    outcome: str
    since: Moment
    until: Moment
    limit: int
