"""A process that cancels cases, or resumes, and says what it was told: a line of JSON for each result,
written when the result is there. Usage: worker.py URL JOURNAL cancel|resume|cancel_each [FIRST COUNT]"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from library import client, library, take
from sandbox import seeded_case


def tell(result: dict[str, object]) -> None:
    line = json.dumps(
        {
            name: result[name]
            for name in ("case_id", "outcome", "journaled", "evidence", "journal_error", "message")
        }
    )
    os.write(TOLD, line.encode() + b"\n")


# Where results are told: standard output, or a file.
TOLD = (
    os.open(os.environ["KCASE_TOLD"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    if "KCASE_TOLD" in os.environ
    else 1
)


def main() -> None:
    url, journal, what = sys.argv[1:4]
    with client(url, journal, timeout_ms=20000) as made:
        os.write(1, b"ready\n")
        if what == "cancel_each":
            first, count = map(int, sys.argv[4:6])
            for number in range(first, first + count):
                tell(take(library, library.kcase_cancel(made, seeded_case(number).encode(), None)))
            return
        error = ctypes.c_void_p()
        if what == "resume":
            batch = library.kcase_resume(made, None, ctypes.byref(error))
        else:
            batch = library.kcase_batch_new(made, None, ctypes.byref(error))
        if not batch:
            sys.exit(take(library, error.value)["message"])
        if what == "cancel":
            first, count = map(int, sys.argv[4:6])
            for number in range(first, first + count):
                assert library.kcase_batch_add(batch, seeded_case(number).encode(), None) == 1
        while library.kcase_batch_pending(batch) > 0:
            result = library.kcase_batch_next(batch, -1)
            if result:
                tell(take(library, result))
        library.kcase_batch_free(batch)


if __name__ == "__main__":
    main()
