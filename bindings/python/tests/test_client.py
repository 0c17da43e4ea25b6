"""The client: configuration, options, its end, what it logs."""

from __future__ import annotations

import inspect
import json
import logging
import pickle
import threading
import time
import typing
from pathlib import Path
from typing import Any

import pytest
from sandbox import API_KEY, CLIENT_ACCESS_TOKEN, TOKEN, Sandbox, fixture_case, seeded_case

import kcase

SCHEMAS = Path(__file__).resolve().parents[2] / "schema"
HEADER = Path(__file__).resolve().parents[3] / "include" / "kcase.h"
CANARY = "c4n4ry.S3cret-of_the~te5t"


def members(name: str) -> set[str]:
    return set(json.loads((SCHEMAS / f"{name}.schema.json").read_text())["properties"])


def parameters(function: Any) -> set[str]:
    return set(inspect.signature(function).parameters) - {"self"}


def test_versions_agree() -> None:
    assert f'#define KCASE_VERSION "{kcase.__version__}"' in HEADER.read_text()
    assert kcase.library_version() == kcase.__version__
    assert kcase.build_info()["kcase"] == kcase.__version__
    project = (Path(__file__).resolve().parents[1] / "pyproject.toml").read_text()
    assert f'version = "{kcase.__version__}"' in project


def test_every_key_and_option_of_the_library_is_there() -> None:
    from kcase import _input, _types

    assert parameters(kcase.Client.__init__) == members("config") | {"timeout", "on_result"}
    assert _input._TEXTS | _input._WHOLE_NUMBERS | _input._FLAGS == members("config")
    options = {name.replace("timeout_ms", "timeout") for name in members("options")}
    assert _input._FOR_CANCEL == options == set(typing.get_type_hints(_types.CallOptions))
    assert _input._FOR_READING == set(typing.get_type_hints(_types.ReadOptions)) < options
    assert _input._FOR_MANY == set(typing.get_type_hints(_types.ManyOptions)) < options


def test_an_unknown_option_is_a_mistake(client: kcase.Client) -> None:
    with pytest.raises(TypeError, match="'tagg'; there are confirm, headers, "):
        client.cancel(seeded_case(1), tagg="row 1")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="'confirm'"):
        client.status(seeded_case(1), confirm="always")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="'tag'"):
        client.cancel_many([seeded_case(1)], tag="row 1")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "environment"),
        ({"environment": "moon", "token": CANARY}, "environment"),
        ({"environment": "stage"}, "token"),
        ({"environment": "stage", "token": CANARY, "timeout_ms": 0}, "timeout_ms"),
        ({"environment": "stage", "token": CANARY, "timeout_ms": "5"}, "timeout_ms"),
        ({"environment": "stage", "token": CANARY + "\0"}, "NUL"),
        ({"environment": "stage", "token": CANARY + "\udc80"}, ""),
        ({"environment": "stage", "token": CANARY, "ca_file": Path("/nowhere/ca.pem"), "proxy": ""}, "proxy"),
    ],
)
def test_bad_configuration_is_raised(config: dict[str, Any], message: str) -> None:
    for make in (lambda: kcase.Client(**config), lambda: kcase.AsyncClient(**config)):
        with pytest.raises(kcase.InvalidInput) as caught:
            make()
        assert message in str(caught.value)
        assert caught.value.result is not None
        assert caught.value.result.outcome is kcase.Outcome.INVALID
        assert CANARY not in str(caught.value) + repr(caught.value.result)


def test_an_unknown_argument_is_pythons_own_error() -> None:
    with pytest.raises(TypeError, match="tokn"):
        kcase.Client(environment="stage", tokn=CANARY)  # type: ignore[call-arg]


def test_the_environment_configures(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KCASE_BASE_URL", sandbox.url)
    monkeypatch.setenv("KCASE_API_KEY", API_KEY)
    monkeypatch.setenv("KCASE_CLIENT_ACCESS_TOKEN", CLIENT_ACCESS_TOKEN)
    monkeypatch.setenv("KCASE_TOKEN", "")
    monkeypatch.setenv("KCASE_TIMEOUT_MS", "4000")
    with kcase.Client.from_env(max_attempts=2) as client:
        assert client.check().outcome == "ok"
    monkeypatch.setenv("KCASE_TIMEOUT_MS", "soon")
    with pytest.raises(kcase.InvalidInput, match="KCASE_TIMEOUT_MS"):
        kcase.Client.from_env()
    monkeypatch.setenv("KCASE_TIMEOUT_MS", "0")
    with pytest.raises(kcase.InvalidInput, match="timeout_ms"):
        kcase.AsyncClient.from_env()


def test_options_are_obeyed(client: kcase.Client, sandbox: Sandbox) -> None:
    result = client.cancel(
        fixture_case(1), confirm="always", tag="Zürich \u2603", personal_data=True, timeout=5
    )
    assert result.evidence == "read_back" and result.tag == "Zürich \u2603"
    assert result.case is not None and any("name" in key.lower() for key in result.case)
    sandbox.fault(kind="status", status=429, on="cancel")
    # Before it says that the case is not canceled, it looks twice.
    requests = [attempt.request for attempt in client.cancel(fixture_case(2), max_attempts=1).attempts]
    assert requests == ["cancel", "read", "read"]
    sandbox.reset()
    sandbox.fault(kind="hang", on="any")
    begin = time.monotonic()
    assert client.cancel(fixture_case(2), timeout=0.3).outcome is kcase.Outcome.UNKNOWN
    assert client.status(fixture_case(2), timeout=0.3).outcome is kcase.Outcome.UNKNOWN
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        ("", None),
        ("a/b", "a/b"),
        ("..", ".."),
        # C's texts end at a NUL: another control character stands for it.
        ("a\0b", "a\\u{0001}b"),
        ("\0", "\\u{0001}"),
        ("\ud800", "\ufffd" * 3),
        ("x" * 257, "x" * 256 + "\u2026"),
    ],
)
def test_a_bad_id_is_a_result(client: kcase.Client, sandbox: Sandbox, bad: str, shown: str | None) -> None:
    for result in (client.cancel(bad), client.status(bad)):
        assert result.outcome is kcase.Outcome.INVALID
        assert result.case_id == shown
    assert sandbox.totals()["requests"] == 0
    with pytest.raises(ValueError):
        client.cancel(bad, check=True)


