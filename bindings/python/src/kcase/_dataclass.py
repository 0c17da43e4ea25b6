"""Frozen dataclasses that cost nothing to import.

The standard module takes longer to import than this package needs to cancel a case. So it is imported when
dataclasses.fields(), asdict() or is_dataclass() are first used on a class; they and `match` work as usual.
Type checkers see the standard decorator.
"""

from __future__ import annotations

from operator import attrgetter

from ._lazy import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn


def dataclass(
    *, frozen: bool, init: bool = True, repr: bool = True, eq: bool = True
) -> Callable[[type], type]:
    """As dataclasses.dataclass(frozen=True, ...), for a class without defaults and without a base."""

    assert frozen

    def decorate(cls: type) -> type:
        names = tuple(name for name in cls.__annotations__ if not name.startswith("_"))
        members: dict[str, Any] = {"__match_args__": names, "__dataclass_fields__": _Fields()}
        members.update(__setattr__=_refuse, __delattr__=_refuse)
        if init:
            members.update(__init__=_init)
        if repr:
            members.update(__repr__=_repr)
        if eq:
            members.update(__eq__=_eq, __hash__=_hash)
        for name, member in members.items():
            setattr(cls, name, member)
        return cls

    return decorate


class _Fields:
    """The fields of a class, made by the standard module when they are first needed."""

    def __get__(self, _: object, owner: Any) -> Any:
        from dataclasses import make_dataclass

        annotations = [(name, owner.__annotations__[name]) for name in owner.__match_args__]
        model: Any = make_dataclass(owner.__name__, annotations)
        owner.__dataclass_fields__ = model.__dataclass_fields__
        return model.__dataclass_fields__


def _refuse(self: object, name: str, value: object = None) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r} of a {type(self).__name__}")


def _init(self: types.Any, **values: types.Any) -> None:
    if values.keys() != set(self.__match_args__):
        raise TypeError(f"{type(self).__name__}() takes {', '.join(self.__match_args__)}")
    self.__dict__.update(values)


def _values(self: Any) -> Any:
    return attrgetter(*self.__match_args__)(self)


def _repr(self: Any) -> str:
    values = (f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({', '.join(values)})"


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(repr(self))
