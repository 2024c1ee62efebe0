"""Attacks on the promises: what a row, a provider or a merchant could do to have money move twice, or an order forgotten."""

from __future__ import annotations

import base64
import concurrent.futures
import hashlib
import hmac
import json
import signal
import time
from typing import Any

import pytest
import requests

from support.api import Merchant, kes_payout, thb_payout
from support.stack import Stack, account, demo, with_grace
from support.waiting import throughout, until

# Each test has an amount of its own, so that "was it ever paid twice, under whatever reference" can be asked.
_whole = iter(range(100_000, 190_000, 7))

KEY_ONE = "sandbox-payplus-key-one-0123456789abcdef"


def payplus_callback(stack: Stack, name: str, key: str = KEY_ONE, **fields: Any) -> requests.Response:
    """A callback of PayPlus's, with a signature that verifies, to the account with this name."""
    message = {"timestamp": int(time.time() * 1000), **fields}

    def encoded(part: Any) -> str:
        text = part if isinstance(part, bytes) else json.dumps(part, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    signed = encoded({"alg": "HS256", "typ": "JWT"}) + "." + encoded(message)
    mac = hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()
    number = account_id(stack, name)
    return requests.post(
        f"{stack.url}/webhooks/{number}", json={**message, "signature": signed + "." + encoded(mac)}, timeout=20)


def account_id(stack: Stack, name: str) -> str:
    health = requests.get(f"{stack.url}/health", timeout=10).json()
    accounts = health.get("accounts") or health["result"]["accounts"]
    return next(entry["id"] for entry in accounts if entry["name"] == name)


def test_a_row_that_cannot_be_read_stops_nobody_else(make_stack) -> None:
    """A method of a newer version, say: due together with others, it must not keep them from being asked about."""
    stack = make_stack()
    stack.server()
    merchant = stack.merchant()
    stuck = merchant.create(kes_payout(f"{next(_whole)}.21"))
    merchant.await_state(stuck, "pending")
    orders = [merchant.create(kes_payout(f"{next(_whole)}.15")) for _ in range(3)]
    stack.rows("WITH n AS (UPDATE orders SET due_at = now(), method = CASE WHEN reference_number = %s"
               " THEN 'KES_TOMORROW' ELSE method END WHERE finished_at IS NULL RETURNING 1) SELECT count(*) FROM n",
               stuck["referenceNumber"])
    for order in orders:
        merchant.await_end(order, seconds=20)
    assert until("the row is seen", lambda: stack.value(
        "SELECT review FROM orders WHERE reference_number = %s", stuck["referenceNumber"])) == "unreadable"
    assert {order["txnId"] for order in merchant.list()["data"]} >= {order["txnId"] for order in orders}
    health = requests.get(f"{stack.url}/health", timeout=10).json()
    assert "1" in json.dumps(health), health
    # Once it can be read again, it goes on.
    stack.rows("UPDATE orders SET method = 'KES_EWALLET' WHERE reference_number = %s RETURNING 1", stuck["referenceNumber"])
    assert merchant.fetch(stuck)["status"] == "pending"


def test_a_refused_attempt_that_was_paid_all_the_same_is_not_followed_by_another(make_stack) -> None:
    """The provider refuses, the server dies before it goes to the second account, and a verified callback says that
    the first one was paid: a person decides, nobody pays again."""
    stack = make_stack()
    stack.sandbox.behave("payplus", "withdraw", "refuse_balance", account="demo-one")
    server = stack.server(CAUSEWAY_FAULT="answer_committed")
    merchant = stack.merchant()
    draft = thb_payout(f"{next(_whole)}.00")
    with pytest.raises(requests.RequestException):
        merchant.create(draft)
    assert server.wait(15) == -signal.SIGKILL
    first = stack.attempts(draft["referenceNumber"])
    assert [attempt["state"] for attempt in first] == ["rejected"]
    stack.server()
    merchant = stack.merchant()
    answer = payplus_callback(
        stack, "payplus-one", type="withdrawal", agent_order_no=first[0]["reference"], order_no="WD1",
        status="completed", amount=float(draft["amount"]), fee=0)
    assert answer.status_code == 200, answer.text
    order = merchant.find(draft["referenceNumber"])
    assert order and order["review"]
    throughout("nobody pays again", lambda: len(stack.attempts(draft["referenceNumber"])) == 1
               and not stack.sandbox.moved(draft["amount"]), 9)
    assert merchant.fetch(order)["status"] == "processing"
    stack.command("order", "resolve", order["txnId"], "succeeded", "--by", "tester", "--why", "seen at the bank",
                  check=False)


def test_asking_again_and_again_does_not_keep_the_answer_from_being_written(make_stack, own_sandbox) -> None:
    own_sandbox.settings(payoutDelayMs=100)
    stack = make_stack(sandbox=own_sandbox, CAUSEWAY_POLL_SCALE="50")
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(kes_payout(f"{next(_whole)}.15"))
    assert order["status"] in ("processing", "pending")
    own_sandbox.settings(latencyMs=1500)
    own_sandbox.behave("haipay", "query", "slow", account="1054", count=1000, latencyMs=1500)
    deadline = time.monotonic() + 10

    def ask(number: int) -> bool:
        mine = merchant.at(stack.url)
        time.sleep(number * 0.3)
        while time.monotonic() < deadline:
            if mine.fetch(order, refresh=True)["status"] == "succeeded":
                return True
            time.sleep(0.2)
        return False

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert any(pool.map(ask, range(8)))
    asked = [entry for entry in own_sandbox.requests(stack.attempts(order["referenceNumber"])[0]["reference"])]
    assert len(asked) <= 12, "callers who ask at once share one question"


def test_an_order_of_an_account_that_no_longer_works_calls_a_person(make_stack) -> None:
    stack = make_stack()
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(kes_payout(f"{next(_whole)}.06"))
    assert order["status"] == "processing"
    number = account_id(stack, "haipay")
    stack.rows("UPDATE provider_accounts SET sealed_secrets = '\\x00' WHERE name = 'haipay' RETURNING 1")
    stack.rows("SELECT pg_notify('causeway_directory', '')")
    stack.rows("UPDATE orders SET created_at = created_at - interval '3 hours' WHERE finished_at IS NULL RETURNING 1")
    stack.rows("UPDATE attempts SET created_at = created_at - interval '3 hours' RETURNING 1")
    until("a person is called", lambda: merchant.fetch(order)["review"], seconds=60)
    answer = requests.post(f"{stack.url}/webhooks/{number}", json={}, timeout=10)
    assert answer.status_code == 503, answer.text
