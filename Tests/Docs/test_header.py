"""The header's comment of each function says what a host must know."""

from __future__ import annotations

import re

import pytest
from reference import text_of

HEADER = text_of("include/kcase.h")
SAID = ("Ownership", "NULL", "Threads", "Fork", "Blocking", "Since")
DECLARATION = re.compile(r"^[a-z][^\n;]*?\b(kcase_\w+)\([^;]*\);", re.MULTILINE)


def comments(header: str) -> dict[str, str]:
    """Each function with the comment that ends in the line above it, or with nothing."""
    found = {}
    for declaration in DECLARATION.finditer(header):
        before = header[: declaration.start()]
        found[declaration[1]] = before[before.rindex("/*") :] if before.endswith("*/\n") else ""
    return found


def missing(comment: str) -> list[str]:
    return [word for word in SAID if not re.search(rf"(?: \*   |\. ){word}\b", comment)]


@pytest.mark.parametrize("function", comments(HEADER))
def test_a_functions_comment_says_all_of_it(function):
    comment = comments(HEADER)[function]
    assert missing(comment) == []
    # What it does comes first.
    assert re.match(r"/\* [A-Z1]\w* .*[.:]", comment.replace("\n * ", " "))


def test_every_function_is_looked_at():
    assert (
        len(comments(HEADER)) == len(set(re.findall(r"^[a-z].*\b(kcase_\w+)\(", HEADER, re.MULTILINE))) > 20
    )


@pytest.mark.parametrize("word", SAID)
def test_what_is_left_out_is_noticed(word):
    comment = comments(HEADER)["kcase_cancel"]
    assert missing(comment.replace(word, "Other")) == [word]


def test_no_function_is_newer_than_the_header():
    version = re.search(r'#define KCASE_VERSION "([\d.]+)"', HEADER)
    assert version is not None
    since = re.findall(r"Since (\d+\.\d+\.\d+)", HEADER)
    newest = max(tuple(map(int, one.split("."))) for one in since)
    assert newest <= tuple(map(int, version[1].split(".")))
