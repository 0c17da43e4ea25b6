"""What type checkers, editors and typing.get_type_hints() see."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kcase
from kcase import testing

HERE = Path(__file__).resolve().parents[1]
README = HERE / "README.md"
SCHEMA = json.loads((HERE.parent / "schema" / "result.schema.json").read_text())
TOOLS = Path(sys.executable).parent

#: What the README's examples are given.
PRELUDE = """\
import asyncio
import kcase
CASE = STARTED_CASE = "00000000-0000-4000-8000-000000000001"
MANY_CASES = [CASE]
SANDBOX = "http://127.0.0.1:8181"
JOURNAL = "journal.db"
client = kcase.Client()
"""


def blocks() -> Iterator[str]:
    """The README's examples as they would stand in a program."""
    for language, text in re.findall(r"```(python|pycon)\n(.*?)```", README.read_text(), re.DOTALL):
        lines = text.splitlines()
        if language == "pycon":
            lines = [line[4:] for line in lines if line.startswith((">>>", "..."))]
        yield "\n".join(lines) + "\n"


def programs() -> Iterator[str]:
    """What continues an earlier example stands in one program with it."""
    for number, block in enumerate(blocks()):
        ast.parse(block)
        yield block if number == 0 else PRELUDE + block


def checked(tool: list[str], folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        (folder / name).write_text(text)
    command = [*tool, *files]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def mypy(folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (folder / "mypy.ini").write_text(f"[mypy]\nmypy_path = {HERE / 'src'}\n")
    tool = [sys.executable, "-m", "mypy", "--strict", "--config-file", "mypy.ini", "--cache-dir", "/dev/null"]
    return checked(tool, folder, files)


def pyright(folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Pyright's rules, by the build of it that pip can install."""
    settings = {
        "typeCheckingMode": "strict",
        "extraPaths": [str(HERE / "src")],
        "include": list(files),
        # An example shows values, and does not use everything that it is given.
        "reportUnusedExpression": False,
        "reportUnusedImport": False,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    return checked([str(TOOLS / "basedpyright")], folder, files)


README_PROGRAMS = {f"example_{number}.py": program for number, program in enumerate(programs())}

#: What must not pass, and what the checker says of it.
MISTAKES = [
    ("kcase.Cliant", 'has no attribute "Cliant"'),
    ('kcase.Client(tokn="t")', '"tokn"'),
    ('kcase.Client.from_env(tokn="t")', '"tokn"'),
    ('kcase.Client(environment="moon")', "environment"),
    ('client.cancel(CASE, confirm="perhaps")', "confirm"),
    ("client.cancel(7)", "cancel"),
    ("client.cancel_many([[CASE, CASE]])", "List item 0"),
    ("client.cancel(CASE).outcom", '"outcom"'),
    ('client.cancel(CASE).reason == "already_startd"', "Non-overlapping"),
]


def test_the_readmes_examples_pass_mypy(tmp_path: Path) -> None:
    done = mypy(tmp_path, README_PROGRAMS)
    assert done.returncode == 0, done.stdout


def test_the_readmes_examples_pass_pyright(tmp_path: Path) -> None:
    done = pyright(tmp_path, README_PROGRAMS)
    assert done.returncode == 0, done.stdout


def test_mistakes_do_not_pass_mypy(tmp_path: Path) -> None:
    files = {f"mistake_{number}.py": PRELUDE + text + "\n" for number, (text, _) in enumerate(MISTAKES)}
    told = mypy(tmp_path, files).stdout
    for name, (text, said) in zip(files, MISTAKES):
        assert any(line.startswith(f"{name}:") and said in line for line in told.splitlines()), (text, told)


def test_mistakes_do_not_pass_pyright(tmp_path: Path) -> None:
    told = pyright(tmp_path, {"mistake.py": PRELUDE + "kcase.Cliant\n"}).stdout
    assert '"Cliant" is not a known attribute of module "kcase"' in told


CALLED_BY_SYNTAX = {
    "__new__",
    "__init__",
    "__iter__",
    "__next__",
    "__anext__",
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__bool__",
}


def public_functions() -> Iterator[Any]:
    for module in (kcase, testing):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield value
            elif inspect.isclass(value) and not issubclass(value, str):
                for name, member in vars(value).items():
                    function = getattr(member, "__func__", getattr(member, "fget", member))
                    if inspect.isfunction(function) and (name[0] != "_" or name in CALLED_BY_SYNTAX):
                        yield function


@pytest.mark.parametrize("function", public_functions(), ids=lambda function: function.__qualname__)
def test_annotations_can_be_evaluated(function: Any) -> None:
    typing.get_type_hints(function)


@pytest.mark.parametrize("kind", [kcase.Result, kcase.Attempt, testing.Call, testing.Ledger])
def test_fields_can_be_evaluated(kind: Any) -> None:
    assert typing.get_type_hints(kind)


def test_what_annotations_mean() -> None:
    hints = typing.get_type_hints(kcase.Client.cancel)
    assert hints["check"] is bool and hints["return"] is kcase.Result
    assert typing.get_type_hints(kcase.Result)["outcome"] is kcase.Outcome


def test_the_words_are_the_librarys() -> None:
    from kcase import _types

    properties = SCHEMA["properties"]
    assert set(typing.get_args(_types.Reason)) == set(properties["reason"]["enum"]) - {None}
    assert list(typing.get_args(_types.Evidence)) == properties["evidence"]["enum"]
    requests = SCHEMA["$defs"]["attempt"]["properties"]["request"]["enum"]
    assert list(typing.get_args(_types.Request)) == requests
    hints = typing.get_type_hints(kcase.Result)
    words = typing.get_args(typing.get_args(hints["environment"])[0])
    assert set(words) == set(properties["environment"]["enum"]) - {None}


def test_names_can_be_listed(client: kcase.Client) -> None:
    assert set(kcase.__all__) <= set(dir(kcase)) and "types" not in dir(kcase)
    assert kcase.AsyncClient.__module__ == "kcase"
    with pytest.raises(AttributeError):
        print(kcase.Cliant)  # type: ignore[attr-defined]
    fields = {"reason", "evidence", "raise_for_outcome", "retry_after", "case"}
    assert fields <= set(dir(client.cancel("a/b")))
