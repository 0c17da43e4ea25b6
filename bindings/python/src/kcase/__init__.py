"""Cancels KarmaCheck background-check cases, and tells the truth about what happened.

>>> import kcase
>>> with kcase.Client(base_url=SANDBOX, token="sandbox-token") as client:
...     result = client.cancel(CASE)
>>> result.outcome
<Outcome.CANCELED: 'canceled'>

Client          for programs and threads; AsyncClient for asyncio
Result          what a call found out; Outcome, its claim
KCaseError      what raise_for_outcome() raises: Refused, NotFound, Denied, Failed, NotSent, Unknown,
                InvalidInput; also Retriable, where calling again may well succeed
kcase.testing   for the tests of programs that use this package

The logger "kcase" gets a line for each cancel (INFO) and each reading (DEBUG), without secrets.
"""

from __future__ import annotations

from . import _json, _library
from ._attempt import Attempt
from ._client import Client
from ._journal import history, journal_head, journal_prune, journal_verify
from ._lazy import types
from ._library import LibraryError
from ._listing import Listing
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
    Retriable,
    Unknown,
)
from ._version import __version__
from ._webhook import webhook_parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._aio import AsyncCancelMany as AsyncCancelMany
    from ._aio import AsyncClient as AsyncClient

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
    "Listing",
    "NotFound",
    "NotSent",
    "Outcome",
    "Refused",
    "Result",
    "Retriable",
    "Unknown",
    "__version__",
    "build_info",
    "history",
    "journal_head",
    "journal_prune",
    "journal_verify",
    "library_version",
    "webhook_parse",
]


def library_version() -> str:
    """The version of the library that is loaded.

    >>> kcase.library_version().split(".")[0]
    '1'
    """
    return _library.version().decode()


def build_info() -> dict[str, types.Any]:
    """What the library is made of, for logs and bug reports.

    >>> sorted(kcase.build_info())
    ['ca_file', 'ca_path', 'curl', 'jansson', 'kcase', 'runtime', 'tls']
    """
    info: dict[str, types.Any] = _json.read(_library.build_info())
    return info


if not TYPE_CHECKING:  # For a type checker, what is not above does not exist.

    def __getattr__(name: str) -> object:
        """Imports the asyncio client when it is first used: asyncio is slower to import than the package."""
        if name in ("AsyncClient", "AsyncCancelMany"):
            from . import _aio

            for public in (_aio.AsyncClient, _aio.AsyncCancelMany):
                public.__module__ = __name__
                globals()[public.__name__] = public
            return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__} - {"types"})


# Messages and reprs name each as kcase.Client, not kcase._client.Client.
for _public in (Attempt, CancelMany, Client, Closed, Denied, Failed, InvalidInput, KCaseError, LibraryError,
                Listing, NotFound, NotSent, Outcome, Refused, Result, Retriable, Unknown):  # fmt: skip
    _public.__module__ = __name__
del _public
