"""Messages that the service posts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest

import kcase

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
BODY = json.dumps({"type": "case.updated", "data": {"id": "c-1"}}).encode()


def signed(body: bytes, moment: int) -> dict[str, str]:
    text = f"msg_1.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(KEY, text, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{signature}",
    }


def test_a_genuine_message() -> None:
    result = kcase.webhook_parse(BODY, signed(BODY, int(time.time())), {"signing_secrets": [SECRET]}, tag="t")
    assert result.outcome == "ok" and result.tag == "t", result
    assert result.event is not None and result.event["id"] == "msg_1"


def test_one_that_is_not() -> None:
    now = int(time.time())
    secrets = {"signing_secrets": [SECRET]}
    assert kcase.webhook_parse(BODY + b" ", signed(BODY, now), secrets).reason == "signature"
    old = signed(BODY, now - 3600)
    assert kcase.webhook_parse(BODY, old, secrets).reason == "timestamp"
    assert kcase.webhook_parse(BODY, old, secrets, tolerance_s=7200).outcome == "ok"
    assert kcase.webhook_parse(BODY, old, secrets, received_at=now - 3600).outcome == "ok"
    with pytest.raises(kcase.Denied):
        kcase.webhook_parse(BODY, {}, secrets).raise_for_outcome()


def test_what_is_wrong_is_raised() -> None:
    with pytest.raises(kcase.InvalidInput):
        kcase.webhook_parse(BODY, {}, {})
    with pytest.raises(kcase.InvalidInput) as caught:
        kcase.webhook_parse(BODY, {}, {"signing_secrets": ["whsec_!"]})
    assert "whsec_!" not in str(caught.value)
    with pytest.raises(TypeError, match="bytes"):
        kcase.webhook_parse(BODY.decode(), {}, {"signing_secrets": [SECRET]})  # type: ignore[arg-type]
