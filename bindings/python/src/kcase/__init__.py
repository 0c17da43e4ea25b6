"""Cancels KarmaCheck background-check cases, and tells the truth about what happened.

>>> import kcase
>>> with kcase.Client(base_url=SANDBOX, token="sandbox-token") as client:
...     result = client.cancel(CASE)
>>> result.outcome
<Outcome.CANCELED: 'canceled'>

Client          for programs and threads; AsyncClient for asyncio
Result          what a call found out; Outcome, its claim
KCaseError      what raise_for_outcome() raises: Refused, NotFound, Denied, Failed, NotSent, Unknown,
                InvalidInput

The logger "kcase" gets a line for each cancel (INFO) and each reading (DEBUG), without secrets.
"""

from __future__ import annotations

from . import _json, _library
from ._attempt import Attempt
from ._client import Client
from ._library import LibraryError
from ._many import CancelMany
from ._outcome import Outcome
from ._result import (
    Closed,
    Denied,
    Failed,
    InvalidInput,
    KCaseError,
    NotFound,
    NotSent,
    Refused,
    Result,
    Unknown,
)
from ._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._aio import AsyncCancelMany, AsyncClient

__all__ = [
    "AsyncCancelMany",
    "AsyncClient",
    "Attempt",
    "CancelMany",
    "Client",
    "Closed",
    "Denied",
    "Failed",
    "InvalidInput",
    "KCaseError",
    "LibraryError",
    "NotFound",
    "NotSent",
    "Outcome",
    "Refused",
    "Result",
    "Unknown",
    "__version__",
    "build_info",
    "library_version",
]


def library_version() -> str:
    """The version of the library that is loaded.

    >>> kcase.library_version().split(".")[0]
    '1'
    """
    return _library.version().decode()


def build_info() -> dict[str, Any]:
    """What the library is made of, for logs and bug reports.

    >>> sorted(kcase.build_info())
    ['ca_file', 'ca_path', 'curl', 'jansson', 'kcase', 'runtime', 'tls']
    """
    info: dict[str, Any] = _json.read(_library.build_info())
    return info


def __getattr__(name: str) -> Any:
    """Imports the asyncio client when it is first used: asyncio is slower to import than the package."""
    if name in ("AsyncClient", "AsyncCancelMany"):
        from . import _aio

        return getattr(_aio, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# Messages and reprs name each as kcase.Client, not kcase._client.Client.
for _public in (Attempt, CancelMany, Client, Closed, Denied, Failed, InvalidInput, KCaseError, LibraryError,
                NotFound, NotSent, Outcome, Refused, Result, Unknown):  # fmt: skip
    _public.__module__ = __name__
del _public
