"""The names for annotations, imported when somebody evaluates one, as typing.get_type_hints() does."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import _types as types
else:

    class _Types:
        def __getattr__(self, name: str) -> object:
            from . import _types

            return getattr(_types, name)

    types = _Types()

__all__ = ["types"]
