"""The help, the manual page and the completions."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from program import PROGRAM
from sandbox import BINARY, ROOT

CLI = ROOT / "bindings/cli"


def test_the_manual_and_the_completions_are_current():
    done = subprocess.run(
        [sys.executable, CLI / "pages", "--check", PROGRAM], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_screens_of_the_page_are_current():
    done = subprocess.run(
        [sys.executable, CLI / "screens", "--check", PROGRAM, BINARY],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_manual_page_has_no_mistakes():
    page = (CLI / "kcase.1").read_text(encoding="utf-8")
    for code in ("0", "1", "2", "3", "4", "5", "130", "143"):
        assert f".TP\n.B {code}\n" in page
    if shutil.which("groff"):
        done = subprocess.run(
            ["groff", "-man", "-ww", "-z", CLI / "kcase.1"], capture_output=True, text=True, check=False
        )
        assert done.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completions_are_scripts(shell):
    path = CLI / "completions" / {"bash": "kcase.bash", "zsh": "_kcase", "fish": "kcase.fish"}[shell]
    assert "dry-run" in path.read_text(encoding="utf-8")
    if shutil.which(shell):
        subprocess.run([shell, "-n", path], check=True)


def test_bash_completes_a_command_and_an_option():
    script = (
        f"source {CLI}/completions/kcase.bash; "
        'COMP_WORDS=(kcase cancel --dr); COMP_CWORD=2; COMP_LINE="kcase cancel --dr"; COMP_POINT=17; '
        '_kcase kcase --dr cancel; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert "--dry-run" in done.stdout.split()


@pytest.mark.parametrize("arguments", [["--help"], ["help"], ["help", "cancel"], ["cancel", "--help"], []])
def test_help_teaches_by_example_in_80_columns(kcase, arguments):
    run = kcase(*arguments)
    assert (run.code, run.stderr) == (0, "")
    assert "  kcase cancel " in run.stdout
    assert max(map(len, run.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", [["cancel"], ["await"], ["journal"], ["journal", "head"]], ids=" ".join)
def test_help_names_the_whole_command(kcase, command):
    for arguments in ([*command, "--help"], ["help", *command]):
        assert f"USAGE: kcase {' '.join(command)} " in kcase(*arguments).stdout


def test_version(kcase):
    run = kcase("--version")
    assert (run.code, run.stderr) == (0, "")
    header = (ROOT / "include/kcase.h").read_text(encoding="utf-8")
    assert f'#define KCASE_VERSION "{run.stdout.split()[1]}"' in header


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frob"], "kcase: Unexpected argument 'frob'\nSee kcase --help, and kcase COMMAND --help.\n"),
        (["cancel", "--yse"], "Unknown option '--yse'"),
        (["cancel", "--output", "xml", "x"], "The value 'xml' is invalid for '--output <output>'"),
        (
            ["cancel", "--timeout", "soon", "x"],
            "The value 'soon' is invalid for '--timeout <time>': write a time as 30, 30s, 500ms or 2m",
        ),
        (
            ["cancel", "--from", "x", "--positions", "36-1"],
            "The value '36-1' is invalid for '--positions <from-to>': write the first and the last place",
        ),
        (["cancel"], "kcase: which cases? Name their ids, or a list of them: --from FILE\n"),
        (["cancel", "--column", "x", "y"], "--column, --separator, --positions and --format go with --from"),
        (["cancel", "--from", "x", "y"], "kcase: name the case ids or give a list with --from, not both\n"),
        (["cancel", "--from", "/none"], "kcase: /none: No such file or directory\n"),
        (["cancel", "--from", "/"], "kcase: /: this is a folder, not a file\n"),
        (
            ["cancel", "--from", "x.csv", "--format", "csv"],
            "kcase: which column has the case ids? Say --column NAME\n",
        ),
        (["cancel", "--from", "x", "--format", "plain", "--column", "a"], "--format plain has no columns"),
        (
            ["cancel", "--from", "x", "--positions", "1-36", "--column", "a"],
            "--positions is for lists without",
        ),
        (["cancel", "--from", "x", "--positions", "36-1"], "The value '36-1' is invalid for '--positions"),
        (["cancel", "--from", ""], "kcase: a file's path is empty; is a variable of a script empty?\n"),
        (["cancel", "--tracking-code", ""], "kcase: --tracking-code is empty; is a variable of a script"),
        (["cancel", "--timeout", "61m", "x"], "write a time as 30, 30s, 500ms or 2m; an hour at most"),
        (["list", "--case-status", "x"], 'kcase: --case-status: must be "Pending" or'),
        (["list", "--tracking-code", ""], "kcase: --tracking-code: must be a string of 1"),
        (["history", "--since", "then"], "kcase: --since: must be a time such as"),
        (["cancel", "--concurrency", "257", "x"], "kcase: --concurrency is 1 to 256, not 257\n"),
        (
            ["cancel", "--environment", "stage", "--base-url", "x", "y"],
            "--environment and --base-url both say",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_with_a_command_line(kcase, arguments, words):
    run = kcase(*arguments)
    assert (run.code, run.stdout) == (2, "")
    assert words in run.stderr
