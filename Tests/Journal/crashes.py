"""Processes that are killed while they cancel cases, and what the journal and the service say afterwards.

Usage: crashes.py CASES INSTANTS SEED [FOLDER]: the long test, with a service of its own."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from library import LIBRARY, head, verify, whole_history
from sandbox import Sandbox, seeded_case

WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """A process of worker.py, and what it was told until it ended."""

    def __init__(
        self, url: str, journal: Path, *what: object, environment: dict[str, str] | None = None
    ) -> None:
        command = [sys.executable, str(WORKER), url, str(journal), *map(str, what)]
        whole = {**os.environ, "KCASE_LIBRARY": str(LIBRARY), **(environment or {})}
        # Unbuffered: what is read ahead of "ready" would be lost to `told`.
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env=whole, bufsize=0)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def kill_after(self, seconds: float) -> None:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def told(self) -> list[dict[str, Any]]:
        """Waits for its end; a last line that is not whole was not told."""
        out, _ = self._process.communicate(timeout=120)
        return [json.loads(line) for line in out.split(b"\n")[:-1]]

    def expect_success(self) -> list[dict[str, Any]]:
        told = self.told()
        assert self._process.returncode == 0
        return told


class Trial:
    """Workers on one journal, killed at seeded instants, with two resumers after each."""

    def __init__(self, sandbox: Sandbox, journal: Path, cases: int, seed: int) -> None:
        self._sandbox = sandbox
        self._journal = journal
        self._cases = cases
        self._random = random.Random(seed)
        # The outcomes that were told as journaled, for each case.
        self._told: dict[str, list[str]] = {}
        self._asked: set[str] = set()
        self.killed = 0

    def run(self, instants: int) -> None:
        share = -(-self._cases // instants)
        for instant in range(instants):
            first = 1 + instant * share % self._cases
            count = min(share, self._cases - first + 1)
            self._asked |= {seeded_case(number) for number in range(first, first + count)}
            worker = Worker(self._sandbox.url, self._journal, "cancel", first, count)
            worker.kill_after(self._random.uniform(0, 0.06))
            self._note(worker)
            self._check_requests()
            resumers = [Worker(self._sandbox.url, self._journal, "resume") for _ in range(2)]
            for resumer in resumers:
                if self._random.random() < 0.5:
                    resumer.kill_after(self._random.uniform(0, 0.05))
            for resumer in resumers:
                self._note(resumer)
        for resumer in [Worker(self._sandbox.url, self._journal, "resume") for _ in range(2)]:
            self._note(resumer)
        self._check_end()

    def _note(self, worker: Worker) -> None:
        for result in worker.told():
            self._take(result)
        self.killed += worker._process.returncode != 0

    def _take(self, result: dict[str, Any]) -> None:
        assert result["journaled"], result
        assert result["outcome"] in ("canceled", "already_canceled"), result
        self._told.setdefault(result["case_id"], []).append(result["outcome"])

    def _records(self) -> dict[str, list[dict[str, Any]]]:
        records: dict[str, list[dict[str, Any]]] = {}
        for record in whole_history(self._journal, limit=1000):
            records.setdefault(record["case_id"], []).append(record)
        return records

    def _check_requests(self) -> None:
        """Nothing reached the service without an intent, and nothing that was told is lost."""
        records = self._records()
        asked = {case["id"] for case in self._sandbox.cases() if case["cancel_requests"] > 0}
        assert asked <= set(records)
        for case, outcomes in self._told.items():
            assert [one["outcome"] for one in records[case] if one["outcome"]] == outcomes

    def _check_end(self) -> None:
        self._check_requests()
        records = self._records()
        canceled = {case["id"] for case in self._sandbox.cases() if case["canceled"]}
        assert canceled == set(records) <= self._asked
        for case in self._sandbox.cases():
            takeovers = sum(one["epoch"] for one in records.get(case["id"], []))
            # Each owner of an intent sends once: two at a time would be more.
            assert case["cancel_requests"] <= takeovers, case
        for found in records.values():
            assert len(found) == 1
            assert (found[0]["state"], found[0]["settled"]) == ("finished", True)
        assert verify(self._journal, head(self._journal))["outcome"] == "ok"


def main() -> None:
    cases, instants, seed = map(int, sys.argv[1:4])
    folder = sys.argv[4] if len(sys.argv) > 4 else None
    with (
        closing(Sandbox("--cases", str(cases), "--latency-ms", "2")) as sandbox,
        tempfile.TemporaryDirectory(dir=folder) as scratch,
    ):
        trial = Trial(sandbox, Path(scratch, "cancels.journal"), cases, seed)
        trial.run(instants)
    print(f"journal: {cases} cases, {instants} instants, {trial.killed} processes killed: no case lost")


if __name__ == "__main__":
    main()
