"""What the bundle's tests share: the bundle, and a TLS server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tls_server import TLSServer

pytest_plugins = ["sandbox_fixtures"]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def library() -> Path:
    bundle = Path(os.environ.get("BUNDLE", ROOT / "build/bundle"))
    return (bundle / "lib/libkcase.so.1").resolve()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TLSServer]:
    with TLSServer(tmp_path_factory.mktemp("server")) as server:
        yield server
