"""For the tests of programs that use kcase.

result              a result, by outcome and reason
FakeClient          a kcase.Client without a network; AsyncFakeClient, a kcase.AsyncClient
Sandbox             starts kcase-sandbox, a simulated KarmaCheck
forbid_network      lets no client reach another machine; so does KCASE_FORBID_NETWORK=1 in the environment

All but Sandbox work where the library cannot be loaded. pytest finds the fixtures kcase_client,
kcase_async_client, kcase_sandbox and kcase_no_network by itself: see pytest_plugin.

>>> from kcase import testing
>>> client = testing.FakeClient({"c-2": ("refused", "already_started")})
>>> [str(client.cancel(case).outcome) for case in ("c-1", "c-1", "c-2")]
['canceled', 'already_canceled', 'refused']
>>> client.ledger.canceled
['c-1']
"""

from __future__ import annotations

from .._forbid import NetworkForbidden
from ._fake import AsyncFakeClient, FakeClient
from ._ledger import Call, Ledger
from ._network import forbid_network
from ._results import result
from ._sandbox import Sandbox

__all__ = [
    "AsyncFakeClient",
    "Call",
    "FakeClient",
    "Ledger",
    "NetworkForbidden",
    "Sandbox",
    "forbid_network",
    "result",
]
