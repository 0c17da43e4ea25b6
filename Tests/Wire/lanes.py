"""Does things a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def spread(work: Callable[[Item], Outcome], items: Iterable[Item], lanes: int) -> list[Outcome]:
    with ThreadPoolExecutor(lanes) as pool:
        return list(pool.map(work, items))
