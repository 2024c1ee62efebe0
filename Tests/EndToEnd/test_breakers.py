"""Breakers: an account that fails is left alone, tried again, and switched by hand."""

from __future__ import annotations

import json
import re
from typing import Any, Callable

import pytest
import requests

from support.api import Merchant, kes_payout, thb_payout, thb_qr
from support.stack import Server, Stack
from support.waiting import throughout, until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_010, 90_000, 16))


def call(stack: Stack, method: str, path: str, at: Server | None = None, **arguments: Any) -> requests.Response:
    return requests.request(
        method, f"{(at or stack).url}{path}", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=20, **arguments)


def breaker(stack: Stack, account: str, method: str, at: Server | None = None) -> dict[str, Any]:
    listed = call(stack, "GET", "/admin/v1/breakers", at).json()["result"]
    return next(each for each in listed if (each["account"], each["paymentMethodId"]) == (account, method))


def decision(stack: Stack, order: dict[str, Any]) -> dict[str, Any]:
    return call(stack, "GET", f"/admin/v1/orders/{order['txnId']}/decision").json()["result"]["decision"]


def candidates(told: dict[str, Any]) -> list[str]:
    return [each["account"] for each in told["candidates"]]


def reason(told: dict[str, Any], account: str) -> str:
    return next(each["reason"] for each in told["excluded"] if each["account"] == account)


def account_id(stack: Stack, name: str) -> str:
    return next(each["id"] for each in call(stack, "GET", "/admin/v1/accounts").json()["result"] if each["name"] == name)


def rules(stack: Stack, **breakers: int) -> None:
    """Puts constants in force, in every process."""
    before = stack.value("SELECT coalesce(max(revision), 0) FROM routing_rules")
    path = stack.folder / "rules.json"
    path.write_text(json.dumps({"format": 1, "rules": [{"name": "all", "strategy": "priority"}], "breakers": breakers}))
    stack.command("rules", "apply", str(path), "--why", "a test")
    for server in stack.servers:
        until("the rules are read", lambda: call(stack, "POST", "/admin/v1/routing/simulate", server, json={
            "paymentMethodId": "THB_QR", "amount": "500"}).json()["result"].get("revision", 0) > before, seconds=2)


def stands(stack: Stack, account: str, method: str, state: str, at: Server | None = None, seconds: float = 5) -> dict[str, Any]:
    return until(
        f"{account} is {state} for {method}",
        lambda: (now := breaker(stack, account, method, at))["state"] == state and now, seconds=seconds)


def fail(stack: Stack, sandbox: Any, merchant: Merchant, times: int, *accounts: str, operation: str = "deposit") -> None:
    """So many payments that the accounts refuse, one after another; then they work again."""
    for account in accounts:
        sandbox.behave("payplus", operation, "bad_key", account=account, count=times)
    for _ in range(times):
        draft = thb_qr if operation == "deposit" else thb_payout
        merchant.create(draft(f"{next(_whole)}.00"))
    sandbox.clear_behaviour()


def accounts(stack: Stack, order: dict[str, Any]) -> list[str]:
    return [attempt["account"] for attempt in stack.attempts(order["referenceNumber"])]


@pytest.fixture
def make(make_stack, own_sandbox) -> Callable[..., Stack]:
    """An installation whose provider is asked about its health once in an hour, unless told."""
    def made(**environment: str) -> Stack:
        own_sandbox.settings(payoutDelayMs=100)
        return make_stack(sandbox=own_sandbox, **{"CAUSEWAY_MONITOR_INTERVAL": "3600s", **environment})

    return made


