"""Lists as other systems write them: read right, or refused by line before anything is sent."""

from __future__ import annotations

import json

import pytest
from sandbox import seeded_case

A, B, C = seeded_case(1), seeded_case(2), seeded_case(3)
NAME = "--column=Case ID"


def utf16(text: str, order: str, mark: bool = True) -> bytes:
    return ("\ufeff" if mark else "").encode(order) + text.encode(order)


READ = {
    "LF": (f"{A}\n{B}\n{C}\n", []),
    "CRLF": (f"{A}\r\n{B}\r\n{C}\r\n", []),
    "CR only": (f"{A}\r{B}\r{C}\r", []),
    "CR only, no end": (f"{A}\r{B}\r{C}", []),
    "ends mixed": (f"{A}\r{B}\r\n{C}\n", []),
    "no end at the last line": (f"{A}\n{B}\n{C}", []),
    "blank lines": (f"\n{A}\n\n  \n{B}\r\n\r\n{C}\n\n", []),
    "blanks around": (f"  {A}\n{B}\t \n\u00a0{C}\u00a0\n", []),
    "byte-order mark": (f"\ufeff{A}\n{B}\n{C}\n", []),
    "UTF-16LE": (utf16(f"{A}\r\n{B}\r\n{C}\r\n", "utf-16-le"), []),
    "UTF-16BE": (utf16(f"{A}\n{B}\n{C}", "utf-16-be"), []),
    "UTF-16LE without a mark": (utf16(f"{A}\r\n{B}\r\n{C}\r\n", "utf-16-le", mark=False), []),
    "UTF-16BE without a mark": (utf16(f"{A}\r\n{B}\r\n{C}\r\n", "utf-16-be", mark=False), []),
    "UTF-16 with a name of two units": (
        utf16(f"Name;Case ID\n\U0001f600;{A}\n\u00e9;{B}\nx;{C}\n", "utf-16-le"),
        [NAME],
    ),
    "DOS's end mark": (f"{A}\r\n{B}\r\n{C}\r\n\x1a", []),
    "capitals": (f"{A.upper()}\n{B}\n{C}\n", []),
    "braces and quotation marks": (f"{{{A}}}\n\"{B}\"\n'{{{C}}}'\n", []),
    "fixed width": (f"0001 {A}  Smith\n0002 {B}  Müller\n0003 {C}\n", ["--positions", "6-41"]),
    "fixed width after letters of two bytes": (
        f"Müller {A} x\nSmythe {B} x\nJöns   {C}\n",
        ["--positions", "8-43"],
    ),
    "comma": (f"Case ID,Name\n{A},Smith\n{B},Doe\n{C},Poe\n", [NAME]),
    "semicolon": (f"Name;Case ID\nSmith, J;{A}\nDoe, J;{B}\nPoe, E;{C}\n", [NAME]),
    "tab": (f"Name\tCase ID\nSmith\t{A}\nDoe\t{B}\nPoe\t{C}\n", [NAME]),
    "bar": (f"Name|Case ID\nSmith|{A}\nDoe|{B}\nPoe|{C}\n", [NAME]),
    "sep=": (f"sep=;\nName;Case ID\nSmith, J;{A}\nDoe;{B}\nPoe;{C}\n", [NAME]),
    "heading after a mark": (f"\ufeffCase ID;Name\r\n{A};x\r\n{B};y\r\n{C};z\r\n", [NAME]),
    "heading in other letters": (f"case id,n\n{A},x\n{B},y\n{C},z\n", [NAME]),
    "quoted heading": (f'"Name","Case ID"\n"Smith","{A}"\n"Doe","{B}"\n"Poe","{C}"\n', [NAME]),
    "quoted line ends": (
        f'Name,Case ID\n"Smith\nJohn",{A}\n"a ""b""\r\nc",{B}\r\n"x",{C}\n',
        [NAME],
    ),
    "quoted separators": (f'Name,Case ID\n"Smith, John",{A}\n"a,,b",{B}\n"",{C}\n', [NAME]),
    "Latin-1 beside the ids": (f"Name;Case ID\nM\xfcller;{A}\nx;{B}\ny;{C}\n".encode("latin-1"), [NAME]),
    "empty rows at the end": (f"Case ID;Name\n{A};x\n{B};y\n{C};z\n;\n;\n", [NAME]),
    "a column by its number": (f"x,{A}\ny,{B}\nz,{C}\n", ["--column=2"]),
    "a column by its number, semicolons": (f"x, y;{A}\ny;{B}\nz;{C}\n", ["--column=2"]),
    "NDJSON": ("".join(json.dumps({"case_id": id, "n": 1}) + "\n" for id in (A, B, C)), []),
    "NDJSON with another member": (
        "".join(json.dumps({"id": {"x": 1}, "case": id}) + "\n" for id in (A, B, C)),
        ["--format=ndjson", "--column=case"],
    ),
    "NDJSON of texts": ("".join(json.dumps(id) + "\n" for id in (A, B, C)), ["--format=ndjson"]),
}


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("way", ["file", "pipe"])
def test_read_right(kcase, sandbox, tmp_path, name, way):
    text, options = READ[name]
    data = text if isinstance(text, bytes) else text.encode()
    if way == "file":
        path = tmp_path / "list"
        path.write_bytes(data)
        run = kcase("cancel", "--from", str(path), *options, "--output", "ndjson")
    else:
        run = kcase("cancel", "--from", "-", *options, "--output", "ndjson", text=data)
    assert run.code == 0, run.stderr
    *results, _ = [json.loads(line) for line in run.stdout.splitlines()]
    assert sorted(result["case_id"] for result in results) == [A, B, C]
    assert sorted(case["id"] for case in sandbox.cases()) == [A, B, C]


