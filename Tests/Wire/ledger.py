"""What really happened to each case."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, replace


@dataclass
class Case:
    id: str
    # A case that has started cannot be canceled.
    started: bool = False
    canceled: bool = False
    # Whether it was canceled by somebody else, before anything was asked of the library.
    was_canceled: bool = False
    # Whole cancel requests that the origin read.
    whole: int = 0


class Ledger:
    """Letter case does not tell ids apart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cases: dict[str, Case] = {}

    def open(self, *, started: bool = False, canceled: bool = False) -> str:
        """A new case, of an id that no single wrong bit makes another's."""
        case = Case(str(uuid.uuid4()), started, canceled=canceled, was_canceled=canceled)
        with self._lock:
            self._cases[case.id] = case
        return case.id

    def find(self, case_id: str) -> Case | None:
        """The case as it is now."""
        with self._lock:
            case = self._cases.get(case_id.lower())
            return replace(case) if case else None

    def truth(self, case_id: str) -> Case:
        case = self.find(case_id)
        assert case is not None
        return case

    def cancel(self, case_id: str, *, effect: bool = True) -> Case | None:
        """Notes a whole cancel request, and lets it take effect. The case as it was before."""
        with self._lock:
            case = self._cases.get(case_id.lower())
            if case is None:
                return None
            before = replace(case)
            case.whole += 1
            case.canceled = case.canceled or (effect and not case.started)
            return before
