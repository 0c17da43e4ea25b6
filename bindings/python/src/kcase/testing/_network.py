"""Forbids the network for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .. import _forbid


@contextmanager
def forbid_network() -> Iterator[None]:
    """Within the block, clients reach loopback addresses only: others raise NetworkForbidden.

    Clients that were made before the block are meant, too. Where it is always forbidden, as on a build
    server, set KCASE_FORBID_NETWORK=1: then a client of another machine cannot be made.

    >>> with kcase.testing.forbid_network():
    ...     kcase.Client(environment="production", token="...")
    Traceback (most recent call last):
    ...
    kcase._forbid.NetworkForbidden: kcase: production is not a loopback address, ...
    """
    _forbid.count += 1
    try:
        yield
    finally:
        _forbid.count -= 1
