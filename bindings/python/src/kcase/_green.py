"""gevent and eventlet: where they have replaced the standard library's waits, a call must not stop the
others.

There a wait is made on a descriptor by select.select, which is theirs then, and a function of the library
that blocks is called on a thread of theirs.
"""

from __future__ import annotations

import select
from sys import modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, TypeVar

    Value = TypeVar("Value")


def is_patched() -> bool:
    """Whether waits are gevent's or eventlet's."""
    return getattr(select.select, "__module__", "select") != "select"


def wait_readable(descriptor: int, seconds: float) -> None:
    select.select([descriptor], [], [], seconds)


def on_pool(call: Callable[[], Value]) -> Value:
    """Makes a call on a thread, and lets others work meanwhile."""
    if "gevent" in modules:
        value: Value = modules["gevent"].get_hub().threadpool.apply(call)
        return value
    from importlib import import_module

    value = import_module("eventlet.tpool").execute(call)
    return value
