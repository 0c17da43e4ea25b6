"""Links between pages lead somewhere: to a tracked file or folder and, with #, to one of its headings."""

from __future__ import annotations

import re
import subprocess

import pytest
from sandbox import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)")
LISTED = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True)
PAGES = LISTED.stdout.split()


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ +(.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: str, text: str) -> list[str]:
    found = []
    for link in LINK.findall(text):
        path, _, anchor = link.partition("#")
        if ":" in path:
            continue
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page):
    assert broken(page, (ROOT / page).read_text(encoding="utf-8")) == []


def test_a_broken_link_is_noticed():
    text = "[a](outcomes.md) [b](none.md) [c](outcomes.md#none) [d](https://example.com) [e](#none)"
    assert broken("docs/limits.md", text) == ["none.md", "outcomes.md#none", "#none"]


def test_pages_are_looked_at():
    assert {"README.md", "docs/outcomes.md", "examples/README.md"} <= set(PAGES)
