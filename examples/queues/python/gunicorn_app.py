"""Cancels cases from a web application under gunicorn.

    KCASE_ENVIRONMENT=stage KCASE_TOKEN=... gunicorn --preload --workers 4 --threads 8 gunicorn_app:app
    curl -X POST http://127.0.0.1:8000/cases/e074241e-36e8-444b-bf55-bb4dad6d3f3d/cancel

With --preload the client is made before the workers are forked. Each worker makes connections of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import kcase

client = kcase.Client.from_env(timeout=20)  # Shorter than gunicorn's own time-out of 30 seconds.

#: What the caller of this application is told. Everything else is 503: ask again later.
STATUS = {
    "canceled": "200 OK",
    "already_canceled": "200 OK",
    "refused": "409 Conflict",
    "not_found": "404 Not Found",
    "invalid": "400 Bad Request",
    # The credentials of this application are wrong, not those of its caller.
    "denied": "502 Bad Gateway",
}


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    parts = environ["PATH_INFO"].strip("/").split("/")
    if environ["REQUEST_METHOD"] != "POST" or len(parts) != 3 or parts[::2] != ["cases", "cancel"]:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"POST /cases/CASE_ID/cancel\n"]
    result = client.cancel(parts[1])
    headers = [("Content-Type", "application/json")]
    status = STATUS.get(result.outcome, "503 Service Unavailable")
    if result.retriable:
        status = "503 Service Unavailable"
        headers.append(("Retry-After", str(round(result.retry_after or 30))))
    start_response(status, headers)
    return [result.to_json().encode()]
