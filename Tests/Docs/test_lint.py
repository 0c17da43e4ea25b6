"""The lint scripts notice what they are there for, and nothing else."""

from __future__ import annotations

import importlib.util
import subprocess
from importlib.machinery import SourceFileLoader
from types import ModuleType

import pytest
from sandbox import ROOT


def script(name: str) -> ModuleType:
    loader = SourceFileLoader(f"lint_{name}", str(ROOT / ".ci/lint" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


SOURCES = script("sources")
TARGETS = script("targets")

HITS = [
    ("Sources/A.swift.orig", "", "left over"),
    ("Package.resolved", "", "left over"),
    ("a/.build-asan/x", "", "left over"),
    ("a/b.c~", "", "left over"),
    ("a.swift", "x" * 111, "111 characters"),
    ("Makefile", "x" * 111, "111 characters"),
    ("tool", "#!/usr/bin/env bash\n" + "x" * 111, "111 characters"),
    ("a.md", "x" * 111, "111 characters"),
    ("a.md", "see https://h " + "x" * 111, "125 characters"),
    ("a.c", "/* TODO */", "unfinished: TODO"),
    ("a.py", "# FIXME: b", "unfinished: FIXME"),
    ("a.rb", "# XXX", "unfinished: XXX"),
    ("a.md", "Its behaviour.", "behaviour"),
    ("a.py", "colours = 1", "colour"),
    ("a.md", "The call was cancelled.", "cancelled"),
    ("a.py", 'kind = "a cancelled case"', "cancelled"),
    ("a.md", "It is initialised once.", "initialise"),
    ("Sources/X/Fleet.swift", "", "Fleet.swift"),
    ("Sources/X/a.swift", "let tally = Tally()", "Tally"),
    ("Sources/X/a.swift", "private let minder: Int", "minder"),
    ("Tests/Unit/a.swift", "func heed(_ a: Int) {}", "heed"),
    ("Tests/Simulation/a.swift", "queue.bringIn(a)", "bringIn"),
    ("Tests/Wire/a.py", "class Tally: pass", "Tally"),
    ("Tests/C/a.c", "pid_t victim;", "victim"),
    ("docs/a.md", "It ended for want of memory.", "for want of"),
]


@pytest.mark.parametrize(("path", "text", "word"), HITS)
def test_a_hit_is_told_with_its_file_and_line(path, text, word):
    (problem,) = SOURCES.problems(path, text)
    assert problem.startswith(f"{path}:{max(1, text.count(chr(10)) + 1)}: ")
    assert word in problem


NO_HITS = [
    ("a.swift", "x" * 110),
    ("a.md", "| " + "x" * 200 + " |"),
    ("a.md", "[page](https://example.com/" + "x" * 200 + ")"),
    ("data.json", "x" * 500),
    ("a.sh", "mktemp /tmp/a.XXXXXX"),
    ("a.md", "The case is canceled; the license; a color; a judgment; a reminder."),
    ("a.py", "if task.cancelled(): raise CancelledError"),
    ("Tests/Answers/a.py", '{"secondaryStatus": "Cancelled"}'),
    ("Tests/C/a.c", '"{\\"secondaryStatus\\": \\"Cancelled\\"}"'),
    ("Sources/KCase/KarmaCheck/A.swift", 'let word = "not cancelled"'),
    ("examples/sandbox/Sources/Term.swift", 'static let cancelled = Term("cancelled", "0f6a")'),
    ("LICENSE", "a licence"),
    ("bindings/ruby/a.rb", "outcomes.tally"),
    ("Sources/X/a.swift", "let remainder = a % b // launch, sink"),
]


@pytest.mark.parametrize(("path", "text"), NO_HITS)
def test_what_is_allowed_is_not_told(path, text):
    assert list(SOURCES.problems(path, text)) == []


RULES = ".PHONY: one two\none: two ## first\n\n.PHONY: \\\n  three-tools\ntwo: ## second\nthree-tools:\n"


def shown(text: str) -> str:
    return subprocess.run(
        [str(ROOT / ".ci/make/help")], input=text, capture_output=True, text=True, check=True
    ).stdout


def test_help_shows_each_target_once():
    assert list(TARGETS.problems({"a.mk": RULES}, shown(RULES))) == []
    assert shown(RULES).count("make ") == 2


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (" ## first", "", "one has no text"),
        ("three-tools", "three", "three has no text"),
        ("three-tools:\n", "three-tools: ## third\n", "three-tools is internal"),
        ("one two", "one", "two has a text and is not .PHONY"),
    ],
)
def test_a_target_that_help_would_hide_is_told(old, new, word):
    text = RULES.replace(old, new)
    assert any(word in problem for problem in TARGETS.problems({"a.mk": text}, shown(text)))


def test_a_target_that_help_does_not_print_is_told():
    less = shown(RULES).replace("  make two", "  make other")
    assert any("two is not both" in problem for problem in TARGETS.problems({"a.mk": RULES}, less))


def test_names_with_digits_and_long_rules_are_shown():
    assert "make bundle-aarch64 " in shown("bundle-aarch64: a \\\n  b ## text\n")
