"""Attacks on the promises: what a row, a provider or a merchant could do to have money move twice, or an order forgotten."""

from __future__ import annotations

import base64
import concurrent.futures
import hashlib
import hmac
import json
import random
import signal
import threading
import time
from typing import Any

import pytest
import requests

from support.api import kes_payout, thb_payout, thb_qr
from support.stack import Stack, with_grace
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


@pytest.mark.parametrize("decision", ["succeeded", "keep"])
def test_a_refused_attempt_that_was_paid_all_the_same_is_not_followed_by_another(make_stack, decision: str) -> None:
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
    stack.command("order", "resolve", order["txnId"], "--as", decision, "--why", "seen at the bank")
    ended = merchant.await_state(order, "succeeded")
    assert ended["review"] is None
    # Whoever says that it was not paid has it go on to the second account.
    assert len(stack.sandbox.moved(draft["amount"])) == (decision == "keep")


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


def test_who_asks_while_another_asks_gets_an_answer_that_is_no_older_than_the_call(make_stack) -> None:
    stack = make_stack(CAUSEWAY_POLL_SCALE="50")
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(thb_qr(f"{next(_whole)}.15"))
    # As if another process had asked before the payer paid, and were waiting for its answer.
    stack.rows("UPDATE orders SET held = true, fence = fence + 1, due_at = now() + interval '1 hour' RETURNING 1")
    stack.sandbox.pay(reference=stack.attempts(order["referenceNumber"])[0]["reference"])
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asking = pool.submit(merchant.at(stack.url).fetch, order, refresh=True)
        time.sleep(0.5)
        stack.rows("UPDATE orders SET held = false RETURNING 1")
        assert asking.result(30)["status"] == "succeeded"


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


CHAOS = ["00", "00", "00", "03", "04", "05", "06", "07", "08", "09", "12", "13", "14", "15", "16"]


def test_whatever_happens_to_two_servers_nothing_is_paid_twice_and_every_order_ends(make_stack) -> None:
    """Servers are stopped past their leases, shot and started anew, while callers repeat, refresh, cancel and process
    quotes twice, and the provider misbehaves by the amounts' magic."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    stack = make_stack(with_grace(1), CAUSEWAY_LEASE="3s")
    stack.without_breakers()
    servers = [stack.server(), stack.server(first=False)]
    merchant = stack.merchant()
    drafts = [chance.choice([thb_payout, kes_payout])(f"{next(_whole)}.{chance.choice(CHAOS)}") for _ in range(36)]
    urls = [server.url for server in servers]
    over = threading.Event()

    def quietly(method: str, path: str, **arguments: Any) -> requests.Response | None:
        try:
            return merchant.at(chance.choice(urls)).call(method, path, timeout=8, **arguments)
        except requests.RequestException:
            return None

    def take_back(reference_number: str) -> None:
        """A quote whose answer was lost: without it nobody can execute it. Requests may still be on their way for a moment."""
        began = time.monotonic()
        while time.monotonic() < began + 50:
            found = quietly("GET", f"/v1/transaction?referenceNumber={reference_number}")
            orders = found.json()["result"]["data"] if found is not None and found.status_code == 200 else None
            if orders:
                told = quietly("POST", f"/v1/transaction/txnId/{orders[0]['txnId']}/cancel")
                if told is not None and told.status_code in (200, 409):
                    return
            elif orders == [] and time.monotonic() > began + 3:
                return
            time.sleep(0.2)

    def push(draft: dict[str, Any]) -> None:
        """Until the order is there, by a quote or at once, each call made twice at the same time."""
        is_quote = chance.random() < 0.5
        key = {"Idempotency-Key": f'"{draft["referenceNumber"]}"'} if chance.random() < 0.5 else {}
        path = "/v1/transaction/initiate" if is_quote else "/v1/transaction"
        with concurrent.futures.ThreadPoolExecutor(2) as both:
            while not over.is_set():
                answers = list(both.map(lambda _: quietly("POST", path, json=draft, headers=key), range(2)))
                made = [answer for answer in answers if answer is not None and answer.status_code == 201]
                if made and is_quote:
                    signature = {"x-signature": made[0].json()["result"]["signature"]}
                    # Until it is executed, also once it is quiet again.
                    until_then = time.monotonic() + 50
                    while time.monotonic() < until_then:
                        told = list(both.map(
                            lambda _: quietly("POST", "/v1/transaction/process", headers=signature), range(2)))
                        if any(answer is not None and answer.status_code in (201, 409) for answer in told):
                            return
                        time.sleep(0.2)
                    return
                if made or any(answer is not None and answer.status_code == 409 for answer in answers):
                    break
                time.sleep(0.2)
        if is_quote:
            take_back(draft["referenceNumber"])

    def meddle() -> None:
        while not over.is_set():
            for order in (quietly("GET", "/v1/transaction?limit=50") or _Nothing()).json().get("result", {}).get("data", []):
                if chance.random() < 0.5:
                    quietly("GET", f"/v1/transaction/txnId/{order['txnId']}?refresh=true")
                elif chance.random() < 0.05:
                    quietly("POST", f"/v1/transaction/txnId/{order['txnId']}/cancel")
            time.sleep(0.3)

    threads = [threading.Thread(target=push, args=(draft,)) for draft in drafts] + [threading.Thread(target=meddle)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.2, 1.0))
        victim = chance.randrange(2)
        if chance.random() < 0.5:
            servers[victim].signal(signal.SIGSTOP)
            time.sleep(chance.uniform(0.5, 5.0))
            servers[victim].signal(signal.SIGCONT)
        else:
            servers[victim].kill()
            servers[victim].start()
    over.set()
    for thread in threads:
        thread.join(60)
    merchant = stack.merchant()
    for draft in drafts:
        order = merchant.find(draft["referenceNumber"])
        moved = stack.sandbox.moved(draft["amount"])
        if order is None:
            assert moved == [], (draft, moved)
            continue
        ended = merchant.await_end(order, seconds=90)
        assert len(moved := stack.sandbox.moved(draft["amount"])) == (ended["status"] == "succeeded"), (ended, moved)
        assert ended["review"] is None, ended
        numbers = [event["number"] for event in merchant.events(order)]
        assert numbers == list(range(1, len(numbers) + 1)), numbers
    twice = stack.rows("SELECT order_id FROM attempts WHERE state IN ('sending', 'unknown', 'accepted')")
    assert twice == []
    assert stack.value("SELECT count(*) FROM orders WHERE finished_at IS NULL AND due_at IS NULL") == 0


class _Nothing:
    """No answer."""

    @staticmethod
    def json() -> dict[str, Any]:
        return {}
