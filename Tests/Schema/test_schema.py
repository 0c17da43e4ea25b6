"""The schemas in bindings/schema say what the library takes and gives, as the library itself shows."""

import ctypes
import json
import os
from pathlib import Path

import jsonschema
import pytest
from certificates import make_certificates
from kcase_library import load, take
from sandbox import API_KEY, CLIENT_ACCESS_TOKEN, ROOT, TOKEN, fixture_case

BUILD = Path(os.environ.get("BUILD", ROOT / "build"))
SCHEMAS = {
    name: jsonschema.Draft202012Validator(
        json.loads((ROOT / "bindings/schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    )
    for name in (
        "config",
        "options",
        "await_options",
        "service_options",
        "result",
        "batch_options",
        "stats",
    )
}

FILES = make_certificates(BUILD / "tests/schema")
CERTIFICATE, KEY = str(FILES.chain), str(FILES.key)
LIBRARY = load(BUILD / "lib/libkcase.so.1")


def new_client(config):
    error = ctypes.c_void_p()
    client = LIBRARY.kcase_client_new(json.dumps(config).encode(), ctypes.byref(error))
    return (client, None) if client else (None, take(LIBRARY, error))


STAGE = {"environment": "stage", "token": "t0ken"}
PAIR = {"environment": "stage", "api_key": "k", "client_access_token": "c"}

CONFIGS = [
    STAGE,
    PAIR,
    {"environment": "production", "token": "t"},
    {"environment": "test", "token": "t"},
    {"environment": None, "base_url": "https://h", "token": "t"},
    {"environment": "stage", "base_url": "https://h", "token": "t"},
    {"token": "t"},
    {"environment": "stage"},
    {**STAGE, "api_key": "k"},
    {**STAGE, **PAIR},
    {"environment": "stage", "api_key": "k"},
    {"environment": "stage", "client_access_token": "k"},
    *[
        {"base_url": url, "token": "t"}
        for url in (
            "https://h",
            "https://h:8443/a/b",
            "http://127.0.0.1:80",
            "http://localhost",
            "http://localhost:1/a",
            "http://[::1]:1",
            "http://example.com",
            "http://localhost.example.com",
            "ftp://h",
            "https://u@h",
            "https://u:p@h",
            "https://h?q",
            "https://h#f",
            "h",
            "",
            "https://",
            "HTTPS://h",
            5,
            ["https://h"],
        )
    ],
    *[{**STAGE, "token": value} for value in ("a\n", "a ", " a", '"a"', "'a'", "a'b", "Bearer a")],
    *[{**PAIR, "api_key": value} for value in ("k\n", "k ", " k", "k\u00a0")],
    *[{**STAGE, "token": value} for value in ("a b", "a\nb", "", "ä", 5, None, "x" * 16384, "x" * 16385)],
    *[{**PAIR, "api_key": value} for value in ("a b", "a\nb", "", "ä", 5, None, "x" * 1024, "x" * 1025)],
    *[
        {**STAGE, key: value}
        for key in ("timeout_ms", "connect_timeout_ms", "backoff_base_ms", "backoff_max_ms", "settle_ms")
        for value in (1, 3_600_000, 0, -1, 3_600_001, 1.5, "1", True, None, [])
    ],
    *[{**STAGE, "max_attempts": value} for value in (1, 20, 0, 21, "4", None)],
    *[{**STAGE, "max_connections": value} for value in (1, 256, 0, 257, None)],
    *[{**STAGE, "rate_per_second": value} for value in (1, 100_000, 0, 100_001, 0.5, "1", None)],
    *[{**STAGE, "max_response_bytes": value} for value in (1024, 1 << 30, 1023, (1 << 30) + 1, None)],
    *[{**STAGE, "confirm": value} for value in ("ambiguous", "always", "never", "no", 1, None)],
    *[{**STAGE, "proxy": value} for value in ("environment", "http://h:1", "socks5h://u:p@h:1", "", 1, None)],
    *[{**STAGE, "user_agent": value} for value in ("host/1 (x)", "x ", "ä", "", "a\nb", "x" * 257, 1, None)],
    *[{**STAGE, "ca_file": value} for value in (CERTIFICATE, "", 1, None)],
    {**STAGE, "client_cert": CERTIFICATE, "client_key": KEY},
    *[
        {**STAGE, "client_cert": CERTIFICATE, "client_key": KEY, "client_key_password": value}
        for value in ("any", " any ", "a\nb", "", "x" * 1023, "x" * 1024, 1, None)
    ],
    {**STAGE, "client_key": KEY},
    {**STAGE, "client_key_password": "any"},
    {**STAGE, "unknown": 1},
    {},
    [],
    "stage",
    None,
]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: json.dumps(config)[:60])
def test_library_and_schema_agree_on_a_configuration(config):
    client, error = new_client(config)
    if client:
        LIBRARY.kcase_client_free(client)
    else:
        SCHEMAS["result"].validate(error)
        assert error["outcome"] == "invalid"
    accepted = client is not None
    assert SCHEMAS["config"].is_valid(config) == accepted, error


HEADERS = [
    {},
    {"traceparent": "00-1-2-01", "tracestate": "a=1, b=2", "x-request-id": "r 1"},
    {"TraceParent": "x", "X-Request-ID": "~" * 512},
    *[{"x-request-id": value} for value in ("", " x", "x ", "a\tb", "a\r\nb", "a\n", "\u00fc", "x" * 513)],
    *[{"x-request-id": value} for value in (1, [], None)],
    {"authorization": "x"},
    {"traceparen": None},
    [],
    "traceparent: x",
    None,
]

OPTIONS = [
    {},
    {"tag": "row 7", "personal_data": True, "confirm": "always", "max_attempts": 1, "timeout_ms": 500},
    *[{"timeout_ms": value} for value in (1000, 0, 3_600_001, "1", None)],
    *[{"max_attempts": value} for value in (1, 0, 21, None)],
    *[{"confirm": value} for value in ("never", "maybe", None)],
    *[{"tag": value} for value in ("x", "", "x" * 256, "x" * 257, "a\nb", 1, None)],
    *[{"personal_data": value} for value in (True, False, 1, None)],
    *[{"headers": value} for value in HEADERS],
    {"token": "t"},
    [],
    None,
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: json.dumps(options)[:60])
def test_library_and_schema_agree_on_options(sandbox, options):
    client, _ = new_client({"base_url": sandbox.url, "token": TOKEN})
    result = take(
        LIBRARY, LIBRARY.kcase_status(client, fixture_case(7).encode(), json.dumps(options).encode())
    )
    LIBRARY.kcase_client_free(client)
    SCHEMAS["result"].validate(result)
    assert SCHEMAS["options"].is_valid(options) == (result["outcome"] != "invalid"), result["message"]


BATCH_OPTIONS = [
    {},
    *[{"max_in_flight": value} for value in (1, 1024, 0, 1025, "1", None)],
    *[{"max_pending": value} for value in (1, 1_000_000, 0, 1_000_001, 1.5, None)],
    *[{"http2": value} for value in (True, False, 1, None)],
    {"tag": "x"},
    [],
    None,
]


@pytest.mark.parametrize("options", BATCH_OPTIONS, ids=lambda options: json.dumps(options)[:60])
def test_library_and_schema_agree_on_batch_options(options):
    client, _ = new_client(STAGE)
    error = ctypes.c_void_p()
    batch = LIBRARY.kcase_batch_new(client, json.dumps(options).encode(), ctypes.byref(error))
    message = "" if batch else take(LIBRARY, error)["message"]
    LIBRARY.kcase_batch_free(batch)
    LIBRARY.kcase_client_free(client)
    assert SCHEMAS["batch_options"].is_valid(options) == (batch is not None), message


MORE_OPTIONS = [
    {},
    None,
    {"tag": "x"},
    *[{"until": word} for word in ("canceled", "started", "finished", "placed", "", None, 1)],
    *[{"service_type_id": word} for word in ("x", "", None, 1)],
    {"until": "canceled", "timeout_ms": 1, "confirm": "never"},
    {"until": "canceled", "timeout_ms": 0},
]


@pytest.mark.parametrize("options", MORE_OPTIONS, ids=lambda options: json.dumps(options)[:60])
def test_library_and_schema_agree_on_the_options_of_awaits_and_services(options):
    client, _ = new_client({"base_url": "http://127.0.0.1:1", "token": "t", "timeout_ms": 5})
    text = json.dumps(options).encode()
    awaited = take(LIBRARY, LIBRARY.kcase_await(client, b"a", text))
    services = take(LIBRARY, LIBRARY.kcase_cancel_services(client, b"a", b'["s"]', text))
    LIBRARY.kcase_client_free(client)
    for name, result in (("await_options", awaited), ("service_options", services)):
        SCHEMAS["result"].validate(result)
        assert SCHEMAS[name].is_valid(options) == (result["outcome"] != "invalid"), result["message"]


def services_of_each_kind(client):
    lists = (["service-employment"], ["service-mvr"], ["service-ssn-trace", "service-drug-5-panel"])
    for number, services in zip((1, 2, 15), lists, strict=True):
        case_id = fixture_case(number).encode()
        yield LIBRARY.kcase_cancel_services(client, case_id, json.dumps(services).encode(), None)
        yield LIBRARY.kcase_await(client, case_id, b'{"until": "finished", "timeout_ms": 60}')
    for number in (1, 99):
        data_id = f"{fixture_case(number)}.service-employment".encode()
        yield LIBRARY.kcase_cancel_search(client, data_id, b"search-1", None)


PART_FAULTS = [
    [],
    [{"kind": "status", "status": 500, "on": "cancel_services"}],
    [{"kind": "reset_before", "on": "cancel_services", "effect": "before"}],
    [{"kind": "partial", "status": 504}],
    [{"kind": "status", "status": 503, "on": "any"}],
    [{"kind": "status", "status": 401, "on": "any"}],
    [{"kind": "answer", "form": "login_page", "on": "any"}],
    [{"kind": "empty", "status": 202, "on": "cancel_search"}],
]


@pytest.mark.parametrize("faults", PART_FAULTS, ids=lambda faults: json.dumps(faults)[:60])
def test_every_result_about_less_than_a_case_is_as_the_schema_says(sandbox, faults):
    for fault in faults:
        sandbox.fault(**fault)
    config = {"base_url": sandbox.url, "token": TOKEN, "settle_ms": 10, "backoff_base_ms": 1}
    client, _ = new_client({**config, "backoff_max_ms": 10, "max_attempts": 2})
    results = [take(LIBRARY, result) for result in services_of_each_kind(client)]
    LIBRARY.kcase_client_free(client)
    for result in results:
        SCHEMAS["result"].validate(result)
    assert sum("services" in result for result in results) == 3
    assert sum("search_id" in result for result in results) == 2


def test_statistics_are_as_the_schema_says_at_every_moment(sandbox):
    sandbox.fault(kind="reset_during", on="cancel", times=2)
    client, _ = new_client({"base_url": sandbox.url, "token": TOKEN, "backoff_base_ms": 1})
    batch = LIBRARY.kcase_batch_new(client, None, None)
    seen = []

    def look():
        stats = json.loads(LIBRARY.kcase_batch_stats(batch))
        SCHEMAS["stats"].validate(stats)
        cases = stats["waiting"] + stats["in_flight"] + stats["ready"] + stats["fetched"]
        assert cases == stats["added"]
        assert sum(stats["outcomes"].values()) == stats["ready"] + stats["fetched"]
        seen.append(stats)

    look()
    for number in range(1, 16):
        LIBRARY.kcase_batch_add(batch, fixture_case(number).encode(), None)
        look()
    LIBRARY.kcase_batch_add(batch, b"a/b", None)
    outcomes = []
    while result := LIBRARY.kcase_batch_next(batch, -1):
        outcomes.append(take(LIBRARY, result)["outcome"])
        look()
    LIBRARY.kcase_batch_free(batch)
    LIBRARY.kcase_client_free(client)
    assert len(outcomes) == 16
    assert seen[-1]["outcomes"] == {name: outcomes.count(name) for name in set(outcomes)}
    assert seen[-1]["requests"] > 16 and seen[-1]["readings"] > 0 and seen[-1]["eta_ms"] == 0


FAULTS = [
    [],
    [{"kind": "status", "status": 429, "retry_after": "0", "on": "cancel", "times": 1}],
    [{"kind": "status", "status": 500, "on": "cancel"}],
    [{"kind": "status", "status": 503, "on": "any"}],
    [{"kind": "status", "status": 302, "location": "/elsewhere", "on": "any"}],
    [{"kind": "html", "on": "any"}],
    [{"kind": "message_array", "on": "any"}],
    [{"kind": "reset_before", "on": "cancel"}],
    [{"kind": "reset_during", "on": "any"}],
    [{"kind": "close_before", "on": "cancel", "effect": True}],
    [{"kind": "truncate", "on": "any"}],
    [{"kind": "garbage", "on": "any"}],
    [{"kind": "oversize", "on": "read"}],
    [{"kind": "status", "status": 401, "on": "any"}],
    [{"kind": "empty", "status": 202, "on": "cancel"}],
    [{"kind": "status", "status": 409, "on": "cancel"}],
    [{"kind": "status", "status": 422, "on": "cancel"}],
    [{"kind": "answer", "form": "login_page", "on": "any"}],
    [{"kind": "answer", "form": "block_page", "on": "any"}],
    [{"kind": "answer", "form": "block_page", "on": "cancel"}],
    [{"kind": "answer", "form": "router_json", "on": "any"}],
    [{"kind": "answer", "form": "router_json", "on": "cancel"}],
    [{"kind": "answer", "form": "status_code", "on": "cancel"}],
    [{"kind": "answer", "form": "gateway_timeout", "on": "cancel", "effect": "before"}],
    [{"kind": "blemish", "form": "half_emoji", "on": "read"}],
]


@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: json.dumps(faults)[:60])
def test_every_result_is_as_the_schema_says(sandbox, faults):
    for fault in faults:
        sandbox.fault(**fault)
    config = {
        "base_url": sandbox.url,
        "api_key": API_KEY,
        "client_access_token": CLIENT_ACCESS_TOKEN,
        "backoff_base_ms": 1,
        "settle_ms": 1,
        "max_attempts": 2,
    }
    client, _ = new_client(config)
    outcomes = []
    try:
        for number in (1, 6, 10, 14, 15, 99):
            for operation in (LIBRARY.kcase_cancel, LIBRARY.kcase_status):
                for options in (None, b'{"personal_data": true, "tag": "x"}', b'{"confirm": "never"}'):
                    result = take(LIBRARY, operation(client, fixture_case(number).encode(), options))
                    SCHEMAS["result"].validate(result)
                    outcomes.append(result["outcome"])
        check = take(LIBRARY, LIBRARY.kcase_check(client))
        SCHEMAS["result"].validate(check)
    finally:
        LIBRARY.kcase_client_free(client)
    assert len(outcomes) == 36
    if not faults:
        assert {"ok", "canceled", "already_canceled", "refused", "not_found", "denied"} <= set(outcomes)
        assert check["outcome"] == "ok"


def an_honest_cancel(sandbox, number, *faults, **options):
    """What a client says of a fixture that has these faults."""
    for fault in faults:
        sandbox.fault(on="cancel", **fault)
    client, _ = new_client(
        {"base_url": sandbox.url, "token": TOKEN, "backoff_base_ms": 1, "settle_ms": 1, "max_attempts": 1}
    )
    options = json.dumps(options).encode()
    result = take(LIBRARY, LIBRARY.kcase_cancel(client, fixture_case(number).encode(), options))
    LIBRARY.kcase_client_free(client)
    return result


ACCEPTED_FOR_LATER = {"kind": "empty", "status": 202}
CONFLICT = {"kind": "status", "status": 409}
SERVER_ERROR = {"kind": "status", "status": 500}
REFUSED = {"kind": "status", "status": 422}

FALSE_FLAGS = [
    ("canceled", (1, []), {}, {"settled": False}),
    ("canceled", (1, []), {}, {"retriable": True}),
    ("canceled", (1, [ACCEPTED_FOR_LATER]), {"confirm": "never"}, {"http_status": 200}),
    ("canceled", (1, [ACCEPTED_FOR_LATER]), {"confirm": "never"}, {"retriable": True}),
    ("already_canceled", (14, []), {}, {"settled": False}),
    ("not_found", (99, []), {}, {"settled": False}),
    ("not_found", (99, []), {"confirm": "never"}, {"settled": True}),
    ("refused", (7, []), {}, {"retriable": True}),
    ("refused", (7, []), {}, {"http_status": 409}),
    ("refused", (7, []), {}, {"evidence": "response"}),
    ("refused", (7, []), {"confirm": "never"}, {"settled": True}),
    ("refused", (10, []), {}, {"settled": True}),
    ("refused", (1, [CONFLICT]), {}, {"settled": True}),
    ("refused", (1, [REFUSED]), {}, {"retriable": True}),
    ("denied", (15, []), {}, {"settled": True}),
    ("failed", (1, [SERVER_ERROR]), {}, {"settled": True}),
    ("unknown", (1, [ACCEPTED_FOR_LATER]), {}, {"settled": True}),
    ("unknown", (1, [ACCEPTED_FOR_LATER]), {}, {"evidence": "response"}),
    ("unknown", (1, [ACCEPTED_FOR_LATER]), {}, {"reason": "no_such_word"}),
]


@pytest.mark.parametrize(("outcome", "case", "options", "change"), FALSE_FLAGS)
def test_the_schema_excludes_what_the_library_never_says(sandbox, outcome, case, options, change):
    number, faults = case
    result = an_honest_cancel(sandbox, number, *faults, **options)
    assert result["outcome"] == outcome
    SCHEMAS["result"].validate(result)
    assert not SCHEMAS["result"].is_valid({**result, **change})
