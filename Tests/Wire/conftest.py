"""What the tests of the wire share."""

from __future__ import annotations

from collections.abc import Iterator

import certificates
import pytest
from scene import Scene
from tally import Tally

TALLY = Tally()


@pytest.fixture(scope="session")
def tally() -> Tally:
    return TALLY


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificates:
    return certificates.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session", params=["plain", "tls"])
def security(
    request: pytest.FixtureRequest, authority: certificates.Certificates
) -> certificates.Certificates | None:
    return authority if request.param == "tls" else None


@pytest.fixture(scope="session", params=["fresh", "reused"])
def scene(
    request: pytest.FixtureRequest, security: certificates.Certificates | None
) -> Iterator[Scene]:
    made = Scene(security, reused=request.param == "reused")
    yield made
    made.close()


def pytest_configure(config: pytest.Config) -> None:
    # The origin's and the proxy's threads may not fail unseen.
    config.addinivalue_line("filterwarnings", "error::pytest.PytestUnhandledThreadExceptionWarning")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY.tried:
        terminalreporter.write_line(str(TALLY))
