"""What the tests of the wire share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from certificates import Certificates, make_certificates
from claim_count import ClaimCount
from proxied_cancel import ProxiedCancel

CLAIM_COUNT = ClaimCount()


@pytest.fixture(scope="session")
def claim_count() -> ClaimCount:
    return CLAIM_COUNT


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session", params=["plain", "tls"])
def security(request: pytest.FixtureRequest, authority: Certificates) -> Certificates | None:
    return authority if request.param == "tls" else None


@pytest.fixture(scope="session", params=["fresh", "reused"])
def proxied_cancel(request: pytest.FixtureRequest, security: Certificates | None) -> Iterator[ProxiedCancel]:
    made = ProxiedCancel(security, reused=request.param == "reused")
    yield made
    made.close()


def pytest_configure(config: pytest.Config) -> None:
    # The origin's and the proxy's threads may not fail unseen.
    config.addinivalue_line("filterwarnings", "error::pytest.PytestUnhandledThreadExceptionWarning")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CLAIM_COUNT.tried:
        terminalreporter.write_line(str(CLAIM_COUNT))
