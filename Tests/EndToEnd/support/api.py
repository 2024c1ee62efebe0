"""A merchant's program: what calls Causeway's REST API."""

from __future__ import annotations

import itertools
import os
import secrets
from typing import Any

import requests

from support.waiting import until

TERMINAL = {"succeeded", "reversed", "failed", "expired", "cancelled"}

_numbers = itertools.count(1)


def reference() -> str:
    """A reference number that no other order has."""
    return f"ref-{os.getpid()}-{next(_numbers)}-{secrets.token_hex(4)}"


KES_PAYEE = {
    "name": "John Doe", "bankCode": "0001", "accountNumber": "254712345678", "phone": "254712345678",
    "email": "john.doe@example.com", "userId": "customer-7",
}
THB_PAYEE = {"name": "Somchai Jaidee", "bankCode": "KBANK", "accountNumber": "1234567890"}


def thb_qr(amount: str = "1000.00", **more: Any) -> dict[str, Any]:
    """A deposit: PayPlus wants to know the payer's bank account."""
    return {
        "currencyId": "THB", "paymentMethodId": "THB_QR", "amount": amount, "referenceNumber": reference(),
        "counterparty": dict(THB_PAYEE), **more,
    }


def form(draft: dict[str, Any]) -> dict[str, str]:
    """A draft as a form has it."""
    fields: dict[str, str] = {}
    for name, value in draft.items():
        if isinstance(value, dict):
            fields.update({f"{name}[{member}]": text for member, text in value.items()})
        else:
            fields[name] = str(value)
    return fields


def thb_payout(amount: str = "500.00", **more: Any) -> dict[str, Any]:
    """A withdrawal through PayPlus."""
    return {
        "currencyId": "THB", "paymentMethodId": "THB_BANK", "amount": amount, "referenceNumber": reference(),
        "counterparty": dict(THB_PAYEE), **more,
    }


def kes_payout(amount: str = "500.00", **more: Any) -> dict[str, Any]:
    """A disbursement through HaiPay, by M-Pesa."""
    return {
        "currencyId": "KES", "paymentMethodId": "KES_EWALLET", "amount": amount, "referenceNumber": reference(),
        "counterparty": dict(KES_PAYEE), **more,
    }


def usd_payout(amount: str = "50.00", account: str = "85512345678", **more: Any) -> dict[str, Any]:
    """A transfer to a KESS wallet."""
    return {
        "currencyId": "USD", "paymentMethodId": "USD_KESS", "amount": amount, "referenceNumber": reference(),
        "counterparty": {"accountNumber": account}, **more,
    }


def khqr(amount: str = "25.00", currency: str = "USD", **more: Any) -> dict[str, Any]:
    """A payin by KHQR."""
    return {
        "currencyId": currency, "paymentMethodId": f"{currency}_KHQR", "amount": amount,
        "referenceNumber": reference(), **more,
    }


class Merchant:
    """One app of a merchant, signed in."""

    def __init__(self, url: str, app: str, access_key: str, secret_key: str) -> None:
        self.url = url
        self.app = app
        self.access_key = access_key
        self.secret_key = secret_key
        self.session = requests.Session()
        self.session.trust_env = False
        self.token: str | None = None
        self.refresh_token: str | None = None

    def sign_in(self) -> Merchant:
        answer = self.session.post(
            f"{self.url}/v1/auth/generate-token/{self.app}",
            json={"accessKey": self.access_key, "secretKey": self.secret_key}, timeout=30)
        assert answer.status_code == 201, answer.text
        result = answer.json()["result"]
        self.token, self.refresh_token = result["accessToken"], result["refreshToken"]
        return self

    def at(self, url: str) -> Merchant:
        """The same app, calling another process."""
        other = Merchant(url, self.app, self.access_key, self.secret_key)
        other.token, other.refresh_token = self.token, self.refresh_token
        return other

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """A call as this app; `token=None` leaves the authorization out."""
        token = arguments.pop("token", self.token)
        headers = dict(arguments.pop("headers", None) or {})
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token}")
        arguments.setdefault("timeout", 40)
        return self.session.request(method, f"{self.url}{path}", headers=headers, **arguments)

    def create(self, body: dict[str, Any], **arguments: Any) -> dict[str, Any]:
        """Makes an order, which must be taken."""
        answer = self.call("POST", "/v1/transaction", json=body, **arguments)
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        return answer.json()["result"]

    def fetch(self, order: str | dict[str, Any], refresh: bool = False) -> dict[str, Any]:
        number = order if isinstance(order, str) else order["txnId"]
        answer = self.call("GET", f"/v1/transaction/txnId/{number}" + ("?refresh=true" if refresh else ""))
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        return answer.json()["result"]

    def events(self, order: str | dict[str, Any]) -> list[dict[str, Any]]:
        number = order if isinstance(order, str) else order["txnId"]
        answer = self.call("GET", f"/v1/transaction/txnId/{number}/events")
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        result = answer.json()["result"]
        return result["data"] if isinstance(result, dict) else result

    def list(self, **filters: Any) -> dict[str, Any]:
        answer = self.call("GET", "/v1/transaction", params=filters)
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        return answer.json()["result"]

    def find(self, reference_number: str) -> dict[str, Any] | None:
        found = self.list(referenceNumber=reference_number)["data"]
        assert len(found) <= 1, found
        return found[0] if found else None

    def await_state(self, order: str | dict[str, Any], *states: str, seconds: float = 20.0) -> dict[str, Any]:
        """Until the order is in one of the states."""

        def there() -> dict[str, Any] | None:
            now = self.fetch(order)
            if now["status"] in states:
                return now
            # A terminal state that was not hoped for is not worth waiting out.
            assert not (now["status"] in TERMINAL and now["status"] != "expired"), f"wanted {states}, ended: {now}"
            return None

        return until(f"the order is {' or '.join(states)}", there, seconds)

    def await_end(self, order: str | dict[str, Any], seconds: float = 20.0) -> dict[str, Any]:
        """Until the order has ended."""

        def ended() -> dict[str, Any] | None:
            now = self.fetch(order)
            seen.append(now)
            return now if now["status"] in TERMINAL else None

        seen: list[dict[str, Any]] = []
        try:
            return until("the order has ended", ended, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the order: {seen[-1]}") from None
