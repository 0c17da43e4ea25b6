"""Where settings come from, and that a secret comes from where nobody else can read it."""

from __future__ import annotations

import json
import os
import stat

import pytest
from program import CommandLine
from sandbox import API_KEY, CLIENT_ACCESS_TOKEN, TOKEN, fixture_case

A = fixture_case(1)


def settings(run):
    return {row["setting"]: (row["value"], row["from"]) for row in json.loads(run.stdout)}


def write_config(kcase: CommandLine, name: str = "config.json", **members: object) -> str:
    folder = kcase.home / ".config/kcase"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(members))
    path.chmod(0o600)
    return str(path)


def test_flags_win_over_variables_and_variables_over_the_file(kcase):
    path = write_config(
        kcase, environment="stage", token="secret", timeout_ms=1, connect_timeout_ms=2, settle_ms=3
    )
    run = kcase(
        "config",
        "--timeout",
        "7s",
        "-o",
        "json",
        KCASE_BASE_URL=None,
        KCASE_TOKEN=None,
        KCASE_TIMEOUT_MS="5",
        KCASE_CONNECT_TIMEOUT_MS="6",
        KCASE_SETTLE_MS=None,
    )
    assert run.code == 0
    assert settings(run) == {
        "timeout_ms": ("7000", "--timeout"),
        "connect_timeout_ms": ("6", "KCASE_CONNECT_TIMEOUT_MS"),
        "backoff_base_ms": ("1", "KCASE_BACKOFF_BASE_MS"),
        "environment": ("stage", path),
        "token": ("***", path),
        "settle_ms": ("3", path),
    }
    assert f"File: {path}\n" in run.stderr


def test_the_service_and_the_credentials_are_each_taken_from_one_place(kcase):
    write_config(kcase, base_url="http://127.0.0.1:1", api_key="k", client_access_token="c")
    run = kcase("config", "-o", "json")
    found = settings(run)
    assert found["base_url"][1] == "KCASE_BASE_URL"
    assert found["token"] == ("***", "KCASE_TOKEN")
    assert "api_key" not in found and "client_access_token" not in found


def test_the_files_credentials_are_not_sent_to_another_service(kcase, sandbox):
    path = write_config(kcase, environment="stage", token=TOKEN)
    run = kcase("cancel", A, "--environment", "production", "--yes", KCASE_BASE_URL=None, KCASE_TOKEN=None)
    assert run.code == 2
    assert (
        f"the credentials in {path} are for stage, and --environment says production. "
        "Give the credentials in the same way, or name another file: --config" in run.stderr
    )
    assert kcase("cancel", A, KCASE_TOKEN=None).code == 2
    assert sandbox.cases() == []
    assert kcase("cancel", A).code == 0


def test_a_file_that_is_named(kcase, sandbox):
    path = write_config(kcase, "other.json", base_url=sandbox.url, token=TOKEN)
    for how in (["--config", path], []):
        variables = {"KCASE_BASE_URL": None, "KCASE_TOKEN": None, "KCASE_CONFIG": None if how else path}
        assert kcase("cancel", A, *how, **variables).code == 0


def test_the_folder_for_configurations_can_be_elsewhere(kcase, sandbox, tmp_path):
    (tmp_path / "xdg/kcase").mkdir(parents=True)
    path = tmp_path / "xdg/kcase/config.json"
    path.write_text(json.dumps({"base_url": sandbox.url, "token": TOKEN}))
    path.chmod(0o600)
    run = kcase("cancel", A, KCASE_BASE_URL=None, KCASE_TOKEN=None, XDG_CONFIG_HOME=str(tmp_path / "xdg"))
    assert run.code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1: "),
        ('{\n"token": "a",\n"token": "b"}', 'line 3: "token" is given twice'),
        ("[]", "this is no JSON object"),
        ('{"environment": "stage", "token": "t", "tokem": "x"}', "token"),
        ('{"environment": "staging", "token": "t"}', "environment"),
    ],
)
def test_a_wrong_file_is_named(kcase, text, words):
    path = kcase.home / "c.json"
    path.write_text(text)
    path.chmod(0o600)
    run = kcase("cancel", A, "--yes", "--config", str(path), KCASE_BASE_URL=None, KCASE_TOKEN=None)
    assert run.code == 2
    assert words in run.stderr and str(path) in run.stderr


def test_a_file_that_is_not_there(kcase):
    run = kcase("cancel", A, "--config", "/no/such/file")
    assert (run.code, run.stderr) == (2, "kcase: /no/such/file: No such file or directory\n")


