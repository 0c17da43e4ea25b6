"""The example for less than a case, as a person at a shell runs it."""

from __future__ import annotations

import json
import subprocess

import pytest
from sandbox import ROOT, TOKEN, fixture_case

PROGRAM = str(ROOT / "build/bin/cancel_services")


@pytest.fixture
def config(sandbox, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"base_url": sandbox.url, "token": TOKEN, "settle_ms": 20}))
    return str(path)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=30, check=False)


def claims(done):
    return dict(line.split("\t") for line in done.stdout.splitlines())


def test_services_that_can_be_canceled_are(config):
    done = run(config, fixture_case(1), "service-employment", "service-mvr")
    assert claims(done) == {"service-employment": "canceled", "service-mvr": "already_canceled"}
    assert done.stderr == "canceled: Of 2 services: 1 canceled, 1 already_canceled.\n"
    assert done.returncode == 0


def test_each_service_has_a_line_of_its_own(config):
    done = run(config, fixture_case(1), "service-employment", "service-drug-5-panel")
    assert claims(done) == {"service-employment": "canceled", "service-drug-5-panel": "refused"}
    assert done.returncode == 1


def test_a_case_is_waited_for(config):
    assert claims(run(config, fixture_case(7), "--wait", "5")) == {fixture_case(7): "finished"}
    done = run(config, fixture_case(1), "--wait", "1")
    assert claims(done) == {fixture_case(1): "not seen as finished"}
    assert done.returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (fixture_case(1),),
        (fixture_case(1), "--wait"),
        (fixture_case(1), "--wait", "0"),
        (fixture_case(1), "a", "a"),
        ("a/b", "service-employment"),
    ],
)
def test_bad_input_is_said_to_be_bad(config, arguments):
    done = run(config, *arguments)
    assert done.returncode == 2
    assert done.stderr
