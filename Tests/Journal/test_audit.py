"""Changes to a journal, and what is found of them."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from library import cancel, client, head, history, prune, resume, verify
from sandbox import Sandbox, seeded_case

CALLS = 30

DAMAGE = [
    sql.replace("?", str(number))
    for sql in (
        "UPDATE base SET seq = ?",
        "UPDATE base SET owners = ?",
        "UPDATE trail SET seq = ? WHERE seq = 2",
        "UPDATE intent SET outcome = NULL, id = ?",
    )
    for number in (2**63 - 1, 2**63 - 9, -(2**63))
]
"""What a file may say after it was damaged."""


@pytest.fixture
def written(sandbox: Sandbox, journal: Path) -> tuple[Path, dict[str, Any]]:
    """A journal of some calls, and its head."""
    with client(sandbox.url, journal) as made:
        for number in range(1, CALLS + 1):
            cancel(made, seeded_case(number))
    return journal, head(journal)


def change(journal: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(journal) as database:
        database.execute(sql, values)


def rehash(journal: Path) -> None:
    """Gives every entry the hash that fits: what somebody would do who wants to hide a change."""
    with sqlite3.connect(journal) as database:
        (before,) = database.execute("SELECT hash FROM base").fetchone()
        for seq, entry in database.execute("SELECT seq, entry FROM trail ORDER BY seq").fetchall():
            text = b"kcase journal entry 1\n" + before + seq.to_bytes(8, "big")
            before = hashlib.sha256(text + len(entry).to_bytes(8, "big") + entry).digest()
            database.execute("UPDATE trail SET hash = ? WHERE seq = ?", (before, seq))


def findings(found: dict[str, Any]) -> set[tuple[str, int, int]]:
    return {(one["what"], one["from"], one["to"]) for one in found["verification"]["findings"]}


def test_what_was_not_changed_is_intact(written):
    journal, kept = written
    found = verify(journal, kept)
    assert found["outcome"] == "ok"
    told = found["verification"]
    assert (told["intact"], told["expected_head"]) == (True, "matches")
    assert (told["first"], told["last"], told["anchored_to"]) == (1, 2 * CALLS, 2 * CALLS)
    assert verify(journal)["outcome"] == "ok"
    assert "from 1 on" in verify(journal)["verification"]["not_detected"]


def test_the_documented_hash_is_the_one(written):
    journal, kept = written
    rehash(journal)
    assert head(journal)["hash"] == kept["hash"]


def test_one_flipped_byte_is_found(written):
    journal, kept = written
    with sqlite3.connect(journal) as database:
        (entry,) = database.execute("SELECT entry FROM trail WHERE seq = 17").fetchone()
    place = entry.index(b"T") + 1
    changed = entry[:place] + bytes([entry[place] ^ 1]) + entry[place + 1 :]
    change(journal, "UPDATE trail SET entry = ? WHERE seq = 17", changed)
    for expected in (kept, None):
        found = verify(journal, expected)
        assert found["outcome"] == "failed" and found["reason"] == "journal"
        assert ("altered", 17, 17) in findings(found)


def test_what_is_no_hash_is_found(written):
    journal, kept = written
    change(journal, "UPDATE trail SET hash = x'00' WHERE seq = 17")
    assert findings(verify(journal, kept)) == {("altered", 17, 17)}
    change(journal, "UPDATE trail SET hash = x'00' WHERE seq = 60")
    assert verify(journal, kept)["outcome"] == "failed"
    assert "damaged" in verify(journal, kept)["message"]


def test_a_tail_that_was_cut_off_is_found(written):
    journal, kept = written
    change(journal, "DELETE FROM trail WHERE seq > 50")
    change(journal, "DELETE FROM intent WHERE id > 50")
    assert ("cut_off", 51, 60) in findings(verify(journal, kept))
    # Without a head nothing tells of it.
    assert verify(journal)["outcome"] == "ok"


def test_a_gap_is_found(written):
    journal, kept = written
    change(journal, "DELETE FROM trail WHERE seq BETWEEN 21 AND 24")
    change(journal, "DELETE FROM intent WHERE id BETWEEN 21 AND 24")
    for expected in (kept, None):
        assert ("missing", 21, 24) in findings(verify(journal, expected))


def test_a_rewrite_of_the_same_length_is_found(written):
    journal, kept = written
    old, new = seeded_case(5).encode(), seeded_case(6).encode()
    change(
        journal,
        "UPDATE trail SET entry = CAST(replace(CAST(entry AS TEXT), ?, ?) AS BLOB)",
        old.decode(),
        new.decode(),
    )
    change(
        journal,
        "UPDATE intent SET case_id = ?, case_key = ? WHERE case_id = ?",
        new.decode(),
        new.decode(),
        old.decode(),
    )
    rehash(journal)
    found = verify(journal, kept)
    assert found["outcome"] == "failed"
    assert findings(found) == {("rewritten", 1, 60)}
    assert found["verification"]["expected_head"] == "differs"
    assert verify(journal)["outcome"] == "ok"


def test_a_dropped_chain_is_found(written, sandbox: Sandbox):
    journal, kept = written
    for path in journal.parent.iterdir():
        path.unlink()
    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(100))
    assert ("cut_off", 3, 60) in findings(verify(journal, kept))
    with client(sandbox.url, journal) as made:
        for number in range(101, 101 + CALLS):
            cancel(made, seeded_case(number))
    assert ("rewritten", 1, 60) in findings(verify(journal, kept))


def test_a_false_index_is_found(written):
    journal, kept = written
    change(journal, "UPDATE intent SET outcome = 'refused' WHERE id = 9")
    change(
        journal,
        "INSERT INTO intent SELECT 10, service, 'x', 'x', NULL, NULL, at, 0, 1, NULL, NULL, NULL, NULL, NULL"
        " FROM intent WHERE id = 9",
    )
    assert {what for what, _, _ in findings(verify(journal, kept))} == {"index_differs"}


def test_a_beginning_that_was_dropped_is_found(written):
    journal, kept = written
    with sqlite3.connect(journal) as database:
        (digest,) = database.execute("SELECT hash FROM trail WHERE seq = 20").fetchone()
    change(journal, "DELETE FROM trail WHERE seq <= 20")
    change(journal, "DELETE FROM intent WHERE id <= 20")
    change(journal, "UPDATE base SET seq = 20, hash = ?", digest)
    assert ("missing", 1, 20) in findings(verify(journal, kept))


def test_an_old_copy_that_was_put_back_is_found(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(1))
    copy = journal.with_name("copy")
    shutil.copy(journal, copy)
    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(2))
    kept = head(journal)
    shutil.copy(copy, journal)
    assert ("cut_off", 3, 4) in findings(verify(journal, kept))


def test_a_number_is_told_although_the_transaction_that_told_it_first_came_to_nothing(sandbox, journal):
    """Else another process would be given it, and an intent that was left would seem to be at work."""
    with client(sandbox.url, journal) as made:
        change(journal, "CREATE TRIGGER fails BEFORE INSERT ON intent BEGIN SELECT RAISE(ABORT, ''); END")
        assert cancel(made, seeded_case(1))["outcome"] == "not_sent"
        change(journal, "DROP TRIGGER fails")
        assert cancel(made, seeded_case(1))["outcome"] == "canceled"
    with sqlite3.connect(journal) as database:
        (entry,) = database.execute("SELECT entry FROM trail ORDER BY seq").fetchone()
        (owners,) = database.execute("SELECT owners FROM base").fetchone()
    assert json.loads(entry)["owner"] <= owners


def test_a_search_that_fails_once_does_not_fail_for_ever(sandbox, journal):
    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(1))
        assert resume(made) == []
        change(journal, "ALTER TABLE intent RENAME COLUMN tag TO other")
        assert [result["outcome"] for result in resume(made)] == ["not_sent"]
        change(journal, "ALTER TABLE intent RENAME COLUMN other TO tag")
        assert resume(made) == []


@pytest.mark.parametrize("sql", DAMAGE)
def test_numbers_that_are_damaged_are_an_error_and_no_crash(sandbox, journal, sql):
    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(1))
    change(journal, sql)
    assert history(journal)["next"] is None
    assert prune(journal, "2200-01-01")["outcome"] in {"ok", "failed"}
    with client(sandbox.url, journal) as made:
        assert cancel(made, seeded_case(2))["outcome"] in {"canceled", "not_sent"}


def test_a_lock_that_the_host_frees_is_taken_again(sandbox, journal):
    """To close any descriptor of a file frees all locks that the process has on it."""
    lock = journal.with_name(journal.name + "-lock")
    program = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 1)"

    def is_locked() -> bool:
        command = [sys.executable, "-c", program, str(lock)]
        return b"BlockingIOError" in subprocess.run(command, capture_output=True, check=False).stderr

    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(1))
        assert is_locked()
        lock.open().close()
        assert not is_locked()
        cancel(made, seeded_case(2))
        assert is_locked()
    assert not is_locked()
