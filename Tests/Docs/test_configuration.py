"""Every place that lists configuration keys says the same: schema, page, header, packages, library."""

from __future__ import annotations

import ctypes
import json
import os
import socket
from pathlib import Path

import pytest
from reference import (
    Key,
    header_keys,
    page_keys,
    python_keywords,
    python_typed_dict,
    ruby_reference,
    ruby_signatures,
    schema_keys,
    text_of,
)
from sandbox import ROOT

PAGE = text_of("docs/configuration.md")
HEADER = text_of("include/kcase.h")
KEYS = {name: schema_keys(name) for name in ("config", "options", "batch_options")}
EACH_LIST = pytest.mark.parametrize("name", KEYS)


def names(keys: list[Key]) -> list[str]:
    return [key.name for key in keys]


# --- The page and the header -----------------------------------------------------------------------------


@EACH_LIST
def test_the_page_says_what_the_schema_says(name):
    assert page_keys(PAGE, name) == KEYS[name]


@EACH_LIST
def test_the_header_says_what_the_schema_says(name):
    assert header_keys(HEADER, name) == KEYS[name]


CHANGES = [
    ("config", "| 1 to 20 |", "| 1 to 21 |"),
    ("config", "| 250 |", "| 251 |"),
    ("config", "| `max_connections` | integer |", "| `max_connections` | text |"),
    ("config", '`"never"` |', '`"no"` |'),
    ("config", "| `proxy` |", "| `prox` |"),
    ("options", "| false |", "| true |"),
    ("batch_options", "| 1 to 1024 |", "| 0 to 1024 |"),
]


@pytest.mark.parametrize(("name", "old", "new"), CHANGES)
def test_a_change_of_the_page_is_noticed(name, old, new):
    assert old in PAGE
    assert page_keys(PAGE.replace(old, new), name) != KEYS[name]


HEADER_CHANGES = [
    ("config", "1 to 256; default 8.", "1 to 255; default 8."),
    ("config", "1 to 256; default 8.", "1 to 256; default 9."),
    ("config", "1 to 100000; no default.", "1 to 100000; default 1."),
    ("config", " *   client_key  ", " *   client_kez  "),
    ("config", '"always"\n', '"allways"\n'),
    ("options", "1 to 20.\n", "1 to 2.\n"),
    ("batch_options", "HTTP/1.1 only. Default true.", "HTTP/1.1 only. Default false."),
]


@pytest.mark.parametrize(("name", "old", "new"), HEADER_CHANGES)
def test_a_change_of_the_header_is_noticed(name, old, new):
    assert old in HEADER
    assert header_keys(HEADER.replace(old, new), name) != KEYS[name]


# --- The packages ----------------------------------------------------------------------------------------


def test_the_python_package_takes_the_same_keys():
    expected = sorted(names(KEYS["config"]))
    # In Python, a timeout is in seconds, too; and a function may be given every result.
    assert sorted(python_typed_dict()) == sorted([*expected, "timeout"])
    assert sorted(python_keywords()) == sorted([*expected, "timeout", "on_result"])


def test_the_ruby_gem_takes_the_same_keys():
    config, options = sorted(names(KEYS["config"])), sorted(names(KEYS["options"]))

    def taken(*schemas: str, without: tuple[str, ...] = ()) -> tuple[str, ...]:
        return tuple(sorted({name for schema in schemas for name in schema_names(schema)} - {*without}))

    signatures = [tuple(sorted(one)) for one in ruby_signatures()]
    # The gem itself tells a logger and a function of every result.
    of_client = tuple(sorted([*config, "logger", "on_result"]))
    assert {one for one in signatures if "base_url" in one} == {of_client}
    assert {one for one in signatures if "personal_data" in one} == {
        tuple(options),
        # The gem itself limits how many cases are pending.
        taken("options", "batch_options", without=("max_pending",)),
        taken("options", "find"),
        taken("options", without=("intent_key", "use_journal")),
        *(taken(each) for each in ("filter", "service_options", "await_options")),
    }
    assert sorted(ruby_reference()) == config


def schema_names(name: str) -> list[str]:
    return list(json.loads(text_of(f"bindings/schema/{name}.schema.json"))["properties"])


# --- The library -----------------------------------------------------------------------------------------