def test_a_file_with_a_secret_that_others_can_read_is_told(kcase):
    path = write_config(kcase, token="secret")
    os.chmod(path, stat.S_IRUSR | stat.S_IROTH)
    run = kcase("config")
    assert f"kcase: {path} holds a secret and others can read it: chmod 600 {path}\n" in run.stderr


def test_a_wrong_value_is_traced_to_where_it_came_from(kcase):
    run = kcase("cancel", A, KCASE_TIMEOUT_MS="0")
    assert run.code == 2
    assert "timeout_ms" in run.stderr
    assert "(timeout_ms comes from KCASE_TIMEOUT_MS)" in run.stderr


def test_no_environment_is_never_guessed(kcase):
    run = kcase("cancel", A, KCASE_BASE_URL=None)
    assert run.code == 2
    assert "kcase: which environment? Say --environment stage or --environment production " in run.stderr


def test_no_credentials(kcase):
    run = kcase("cancel", A, KCASE_TOKEN=None)
    assert run.code == 2
    assert "no credentials: give --token-file FILE, KCASE_TOKEN, or KCASE_API_KEY with" in run.stderr


def test_a_misspelled_variable_is_told(kcase):
    run = kcase("cancel", A, KCASE_TIMEOUT="5")
    assert run.code == 0
    assert "KCASE_TIMEOUT is no variable of kcase and is not obeyed" in run.stderr


def test_a_key_pair(kcase):
    run = kcase(
        "cancel", A, KCASE_TOKEN=None, KCASE_API_KEY=API_KEY, KCASE_CLIENT_ACCESS_TOKEN=CLIENT_ACCESS_TOKEN
    )
    assert run.code == 0


# --- Tokens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("way", ["--token-file", "-", "KCASE_TOKEN_FILE"])
def test_a_token_from_a_file(kcase, tmp_path, end, way):
    path = tmp_path / "token"
    path.write_bytes(f"{TOKEN}{end}".encode())
    if way == "-":
        run = kcase("cancel", A, "--token-file", "-", text=path.read_text(), KCASE_TOKEN=None)
    elif way == "--token-file":
        run = kcase("cancel", A, way, str(path), KCASE_TOKEN="wrong-token")
    else:
        run = kcase("cancel", A, KCASE_TOKEN=None, KCASE_TOKEN_FILE=str(path))
    assert run.code == 0, run.stderr


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no token in it"),
        (b"a\nb\n", "more than one line; a token is one line"),
        (b"\xff\xfe", "the token is not a text in UTF-8"),
        (b"x" * 20000, "larger than"),
    ],
)
def test_a_file_without_a_token(kcase, tmp_path, data, words):
    path = tmp_path / "token"
    path.write_bytes(data)
    run = kcase("cancel", A, "--token-file", str(path))
    assert run.code == 2
    assert f"kcase: {path}: {words}" in run.stderr


def test_standard_input_is_not_both(kcase):
    run = kcase("cancel", "--from", "-", "--token-file", "-", text=f"{A}\n")
    assert run.code == 2
    assert "standard input cannot be both the list and the token" in run.stderr


def test_a_token_is_asked_for_and_not_shown(kcase):
    terminal = kcase.at_terminal("cancel", A, KCASE_TOKEN=None)
    text = terminal.wait_for("(not shown): ")
    assert f"KarmaCheck token for {kcase.variables['KCASE_BASE_URL']} (not shown): " in text
    terminal.type(f"{TOKEN}\n")
    assert terminal.close() == 0
    assert TOKEN not in terminal.seen
    assert "canceled" in terminal.text


def test_interrupted_while_a_token_is_asked_for(kcase):
    terminal = kcase.at_terminal("cancel", A, KCASE_TOKEN=None)
    terminal.wait_for("(not shown): ")
    terminal.type("\x03")
    assert terminal.close() == 130
    assert "kcase: no token was given" in terminal.text


@pytest.mark.parametrize("flag", ["--token", "--api-key", "--client-access-token", "--client-key-password"])
@pytest.mark.parametrize("form", ["{} canary-7f3a", "{}=canary-7f3a"])
def test_a_secret_is_not_taken_from_the_command_line(kcase, flag, form):
    run = kcase("cancel", A, *form.format(flag).split())
    assert run.code == 2
    assert f"kcase: {flag}: a secret is not taken from the command line" in run.stderr
    assert "canary" not in run.stdout + run.stderr
