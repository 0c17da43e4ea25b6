"""What the bundle's tests share: a TLS server, and the file that vouches for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Endurance"))

from tls_server import TLSServer


@pytest.fixture(scope="session")
def library() -> Path:
    bundle = Path(os.environ.get("BUNDLE", ROOT / "build/bundle"))
    return (bundle / "lib/libkcase.so.1").resolve()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TLSServer]:
    with TLSServer(tmp_path_factory.mktemp("server")) as server:
        yield server
