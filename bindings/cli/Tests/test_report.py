"""The report: what it says, that it is safe to open, and that it agrees with everything else."""

from __future__ import annotations

import csv
import json
import re
import shutil
import time
from contextlib import closing
from html.parser import HTMLParser

import pytest
from program import CommandLine
from sandbox import Sandbox, fixture_case, seeded_case

A, REFUSED = fixture_case(1), fixture_case(6)
VOID = {"meta", "rect", "circle", "link", "br"}


class Page(HTMLParser):
    """Checks that tags match, and collects them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID or (tag == "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def report(kcase, tmp_path):
    """Runs with --report: the run, the page's text, the page."""

    def make(*arguments: str, **options):
        path = tmp_path / "out" / "report.html"
        path.parent.mkdir(exist_ok=True)
        run = kcase(*arguments, "--report", str(path), **options)
        text = path.read_text(encoding="utf-8")
        return run, text, Page(text)

    return make


def test_it_says_what_happened(report):
    run, _text, page = report("cancel", "--from", "-", text=f"{A}\n{REFUSED}\n{A}\n")
    assert run.code == 1
    words = " ".join(" ".join(page.words).split())
    for part in (
        "Cases to cancel in http://127.0.0.1",
        "Cases 2",
        "Repeated lines 1",
        "Ended exit code 1: some cases are not canceled",
        "canceled: 1",
        "refused: 1",
        A,
        REFUSED,
        "Cannot cancel a case that has already started.",
        "read_back",
        "reason: already_started",
        "cancel, HTTP 422",
        "read, HTTP 200",
    ):
        assert part in words, part
    assert re.search(r"Begun \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, took \d+ s", words)


def test_it_opens_under_a_strict_policy(report):
    _, text, page = report("cancel", A, REFUSED)
    names = [tag for tag, _ in page.tags]
    assert "script" not in names and names.count("style") == 1
    for tag, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name in {"style", "src"}}, tag
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(attributes for _, attributes in page.tags if attributes.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "<details>" in text and "@media print" in text


def test_nothing_in_it_is_taken_for_markup(report, sandbox):
    sandbox.fault(kind="answer", on="cancel", form="own", status=422)
    words = "</details></script><script>alert(1)</script>&\"'"
    _run, text, page = report("cancel", "--any-id", "--from", "-", "--tag", words, text=f"{A}\n")
    assert "<script" not in text
    assert "script" not in [tag for tag, _ in page.tags]


def test_the_csv_beside_it_and_every_other_output_agree(report, sandbox, tmp_path):
    ids = [seeded_case(number) for number in range(1, 301)] + [fixture_case(n) for n in range(1, 15)]
    listed = "".join(f"{id}\n" for id in ids)
    run, text, _page = report("cancel", "--from", "-", "-o", "ndjson", text=listed)
    *results, last = [json.loads(line) for line in run.stdout.splitlines()]
    summary = last["summary"]
    with (tmp_path / "out/report.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = {result["case_id"]: result["outcome"] for result in results}
    assert {row["case_id"]: row["outcome"] for row in rows} == told
    assert set(told) == set(ids)
    for outcome, count in summary["outcomes"].items():
        assert f'<h2 id="{outcome}">{outcome}: {count}</h2>' in text
        assert list(told.values()).count(outcome) == count
        assert f"{count} {outcome}" in run.stderr
    assert text.count('<tr><td class="number">') == len(ids)
    canceled = {case["id"] for case in sandbox.cases() if case["cancels_applied"]}
    assert {case for case, outcome in told.items() if outcome == "canceled"} == canceled


def test_a_stopped_run_is_reported_too(kcase, sandbox, tmp_path):
    path = tmp_path / "list"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 1001)))
    sandbox.fault(kind="slow", on="cancel", delay_ms=100)
    process = kcase.start("cancel", "--from", str(path), "-o", "ndjson", "--report", str(tmp_path / "r.html"))
    process.stdout.readline()
    process.send_signal(2)
    *_, last = process.stdout.read().splitlines()
    assert process.wait(timeout=30) == 130
    summary = json.loads(last)["summary"]
    words = " ".join(" ".join(Page((tmp_path / "r.html").read_text()).words).split())
    line = f"{summary['not_started_from_line']:,}"
    assert (
        f"Not started {summary['not_started']:,} , from line {line} of the list on".replace(" ,", ",")
        in words
    )
    assert "exit code 130" in words


@pytest.mark.parametrize(
    ("path", "words"),
    [("/no/such/folder/r.html", "No such file or directory"), ("report.txt", "must end with .html")],
)
def test_a_place_that_cannot_be_written_is_known_before_anything_is_sent(kcase, sandbox, path, words):
    run = kcase("cancel", A, "--report", path)
    assert run.code == 2
    assert words in run.stderr
    assert sandbox.cases() == []


def test_3_a_report_that_could_not_be_written_after_all(kcase, sandbox, tmp_path):
    """What was done is told all the same, and not as if nothing had been sent."""
    folder = tmp_path / "out"
    folder.mkdir()
    sandbox.fault(kind="slow", on="cancel", delay_ms=500)
    process = kcase.start("cancel", A, "--report", str(folder / "r.html"), "-o", "ndjson")
    while not sandbox.cases():
        time.sleep(0.02)
    shutil.rmtree(folder)
    out, words = process.communicate(timeout=30)
    assert process.returncode == 3
    result, last = [json.loads(line) for line in out.splitlines()]
    assert (result["outcome"], last["summary"]["exit_code"]) == ("canceled", 3)
    assert f"kcase: {folder}/r.csv: No such file or directory" in words


def test_nothing_is_left_behind(kcase, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    assert kcase("cancel", A, "--report", str(folder / "r.html")).code == 0
    assert kcase("cancel", "--confirm", "custom:7", A, "--report", str(folder / "s.html")).code == 2
    assert sorted(path.name for path in folder.iterdir()) == ["r.csv", "r.html"]


def test_a_long_report_has_pages_for_each_outcome(tmp_path):
    """Beyond 20,000 cases the first page has the numbers, and each outcome has pages of its own."""
    known, unknown = 20_050, 100
    listed = "".join(f"{seeded_case(number)}\n" for number in range(1, known + unknown + 1))
    with closing(Sandbox("--cases", str(known))) as sandbox:
        kcase = CommandLine(tmp_path, sandbox.url)
        run = kcase(
            "cancel", "--from", "-", "-q", "--no-journal", "--report", str(tmp_path / "r.html"), text=listed
        )
    assert run.code == 1
    first = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert len(first) < 20_000
    assert 'href="r-canceled-1.html"' in first and 'href="r-not_found-1.html"' in first
    names = sorted(path.name for path in tmp_path.glob("r*.html"))
    assert names == ["r-canceled-1.html", "r-canceled-2.html", "r-not_found-1.html", "r.html"]
    counts = []
    for name in names[:3]:
        text = (tmp_path / name).read_text(encoding="utf-8")
        Page(text)
        counts.append(text.count('<tr><td class="number">'))
        assert '<a href="r.html">All outcomes</a>' in text
    assert counts == [20_000, known - 20_000, unknown]
    assert 'href="r-canceled-2.html">Next' in (tmp_path / names[0]).read_text(encoding="utf-8")
    with (tmp_path / "r.csv").open(newline="", encoding="utf-8") as file:
        assert sum(1 for _ in csv.DictReader(file)) == known + unknown