def test_a_result_names_the_line_that_its_id_stands_in(kcase):
    run = kcase("cancel", "--from", "-", NAME, "--output", "ndjson", text=f'N;Case ID\n"a\nb";{A}\n\nc;{B}\n')
    *results, _ = [json.loads(line) for line in run.stdout.splitlines()]
    assert {result["case_id"]: result["line"] for result in results} == {A: 2, B: 5}


CUT = "10000000-0000-4000-8000-00000000000"
REFUSED = {
    "spreadsheet number": (
        f"{A}\n1.2E+17\n",
        [],
        'line 2: "1.2E+17" is a number that a spreadsheet has made',
    ),
    "spreadsheet number with a comma": (f"{A}\n1,2E+17\n", [], 'line 2: "1,2E+17" is a number'),
    "cut off": (f"{A}\n{CUT}\n", [], 'line 2: "10000000-0000-4000-8000-00000000000" has 35 characters'),
    "two ids on a line": (f"{A} {B}\n", [], "has more than an id; say where the id stands: --positions"),
    "no hyphens": (
        f"{A.replace('-', '')}\n",
        [],
        'line 1: "10000000000040008000000000000001" has no hyphens',
    ),
    "columns, and none is named": (
        f"{A};Smith\n",
        [],
        "has more than an id; name the column with the case ids: --column NAME",
    ),
    "columns that --format plain has not": (
        f"{A};Smith\n",
        ["--format=plain", "--column=2"],
        "--format plain has no columns: leave one of --format and --column out",
    ),
    "positions that are too wide": (
        f"{A} Smith\n",
        ["--positions=1-60"],
        "has more than an id; is the id at --positions 1-60? It has 36 characters",
    ),
    "a heading over positions": (
        f"Case ID\n{A}\n",
        ["--positions=1-36"],
        'line 1: "Case ID" is not a case id; if it is a heading, take its line off the list',
    ),
    "a column with more than ids": (
        f"Case ID\n{A} Smith\n",
        [NAME],
        "has more than an id; is --column 'Case ID' the one with the ids, and --separator right?",
    ),
    "a column by its number with more than ids": (
        f"{A} Smith,x\n",
        ["--column=1"],
        "has more than an id; is --column 1 the one with the ids, and --separator right?",
    ),
    "a heading over a column by its number": (
        f"Name,Case ID\nx,{A}\n",
        ["--column=2"],
        """line 1: "Case ID" is not a case id; if it is a heading, say --column 'Case ID'""",
    ),
    "a member with more than ids": (
        json.dumps({"case_id": f"{A} Smith"}),
        [],
        'has more than an id; is "case_id" the member with the ids? --column NAME says which',
    ),
    "a heading and no --column": (
        f"Case ID\n{A}\n",
        [],
        """line 1: "Case ID" is not a case id; if it is a heading, say --column 'Case ID'""",
    ),
    "a word": (f"{A}\ncase_id\n", [], 'line 2: "case_id" is not a case id, which looks like'),
    "NUL": (f"{A}\n{B}\0\n".encode(), [], "line 2: a NUL character"),
    "NUL in a column": (f"Case ID,N\n{A},\0\n".encode(), [NAME], "line 2: a NUL character"),
    "a line without end": (f"{A}\n" + "x" * 1_100_000, [], "line 2: longer than 1048576 bytes"),
    "UTF-32": (("\ufeff" + A).encode("utf-32-le"), [], "the list is UTF-32"),
    "UTF-16 cut off": (utf16(f"{A}\n{B}\n", "utf-16-le")[:-1], [], "line 2: half a character of UTF-16"),
    "half a surrogate pair": (
        b"\xff\xfe" + f"{A}\n".encode("utf-16-le") + b"\x3d\xd8" + "x\n".encode("utf-16-le"),
        [],
        "line 2: half a character",
    ),
    "no such column": (f"Name,Id\nx,{A}\n", [NAME], 'line 1: no column "Case ID"; the columns are: Name, Id'),
    "a column twice": (f"Case ID,Case ID\n{A},{B}\n", [NAME], 'line 1: 2 columns "Case ID"'),
    "a row too short": (f"Name,Case ID\nx\ny,{A}\n", [NAME], "line 2: only 1 of the columns"),
    "a row too long": (f"Name,Case ID\nSmith,John,{A}\n", [NAME], "line 2: "),
    "no id in a row": ("Name,Case ID\nx,\n", [NAME], "line 2: no case id"),
    "a quotation mark without end": (
        f'Name,Case ID\n"x,{A}\n',
        [NAME],
        "line 2: a quotation mark without its end",
    ),
    "a quotation mark inside": (
        f'Name,Case ID\n"x"y,{A}\n',
        [NAME],
        "line 2: a quotation mark inside a field",
    ),
    "positions that cut": (
        f"0001 {A}  x\n",
        ["--positions", "6-40"],
        "line 1: positions 6-40 cut through a word",
    ),
    "positions that cut before": (f"0001 {A}  x\n", ["--positions", "7-41"], "line 1: positions 7-41 cut"),
    "positions beyond": ("short\n", ["--positions", "6-41"], "line 1: shorter than position 6"),
    "broken JSON": (f'{{"case_id": "{A}"}}\n{{"case_id"\n', [], "line 2: not JSON: a colon is missing"),
    "JSON without the member": (f'{{"case_id": "{A}"}}\n{{"id": "x"}}\n', [], 'line 2: no text "case_id"'),
    "JSON with the member twice": (
        f'{{"case_id": "{A}", "case_id": "{B}"}}\n',
        [],
        'line 1: not JSON: "case_id" is',
    ),
    "a JSON array": (f'["{A}"]\n', ["--format=ndjson"], "line 1: neither a JSON object nor a text"),
    "nothing": ("", [], "standard input: no case id in it"),
    "blanks alone": ("\n \n\r\n", [], "standard input: no case id in it"),
    "a heading alone": ("Case ID,Name\n", [NAME], "standard input: no case id in it"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_line_before_anything_is_sent(kcase, sandbox, name):
    text, options, words = REFUSED[name]
    run = kcase("cancel", "--from", "-", *options, text=text)
    assert (run.code, run.stdout) == (2, "")
    assert words in run.stderr
    assert sandbox.cases() == []


ARGUMENTS = {
    "two in one": (
        [f"{A} {B}"],
        f'kcase: "{A} {B[:23]}..." has more than an id; each id is an argument of its own\n',
    ),
    "two lines in one": (
        [f"{A}\n{B}"],
        f'kcase: "{A}?{B[:23]}..." has more than an id; each id is an argument of its own\n',
    ),
    "a comma between": (
        [A, f"{B},{C}"],
        f'kcase: argument 2: "{B},{C[:23]}..." has more than an id; each id is an argument of its own\n',
    ),
    "an empty one": ([A, ""], "kcase: argument 2: no case id; is a variable of a script empty?\n"),
    "a spreadsheet number": (
        ["1.2E+17"],
        (
            'kcase: "1.2E+17" is a number that a spreadsheet has made of an id; '
            "take it from the column as text\n"
        ),
    ),
    "several": (
        ["x", A, "y"],
        "".join(
            f'kcase: argument {place}: "{word}" is not a case id, which looks like '
            "e074241e-36e8-444b-bf55-bb4dad6d3f3d; if yours differ, say --any-id\n"
            for place, word in ((1, "x"), (3, "y"))
        ),
    ),
}


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("command", ["cancel", "status"])
def test_arguments_are_refused_in_words_for_arguments(kcase, sandbox, command, name):
    arguments, words = ARGUMENTS[name]
    run = kcase(command, *arguments)
    assert (run.code, run.stdout, run.stderr) == (2, "", f"{words}kcase: Nothing was sent.\n")
    assert sandbox.cases() == []


def test_repeated_arguments_are_told(kcase):
    assert "kcase: argument 2 repeats argument 1; it is read once\n" in kcase("status", A, A).stderr
    many = kcase("cancel", *[A] * 30, "-q").stderr
    assert many == ""
    many = kcase("cancel", *[A] * 30).stderr
    assert "kcase: 29 arguments repeat earlier ones; each id is sent once\n" in many


def test_standard_input_is_one_thing_only(kcase, sandbox):
    for options, variables, words in (
        (["--token-file", "-"], {}, "the list and the token"),
        ([], {"KCASE_TOKEN": None, "KCASE_TOKEN_FILE": "-"}, "the list and the token"),
        (["--config", "-"], {}, "the list and the settings"),
    ):
        run = kcase("cancel", "--from", "-", *options, text=A, **variables)
        assert (run.code, run.stderr) == (2, f"kcase: standard input cannot be both {words}\n")
    run = kcase("check", "--token-file", "-", text="two\nlines\n", KCASE_TOKEN=None)
    assert run.stderr == "kcase: standard input: more than one line; a token is one line\n"
    run = kcase("check", "--config", "-", text="[]")
    assert run.stderr == 'kcase: standard input: this is no JSON object: {"environment": "stage"}\n'
    assert sandbox.cases() == []


def test_all_refused_lines_are_counted_and_the_first_ones_shown(kcase, sandbox):
    run = kcase("cancel", "--from", "-", text=f"{A}\n" + "x\n" * 50)
    assert run.code == 2
    assert run.stderr.count("is not a case id") == 20
    assert "standard input: and 30 more lines" in run.stderr
    assert run.stderr.endswith("kcase: Nothing was sent.\n")
    assert sandbox.cases() == []


def test_no_control_character_of_a_list_reaches_the_terminal(kcase):
    run = kcase("cancel", "--from", "-", text="\x1b]0;title\x07abc\n")
    assert run.code == 2
    assert "\x1b" not in run.stderr and "\x07" not in run.stderr


def test_repeated_ids_are_told_and_sent_once(kcase, sandbox):
    run = kcase("cancel", "--from", "-", "--output", "ndjson", text=f"{A}\n{B}\n{A.upper()}\n{{{A}}}\n")
    assert run.code == 0
    assert "line 3 repeats line 1; it is sent once" in run.stderr
    assert "line 4 repeats line 1; it is sent once" in run.stderr
    *results, summary = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(results) == 2
    assert (summary["summary"]["cases"], summary["summary"]["repetitions"]) == (2, 2)
    assert {case["id"]: case["cancel_requests"] for case in sandbox.cases()} == {A: 1, B: 1}


def test_other_ids_only_if_asked_for(kcase, sandbox):
    text = f"{A}\nstatus-type-consider\n"
    assert kcase("cancel", "--from", "-", text=text).code == 2
    run = kcase("cancel", "--from", "-", "--any-id", text=text)
    assert run.code == 1
    assert "status-type-consider                  not_found" in run.stdout


def test_other_ids_are_held_against_the_librarys_own_rule(kcase, sandbox):
    run = kcase("cancel", "--from", "-", "--any-id", text=f"{A}\na/b\n..\nfine\n")
    assert run.code == 2
    assert "line 2: " in run.stderr and "line 3: " in run.stderr and "line 4" not in run.stderr
    assert sandbox.cases() == []