LIBRARY = ctypes.CDLL(str(Path(os.environ.get("BUILD", ROOT / "build")) / "lib/libkcase.so.1"))
BOX = ctypes.POINTER(ctypes.c_void_p)
for function, result, arguments in [
    ("kcase_client_new", ctypes.c_void_p, [ctypes.c_char_p, BOX]),
    ("kcase_client_free", None, [ctypes.c_void_p]),
    ("kcase_status", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]),
    ("kcase_batch_new", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p, BOX]),
    ("kcase_batch_free", None, [ctypes.c_void_p]),
    ("kcase_result_json", ctypes.c_char_p, [ctypes.c_void_p]),
    ("kcase_result_free", None, [ctypes.c_void_p]),
]:
    getattr(LIBRARY, function).restype, getattr(LIBRARY, function).argtypes = result, arguments

STAGE = {"environment": "stage", "token": "t"}


def refusal(result: int | ctypes.c_void_p) -> str | None:
    """The message, if the input was refused; the result is freed."""
    try:
        told = json.loads(LIBRARY.kcase_result_json(result))
        assert told["outcome"] in ("invalid", "not_sent")
        return told["message"] if told["outcome"] == "invalid" else None
    finally:
        LIBRARY.kcase_result_free(result)


def config_refusal(members: dict[str, object]) -> str | None:
    error = ctypes.c_void_p()
    client = LIBRARY.kcase_client_new(json.dumps({**STAGE, **members}).encode(), ctypes.byref(error))
    LIBRARY.kcase_client_free(client)
    return None if client else refusal(error)


@pytest.fixture(scope="module")
def client():
    """A client of an address at which nobody listens: a call with valid options ends at once."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        config = {
            "base_url": f"http://127.0.0.1:{closed.getsockname()[1]}",
            "token": "t",
            "backoff_max_ms": 1,
        }
        handle = LIBRARY.kcase_client_new(json.dumps(config).encode(), None)
        yield handle
        LIBRARY.kcase_client_free(handle)


@pytest.fixture
def refusals(client):
    """For each list, what the library says of members; None if it accepts them."""

    def options_refusal(members: dict[str, object]) -> str | None:
        return refusal(LIBRARY.kcase_status(client, b"id", json.dumps(members).encode()))

    def batch_refusal(members: dict[str, object]) -> str | None:
        error = ctypes.c_void_p()
        batch = LIBRARY.kcase_batch_new(client, json.dumps(members).encode(), ctypes.byref(error))
        LIBRARY.kcase_batch_free(batch)
        return None if batch else refusal(error)

    return {"config": config_refusal, "options": options_refusal, "batch_options": batch_refusal}


def each_key(*kinds: str) -> pytest.MarkDecorator:
    pairs = [(name, key) for name, keys in KEYS.items() for key in keys if key.kind in kinds]
    return pytest.mark.parametrize(("name", "key"), pairs, ids=lambda value: getattr(value, "name", value))


@EACH_LIST
def test_the_library_refuses_a_key_that_is_in_no_list(name, refusals):
    message = refusals[name]({"no_such_key": 1})
    assert message is not None and "no_such_key" in message


@each_key("text", "integer", "boolean", "choice")
def test_the_library_knows_each_key_and_names_it_when_its_type_is_wrong(name, key, refusals):
    for wrong in ([], {}, "1" if key.kind == "integer" else 1):
        message = refusals[name]({key.name: wrong})
        assert message is not None and message.startswith(f"{key.name}: "), message
        assert "unknown" not in message


@each_key("object")
def test_the_library_names_an_object_when_its_type_is_wrong(name, key, refusals):
    for wrong in ([], "{}", 1, True):
        message = refusals[name]({key.name: wrong})
        assert message == f"{key.name}: must be an object"
    assert refusals[name]({key.name: {}}) is None


@each_key("integer")
def test_the_library_keeps_the_range_of_each_number(name, key, refusals):
    for value in (key.least, key.most):
        assert refusals[name]({key.name: value}) is None
    for value in (key.least - 1, key.most + 1):
        message = refusals[name]({key.name: value})
        assert message is not None and message.startswith(f"{key.name}: "), message
        assert str(key.least) in message and str(key.most) in message


@each_key("choice")
def test_the_library_takes_each_word_of_a_choice_and_no_other(name, key, refusals):
    for word in key.choices:
        assert refusals[name]({key.name: word}) is None
    message = refusals[name]({key.name: "another"})
    assert message is not None and message.startswith(f"{key.name}: ")
    assert all(f'"{word}"' in message for word in key.choices)
