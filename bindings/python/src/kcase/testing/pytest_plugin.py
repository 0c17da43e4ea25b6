"""Fixtures for pytest, which finds them by itself where kcase is installed.

kcase_client        a FakeClient; kcase_async_client, an AsyncFakeClient
kcase_sandbox       a Sandbox, as at the start; one process for the whole session
kcase_no_network    lets no client reach another machine, during the test: pytestmark =
                    pytest.mark.usefixtures("kcase_no_network")
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from . import AsyncFakeClient, FakeClient, Sandbox


@pytest.fixture
def kcase_client() -> FakeClient:
    """A client without a network, in which every case can be canceled."""
    from . import FakeClient

    return FakeClient()


@pytest.fixture
def kcase_async_client() -> AsyncFakeClient:
    """The same for asyncio."""
    from . import AsyncFakeClient

    return AsyncFakeClient()


@pytest.fixture(scope="session")
def _kcase_sandbox_process() -> Iterator[Sandbox]:
    from . import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def kcase_sandbox(_kcase_sandbox_process: Sandbox) -> Sandbox:
    """A simulated KarmaCheck, as at the start."""
    _kcase_sandbox_process.reset()
    return _kcase_sandbox_process


@pytest.fixture
def kcase_no_network() -> Iterator[None]:
    """No client reaches another machine."""
    from . import forbid_network

    with forbid_network():
        yield
