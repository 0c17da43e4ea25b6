"""A host that left SIGPIPE as it was lives on when peers go away in the middle of a write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

from certificates import Certificates
from origin import Origin, server_context
from proxied_cancel import ProxiedCancel
from proxy import Direction, Fault, Kind, Proxy

PEERS = 40
SUPPORT = Path(__file__).resolve().parents[1] / "Support"

HOST = """
import signal, sys
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
from contextlib import closing
from library import Client
authority, calls = sys.argv[1], sys.argv[2:]
for call in calls:
    url, case_id = call.split("=")
    with closing(Client(url, timeout_ms=8000, ca_file=authority or None)) as client:
        print(client.cancel(case_id)["outcome"])
"""


def test_no_peer_that_goes_away_ends_the_host(security: Certificates | None) -> None:
    with closing(ProxiedCancel(security, reused=False)) as proxied_cancel:
        length = proxied_cancel.lengths()[Direction.TO_SERVER]
    scheme, authority = ("https", str(security.authority)) if security else ("http", "")
    with ExitStack() as stack:
        origin = stack.enter_context(closing(Origin(tls=server_context(security))))
        calls = []
        for turn in range(PEERS):
            fault = Fault(Kind.RESET, Direction.TO_SERVER, turn * length // PEERS)
            proxy = stack.enter_context(closing(Proxy(origin.port, fault)))
            calls.append(f"{scheme}://127.0.0.1:{proxy.port}={origin.ledger.open()}")
        run = subprocess.run(
            [sys.executable, "-c", HOST, authority, *calls],
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONPATH": str(SUPPORT)},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert run.returncode != -signal.SIGPIPE, "SIGPIPE ended the host"
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.split() == ["canceled"] * PEERS
