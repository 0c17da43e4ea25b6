"""The version of this package, and the versions of the library that it works with."""

from __future__ import annotations

__version__ = "1.2.0"

#: The oldest library that has every function the package calls (10000 * major + 100 * minor + patch).
LIBRARY_VERSION_MIN = 10200
#: The first version that may have another interface.
LIBRARY_VERSION_END = 20000


def version_text(number: int) -> str:
    """10200 as "1.2.0"."""
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
