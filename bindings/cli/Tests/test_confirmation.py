"""What is asked before production is touched, and what is refused where nobody can be asked."""

from __future__ import annotations

import signal
import socket
from contextlib import closing

import pytest
from program import CommandLine
from sandbox import fixture_case

A, B = fixture_case(1), fixture_case(2)


@pytest.fixture
def dead_proxy():
    """A port that nothing listens on: whatever a confirmed run sends ends here."""
    with closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{holder.getsockname()[1]}"


@pytest.fixture
def production(tmp_path, dead_proxy):
    command_line = CommandLine(tmp_path)
    command_line.variables.update(
        KCASE_ENVIRONMENT="production", KCASE_PROXY=dead_proxy, KCASE_MAX_ATTEMPTS="1"
    )
    return command_line


NOT_CONFIRMED = "kcase: not confirmed. Nothing was sent."


def test_production_is_asked_about_and_the_number_is_typed(production):
    terminal = production.at_terminal("cancel", A, B)
    text = terminal.wait_for("to go on: ")
    assert "kcase: 2 cases to cancel in production\n" in text
    assert "Cancel 2 cases in production? This cannot be undone.\n" in text
    assert "Type the number of cases (2) to go on: " in text
    terminal.type("2\n")
    assert terminal.close() == 3, "confirmed, and the proxy cannot be reached"
    assert "2 not_sent" in terminal.text


@pytest.mark.parametrize("answer", ["y\n", "yes\n", "\n", "1\n", "\x04"])
def test_anything_else_is_no(production, answer):
    terminal = production.at_terminal("cancel", A, B)
    terminal.wait_for("to go on: ")
    terminal.type(answer)
    assert terminal.close() == 2
    assert NOT_CONFIRMED in terminal.text
    assert "not_sent" not in terminal.text


def test_interrupted_at_the_question(production):
    terminal = production.at_terminal("cancel", A)
    terminal.wait_for("to go on: ")
    terminal.type("\x03")
    assert terminal.close() == 130
    assert NOT_CONFIRMED in terminal.text


def test_terminated_at_the_question(production):
    terminal = production.at_terminal("cancel", A)
    terminal.wait_for("to go on: ")
    terminal.signal(signal.SIGTERM)
    assert terminal.close() == 143


def test_without_a_terminal_the_missing_flag_is_named(production):
    run = production("cancel", A, B)
    assert (run.code, run.stdout) == (2, "")
    assert (
        "kcase: this would cancel 2 cases in production, and nobody can be asked. "
        "Say --confirm production:2, or --yes. Nothing was sent.\n" in run.stderr
    )


def test_a_list_on_standard_input_is_never_an_answer(production):
    run = production("cancel", "--from", "-", text=f"{A}\n1\nyes\n")
    assert run.code == 2
    run = production("cancel", "--from", "-", text=f"{A}\n")
    assert run.code == 2
    assert "Say --confirm production:1, or --yes." in run.stderr


@pytest.mark.parametrize("flag", [["--yes"], ["-y"], ["--confirm", "production:1"]])
def test_confirmed_beforehand(production, flag):
    run = production("cancel", *flag, A)
    assert (run.code, "not_sent" in run.stdout) == (3, True)
    assert "?" not in run.stderr


@pytest.mark.parametrize("told", ["production:2", "stage:1", "production", "production:01", "1"])
@pytest.mark.parametrize("also", [[], ["--yes"]])
def test_another_number_or_environment_is_refused(production, told, also):
    run = production("cancel", "--confirm", told, *also, A)
    assert (run.code, run.stdout) == (2, "")
    assert f"kcase: --confirm says {told}, and this is production:1. Nothing was sent.\n" in run.stderr


def test_another_address_may_be_production_too(production):
    run = production("cancel", A, KCASE_ENVIRONMENT=None, KCASE_BASE_URL="https://gateway.example")
    assert run.code == 2
    assert "1 case in https://gateway.example" in run.stderr
    assert "--confirm custom:1" in run.stderr


@pytest.mark.parametrize("where", [{"KCASE_ENVIRONMENT": "stage"}, {"KCASE_BASE_URL": "http://127.0.0.1:9"}])
def test_stage_and_this_machine_are_not_asked_about(production, dead_proxy, where):
    proxy = dead_proxy if "KCASE_ENVIRONMENT" in where else None
    run = production("cancel", A, **{"KCASE_ENVIRONMENT": None, "KCASE_PROXY": proxy, **where})
    assert (run.code, "not_sent" in run.stdout) == (3, True)


def test_the_count_of_a_stage_run_can_be_held_too(kcase, sandbox):
    run = kcase("cancel", "--confirm", "custom:2", A)
    assert (run.code, sandbox.cases()) == (2, [])
    assert kcase("cancel", "--confirm", "custom:1", A).code == 0


def test_a_dry_run_asks_nothing_and_cancels_nothing(kcase, sandbox, production):
    run = kcase("cancel", "--dry-run", A, fixture_case(6), fixture_case(7), fixture_case(14))
    assert run.code == 0
    assert f"{A}  canceled          guess: " in run.stdout
    assert f"{fixture_case(6)}  refused           guess: it seems to have started" in run.stdout
    assert f"{fixture_case(7)}  refused           guess: it is complete" in run.stdout
    assert f"{fixture_case(14)}  already_canceled  it reads as canceled" in run.stdout
    assert sandbox.totals()["cancel_requests"] == 0
    assert production("cancel", "--dry-run", A).code == 3
