"""What was tried and what was found, over a whole run."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """One checked case: what was done to it, how it ended, and what is wrong with that."""

    what: str
    outcome: str
    false_claims: tuple[str, ...] = ()
    # Whether the fault happened at all.
    happened: bool = True


class ClaimCount:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.tried = 0
        self.false_claims = 0

    def add(self, verdicts: list[Verdict]) -> None:
        with self._lock:
            self.tried += len(verdicts)
            self.false_claims += sum(1 for verdict in verdicts if verdict.false_claims)

    def __str__(self) -> str:
        return f"wire: {self.tried} offsets and odd answers, {self.false_claims} false claims"


def false_claims(verdicts: list[Verdict]) -> list[str]:
    return [
        f"{verdict.what}: {'; '.join(verdict.false_claims)}" for verdict in verdicts if verdict.false_claims
    ]


def outcomes(verdicts: list[Verdict]) -> Counter[str]:
    return Counter(verdict.outcome for verdict in verdicts)


def other_than(verdicts: list[Verdict], *expected: str) -> list[str]:
    return [f"{verdict.what}: {verdict.outcome}" for verdict in verdicts if verdict.outcome not in expected]
