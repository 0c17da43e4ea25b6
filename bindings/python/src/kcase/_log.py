"""One line for each result, in the logger "kcase". It has no secret, and no text that the server sent."""

from __future__ import annotations

from sys import modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger

    from ._result import Result

_DEBUG, _INFO, _WARNING = 10, 20, 30

#: None as long as nobody has imported logging: until then nobody could read the lines.
_logger: Logger | None = None


def log_cancel(result: Result) -> None:
    logger = _logger
    if logger is None:
        if "logging" not in modules:
            return
        logger = _get_logger()
    if logger.isEnabledFor(_INFO):
        _write(logger, _INFO, "cancel", result)


def log_reading(operation: str, result: Result) -> None:
    if "logging" in modules and _get_logger().isEnabledFor(_DEBUG):
        _write(_get_logger(), _DEBUG, operation, result)


def log_unclaimed(result: Result) -> None:
    """Logs a result that nobody received: after an interrupt, a closed iterator or a canceled task."""
    if "logging" in modules:
        _write(_get_logger(), _WARNING, "unclaimed result: cancel", result)


def _get_logger() -> Logger:
    global _logger
    if _logger is None:
        import logging

        _logger = logging.getLogger("kcase")
        _logger.addHandler(logging.NullHandler())
    return _logger


def _write(logger: Logger, level: int, operation: str, result: Result) -> None:
    logger.log(
        level,
        "%s %s: %s (%s, evidence %s, HTTP %s, %d ms, %d requests)",
        operation,
        result.case_id or "-",
        result.outcome,
        result.reason or "no reason",
        result.evidence,
        result.http_status or "-",
        result.elapsed_ms,
        len(result.attempts),
        extra={"kcase_result": result},
    )
