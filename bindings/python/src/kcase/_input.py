"""Case ids, options and configurations as the library takes them. The library is what checks them."""

from __future__ import annotations

import math
import os
from sys import modules

from . import _json
from ._outcome import Outcome
from ._result import InvalidInput, Result, error_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ._types import Case, CaseId

_TEXTS = frozenset((
    "environment", "base_url", "token", "api_key", "client_access_token", "confirm", "proxy", "ca_file",
    "client_cert", "client_key", "client_key_password", "user_agent", "journal",
))  # fmt: skip
_WHOLE_NUMBERS = frozenset((
    "timeout_ms", "connect_timeout_ms", "max_attempts", "backoff_base_ms", "backoff_max_ms",
    "settle_ms", "max_connections", "rate_per_second", "max_response_bytes",
))  # fmt: skip
_SECONDS = frozenset(("timeout",))
_FLAGS = frozenset(("journal_on_network_fs",))
_WORDS = {"true": True, "1": True, "false": False, "0": False}
#: What goes together on each side cannot be given together with the other side.
_RIVALS = (
    ({"environment"}, {"base_url"}),
    ({"token"}, {"api_key", "client_access_token"}),
    ({"timeout"}, {"timeout_ms"}),
)

# --- Cases -------------------------------------------------------------------------------------------


def encoded_case_id(case_id: CaseId) -> bytes:
    """A case id for C.

    C reads a text up to its first NUL only, and the beginning of an id may be the id of another case. So a
    NUL is sent as another control character, and what is not Unicode as bytes that are not UTF-8. The library
    refuses both, with a result that says so.
    """
    try:
        text = case_id.encode()  # type: ignore[union-attr]
    except UnicodeEncodeError:
        text = case_id.encode("utf-8", "surrogatepass")  # type: ignore[union-attr]
    except AttributeError:
        if not is_uuid(case_id):
            raise TypeError(f"a case id is a str or a uuid.UUID, not {type(case_id).__name__}") from None
        return str(case_id).encode()
    # An int is looked for: with bytes, Python makes an exception of its own first and drops it.
    return text.replace(b"\0", b"\1") if 0 in text else text


def is_uuid(value: object) -> bool:
    """Where nobody imported uuid, nothing is one."""
    return "uuid" in modules and isinstance(value, modules["uuid"].UUID)


def case_and_tag(case: Case) -> tuple[CaseId, str | None]:
    """What one item of many says."""
    if isinstance(case, str) or is_uuid(case):
        return case, None  # type: ignore[return-value]
    if isinstance(case, tuple) and len(case) == 2:
        case_id, tag = case
        if (isinstance(case_id, str) or is_uuid(case_id)) and (tag is None or isinstance(tag, str)):
            return case_id, tag
        inside = f"({type(case_id).__name__}, {type(tag).__name__})"
        raise TypeError(f"a tuple is (case id, tag) and both are text, not {inside}")
    size = f" of {len(case)}" if isinstance(case, tuple) else ""
    raise TypeError(f"a case is a str, a uuid.UUID or a tuple (case id, tag), not a {_name(case)}{size}")


def _name(value: object) -> str:
    return type(value).__name__


def check_source(cases: object) -> None:
    """Refuses what can be iterated and would give other things than cases."""
    from collections.abc import Mapping

    if isinstance(cases, (str, bytes, bytearray, memoryview)):
        raise TypeError(f"cases is a {_name(cases)}: give a list of case ids, [case_id] for one")
    if isinstance(cases, Mapping):
        raise TypeError(f"cases is a {_name(cases)}: give its .keys(), or pairs of a case id and a tag")


def has_lines(cases: object) -> bool:
    """Whether the source is an open file: its items are lines, which have ends."""
    return hasattr(cases, "readline")


def without_end(line: Case) -> Case:
    return line.rstrip("\r\n") if isinstance(line, str) else line


# --- Options -----------------------------------------------------------------------------------------


