"""Cancels cases as Celery jobs, with Redis as the broker.

    KCASE_ENVIRONMENT=stage KCASE_TOKEN=... celery -A celery_app worker
    celery_app.cancel_case.delay("e074241e-36e8-444b-bf55-bb4dad6d3f3d")

A job may run twice: when its worker dies, or when it takes longer than the broker waits. That is safe: a case
is canceled once, and the second run finds `already_canceled`.
"""

from __future__ import annotations

import functools
import os
import random
from typing import Any

import celery
import kcase

app = celery.Celery(
    "cases",
    broker=os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
    backend=os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
)
app.conf.update(
    # A job is the broker's until it is done: by default, Celery acknowledges it before it runs.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # The jobs of a machine that died are given out again after this time. Longer than a job takes, and than
    # the longest countdown below: a job that waits for its countdown counts as one that runs.
    broker_transport_options={"visibility_timeout": int(os.environ.get("VISIBILITY_SECONDS", "7200"))},
)

#: The first wait before a job is tried again. It doubles each time, up to an hour.
RETRY_SECONDS = float(os.environ.get("RETRY_SECONDS", "60"))
RETRY_SECONDS_MAX = 3600.0


@functools.cache
def client() -> kcase.Client:
    """One for all jobs. It may be made before the workers are forked: each makes connections of its own."""
    return kcase.Client.from_env()


def wait_before(attempt: int) -> float:
    """Seconds: later and later, and not all jobs at once."""
    return min(RETRY_SECONDS * 2**attempt, RETRY_SECONDS_MAX) * random.uniform(0.5, 1)


@app.task(bind=True, max_retries=12)
def cancel_case(self: Any, case_id: str) -> dict[str, Any]:
    """What became of the case, for whoever asked: its outcome, reason and message."""
    try:
        result = client().cancel(case_id, tag=self.request.id, check=True)
    except kcase.Retriable as error:
        # Nothing is settled, and the same call may well succeed later.
        wait = error.retry_after or wait_before(self.request.retries)
        raise self.retry(exc=error, countdown=wait) from error
    except kcase.Denied as error:
        # The credentials are wrong, for every job: keep the job until somebody has mended them.
        raise self.retry(exc=error, countdown=RETRY_SECONDS_MAX, max_retries=None) from error
    except kcase.KCaseError as error:
        # Refused, not found, invalid: trying again changes nothing, and a person has to know.
        if error.result is None:
            raise
        result = error.result
    return {"outcome": str(result.outcome), "reason": result.reason, "message": result.message}