def test_failures_in_a_row_open_it_everywhere_and_a_restart_keeps_it_open(make, own_sandbox) -> None:
    stack = make()
    one, two = stack.server(), stack.server(first=False)
    merchant = stack.merchant()
    rules(stack, pauseSeconds=600, pauseSecondsMax=3600)
    fail(stack, own_sandbox, merchant, 5, "demo-one")
    for server in (one, two):
        now = stands(stack, "payplus-one", "THB_QR", "open", server)
        assert now["why"] == "5 failures in a row" and now["since"] and now["triesAt"] > now["since"] and now["by"] is None
        assert breaker(stack, "payplus-one", "THB_BANK", server)["state"] == "closed"
        order = merchant.at(server.url).create(thb_qr(f"{next(_whole)}.00"))
        assert candidates(decision(stack, order)) == accounts(stack, order) == ["payplus-two"]
        assert reason(decision(stack, order), "payplus-one") == "breaker_open"
    assert breaker(stack, "payplus-one", "THB_QR", one) == breaker(stack, "payplus-one", "THB_QR", two)
    health = call(stack, "GET", "/health").json()
    told = next(each for each in health["accounts"] if each["name"] == "payplus-one")
    assert (told["status"], health["status"]) == ("degraded", "degraded")
    assert [(each["paymentMethodId"], each["state"], each["why"]) for each in told["breakers"]] == [
        ("THB_QR", "open", "5 failures in a row")]
    assert told["breakers"][0]["triesAt"] == now["triesAt"]
    stranger = requests.get(f"{stack.url}/health", timeout=10).json()
    assert "why" not in next(each for each in stranger["accounts"] if each["name"] == "payplus-one")["breakers"][0]
    metrics = requests.get(f"{stack.url}/metrics", timeout=10).text
    assert 'causeway_breaker_state{account="payplus-one",method="THB_QR"} 2' in metrics
    assert 'causeway_breaker_state{account="payplus-two",method="THB_QR"} 0' in metrics
    assert re.search(r'causeway_breaker_tried_timestamp_seconds\{account="payplus-one",method="THB_QR"\} \d{10}\n', metrics)
    listed = stack.command("breaker", "list").stdout
    assert "5 failures in a row" in listed
    for server in (one, two):
        server.kill()
    again = stack.server()
    assert breaker(stack, "payplus-one", "THB_QR", again) == now
    order = merchant.at(again.url).create(thb_qr(f"{next(_whole)}.00"))
    assert accounts(stack, order) == ["payplus-two"]


def test_half_open_by_real_payments_a_failure_opens_it_again_and_successes_close_it(make, own_sandbox) -> None:
    stack = make()
    stack.server()
    merchant = stack.merchant()
    rules(stack, consecutiveFailures=3, pauseSeconds=600, pauseSecondsMax=3600, trials=1, trialSeconds=600)
    fail(stack, own_sandbox, merchant, 3, "demo-one")
    stands(stack, "payplus-one", "THB_QR", "open")
    rules(stack, consecutiveFailures=3, pauseSeconds=1, pauseSecondsMax=3600, trials=1, trialSeconds=600)
    stands(stack, "payplus-one", "THB_QR", "half_open")
    # The trial fails; its order does not.
    own_sandbox.behave("payplus", "deposit", "bad_key", account="demo-one")
    order = merchant.create(thb_qr(f"{next(_whole)}.00"))
    assert accounts(stack, order) == ["payplus-one", "payplus-two"] and order["status"] == "pending"
    until("the trial is counted", lambda: "1 failed when tried again" in breaker(stack, "payplus-one", "THB_QR")["why"])
    stands(stack, "payplus-one", "THB_QR", "half_open", seconds=10)
    for number in range(3):
        order = merchant.create(thb_qr(f"{next(_whole)}.00"))
        assert accounts(stack, order) == ["payplus-one"], f"trial {number}"
        state = "half_open" if number < 2 else "closed"
        # One at a time: the next may go when this one is known to have succeeded.
        until("the next may go", lambda: breaker(stack, "payplus-one", "THB_QR")["state"] == state and call(
            stack, "POST", "/admin/v1/routing/simulate", json={"paymentMethodId": "THB_QR", "amount": "500"}
        ).json()["result"]["candidates"][0]["account"] == "payplus-one")
    assert breaker(stack, "payplus-one", "THB_QR") == {
        **breaker(stack, "payplus-one", "THB_QR"), "since": None, "why": None, "triesAt": None}


def test_no_more_than_the_trials_go_through_at_once(make, own_sandbox) -> None:
    stack = make()
    stack.server()
    merchant = stack.merchant()
    rules(stack, consecutiveFailures=3, pauseSeconds=600, pauseSecondsMax=3600, trials=1, trialSeconds=600)
    fail(stack, own_sandbox, merchant, 3, "demo-one", operation="withdraw")
    stands(stack, "payplus-one", "THB_BANK", "open")
    rules(stack, consecutiveFailures=3, pauseSeconds=1, pauseSecondsMax=3600, trials=1, trialSeconds=600)
    stands(stack, "payplus-one", "THB_BANK", "half_open")
    # Nothing is heard of payouts that are on the way.
    own_sandbox.behave("payplus", "withdraw", "stuck", account="demo-one", count=10)
    tried = [accounts(stack, merchant.create(thb_payout(f"{next(_whole)}.00"))) for _ in range(5)]
    assert tried == [["payplus-one"]] + [["payplus-two"]] * 4
    told = call(stack, "POST", "/admin/v1/routing/simulate", json={"paymentMethodId": "THB_BANK", "amount": "500"}).json()["result"]
    assert reason(told, "payplus-one") == "breaker_half_open"