_FOR_READING = frozenset(("timeout", "max_attempts", "tag", "personal_data", "headers"))
_FOR_CANCEL = _FOR_READING | {"confirm", "intent_key", "use_journal"}
_FOR_MANY = _FOR_CANCEL - {"tag", "intent_key"}


def cancel_options(options: Mapping[str, Any]) -> bytes | None:
    """The options of a cancel as JSON; None if none is given."""
    return _encoded(options, _FOR_CANCEL)


def reading_options(options: Mapping[str, Any]) -> bytes | None:
    return _encoded(options, _FOR_READING)


def check_options_of_many(options: Mapping[str, Any]) -> None:
    _refuse_others(options, _FOR_MANY)


def _encoded(options: Mapping[str, Any], known: frozenset[str]) -> bytes | None:
    _refuse_others(options, known)
    given = {key: value for key, value in options.items() if value is not None}
    if "timeout" in given:
        given["timeout_ms"] = milliseconds(given.pop("timeout"))
    if "headers" in given:
        given["headers"] = dict(given["headers"])
    return _json.written(given) if given else None


def _refuse_others(options: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = options.keys() - known
    if unknown:
        raise TypeError(f"unexpected keyword argument {min(unknown)!r}; there are {', '.join(sorted(known))}")


def milliseconds(seconds: float) -> int:
    try:
        return math.ceil(seconds * 1000)
    except (ValueError, OverflowError):
        raise InvalidInput("timeout: must be a finite number of seconds") from None


def raise_for_options(result: Result) -> None:
    """Raises what the library says of the options. What it says of a case id is a result."""
    if result.outcome is Outcome.INVALID and not result.message.startswith("case_id"):
        raise error_for(result)


# --- Configuration -----------------------------------------------------------------------------------


def encoded_config(config: Mapping[str, Any]) -> bytes:
    return _json.written({key: _plain(value) for key, value in config.items()})


def _plain(value: Any) -> Any:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def config_in_file(path: str) -> Mapping[str, Any]:
    """What the library reads there."""
    with open(path, encoding="utf-8") as file:
        config: Mapping[str, Any] = _json.read(file.read())
    return config


def for_library(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The configuration in the library's own keys: seconds become milliseconds."""
    seconds = config.get("timeout")
    if seconds is None:
        return {key: value for key, value in config.items() if key != "timeout"}
    if config.get("timeout_ms") is not None:
        raise InvalidInput("timeout: must not be given together with timeout_ms")
    rest = {key: value for key, value in config.items() if key != "timeout"}
    return {**rest, "timeout_ms": milliseconds(seconds)}


def config_from_environment(environment: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """What KCASE_TOKEN, KCASE_TIMEOUT and the like say, and what is given, which comes first.

    A variable that is empty counts as not set. What is given drops the variables that cannot go with it.
    """
    config = {key: value for key, value in given.items() if value is not None}
    dropped = {
        key
        for pair in _RIVALS
        for mine, theirs in (pair, pair[::-1])
        if mine & config.keys()
        for key in theirs
    }
    for key in _variables(config.keys() | dropped):
        variable = f"KCASE_{key.upper()}"
        value = environment.get(variable)
        if value:
            config[key] = (
                value
                if key in _TEXTS
                else _flag(variable, value)
                if key in _FLAGS
                else _number(variable, value, key in _SECONDS)
            )
    return config


def _variables(without: Iterable[str]) -> Iterable[str]:
    return sorted((_TEXTS | _WHOLE_NUMBERS | _SECONDS | _FLAGS).difference(without))


def _flag(variable: str, value: str) -> bool:
    if value not in _WORDS:
        raise InvalidInput(f"{variable}: must be true or false")
    return _WORDS[value]


def _number(variable: str, value: str, with_fraction: bool) -> float:
    try:
        return float(value) if with_fraction else int(value)
    except ValueError:
        kind = "number of seconds" if with_fraction else "whole number"
        raise InvalidInput(f"{variable}: must be a {kind}") from None
