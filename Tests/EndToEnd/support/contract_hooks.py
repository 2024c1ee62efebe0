"""What schemathesis is told besides the contract: who is asking, by the operation's path."""

from __future__ import annotations

import os
from typing import Any

import schemathesis

TOKEN = os.environ["CONTRACT_TOKEN"]
ADMIN_KEY = os.environ["CONTRACT_ADMIN_KEY"]


@schemathesis.auth(refresh_interval=None)
class Caller:
    """The operator for its paths, nobody where nobody is asked for, else the app with its access token."""

    def get(self, case: Any, context: Any) -> str | None:
        path = case.operation.path
        if path.startswith("/admin/"):
            return ADMIN_KEY
        if path.startswith(("/v1/auth/", "/webhooks/", "/pay/", "/health", "/metrics", "/openapi")):
            return None
        return TOKEN

    def set(self, case: Any, data: str | None, context: Any) -> None:
        if data is not None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.check
def no_server_error(context: Any, response: Any, case: Any) -> None:
    """No 5xx, save one: as an operator this run may have switched off every account that takes a payment, and is told so."""
    if response.status_code < 500:
        return
    told = response.status_code == 503 and response.json().get("code") == "no_route"
    assert told, f"{response.status_code} {response.text[:500]}"