def test_a_bad_type_is_raised(client: kcase.Client) -> None:
    with pytest.raises(TypeError):
        client.cancel(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        client.cancel(b"id")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="finite"):
        client.cancel(fixture_case(1), timeout=float("inf"))


def test_raising_is_a_choice(client: kcase.Client) -> None:
    assert client.cancel(fixture_case(7)).outcome == "refused"
    with pytest.raises(kcase.Refused) as caught:
        client.cancel(fixture_case(7), check=True)
    assert caught.value.result is not None and caught.value.result.reason == "already_started"
    with pytest.raises(kcase.Denied):
        client.status(fixture_case(15), check=True)
    with pytest.raises(kcase.NotFound):
        client.cancel(fixture_case(99), check=True)


def test_a_closed_client_says_so(sandbox: Sandbox) -> None:
    client = kcase.Client(base_url=sandbox.url, token=TOKEN)
    client.cancel(fixture_case(1))
    client.close()
    client.close()
    client.interrupt()
    assert client.closed
    for call in (
        lambda: client.cancel("x"),
        lambda: client.status("x"),
        lambda: client.check(),
        lambda: client.cancel_many(["x"]),
    ):
        with pytest.raises(kcase.Closed):
            call()


def test_closing_ends_what_other_threads_do(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="any")
    client = kcase.Client(base_url=sandbox.url, token=TOKEN)
    results: list[kcase.Result] = []
    threads = [
        threading.Thread(target=lambda: results.append(client.cancel(seeded_case(1)))),
        threading.Thread(target=lambda: results.append(client.status(seeded_case(2)))),
        threading.Thread(target=lambda: results.extend(client.cancel_many([seeded_case(3)]))),
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    begin = time.monotonic()
    client.close()
    for thread in threads:
        thread.join()
    assert time.monotonic() - begin < 1
    assert [result.reason for result in results] == ["interrupted"] * 3


def test_interrupting_ends_what_is_under_way_and_no_more(client: kcase.Client, sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel")
    timer = threading.Timer(0.2, client.interrupt)
    timer.start()
    begin = time.monotonic()
    result = client.cancel(fixture_case(1))
    assert result.outcome is kcase.Outcome.UNKNOWN and result.reason == "interrupted"
    assert time.monotonic() - begin < 1
    timer.join()
    sandbox.reset()
    assert client.cancel(fixture_case(1)).outcome is kcase.Outcome.CANCELED


def test_no_secret_is_told(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for config in (
        {"token": CANARY},
        {"api_key": CANARY, "client_access_token": CANARY},
        {"token": TOKEN, "base_url": "https://127.0.0.1:1", "proxy": f"https://user:{CANARY}@127.0.0.1:1"},
    ):
        with kcase.Client.from_config({"base_url": sandbox.url, "max_attempts": 1, **config}) as client:
            results = [client.cancel(fixture_case(1)), client.check(), client.status(fixture_case(1))]
            results += client.cancel_many([fixture_case(1)])
            told += [repr(client), *map(repr, results)]
            told += [result.to_json() for result in results]
            with pytest.raises(TypeError, match="pickled"):
                pickle.dumps(client)
    assert len(caplog.records) == 12
    text = caplog.text + "".join(told)
    assert CANARY not in text and TOKEN not in text


def test_each_result_has_a_line_in_the_log(client: kcase.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="kcase")
    result = client.cancel(fixture_case(7))
    client.status(fixture_case(7))
    client.check()
    assert [record.levelname for record in caplog.records] == ["INFO", "DEBUG", "DEBUG"]
    assert caplog.messages[0].startswith(
        f"cancel {fixture_case(7)}: refused (already_started, evidence read_back"
    )
    assert caplog.records[0].kcase_outcome == result.outcome  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ['a"b\\c', "line\nline\ttab\x00\x1f\x7f", "Z\u00fcrich \u2603 \U0001f600", "", "</script>"]
)
def test_what_is_written_is_json(text: str) -> None:
    from kcase import _json

    members = {
        "text": text,
        "yes": True,
        "no": False,
        "none": None,
        "number": -7,
        "half": 0.5,
        "list": [text],
    }
    assert json.loads(_json.written(members)) == members
    assert _json.read(_json.written({})) == {}
