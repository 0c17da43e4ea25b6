"""Keeps tests off the network: while it is forbidden, clients reach loopback addresses only.

No mock of Python's sockets sees what a C library sends: so this is enforced here, where clients are made and
where they are used.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable

VARIABLE = "KCASE_FORBID_NETWORK"

#: How often it is forbidden by kcase.testing.forbid_network() just now.
count = 0

_LOOPBACK = r"https?://(127(\.\d{1,3}){3}|\[::1\]|localhost)(:\d{1,5})?([/?#].*)?"


class NetworkForbidden(RuntimeError):
    """A client was about to reach another machine while that is forbidden."""


def is_forbidden() -> bool:
    return count > 0 or os.environ.get(VARIABLE, "0") not in ("", "0")


class Reach:
    """Where a client's requests go."""

    __slots__ = ("_config",)

    def __init__(self, config: Callable[[], Mapping[str, Any]]) -> None:
        self._config = config

    def check(self) -> None:
        """Raises NetworkForbidden unless it is loopback addresses alone."""
        import re

        config = self._config()
        where = config.get("environment") or config.get("base_url")
        for address in (str(where), *filter(None, [config.get("proxy")])):
            if not re.fullmatch(_LOOPBACK, address, re.IGNORECASE):
                raise NetworkForbidden(
                    f"kcase: {address} is not a loopback address, and the network is forbidden (by {VARIABLE}"
                    " or kcase.testing.forbid_network()). Use kcase.testing.Sandbox or FakeClient"
                )
