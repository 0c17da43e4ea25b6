"""Reports how far many cancels are."""

from __future__ import annotations

import time
import warnings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ._types import Progress

REPORT_INTERVAL_SECONDS = 0.1


class Reporter:
    """Gives the statistics to a function: at intervals, and at the end."""

    __slots__ = ("_close", "_due", "_report")

    def __init__(self, report: Callable[[dict[str, Any]], None], close: Callable[[], None]) -> None:
        self._report = report
        self._close = close
        self._due = 0.0

    def tell(self, stats: Callable[[], dict[str, Any]]) -> None:
        now = time.monotonic()
        if now >= self._due:
            self._due = now + REPORT_INTERVAL_SECONDS
            self._report(stats())

    def end(self, stats: dict[str, Any]) -> None:
        self._report(stats)
        self._close()


def reporter(progress: Progress, total: int | None) -> Reporter | None:
    if callable(progress):
        return Reporter(progress, lambda: None)
    return _bar(total) if progress else None


def _bar(total: int | None) -> Reporter | None:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        warnings.warn("no progress bar: tqdm is not installed (pip install kcase[progress])", stacklevel=5)
        return None
    bar = tqdm(total=total, unit="case")

    def report(stats: dict[str, Any]) -> None:
        not_canceled = sum(
            count
            for outcome, count in stats["outcomes"].items()
            if outcome not in ("canceled", "already_canceled")
        )
        if not_canceled:
            bar.set_postfix({"not canceled": not_canceled}, refresh=False)
        bar.update(stats["fetched"] - bar.n)

    return Reporter(report, bar.close)
