"""The three example programs against the sandbox: what they print, how they end, and that it is true."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from programs import PYTHON, RUBY, Program
from sandbox import API_KEY, CLIENT_ACCESS_TOKEN, ROOT, TOKEN, Sandbox, fixture_case

pytestmark = pytest.mark.timeout(120)

UNKNOWN_ID = "ffffffff-0000-4000-8000-000000000000"

DONE = "Done."
TELL = "Tell a person: the case goes on."
CHECK_ID = "Check the case id and the environment."
CHECK_ACCESS = "Check the credentials and whose case it is, then try again."
CORRECT = "Correct the input: nothing was sent."
TRY_LATER = "Keep it and try again later."
LOOK = "Keep it and have a person look."

CONFIGURATION_HINT = "cancel_case: the configuration is in KCASE_* variables; --help lists them\n"


def told(outcome: str, case_id: str, next_step: str, message: str, details: str) -> str:
    """What a program prints about a case."""
    return f"{outcome:<16}  {case_id:<36}  {next_step}\n    {message} ({details})\n"


# --- Outcomes -------------------------------------------------------------------------------------------


def test_canceled(cancel_case: Program, sandbox: Sandbox) -> None:
    run = cancel_case(fixture_case(1))
    assert run.stdout == told(
        "canceled", fixture_case(1), DONE, "The case is canceled.", "evidence: response; requests: 1"
    )
    assert (run.code, run.stderr) == (0, "")
    assert sandbox.case(1)["cancels_applied"] == 1


def test_already_canceled(cancel_case: Program) -> None:
    run = cancel_case(fixture_case(14))
    assert run.stdout == told(
        "already_canceled",
        fixture_case(14),
        DONE,
        "The case was canceled already.",
        "evidence: read_back; requests: 2",
    )
    assert (run.code, run.stderr) == (0, "")


def test_refused_since_it_has_started(cancel_case: Program, sandbox: Sandbox) -> None:
    run = cancel_case(fixture_case(6))
    assert run.stdout == told(
        "refused",
        fixture_case(6),
        TELL,
        "Cannot cancel a case that has already started.",
        "already_started; evidence: read_back; requests: 2",
    )
    assert (run.code, run.stderr) == (1, "")
    assert not sandbox.case(6)["canceled"]


def test_refused_for_now_perhaps(cancel_case: Program, sandbox: Sandbox) -> None:
    run = cancel_case(fixture_case(10))
    assert run.stdout == told(
        "refused",
        fixture_case(10),
        LOOK,
        "Unable to cancel case.",
        "unable; evidence: read_back; requests: 3",
    )
    assert (run.code, run.stderr) == (1, "")
    assert not sandbox.case(10)["canceled"]


def test_refused_for_a_conflict(cancel_case: Program, sandbox: Sandbox) -> None:
    sandbox.fault(kind="status", status=409, on="cancel")
    run = cancel_case(fixture_case(1))
    assert run.stdout.startswith(f"refused           {fixture_case(1)}  {TRY_LATER}\n")
    assert "(other; evidence: read_back; requests: 6)" in run.stdout
    assert (run.code, run.stderr) == (1, "")
    assert not sandbox.case(1)["canceled"]


@pytest.mark.parametrize(
    ("fault", "outcome", "words"),
    [
        ({"form": "login_page", "on": "cancel"}, "unknown", "(contradictory; evidence: none; "),
        ({"form": "block_page", "on": "any"}, "failed", "(blocked; evidence: response; "),
        ({"form": "router_json", "on": "any"}, "failed", "(not_the_service; evidence: response; "),
    ],
)
def test_somebody_else_answers(
    cancel_case: Program, sandbox: Sandbox, fault: dict[str, str], outcome: str, words: str
) -> None:
    sandbox.fault(kind="answer", **fault)
    run = cancel_case(fixture_case(1))
    assert run.stdout.startswith(f"{outcome:<16}  {fixture_case(1)}  {TRY_LATER}\n")
    assert words in run.stdout
    assert (run.code, run.stderr) == (2 if outcome == "unknown" else 1, "")
    assert not sandbox.case(1)["canceled"]


def test_not_found(cancel_case: Program) -> None:
    run = cancel_case(UNKNOWN_ID)
    assert run.stdout == told(
        "not_found",
        UNKNOWN_ID,
        CHECK_ID,
        "There is no such case for these credentials.",
        "evidence: read_back; requests: 2",
    )
    assert (run.code, run.stderr) == (1, "")


def test_wrong_token(cancel_case: Program, sandbox: Sandbox) -> None:
    run = cancel_case(fixture_case(1), KCASE_TOKEN="wrong-token")
    assert run.stdout == told(
        "denied",
        fixture_case(1),
        CHECK_ACCESS,
        "The server does not accept the token.",
        "unauthorized; evidence: response; requests: 1",
    )
    assert (run.code, run.stderr) == (1, "")
    assert not sandbox.case(1)["canceled"]


def test_case_of_another_group(cancel_case: Program) -> None:
    run = cancel_case(fixture_case(15))
    assert run.stdout.startswith(f"denied            {fixture_case(15)}  {CHECK_ACCESS}\n")
    assert run.stdout.endswith("(forbidden; evidence: response; requests: 1)\n")
    assert (run.code, run.stderr) == (1, "")


def test_token_made_from_a_pair(cancel_case: Program, sandbox: Sandbox) -> None:
    run = cancel_case(
        fixture_case(1),
        fixture_case(2),
        KCASE_TOKEN=None,
        KCASE_API_KEY=API_KEY,
        KCASE_CLIENT_ACCESS_TOKEN=CLIENT_ACCESS_TOKEN,
    )
    details = ("evidence: response; requests: 2", "evidence: response; requests: 1")
    assert run.stdout == "".join(
        told("canceled", fixture_case(number), DONE, "The case is canceled.", detail)
        for number, detail in zip((1, 2), details)
    )
    assert (run.code, run.stderr) == (0, "")
    assert sandbox.totals()["auth_requests"] == 1


def test_pair_that_the_server_does_not_know(cancel_case: Program, sandbox: Sandbox) -> None:
    run = cancel_case(
        fixture_case(1),
        KCASE_TOKEN=None,
        KCASE_API_KEY="wrong-pair",
        KCASE_CLIENT_ACCESS_TOKEN="wrong-pair",
    )
    assert run.stdout.startswith(f"denied            {fixture_case(1)}  {CHECK_ACCESS}\n")
    assert "(credentials; " in run.stdout
    assert (run.code, run.stderr) == (1, "")
    assert sandbox.totals()["cancel_requests"] == 0


def test_lost_answer_is_settled_by_reading_back(cancel_case: Program, sandbox: Sandbox) -> None:
    sandbox.fault(kind="reset_before", on="cancel", effect=True, times=1)
    run = cancel_case(fixture_case(1))
    assert run.stdout == told(
        "canceled",
        fixture_case(1),
        DONE,
        "The case reads back as canceled.",
        "evidence: read_back; requests: 2",
    )
    assert (run.code, run.stderr) == (0, "")
    assert sandbox.case(1)["cancels_applied"] == 1


def test_lost_answer_that_nothing_settles(cancel_case: Program, sandbox: Sandbox) -> None:
    sandbox.fault(kind="reset_before", on="cancel", effect=True)
    sandbox.fault(kind="empty", status=403, on="read")
    run = cancel_case(fixture_case(1))
    assert run.stdout.startswith(f"unknown           {fixture_case(1)}  {TRY_LATER}\n")
    assert "The case may or may not be canceled: " in run.stdout
    assert "(answer_lost; evidence: none; " in run.stdout
    assert (run.code, run.stderr) == (2, "")


def test_server_that_fails(cancel_case: Program, sandbox: Sandbox) -> None:
    sandbox.fault(kind="status", status=500, on="cancel")
    run = cancel_case(fixture_case(1))
    assert run.stdout.startswith(f"failed            {fixture_case(1)}  {TRY_LATER}\n")
    assert "(server_error; evidence: read_back; " in run.stdout
    assert (run.code, run.stderr) == (1, "")
    assert not sandbox.case(1)["canceled"]


def test_answer_that_trying_again_does_not_change(cancel_case: Program, sandbox: Sandbox) -> None:
    sandbox.fault(kind="status", status=301, location="/elsewhere", on="cancel")
    run = cancel_case(fixture_case(1))
    assert run.stdout.startswith(f"failed            {fixture_case(1)}  {LOOK}\n")
    assert "(redirected; evidence: read_back; " in run.stdout
    assert (run.code, run.stderr) == (1, "")


def test_no_server(cancel_case: Program) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # Bound and not listening: nobody else can answer there meanwhile.
        run = cancel_case(fixture_case(1), KCASE_BASE_URL=f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert run.stdout.startswith(f"not_sent          {fixture_case(1)}  {TRY_LATER}\n")
    assert "    No cancel request was sent: no connection could be made " in run.stdout
    assert run.stdout.endswith(" Nothing changed. (connect; evidence: none; requests: 4)\n")
    assert (run.code, run.stderr) == (2, "")


# --- Case ids -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case_id", "shown", "message"),
    [
        ("a/b", "a/b", "case_id: must not hold any of / \\ ? # % (U+002F, character 2)"),
        ("", "", "case_id: must not be empty"),
        ("..", "..", 'case_id: must not be "." or ".."'),
        ("\x1b[31mred", "?[31mred", "case_id: must not hold a control character (U+001B, character 1)"),
        (b"\xff\xfe", "??", "case_id: is not valid UTF-8"),
        ("x" * 257, "x" * 257, "case_id: is longer than 256 bytes"),
    ],
    ids=["slash", "empty", "dots", "escape", "not UTF-8", "long"],
)
def test_bad_id(
    cancel_case: Program, sandbox: Sandbox, case_id: str | bytes, shown: str, message: str
) -> None:
    run = cancel_case(case_id)
    assert run.stdout == told("invalid", shown, CORRECT, message, "input; evidence: none; requests: 0")
    assert (run.code, run.stderr) == (3, "")
    assert sandbox.totals()["requests"] == 0


def test_bad_id_does_not_keep_the_others_from_being_canceled(cancel_case: Program, sandbox: Sandbox) -> None:
    run = cancel_case(fixture_case(1), "a/b", fixture_case(2))
    assert [line.split()[0] for line in run.stdout.splitlines()[::2]] == ["canceled", "invalid", "canceled"]
    assert run.code == 3
    assert sandbox.totals()["cancels_applied"] == 2


def test_id_in_another_script_is_an_id(cancel_case: Program) -> None:
    run = cancel_case("日本", LC_ALL="C")
    assert run.stdout.startswith(f"not_found         {'??????':<36}  {CHECK_ID}\n")
    assert run.code == 1


def test_message_in_another_script_is_printed_in_any_locale(cancel_case: Program, sandbox: Sandbox) -> None:
    body = json.dumps({"statusCode": 422, "message": "Zu spät … 日本"})
    sandbox.fault(kind="status", status=422, on="cancel", body=body)
    run = cancel_case(fixture_case(1), LC_ALL="C", PYTHONIOENCODING="latin-1")
    assert "    Zu spät … 日本 (other; " in run.stdout
    assert (run.code, run.stderr) == (1, "")


@pytest.fixture
def python_example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cancel_case", PYTHON[-1])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["cancel_case"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_python_refuses_what_c_would_cut(python_example: ModuleType, sandbox: Sandbox) -> None:
    with closing(python_example.Client({"base_url": sandbox.url, "token": TOKEN})) as client:
        with pytest.raises(ValueError, match="NUL"):
            client.cancel(fixture_case(1) + "\0" + "x")
        for value in (None, 1, fixture_case(1).encode()):
            with pytest.raises(TypeError, match="must be str"):
                client.cancel(value)
    assert sandbox.totals()["requests"] == 0


def test_python_frees_a_result_that_it_cannot_read(
    python_example: ModuleType, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = python_example.library()
    freed = []

    class Broken:
        def __getattr__(self, name: str) -> object:
            return getattr(library, name)

        def kcase_result_json(self, handle: int) -> bytes:
            return b"not JSON"

        def kcase_result_free(self, handle: int) -> None:
            freed.append(handle)
            library.kcase_result_free(handle)

    monkeypatch.setattr(python_example, "library", Broken)
    client = python_example.Client({"base_url": sandbox.url, "token": TOKEN})
    with closing(client), pytest.raises(ValueError, match="Expecting value"):
        client.cancel(fixture_case(1))
    assert len(freed) == 1


def test_python_client_that_is_closed(python_example: ModuleType, sandbox: Sandbox) -> None:
    client = python_example.Client({"base_url": sandbox.url, "token": TOKEN})
    client.close()
    client.close()
    client.interrupt()
    assert client.cancel(fixture_case(1)).outcome == "invalid"


def ruby(script: str, sandbox: Sandbox) -> list[str]:
    """The lines that a Ruby script prints, which has the example and a configuration."""
    setup = f"CONFIG = {{ base_url: {sandbox.url!r}, token: {TOKEN!r} }}; ID = {fixture_case(1)!r}"
    done = subprocess.run(
        ["ruby", "-W", "-r", RUBY[-1], "-e", setup, "-e", script],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_ruby_refuses_what_c_would_cut(sandbox: Sandbox) -> None:
    script = """
        KCase::Client.open(CONFIG) do |client|
          [ID + "\\0x", ID.encode("UTF-16LE"), nil, 1, :id].each do |value|
            client.cancel(value)
          rescue ArgumentError, TypeError => e
            puts "#{e.class}: #{e.message}"
          end
        end
    """
    assert ruby(script, sandbox) == [
        "ArgumentError: must not hold a NUL character",
        "ArgumentError: must not hold a NUL character",
        "TypeError: must be a String, not NilClass",
        "TypeError: must be a String, not Integer",
        "TypeError: must be a String, not Symbol",
    ]
    assert sandbox.totals()["requests"] == 0


def test_ruby_frees_a_result_that_it_cannot_read(sandbox: Sandbox) -> None:
    script = """
        C = KCase::C
        C.load
        C.singleton_class.prepend(Module.new do
          def kcase_result_json(_handle) = Fiddle::Pointer["not JSON"]
          def kcase_result_free(handle)
            puts "freed"
            super
          end
        end)
        KCase::Client.open(CONFIG) do |client|
          client.cancel(ID)
        rescue JSON::ParserError
          puts "unreadable"
        end
    """
    assert ruby(script, sandbox) == ["freed", "unreadable"]


def test_ruby_client_that_is_closed(sandbox: Sandbox) -> None:
    script = """
        client = KCase::Client.new(CONFIG)
        client.close
        client.close
        client.interrupt
        puts client.cancel(ID).outcome
    """
    assert ruby(script, sandbox) == ["invalid"]


# --- Command line, configuration, library ---------------------------------------------------------------


def test_help(programs: list[Program]) -> None:
    runs = [program("--help") for program in programs]
    assert runs[0] == runs[1] == runs[2]
    assert runs[0].code == 0
    assert runs[0].stdout.startswith("usage: cancel_case CASE_ID...\n")
    for variable in ("ENVIRONMENT", "BASE_URL", "TOKEN", "API_KEY", "CLIENT_ACCESS_TOKEN"):
        assert f"KCASE_{variable} " in runs[0].stdout
    assert max(len(line) for line in runs[0].stdout.splitlines()) <= 80


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "usage: cancel_case CASE_ID... (--help explains)\n"),
        (["-v"], "cancel_case: there is no option but --help\n"),
        ([fixture_case(1), "--token=x"], "cancel_case: there is no option but --help\n"),
    ],
)
def test_bad_usage(cancel_case: Program, sandbox: Sandbox, arguments: list[str], complaint: str) -> None:
    run = cancel_case(*arguments)
    assert (run.code, run.stdout, run.stderr) == (3, "", complaint)
    assert sandbox.totals()["requests"] == 0


@pytest.mark.parametrize(
    ("settings_changed", "complaint"),
    [
        ({"KCASE_TOKEN": None}, "token: is required, unless api_key and client_access_token are given"),
        (
            {"KCASE_TOKEN": ""},
            "token: must be a string of 1 to 16384 bytes, of printable ASCII without spaces or line breaks",
        ),
        ({"KCASE_TOKEN": b"\xff"}, "KCASE_TOKEN: is not valid UTF-8"),
        (
            {"KCASE_TOKEN": None, "KCASE_API_KEY": API_KEY},
            "client_access_token: is required together with api_key",
        ),
        (
            {"KCASE_BASE_URL": None},
            'environment: is required ("stage" or "production"), unless base_url is given',
        ),
        (
            {"KCASE_API_KEY": API_KEY},
            "token: must not be given together with api_key or client_access_token",
        ),
        ({"KCASE_ENVIRONMENT": "stage"}, "base_url: must not be given together with environment"),
        (
            {"KCASE_BASE_URL": None, "KCASE_ENVIRONMENT": "Stage"},
            'environment: must be "stage" or "production"',
        ),
        (
            {"KCASE_BASE_URL": "http://192.0.2.1"},
            "base_url: must begin with https://; http:// is for loopback addresses only",
        ),
    ],
)
def test_bad_configuration(
    cancel_case: Program, settings_changed: dict[str, str | bytes | None], complaint: str
) -> None:
    run = cancel_case(fixture_case(1), **settings_changed)
    assert (run.code, run.stdout) == (3, "")
    assert run.stderr == f"cancel_case: {complaint}\n{CONFIGURATION_HINT}"


@pytest.mark.parametrize("command", [PYTHON, RUBY], ids=["python", "ruby"])
@pytest.mark.parametrize("library", ["/nowhere/libkcase.so.1", "libc.so.6"], ids=["absent", "another"])
def test_library_that_is_none(command: list[str], settings: dict[str, str], library: str) -> None:
    run = Program(command, settings)(fixture_case(1), KCASE_LIBRARY=library)
    assert (run.code, run.stdout) == (3, "")
    assert run.stderr.startswith("cancel_case: the library cannot be loaded: ")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [PYTHON, RUBY], ids=["python", "ruby"])
def test_library_that_is_named(command: list[str], settings: dict[str, str]) -> None:
    library = str(ROOT / "build/lib/libkcase.so.1")
    assert Program(command, settings)(fixture_case(1), KCASE_LIBRARY=library).code == 0


# --- As a host lives ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_a_call_at_once_and_keeps_its_outcome(
    cancel_case: Program, sandbox: Sandbox, number: signal.Signals
) -> None:
    sandbox.fault(kind="hang", on="cancel")
    process = subprocess.Popen(
        [*cancel_case.command, fixture_case(1), fixture_case(2), fixture_case(3)],
        env=cancel_case.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while sandbox.totals()["cancel_requests"] == 0:
        time.sleep(0.02)
    began = time.monotonic()
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert stdout == told(
        "unknown",
        fixture_case(1),
        TRY_LATER,
        "The case may or may not be canceled: the call was interrupted.",
        "interrupted; evidence: none; requests: 1",
    )
    assert stderr == "cancel_case: stopped by a signal; cases not tried: 2\n"
    assert process.returncode == 2
    assert sandbox.totals()["cancel_requests"] == 1


def test_output_that_nobody_can_read_stops_the_program(cancel_case: Program, sandbox: Sandbox) -> None:
    for target, trouble in (("/dev/full", "No space left on device"), (None, "Broken pipe")):
        sandbox.reset()
        if target is None:
            reader, writer = os.pipe()
            os.close(reader)
        else:
            writer = os.open(target, os.O_WRONLY)
        with os.fdopen(writer, "wb") as stdout:
            done = subprocess.run(
                [*cancel_case.command, fixture_case(1), fixture_case(2)],
                env=cancel_case.environment(),
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
                timeout=30,
                check=False,
            )
        assert done.stderr == f"cancel_case: standard output: {trouble}\n"
        assert done.returncode == 2
        assert sandbox.totals()["cancel_requests"] == 1


def test_all_three_say_the_same(programs: list[Program], sandbox: Sandbox) -> None:
    runs = []
    for program in programs:
        sandbox.reset()
        sandbox.fault(kind="truncate", on="cancel", effect=True, times=1, case_id=fixture_case(3))
        runs.append(
            program(
                *(fixture_case(number) for number in (1, 1, 3, 6, 10, 14, 15)),
                UNKNOWN_ID,
                "a/b",
                "",
                b"\xff",
                "\x1b[2J",
            )
        )
    assert runs[0] == runs[1] == runs[2]
    assert runs[0].code == 3
    assert [line.split()[0] for line in runs[0].stdout.splitlines()[::2]] == [
        *("canceled", "already_canceled", "canceled", "refused", "refused", "already_canceled", "denied"),
        *("not_found", "invalid", "invalid", "invalid", "invalid"),
    ]


def test_c_example_is_clean_under_valgrind(valgrind: Program, sandbox: Sandbox) -> None:
    sandbox.fault(kind="reset_before", on="cancel", effect=True, times=1, case_id=fixture_case(2))
    ids = [*map(fixture_case, (1, 1, 2, 6, 15)), UNKNOWN_ID, "a/b"]
    run = valgrind(*ids)
    assert (run.code, run.stderr) == (3, "")
    assert [line.split()[0] for line in run.stdout.splitlines()[::2]] == [
        *("canceled", "already_canceled", "canceled", "refused", "denied", "not_found", "invalid")
    ]
    pair = {"KCASE_API_KEY": API_KEY, "KCASE_CLIENT_ACCESS_TOKEN": CLIENT_ACCESS_TOKEN}
    assert valgrind(fixture_case(3), KCASE_TOKEN=None, **pair).code == 0
    assert valgrind(fixture_case(4), KCASE_BASE_URL="http://127.0.0.1:1").code == 2
    assert valgrind(fixture_case(4), KCASE_TOKEN=None).code == 3
    assert valgrind(fixture_case(4), KCASE_TOKEN=b"\xff").code == 3


def test_c_example_compiles_without_a_warning(tmp_path: Path) -> None:
    flags = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]
    source = ROOT / "examples/c/cancel_case.c"
    target = tmp_path / "cancel_case.o"
    subprocess.run(["cc", *flags, "-I", ROOT / "include", "-c", source, "-o", target], check=True, timeout=60)


# --- The demo -------------------------------------------------------------------------------------------


def demo(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "examples/demo"],
        env={**os.environ, "PYTHON": sys.executable, **environment},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_demo() -> None:
    # Settings of the caller's shell must not reach it.
    done = demo(KCASE_ENVIRONMENT="production", KCASE_API_KEY="x")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\nEach result was as expected, and the server agrees.\n")
    assert done.stdout.count("\n") <= 60


def test_demo_fails_if_a_program_does(tmp_path: Path) -> None:
    broken = tmp_path / "ruby"
    broken.write_text("#!/bin/sh\nexit 0\n")
    broken.chmod(0o755)
    done = demo(PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert "!! " in done.stdout
