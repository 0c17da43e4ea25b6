"""The example for whole lists, as a person at a shell runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections import Counter
from contextlib import closing

import pytest
from sandbox import ROOT, TOKEN, Sandbox, fixture_case

PROGRAM = str(ROOT / "build/bin/cancel_list")
MORE_CASES = 3000


@pytest.fixture(scope="module")
def server():
    with closing(Sandbox("--cases", str(MORE_CASES))) as sandbox:
        yield sandbox


@pytest.fixture
def config(server, tmp_path):
    server.reset()
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"base_url": server.url, "token": TOKEN, "backoff_base_ms": 1}))
    return str(path)


def listed(count):
    more = [f"10000000-0000-4000-8000-{number:012d}" for number in range(1, count + 1)]
    return [fixture_case(number) for number in range(1, 16)] + more


def run(config, ids, **settings):
    text = "".join(f"{case_id}\n" for case_id in ids)
    return subprocess.run(
        [PROGRAM, config], input=text, capture_output=True, text=True, timeout=60, check=False, **settings
    )


def outcomes(text):
    return {line.split("\t")[0]: line.split("\t")[1] for line in text.splitlines()}


def canceled(server):
    return {case["id"] for case in server.cases() if case["canceled"]}


def test_every_case_of_the_list_is_told_and_told_truly(server, config):
    done = run(config, listed(MORE_CASES))
    told = outcomes(done.stdout)
    assert len(told) == MORE_CASES + 15
    assert Counter(told.values())["canceled"] == MORE_CASES + 5
    truth = canceled(server)
    assert {case_id for case_id, outcome in told.items() if outcome == "canceled"} <= truth
    assert done.returncode == 1, "some of the fixtures cannot be canceled"
    assert json.loads(done.stderr.splitlines()[-1])["fetched"] == MORE_CASES + 15


def test_a_list_that_can_be_canceled_ends_with_0(config):
    done = run(config, [fixture_case(1), "", f"  {fixture_case(2)}"])
    assert (done.returncode, list(outcomes(done.stdout).values())) == (0, ["canceled", "canceled"])


IDS = [fixture_case(1), fixture_case(2), fixture_case(3)]


def run_bytes(config, data):
    return subprocess.run([PROGRAM, config], input=data, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_is_read(server, config, end, last):
    text = end.join(f" {case_id}\t" for case_id in IDS) + (end if last else "")
    done = run_bytes(config, text.encode())
    assert (done.returncode, done.stderr.count(b"line")) == (0, 0)
    assert sorted(case["id"] for case in server.cases()) == IDS


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("\r\n".join(["\ufeff" + IDS[0], *IDS]).encode("utf-16-le"), b"line 1: not UTF-8, but perhaps"),
        ("\n".join(IDS).encode("utf-16-be"), b"line 1: not UTF-8, but perhaps UTF-16"),
        (f"{IDS[0]}\n{IDS[1]}\0{IDS[2]}\n".encode(), b"line 2: not UTF-8"),
        (f"{IDS[0]}\n{'x' * 1023}{IDS[1]}\n{IDS[2]}\n".encode(), b"line 2: too long for a case id"),
    ],
    ids=["UTF-16LE", "UTF-16BE", "NUL", "long"],
)
def test_no_part_of_a_line_is_sent(server, config, data, words):
    done = run_bytes(config, data)
    assert (done.returncode, words in done.stderr) == (2, True)
    assert {case["id"] for case in server.cases()} <= {IDS[0]}


def test_interrupted_it_says_what_is_known_of_every_case_that_it_took(server, config):
    server.fault(kind="slow", delay_ms=30, on="cancel")
    process = subprocess.Popen(
        [PROGRAM, config], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdin.write("".join(f"{case_id}\n" for case_id in listed(MORE_CASES)))
    process.stdin.close()
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    told, words = process.stdout.read(), process.stderr.read()
    assert process.wait(timeout=10) == 1
    found = outcomes(told)
    statistics = json.loads(words.splitlines()[-1])
    assert statistics["fetched"] == statistics["added"] == len(found)
    assert Counter(found.values())["not_sent"] > 0
    time.sleep(0.2)
    truth = canceled(server)
    for case_id, outcome in found.items():
        if outcome == "canceled":
            assert case_id in truth
        elif outcome == "not_sent":
            assert case_id not in truth


def test_a_full_disk_ends_it_and_begins_nothing_more(config):
    with open("/dev/full", "w", encoding="utf-8") as full:
        text = "".join(f"{case_id}\n" for case_id in listed(MORE_CASES))
        done = subprocess.run(
            [PROGRAM, config],
            input=text,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert json.loads(done.stderr.splitlines()[-1])["outcomes"]["not_sent"] > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [('{"token": "t"}', "environment"), ("{", "line 1"), ('{"environment": "stage", "tokem": "t"}', "token")],
)
def test_a_wrong_configuration_is_named(tmp_path, text, words):
    path = tmp_path / "config.json"
    path.write_text(text)
    done = run(str(path), [fixture_case(1)])
    assert done.returncode == 2
    assert words in done.stderr and done.stdout == ""


def test_without_a_file_it_says_how_it_is_used(tmp_path):
    assert run(str(tmp_path / "none.json"), []).returncode == 2
    assert "usage" in run("--help", []).stderr
