"""Cancels cases from a web application of FastAPI.

    KCASE_ENVIRONMENT=stage KCASE_TOKEN=... uvicorn fastapi_app:app
    curl -X POST http://127.0.0.1:8000/cases/e074241e-36e8-444b-bf55-bb4dad6d3f3d/cancel

A caller that goes away cancels its task. The request to KarmaCheck cannot be taken back then: it goes on, and
its result is given to `on_result`, as every other.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

import fastapi
import kcase

#: What the caller of this application is told. Everything else is 503: ask again later.
STATUS = {
    "canceled": 200,
    "already_canceled": 200,
    "refused": 409,
    "not_found": 404,
    "invalid": 400,
    # The credentials of this application are wrong, not those of its caller.
    "denied": 502,
}

log = logging.getLogger("cases")


def record(result: kcase.Result) -> None:
    """Where a real application writes to its database."""
    log.info("%s: %s", result.case_id, result.outcome)


@contextlib.asynccontextmanager
async def lifespan(app: fastapi.FastAPI) -> AsyncIterator[None]:
    async with kcase.AsyncClient.from_env(on_result=record) as client:
        app.state.kcase = client
        yield


app = fastapi.FastAPI(lifespan=lifespan)


@app.post("/cases/{case_id}/cancel")
async def cancel(case_id: str, request: fastapi.Request, response: fastapi.Response) -> dict[str, Any]:
    client: kcase.AsyncClient = request.app.state.kcase
    result = await client.cancel(case_id)
    response.status_code = 503 if result.retriable else STATUS.get(result.outcome, 503)
    if result.retriable:
        response.headers["Retry-After"] = str(round(result.retry_after or 30))
    return {"case_id": case_id, "outcome": result.outcome, "reason": result.reason, "message": result.message}
