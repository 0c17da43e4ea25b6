"""Many cases as an iterator."""

from __future__ import annotations

import collections
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sandbox import Sandbox, fixture_case, seeded_case

import kcase


def test_every_case_has_its_result(client: kcase.Client, sandbox: Sandbox) -> None:
    cases = [(fixture_case(number), f"row {number}") for number in range(1, 16)]
    results = list(client.cancel_many(cases, max_in_flight=4))
    assert {(result.case_id, result.tag) for result in results} == set(cases)
    counts = collections.Counter(str(result.outcome) for result in results)
    assert counts == {"canceled": 5, "refused": 8, "already_canceled": 1, "denied": 1}


def test_cases_are_read_as_needed(client: kcase.Client) -> None:
    read = 0

    def cases() -> Iterator[str]:
        nonlocal read
        for number in range(1, 1001):
            read += 1
            yield seeded_case(number)

    with client.cancel_many(cases(), max_in_flight=5) as results:
        assert read == 0
        for count, result in enumerate(results, 1):
            assert result.outcome is kcase.Outcome.CANCELED
            assert read - count <= 10
    assert count == 1000


def test_slow_cases_do_not_hold_up_the_others(client: kcase.Client, sandbox: Sandbox) -> None:
    def cases() -> Iterator[str]:
        for number in range(1, 6):
            yield seeded_case(number)
            time.sleep(0.05)

    moments = [time.monotonic() for _ in client.cancel_many(cases())]
    assert moments[-1] - moments[0] > 0.1


def test_bad_options_and_ids(client: kcase.Client) -> None:
    with pytest.raises(kcase.InvalidInput, match="max_in_flight"):
        client.cancel_many([], max_in_flight=0)
    with pytest.raises(TypeError):
        client.cancel_many(7)  # type: ignore[arg-type]
    assert list(client.cancel_many([])) == []
    results = list(client.cancel_many([("a/b", "bad"), (fixture_case(1), None)]))
    assert {result.tag: result.outcome for result in results} == {"bad": "invalid", None: "canceled"}


def test_what_the_iterable_raises_comes_after_what_was_begun(client: kcase.Client) -> None:
    def cases() -> Iterator[str]:
        yield from map(seeded_case, range(1, 21))
        raise LookupError("no more")

    results = client.cancel_many(cases())
    found = []
    with pytest.raises(LookupError):
        for result in results:
            found.append(result.outcome)
    assert found == ["canceled"] * 20
    with pytest.raises(StopIteration):
        next(results)


def test_leaving_early_tells_of_what_was_under_way(
    client: kcase.Client, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.fault(kind="hang", on="cancel", case_id=seeded_case(1))
    results = client.cancel_many([seeded_case(number) for number in range(1, 4)])
    assert {next(results).outcome, next(results).outcome} == {kcase.Outcome.CANCELED}
    (left,) = results.close()
    assert (left.case_id, left.outcome, left.reason) == (seeded_case(1), "unknown", "interrupted")
    assert results.close() == [] and list(results) == []
    assert f"unclaimed result: cancel {seeded_case(1)}: unknown" in caplog.text


def test_an_exception_in_the_block_has_what_was_under_way(client: kcase.Client, sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel", case_id=seeded_case(1))
    with pytest.raises(LookupError) as caught, client.cancel_many(map(seeded_case, (1, 2))) as results:
        raise LookupError(next(results).case_id)
    assert caught.value.args == (seeded_case(2),)
    (left,) = caught.value.kcase_results  # type: ignore[attr-defined]
    assert left.case_id == seeded_case(1)


def test_interrupting_brings_the_results(client: kcase.Client, sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel")
    results = client.cancel_many([seeded_case(number) for number in range(1, 21)])
    timer = threading.Timer(0.2, results.interrupt)
    timer.start()
    begin = time.monotonic()
    assert {result.reason for result in results} == {"interrupted"}
    assert time.monotonic() - begin < 1
    timer.join()


def test_closing_the_client_ends_it(client: kcase.Client, sandbox: Sandbox) -> None:
    results = client.cancel_many((seeded_case(number) for number in range(1, 1000)), max_in_flight=2)
    next(results)
    client.close()
    with pytest.raises(kcase.Closed):
        list(results)


def test_progress_is_told(client: kcase.Client) -> None:
    told: list[dict[str, Any]] = []
    results = client.cancel_many(map(seeded_case, range(1, 501)), progress=told.append)
    assert sum(result.is_canceled for result in results) == 500
    assert told[-1]["fetched"] == 500 and told[-1]["outcomes"] == {"canceled": 500}
    assert results.stats == told[-1]
    assert len(told) < 200


def test_progress_is_shown(client: kcase.Client, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    cases = [fixture_case(number) for number in (1, 2, 7)]
    assert len(list(client.cancel_many(cases, progress=True))) == 3
    assert "3/3" in capsys.readouterr().err


def test_without_tqdm_there_is_a_warning(client: kcase.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tqdm.auto", None)
    with pytest.warns(UserWarning, match="tqdm"):
        assert len(list(client.cancel_many([fixture_case(1)], progress=True))) == 1


def test_a_child_leaves_the_parents_iterator_alone(client: kcase.Client) -> None:
    with client.cancel_many(map(seeded_case, range(1, 101)), max_in_flight=4) as results:
        first = next(results)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                next(results)
            except kcase.Closed:
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert [first.outcome, *(result.outcome for result in results)] == ["canceled"] * 100
