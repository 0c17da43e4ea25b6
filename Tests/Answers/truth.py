"""What is really the matter with the case of a combination."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from combinations import Combination

SETTLE_MS = 20
"""The lag of readings that the clients of this suite are told to cover."""

_DELAY_S = {"before": 0.0, "within": SETTLE_MS / 2 / 1000, "after": 0.25}


@dataclass(frozen=True)
class Facts:
    """What had happened by a moment."""

    combination: Combination
    canceled: bool
    cancels: int
    """Cancel requests that arrived."""
    refusals: int
    """Answers in which the service itself refused a cancel."""
    answered: frozenset[str]
    """The requests that the service has answered by itself with success."""


class Truth:
    """A case and what was done to it. Work that goes on takes effect by the clock."""

    def __init__(self, combination: Combination) -> None:
        self.combination = combination
        self.honest = False
        """From now on the service answers for itself."""
        self.cancels = 0
        self.refusals = 0
        self.answered: set[str] = set()
        self._asked = 0
        self._canceled_at: float | None = None
        self._lock = threading.Lock()

    def takes_answer(self) -> bool:
        """Whether this request is the one to get the combination's answer."""
        with self._lock:
            self._asked += 1
            return not self.honest and (self.combination.times == "every" or self._asked == 1)

    def act(self, effect: str) -> None:
        """Lets a cancel have its effect, now or later."""
        if effect == "none" or self.combination.state != "waiting":
            return
        with self._lock:
            at = time.monotonic() + _DELAY_S[effect]
            self._canceled_at = at if self._canceled_at is None else min(self._canceled_at, at)

    @property
    def canceled(self) -> bool:
        return self._canceled_at is not None and self._canceled_at <= time.monotonic()

    def facts(self) -> Facts:
        return Facts(self.combination, self.canceled, self.cancels, self.refusals, frozenset(self.answered))

    def wait_for_effects(self) -> None:
        if self._canceled_at is not None:
            time.sleep(max(0.0, self._canceled_at - time.monotonic()))
