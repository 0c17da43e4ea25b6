"""What the tests of the answers share."""

from __future__ import annotations

import pytest
from trial import Report

_REPORT = Report()


@pytest.fixture(scope="session")
def report() -> Report:
    return _REPORT


def pytest_configure(config: pytest.Config) -> None:
    # The service's threads may not fail unseen.
    config.addinivalue_line("filterwarnings", "error::pytest.PytestUnhandledThreadExceptionWarning")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _REPORT.tried:
        terminalreporter.write_line(str(_REPORT))
        for line in _REPORT.first_false():
            terminalreporter.write_line("  " + line)
