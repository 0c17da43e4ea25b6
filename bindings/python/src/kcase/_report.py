"""Tells of each result: one line in the logger "kcase", and a call of the client's `on_result`.

A line has no secret, no personal data and no text that the server sent. The attributes of its record, which
formatters write as they are, are text, numbers and truth values alone.
"""

from __future__ import annotations

from sys import modules

from ._lazy import types
from ._library import result_case_id, result_http_status
from ._library import result_text as text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger

    from ._result import Result

_DEBUG, _INFO, _WARNING = 10, 20, 30

_FORMAT = "%s %s: %s (%s, evidence %s, HTTP %s, %d ms, %d requests)"

#: None as long as nobody has imported logging: until then nobody could read the lines.
_logger: Logger | None = None


class Reports:
    """Where one client tells of its results."""

    __slots__ = ("_on_result",)

    def __init__(self, on_result: types.Optional[types.Callable[[Result], object]]) -> None:
        self._on_result = on_result

    def canceled(self, result: Result, operation: str = "cancel") -> None:
        """A cancel has its result."""
        logger = _logger
        if logger is None and "logging" in modules:
            logger = _get_logger()
        if logger is not None and logger.isEnabledFor(_INFO):
            _write(logger, _INFO, operation, result)
        if self._on_result is not None:
            _call(self._on_result, result)

    def read(self, operation: str, result: Result) -> None:
        """A case was read, or the service was asked for."""
        if "logging" in modules and _get_logger().isEnabledFor(_DEBUG):
            _write(_get_logger(), _DEBUG, operation, result)
        if self._on_result is not None:
            _call(self._on_result, result)

    def unclaimed(self, result: Result) -> None:
        """A result that nobody received: after an interrupt, a closed iterator or a canceled task."""
        if "logging" in modules and _get_logger().isEnabledFor(_WARNING):
            _write(_get_logger(), _WARNING, "unclaimed result: cancel", result)
        if self._on_result is not None:
            _call(self._on_result, result)


def _call(hook: types.Callable[[Result], object], result: Result) -> None:
    """No result is lost to a hook that raises."""
    try:
        hook(result)
    except Exception:
        import logging

        logging.getLogger("kcase").exception("on_result raised; the result of %s is not lost", result.case_id)


def _get_logger() -> Logger:
    global _logger
    if _logger is None:
        import logging

        _logger = logging.getLogger("kcase")
        _logger.addHandler(logging.NullHandler())
    return _logger


def _write(logger: Logger, level: int, operation: str, result: Result) -> None:
    handle = result._handle
    outcome = str(result.outcome)
    reason: str | None
    evidence: str | None
    environment: str | None
    if handle is None:
        case_id, status = result.case_id, result.http_status
        reason, evidence, environment, tag = result.reason, result.evidence, result.environment, result.tag
        milliseconds, requests = result.elapsed_ms, len(result.attempts)
    else:
        # Asked for one by one, so that a line costs little: as attributes they would cost twice as much.
        case_id = result_case_id(handle).decode() or None
        status = result_http_status(handle) or None
        reason = text_of(handle, b"reason").decode() or None
        evidence = text_of(handle, b"evidence").decode()
        environment = text_of(handle, b"environment").decode() or None
        tag = text_of(handle, b"tag").decode() or None
        milliseconds = int(text_of(handle, b"elapsed_ms"))
        requests = int(text_of(handle, b"attempts"))
    arguments = (
        operation, case_id or "-", outcome, reason or "no reason", evidence, status or "-", milliseconds,
        requests,
    )  # fmt: skip
    # What Logger.log() would do, but for the search for the caller's line, which would always be this one.
    record = logger.makeRecord(logger.name, level, __file__, 0, _FORMAT, arguments, None, operation)
    members = record.__dict__
    members["kcase_operation"] = operation
    members["kcase_case_id"] = case_id
    members["kcase_outcome"] = outcome
    members["kcase_reason"] = reason
    members["kcase_evidence"] = evidence
    members["kcase_http_status"] = status
    members["kcase_elapsed_ms"] = milliseconds
    members["kcase_requests"] = requests
    members["kcase_environment"] = environment
    members["kcase_tag"] = tag
    logger.handle(record)
