"""The schemas of filters and webhooks say what the library takes, and results of those calls fit theirs."""

import ctypes
import json
import os
from pathlib import Path

import jsonschema
import pytest
from kcase_library import load, take
from sandbox import ROOT, TOKEN

BUILD = Path(os.environ.get("BUILD", ROOT / "build"))
LIBRARY = load(BUILD / "lib/libkcase.so.1")
SCHEMAS = {
    name: jsonschema.Draft202012Validator(
        json.loads((ROOT / "bindings/schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    )
    for name in ("filter", "find", "webhook_secrets", "webhook_options", "result")
}

CODE = {"api_tracking_code": "sandbox-000000000003"}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CREDENTIALS = {"username": "u", "password": "p"}
SCOPES = [
    *[{"archived": value} for value in (True, False, None, 1)],
    *[{"max_response_bytes": value} for value in (1024, 1 << 40, 1023, (1 << 40) + 1, None, "1")],
]
KEYS = ("api_tracking_code", "api_tracking_user", "candidate_email", "invitation_email")
TEXTS = ("x", "x" * 1024, "x" * 1025, "", " ", "a\nb", None, 1, [])

FILTERS = [
    {},
    CODE,
    *SCOPES,
    *[{key: value} for key in KEYS for value in TEXTS],
    *[{"case_status": value} for value in ("Pending", "Adjudicated", "pending", "Placed", "", None)],
    *[{"secondary_status": value} for value in ("none", "Canceled", "Consider", "canceled", None)],
    *[{"result": value} for value in ("Open", "Adverse Action", "Canceled", None)],
    *[{"cancelable": value} for value in ("likely", "yes", True, None)],
    *[
        {key: value}
        for key in ("ordered_before", "ordered_after")
        for value in (
            "2026-01-05",
            "2026-01-05T09:00:00Z",
            "2026-01-05T09:00:00.123+01:00",
            "now",
            "",
            None,
            1,
        )
    ],
    *[{"limit": value} for value in (1, 10_000, 0, 10_001, None, "1")],
    *[{"personal_data": value} for value in (True, None, 1)],
    *[{"timeout_ms": value} for value in (500, 0, 3_600_001, None)],
    *[{"max_attempts": value} for value in (1, 0, 21, None)],
    *[{"tag": value} for value in ("x", "", "x" * 257, None)],
    *[{"headers": value} for value in ({"tracestate": "x"}, {"tracestate": ""}, {"host": "x"}, [], None)],
    {"unknown": 1},
    [],
]

FINDS = [
    {},
    CODE,
    {**CODE, "candidate_email": "a@example.com"},
    *[{key: value} for key in KEYS for value in TEXTS],
    *[{**CODE, **scope} for scope in SCOPES],
    *[{**CODE, "all": True, "expected": value} for value in (1, 1000, 0, 1001, None, "1")],
    *[{**CODE, "all": value} for value in (True, False, None, 1)],
    *[{**CODE, "expected": value} for value in (1, None)],
    {**CODE, "limit": 1},
    [],
]

SECRETS = [
    {},
    CREDENTIALS,
    {"signing_secrets": [SECRET]},
    {"signing_secrets": [SECRET] * 16, **CREDENTIALS},
    {"signing_secrets": [SECRET] * 17},
    *[{"signing_secrets": value} for value in ([], None, SECRET, [None], [SECRET, ""])],
    *[{"signing_secrets": [value]} for value in ("whsec_", "whsec_QUFB", "QUFB" * 8, "whsec_" + "QUFB" * 22)],
    *[{"signing_secrets": ["whsec_" + "QUFB" * count]} for count in (7, 8, 21)],
    *[{"signing_secrets": ["whsec_" + "QUFB" * 8 + end]} for end in ("QQ==", "QUE=", "QQ", "Q===", "\n")],
    {"username": "u"},
    {"password": "p"},
    {**CREDENTIALS, "password": ""},
    {**CREDENTIALS, "password": "x" * 1025},
    {"signing_secrets": [SECRET], "token": "t"},
    {"signing_secrets": None, **CREDENTIALS},
    {"signing_secrets": [SECRET], "username": None, "password": None},
    [],
]

WEBHOOK_OPTIONS = [
    {},
    *[{"tolerance_s": value} for value in (1, 86_400, 0, 86_401, 1.5, None)],
    *[{"received_at": value} for value in (0, 253_402_300_799, -1, 253_402_300_800, "1", None)],
    *[{"tag": value} for value in ("x", "", 1, None)],
    {"timeout_ms": 1},
    [],
]


@pytest.fixture(scope="module")
def client(running_sandbox):
    config = {"base_url": running_sandbox.url, "token": TOKEN, "backoff_base_ms": 1, "settle_ms": 10}
    client = LIBRARY.kcase_client_new(json.dumps(config).encode(), None)
    yield client
    LIBRARY.kcase_client_free(client)


def expect(name, given, result):
    SCHEMAS["result"].validate(result)
    assert SCHEMAS[name].is_valid(given) == (result["outcome"] != "invalid"), result["message"]


def shown(given):
    return json.dumps(given)[:60]


@pytest.mark.parametrize("given", FILTERS, ids=shown)
def test_library_and_schema_agree_on_a_filter(client, given):
    text = json.dumps(given).encode()
    expect("filter", given, take(LIBRARY, LIBRARY.kcase_list(client, text)))
    error = ctypes.c_void_p()
    listing = LIBRARY.kcase_listing_new(client, text, ctypes.byref(error))
    assert SCHEMAS["filter"].is_valid(given) == (listing is not None)
    LIBRARY.kcase_listing_free(listing)
    LIBRARY.kcase_result_free(error)


@pytest.mark.parametrize("given", FINDS, ids=shown)
def test_library_and_schema_agree_on_how_a_case_is_found(client, given):
    expect("find", given, take(LIBRARY, LIBRARY.kcase_cancel_found(client, json.dumps(given).encode(), None)))


@pytest.mark.parametrize("given", SECRETS, ids=shown)
def test_library_and_schema_agree_on_secrets(given):
    text = json.dumps(given).encode()
    expect("webhook_secrets", given, take(LIBRARY, LIBRARY.kcase_webhook_parse(b"{}", 2, b"{}", text, None)))


@pytest.mark.parametrize("given", WEBHOOK_OPTIONS, ids=shown)
def test_library_and_schema_agree_on_how_a_message_is_judged(given):
    secrets, text = json.dumps(CREDENTIALS).encode(), json.dumps(given).encode()
    body = json.dumps({**CREDENTIALS, "event": "case.statuschange", "eventObject": {"id": "a"}}).encode()
    result = take(LIBRARY, LIBRARY.kcase_webhook_parse(body, len(body), b"{}", secrets, text))
    expect("webhook_options", given, result)