def test_where_all_fail_a_payin_takes_the_least_bad_and_a_payout_is_held(make, own_sandbox) -> None:
    stack = make()
    stack.server()
    merchant = stack.merchant()
    rules(stack, consecutiveFailures=3, pauseSeconds=600, pauseSecondsMax=3600)
    for operation, method in (("deposit", "THB_QR"), ("withdraw", "THB_BANK")):
        fail(stack, own_sandbox, merchant, 3, "demo-one", "demo-two", operation=operation)
        for name in ("payplus-one", "payplus-two"):
            stands(stack, name, method, "open")
    order = merchant.create(thb_qr(f"{next(_whole)}.00"))
    told = decision(stack, order)
    assert told["degraded"] is True and candidates(told) == ["payplus-one", "payplus-two"]
    assert accounts(stack, order) == ["payplus-one"] and order["status"] == "pending"
    # Its success is a trial: that account is the better one now.
    stands(stack, "payplus-one", "THB_QR", "half_open")
    amount = f"{next(_whole)}.00"
    refused = merchant.call("POST", "/v1/transaction", json=thb_payout(amount))
    assert refused.status_code == 503 and refused.json()["code"] == "no_route", refused.text
    assert own_sandbox.moved(amount) == []


def test_answers_that_are_lost_open_it_too(make, own_sandbox) -> None:
    stack = make()
    stack.server()
    merchant = stack.merchant()
    rules(stack, consecutiveFailures=3, pauseSeconds=600, pauseSecondsMax=3600)
    for _ in range(3):
        merchant.create(kes_payout(f"{next(_whole)}.06"))
    assert stands(stack, "haipay", "KES_EWALLET", "open")["why"] == "3 failures in a row, 3 by lost answers"
    refused = merchant.call("POST", "/v1/transaction", json=kes_payout(f"{next(_whole)}.00"))
    assert refused.status_code == 503 and refused.json()["code"] == "no_route"


def test_what_customers_spoil_opens_nothing(make, own_sandbox) -> None:
    stack = make()
    stack.server()
    merchant = stack.merchant()
    rules(stack, consecutiveFailures=1)
    for _ in range(3):
        assert merchant.await_end(merchant.create(thb_payout(f"{next(_whole)}.02")))["status"] == "failed"
    # Reports are taken in in their order: what came before this one was, too.
    own_sandbox.behave("payplus", "deposit", "bad_key", account="demo-one")
    merchant.create(thb_qr(f"{next(_whole)}.00"))
    stands(stack, "payplus-one", "THB_QR", "open")
    assert breaker(stack, "payplus-one", "THB_BANK")["state"] == "closed"


def test_a_provider_that_says_it_is_well_is_tried_early_once(make, own_sandbox) -> None:
    stack = make(CAUSEWAY_MONITOR_INTERVAL="1s")
    stack.server()
    merchant = stack.merchant()
    rules(stack, consecutiveFailures=3, pauseSeconds=600, pauseSecondsMax=3600)
    fail(stack, own_sandbox, merchant, 3, "demo-one")
    stands(stack, "payplus-one", "THB_QR", "half_open", seconds=15)
    own_sandbox.behave("payplus", "deposit", "bad_key", account="demo-one")
    order = merchant.create(thb_qr(f"{next(_whole)}.00"))
    assert accounts(stack, order) == ["payplus-one", "payplus-two"]
    stands(stack, "payplus-one", "THB_QR", "open")
    # It goes on to say so.
    looked = "SELECT checked_at FROM provider_account_status s JOIN provider_accounts a ON a.id = s.account_id WHERE a.name = 'payplus-one'"
    before = stack.value(looked)
    until("it was asked twice more", lambda: (stack.value(looked) - before).total_seconds() > 2)
    throughout("it stays open", lambda: breaker(stack, "payplus-one", "THB_QR")["state"] == "open", seconds=1.5)


def test_a_reset_closes_it_in_every_process_and_forgets_what_failed(make, own_sandbox) -> None:
    stack = make()
    servers = [stack.server(), stack.server(first=False)]
    merchant = stack.merchant()
    rules(stack, consecutiveFailures=3, pauseSeconds=600, pauseSecondsMax=3600)
    fail(stack, own_sandbox, merchant, 3, "demo-one")
    for server in servers:
        stands(stack, "payplus-one", "THB_QR", "open", server)
    stack.command("breaker", "reset", "payplus-one", "--why", "they say it is mended")
    for server in servers:
        stands(stack, "payplus-one", "THB_QR", "closed", server, seconds=1)
    # Two more are not three in a row; with what failed before they would be five.
    fail(stack, own_sandbox, merchant, 2, "demo-one")
    for server in servers:
        again = merchant.at(server.url).create(thb_qr(f"{next(_whole)}.00"))
        assert accounts(stack, again) == ["payplus-one"]
    actions = [row[0] for row in stack.rows("SELECT action FROM audit_log WHERE action LIKE 'breaker.%%'")]
    assert actions == ["breaker.reset"]


