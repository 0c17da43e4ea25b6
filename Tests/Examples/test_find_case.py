"""The examples that find cases and judge messages, as a person at a shell runs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import time

import pytest
from sandbox import ROOT, TOKEN, fixture_case

BIN = ROOT / "build/bin"


@pytest.fixture
def config(sandbox, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"base_url": sandbox.url, "token": TOKEN, "backoff_base_ms": 1}))
    return str(path)


def run(program, *arguments, text=""):
    return subprocess.run(
        [str(BIN / program), *arguments], input=text, capture_output=True, text=True, timeout=60, check=False
    )


def test_cases_are_listed_with_their_states(config):
    done = run("find_case", config, '{"api_tracking_code": "sandbox-000000000003"}')
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"{fixture_case(3)}  Pending, Waiting for Parental Consent  ordered 2026-01-05T09:03:00.000+00:00\n"
        "1 of 14 cases\n"
    )
    assert run("find_case", config, '{"candidate_email": "x@example.com"}').stdout == "0 of 14 cases\n"


def test_a_list_that_is_cut_short_is_not_called_whole(sandbox, config):
    sandbox.fault(kind="truncate", on="list")
    done = run("find_case", config, "{}")
    assert done.returncode == 1
    assert done.stderr.startswith("unknown: ")
    assert "of 14 cases" not in done.stdout


@pytest.mark.parametrize(
    ("filters", "word"), [("{", "filter"), ('{"candidate_email": ""}', "candidate_email")]
)
def test_a_wrong_filter_is_named(config, filters, word):
    done = run("find_case", config, filters)
    assert done.returncode == 2
    assert word in done.stderr and done.stdout == ""


# --- Webhooks ----------------------------------------------------------------------------------------------

KEY = b"a key of twenty-four byt"
BODY = json.dumps({"event": "case.statuschange", "eventObject": {"id": "c-1", "caseStatus": "Pending"}})


@pytest.fixture
def message(tmp_path):
    """The arguments for a message that was signed just now."""
    stamp = str(int(time.time()))
    code = hmac.new(KEY, f"m-1.{stamp}.{BODY}".encode(), hashlib.sha256).digest()
    headers = {
        "Webhook-Id": "m-1",
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": f"v1,{base64.b64encode(code).decode()}",
    }
    secrets = {"signing_secrets": [f"whsec_{base64.b64encode(KEY).decode()}"]}
    paths = tmp_path / "secrets.json", tmp_path / "headers.json"
    for path, content in zip(paths, (secrets, headers), strict=True):
        path.write_text(json.dumps(content))
    return [str(path) for path in paths]


def test_a_genuine_message_is_told(message):
    done = run("webhook", *message, text=BODY)
    assert done.returncode == 0
    assert done.stdout == "m-1  case.statuschange  case c-1  canceled: false\n"


def test_a_message_that_was_changed_is_not_believed(message):
    done = run("webhook", *message, text=BODY + " ")
    assert done.returncode == 1
    assert done.stderr.startswith("denied: ") and done.stdout == ""
