"""One cancel through the proxy, on a connection of its own or on one that was used before."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache

import claims
from certificates import Certificates
from claim_count import Verdict
from library import Client, Result
from origin import Origin, server_context
from proxy import Direction, Fault, Kind, Proxy

_STATUS_CODE = range(len("HTTP/1.1 "), len("HTTP/1.1 200"))
SLACK_SECONDS = 5


@dataclass(frozen=True)
class ProxiedCancel:
    """Where the fault happens. An origin serves one cancel at a time, so that each can be seen to its end."""

    certificates: Certificates | None
    reused: bool
    timeout_ms: int = 8000
    _origins: queue.SimpleQueue[Origin] = field(default_factory=queue.SimpleQueue, compare=False)

    def __str__(self) -> str:
        return f"{'tls' if self.certificates else 'plain'} {'reused' if self.reused else 'fresh'}"

    def run(self, fault: Fault) -> Verdict:
        with self._origin() as origin:
            case_id = origin.ledger.open()
            idle_ends = origin.idle_ends
            with self._line(origin, None if self.reused else fault) as (proxy, client):
                if self.reused:
                    self._warm_up(client, origin)
                    proxy.arm(fault)
                began = time.monotonic()
                result = client.cancel(case_id)
                took = time.monotonic() - began
            origin.wait_until_closed()
            found = claims.complaints(
                result,
                origin.ledger.truth(case_id),
                may_have_lost_a_request=self._loses(fault) or origin.idle_ends > idle_ends,
                status_forged=self._forges(fault),
            )
            if took > self.timeout_ms / 1000 + SLACK_SECONDS:
                found.append(f"took {took:.1f} s")
            if found:
                found.append(str(result))
            return Verdict(f"{self}, {fault}", result["outcome"], tuple(found), proxy.happened)

    def lengths(self) -> dict[Direction, int]:
        """How long the streams of one undisturbed cancel are."""
        return _lengths(self)

    def close(self) -> None:
        while not self._origins.empty():
            self._origins.get().close()

    def measure(self) -> dict[Direction, int]:
        with self._origin() as origin, self._line(origin) as (proxy, client):
            if self.reused:
                self._warm_up(client, origin)
                proxy.arm(None)
            result: Result = client.cancel(origin.ledger.open())
            assert result["outcome"] == "canceled", result
            return {direction: proxy.passed(direction) for direction in Direction}

    @contextmanager
    def _line(self, origin: Origin, fault: Fault | None = None) -> Iterator[tuple[Proxy, Client]]:
        with closing(Proxy(origin.port, fault)) as proxy, closing(self._client(proxy)) as client:
            yield proxy, client

    def _client(self, proxy: Proxy) -> Client:
        if self.certificates is None:
            return Client(f"http://127.0.0.1:{proxy.port}", timeout_ms=self.timeout_ms)
        return Client(
            f"https://127.0.0.1:{proxy.port}",
            timeout_ms=self.timeout_ms,
            ca_file=self.certificates.authority,
        )

    @staticmethod
    def _warm_up(client: Client, origin: Origin) -> None:
        result = client.cancel(origin.ledger.open())
        assert result["outcome"] == "canceled", result

    def _loses(self, fault: Fault) -> bool:
        """Whether a request that was sent need not arrive whole. On a new connection with TLS the client may
        send it before it learns that the connection is gone."""
        if fault.direction is Direction.TO_CLIENT or self._passes_whole(fault):
            return self.certificates is not None and not self.reused
        return True

    def _passes_whole(self, fault: Fault) -> bool:
        return fault.kind in (Kind.CUT, Kind.TRUNCATE) and fault.at >= self.lengths()[fault.direction]

    def _forges(self, fault: Fault) -> bool:
        is_answer = self.certificates is None and fault.direction is Direction.TO_CLIENT
        return is_answer and fault.kind is Kind.GARBLE and fault.at in _STATUS_CODE

    @contextmanager
    def _origin(self) -> Iterator[Origin]:
        try:
            origin = self._origins.get_nowait()
        except queue.Empty:
            origin = Origin(tls=server_context(self.certificates))
        yield origin
        self._origins.put(origin)


@cache
def _lengths(proxied_cancel: ProxiedCancel) -> dict[Direction, int]:
    return proxied_cancel.measure()