def test_opened_by_hand_nothing_goes_there_from_any_process_until_it_is_reset(make_stack) -> None:
    stack = make_stack()
    servers = [stack.server(), stack.server(first=False)]
    merchant = stack.merchant()
    said = stack.command("breaker", "open", "payplus-one", "--method", "THB_QR", "--why", "they asked us to")
    assert "payplus-one for THB_QR is open until you reset it" in said.stdout
    assert "Nothing changes" in stack.command("breaker", "open", "payplus-one", "--method", "THB_QR", "--why", "again").stdout
    for server in servers:
        until("it is open", lambda: breaker(stack, "payplus-one", "THB_QR", server)["state"] == "switched_off", seconds=1)
        order = merchant.at(server.url).create(thb_qr(f"{next(_whole)}.00"))
        assert candidates(decision(stack, order)) == ["payplus-two"]
        assert reason(decision(stack, order), "payplus-one") == "breaker_switched_off"
        # Of another method nothing was said.
        assert breaker(stack, "payplus-one", "THB_BANK", server)["state"] == "closed"
    # It is no last resort: with the other one open by hand, too, there is nobody.
    two = account_id(stack, "payplus-two")
    opened = call(stack, "POST", f"/admin/v1/accounts/{two}/breakers/open", json={"why": "both", "by": "a test"})
    assert opened.status_code == 200 and opened.json()["result"]["state"] == "switched_off", opened.text
    refused = merchant.call("POST", "/v1/transaction", json=thb_qr(f"{next(_whole)}.00"))
    assert refused.status_code == 503 and refused.json()["code"] == "no_route", refused.text
    listed = stack.command("breaker", "list").stdout
    assert "switched_off" in listed and "they asked us to" in listed and "both" in listed and "cli:" in listed
    assert "is closed" in stack.command("breaker", "reset", "payplus-one", "--why", "they are done").stdout
    for server in servers:
        until("it is closed", lambda: breaker(stack, "payplus-one", "THB_QR", server)["state"] == "closed", seconds=1)
        order = merchant.at(server.url).create(thb_qr(f"{next(_whole)}.00"))
        assert candidates(decision(stack, order)) == ["payplus-one"]
    actions = [row[0] for row in stack.rows("SELECT action FROM audit_log WHERE action LIKE 'breaker.%%' ORDER BY id")]
    assert actions == ["breaker.opened", "breaker.opened", "breaker.reset"]


@pytest.fixture(scope="module")
def one(shared: Stack) -> str:
    return f"/admin/v1/accounts/{account_id(shared, 'payplus-one')}/breakers"


@pytest.mark.parametrize(("body", "pointer"), [
    ({}, "/why"), ({"why": "x"}, "/by"), ({"why": "", "by": "y"}, "/why"), ({"why": "x" * 501, "by": "y"}, "/why"),
    ({"why": "x", "by": "y", "method": "THB_QR"}, "/method"), ({"why": "x", "by": "y", "paymentMethodId": 7}, "/paymentMethodId"),
    ({"why": "x", "by": "y", "paymentMethodId": "KES_BANK"}, "/paymentMethodId"),
])
def test_what_is_wrong_is_named_and_nothing_is_opened(shared: Stack, one: str, body: dict, pointer: str) -> None:
    for verb in ("open", "reset"):
        answer = call(shared, "POST", f"{one}/{verb}", json=body)
        assert answer.status_code == 422, answer.text
        assert pointer in [fault["pointer"] for fault in answer.json()["errors"]], answer.text
    if body.get("paymentMethodId") == "KES_BANK":
        assert "THB_QR" in answer.json()["errors"][0]["detail"]
    assert breaker(shared, "payplus-one", "THB_QR")["state"] == "closed"


def test_nobody_s_breaker_cannot_be_opened(shared: Stack) -> None:
    nobody = "/admin/v1/accounts/pa_01jd4s7k8m0qe5w3r9t2y6b1c4/breakers/open"
    assert call(shared, "POST", nobody, json={"why": "x", "by": "y"}).json()["code"] == "account_not_found"
    assert requests.post(f"{shared.url}{nobody}", json={"why": "x", "by": "y"}, timeout=10).status_code == 401
    assert requests.get(f"{shared.url}/admin/v1/breakers", timeout=10).status_code == 401
    unknown = shared.command("breaker", "open", "payplus-on", "--why", "x", check=False)
    assert unknown.returncode != 0 and "payplus-one" in unknown.stderr
    silent = shared.command("breaker", "open", "payplus-one", check=False)
    assert silent.returncode != 0 and "--why" in silent.stderr
    method = shared.command("breaker", "open", "payplus-one", "--method", "KES_BANK", "--why", "x", check=False)
    assert method.returncode != 0 and "--method must be one of the account's" in method.stderr and "THB_QR" in method.stderr
    assert json.loads(shared.command("breaker", "list", "--json").stdout)[0]["state"] == "closed"
