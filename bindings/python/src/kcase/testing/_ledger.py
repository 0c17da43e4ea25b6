"""What a fake client was asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._lazy import types
from .._result import Result


@dataclass(frozen=True)
class Call:
    """One case of one call."""

    #: The method that was called: "cancel", "status" and so on.
    operation: str
    case_id: types.Optional[str]
    #: The options that were given: timeout, tag and so on.
    options: dict[str, types.Any]
    result: Result


@dataclass
class Ledger:
    """Every call of a fake client, and which cases are canceled now."""

    calls: list[Call] = field(default_factory=list)
    #: The services that are canceled, by cancel_services().
    services: list[str] = field(default_factory=list)

    @property
    def canceled(self) -> list[str]:
        """The cases that are canceled, in the order in which they were; each once."""
        cancels = (call for call in self.calls if call.operation in ("cancel", "cancel_found"))
        done = (call.case_id for call in cancels if call.result.is_canceled)
        return list(dict.fromkeys(case_id for case_id in done if case_id is not None))

    def of(self, case_id: str) -> list[Call]:
        """The calls about a case."""
        return [call for call in self.calls if call.case_id == str(case_id)]
