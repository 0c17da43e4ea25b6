"""An origin whose first answer to one case is odd. All its other answers are honest."""

from __future__ import annotations

import socket
import threading

from messages import Reply, Request
from odd_answers import Odd
from origin import CANCEL_PATH, Behavior


class OneOddAnswer(Behavior):
    def __init__(self, odd: Odd, *, on_reading: bool, effect: bool) -> None:
        self._odd = odd
        self._on_reading = on_reading
        self._effect = effect
        self._lock = threading.Lock()
        self._chosen: str | None = None
        self._effect_is_due = True
        self._failure_is_due = on_reading
        self._odd_is_due = True

    def choose(self, case_id: str) -> None:
        self._chosen = case_id

    @property
    def is_done(self) -> bool:
        return not self._odd_is_due

    def takes_effect(self, case_id: str) -> bool:
        """The chosen case's first cancel has the effect that was asked for; all others have theirs."""
        with self._lock:
            is_first = case_id == self._chosen and self._effect_is_due
            self._effect_is_due = self._effect_is_due and not is_first
        return self._effect if is_first else True

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        if self._chosen is None or self._chosen not in request.path:
            return super().write(connection, request, reply)
        is_cancel = CANCEL_PATH.fullmatch(request.path) is not None
        with self._lock:
            if is_cancel and self._failure_is_due:
                # So that there is something to be read back.
                self._failure_is_due = False
                return super().write(connection, request, Reply(502, {"message": "Bad gateway"}))
            is_due = self._odd_is_due and is_cancel is not self._on_reading
            self._odd_is_due = self._odd_is_due and not is_due
        if not is_due:
            return super().write(connection, request, reply)
        self._odd.write(connection, reply)
        return self._odd.keeps
