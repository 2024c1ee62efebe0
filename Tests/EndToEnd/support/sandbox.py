"""The sandbox's control API: what a provider would not let us see."""

from __future__ import annotations

import decimal
import pathlib
from typing import Any

import requests

from support.processes import Program, free_port

# What stands behind the decimal point of an amount says how the sandbox behaves (docs/sandbox.md).
MAGIC = {
    "succeed": "00", "refuse": "01", "refuse_account": "02", "refuse_balance": "03", "fail_later": "04",
    "lose_answer_after": "05", "lose_answer_before": "06", "error_after": "07", "error_before": "08",
    "garbled_after": "09", "bad_signature_answer": "10", "slow": "11", "duplicate_callback": "12",
    "early_callback": "13", "late_callback": "14", "no_callback": "15", "out_of_order_callbacks": "16",
    "forged_callback": "17", "wrong_amount_callback": "18", "wrong_currency_callback": "19",
    "wrong_account_callback": "20", "stuck": "21", "not_whitelisted": "22", "bad_key": "23",
}


class Sandbox:
    """A running sandbox."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program = Program(
            "sandbox", ["sandbox"], {"SANDBOX_LISTEN": f"127.0.0.1:{self.port}"}, folder / "sandbox.log")

    def start(self) -> None:
        self.program.spawn()
        self.program.await_answer(f"{self.url}/_sandbox/health")

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        answer = requests.request(method, f"{self.url}/_sandbox/{path}", timeout=60, **arguments)
        assert answer.status_code < 300, f"sandbox {method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def settings(self, **values: Any) -> None:
        self._call("POST", "settings", json=values)

    def behave(self, provider: str, operation: str, behaviour: str, *, account: str, count: int = 1, **parameters: Any) -> None:
        """The next `count` calls of that operation by that account are treated so."""
        self._call("POST", "behaviour", json={
            "provider": provider, "account": account, "operation": operation, "behaviour": behaviour, "count": count,
            "parameters": parameters,
        })

    def clear_behaviour(self) -> None:
        self._call("DELETE", "behaviour")

    def entries(self, **filters: str) -> list[dict[str, Any]]:
        """The ledger: all that the providers were asked to move."""
        return self._call("GET", "ledger", params=filters)["entries"]

    def entry(self, reference: str) -> dict[str, Any] | None:
        answer = requests.get(f"{self.url}/_sandbox/ledger/{reference}", timeout=30)
        if answer.status_code == 404:
            return None
        assert answer.status_code == 200, answer.text
        return answer.json()

    def moved(self, amount: str | decimal.Decimal, **filters: str) -> list[dict[str, Any]]:
        """Every movement of exactly that amount, whatever its reference: what was really paid."""
        wanted = decimal.Decimal(amount)
        return [entry for entry in self.entries(**filters) if entry["moved"] and decimal.Decimal(entry["amount"]) == wanted]

    def pay(self, **what: str) -> Any:
        """The payer pays a deposit now."""
        return self._call("POST", "pay", json=what)

    def callback(self, reference: str, variant: str, **more: str) -> dict[str, Any]:
        """One callback now; what Causeway answered to it."""
        return self._call("POST", "callback", json={"reference": reference, "variant": variant, **more})

    def callbacks(self, reference: str) -> list[dict[str, Any]]:
        answer = self._call("GET", "callbacks", params={"reference": reference})
        return answer["callbacks"] if isinstance(answer, dict) else answer

    def requests(self, reference: str) -> list[dict[str, Any]]:
        answer = self._call("GET", "requests", params={"reference": reference})
        return answer["requests"] if isinstance(answer, dict) else answer

    def all_requests(self, provider: str) -> list[dict[str, Any]]:
        """What a provider received, oldest first."""
        return [request for request in self._call("GET", "requests")["requests"] if request["provider"] == provider]

    def revoke_tokens(self, provider: str, account: str) -> None:
        """No token that the account has is good any more."""
        self._call("POST", "tokens/revoke", json={"provider": provider, "account": account})

    def add_account(self, **what: Any) -> None:
        """One more account at a provider."""
        self._call("POST", "accounts", json=what)

    def mail(self, provider: str = "bakong") -> list[dict[str, Any]]:
        """What a provider has sent by e-mail."""
        answer = self._call("GET", "mail", params={"provider": provider})
        return answer["mail"] if isinstance(answer, dict) else answer
