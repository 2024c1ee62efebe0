"""Routing by the operator's rules: put in force while orders are made, explained afterwards."""

from __future__ import annotations

import collections
import json
from typing import Any

import pytest
import requests

from support.api import Merchant, kes_payout, thb_payout, thb_qr
from support.stack import Stack
from support.waiting import until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_012, 90_000, 16))


def rule(name: str, strategy: str = "priority", candidates: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "strategy": strategy, **more}
    if candidates:
        made["candidates"] = candidates
    return made


def document(*rules: dict[str, Any], costs: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"format": 1, "rules": list(rules)}
    if costs:
        made["costs"] = costs
    return made


SECOND = document(rule("second", candidates=["payplus-two", "payplus-one"], when={"methods": ["THB_BANK"]}))


def put(stack: Stack, rules: dict[str, Any], check: bool = True):
    path = stack.folder / "rules.json"
    path.write_text(json.dumps(rules))
    return stack.command("rules", "apply", str(path), "--why", "a test", check=check)


def admin(stack: Stack, method: str, path: str, **arguments: Any) -> requests.Response:
    return requests.request(
        method, f"{stack.url}/admin/v1{path}", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=20, **arguments)


@pytest.fixture
def stack(make_stack) -> Stack:
    made = make_stack()
    made.server()
    return made


def accounts(stack: Stack, order: dict) -> list[tuple[str, str]]:
    return [(attempt["account"], attempt["state"]) for attempt in stack.attempts(order["referenceNumber"])]


def test_a_rule_takes_effect_in_every_process_within_a_second(make_stack) -> None:
    stack = make_stack()
    one, two = stack.server(), stack.server(first=False)
    merchant = stack.merchant()
    first = merchant.create(thb_payout(f"{next(_whole)}.00"))
    merchant.await_state(first, "succeeded")
    assert accounts(stack, first) == [("payplus-one", "succeeded")]
    put(stack, SECOND)
    for server in (one, two):
        def by_rule() -> bool:
            answer = requests.post(
                f"{server.url}/admin/v1/routing/simulate", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=5,
                json={"paymentMethodId": "THB_BANK", "amount": "500"})
            assert answer.status_code == 200, answer.text
            return answer.json()["result"]["rule"] == "second"

        until("the rule decides", by_rule, seconds=1)
        order = merchant.at(server.url).create(thb_payout(f"{next(_whole)}.00"))
        merchant.await_state(order, "succeeded")
        assert accounts(stack, order) == [("payplus-two", "succeeded")]


def test_a_decision_is_explained_from_what_was_stored(stack: Stack) -> None:
    merchant = stack.merchant()
    put(stack, SECOND)
    until("the rule is read", lambda: admin(stack, "POST", "/routing/simulate", json={
        "paymentMethodId": "THB_BANK", "amount": 500}).json()["result"]["rule"] == "second")
    stack.sandbox.behave("payplus", "withdraw", "refuse_balance", account="demo-two")
    order = merchant.create(thb_payout(f"{next(_whole)}.00"))
    merchant.await_state(order, "succeeded")
    # The rules change; what was decided does not.
    put(stack, document(rule("other", candidates=["payplus-one"], when={"methods": ["THB_BANK"]})))
    told = admin(stack, "GET", f"/orders/{order['txnId']}/decision").json()["result"]
    assert told["decision"]["rule"] == "second" and told["decision"]["revision"] == 1
    assert [each["account"] for each in told["decision"]["candidates"]] == ["payplus-two", "payplus-one"]
    reasons = {each["account"]: each["reason"] for each in told["decision"]["excluded"]}
    assert reasons["haipay"] == "not_in_rule" and reasons["kess"] == "not_in_rule"
    assert [(each["account"], each["state"], each["reason"]) for each in told["attempts"]] == [
        ("payplus-two", "rejected", "insufficient_balance"), ("payplus-one", "succeeded", None)]
    shown = stack.command("order", "explain", order["txnId"]).stdout
    assert "rule 'second'" in shown and "payplus-two" in shown and "insufficient_balance" in shown
    assert json.loads(stack.command("order", "explain", order["txnId"], "--json").stdout) == told


def test_a_rule_bounds_the_attempts(stack: Stack) -> None:
    merchant = stack.merchant()
    put(stack, document(rule("once", attempts=1)))
    until("the rule is read", lambda: admin(stack, "POST", "/routing/simulate", json={
        "paymentMethodId": "THB_BANK", "amount": 500}).json()["result"]["rule"] == "once")
    stack.sandbox.behave("payplus", "withdraw", "refuse_balance", account="demo-one")
    ended = merchant.await_end(merchant.create(thb_payout(f"{next(_whole)}.00")))
    assert ended["status"] == "failed" and accounts(stack, ended) == [("payplus-one", "rejected")]


def test_a_split_is_by_its_weights_and_every_candidate_is_eligible(stack: Stack) -> None:
    put(stack, document(rule("split", "split", when={"methods": ["THB_QR"]}, candidates=[
        {"account": "payplus-one", "weight": 25}, {"account": "payplus-two", "weight": 75}])))
    shares: collections.Counter[str] = collections.Counter()
    for _ in range(400):
        told = admin(stack, "POST", "/routing/simulate", json={"paymentMethodId": "THB_QR", "amount": "100"}).json()["result"]
        shares[told["candidates"][0]["account"]] += 1
    assert 50 <= shares["payplus-one"] <= 150, shares
    stack.command("account", "disable", "payplus-two")
    told = until("the account is off", lambda: (now := admin(stack, "POST", "/routing/simulate", json={
        "paymentMethodId": "THB_QR", "amount": "100"}).json()["result"]) and len(now["candidates"]) == 1 and now)
    assert told["candidates"][0]["account"] == "payplus-one"
    assert {"account": "payplus-two", "reason": "disabled"}.items() <= next(
        each for each in told["excluded"] if each["account"] == "payplus-two").items()


def test_the_cheapest_goes_first(stack: Stack) -> None:
    proposed = document(
        rule("cheap", "least_cost", candidates=["payplus-one", "payplus-two"], when={"methods": ["THB_QR"]}),
        costs=[{"account": "payplus-one", "method": "THB_QR", "fixed": "10.00"},
               {"account": "payplus-two", "method": "THB_QR", "rate": "1"}])
    for amount, wanted in (("999", "payplus-two"), ("1001", "payplus-one")):
        told = admin(stack, "POST", "/routing/simulate", json={
            "paymentMethodId": "THB_QR", "amount": amount, "rules": proposed}).json()["result"]
        assert told["candidates"][0]["account"] == wanted, told
    path = stack.folder / "proposed.json"
    path.write_text(json.dumps(proposed))
    shown = stack.command("rules", "simulate", "--method", "THB_QR", "--amount", "1001", "--rules", str(path)).stdout
    assert "least_cost" in shown and shown.index("payplus-one") < shown.index("payplus-two")
    assert "cost 10.00 THB" in shown and "cost 10.01 THB" in shown
    # Proposed is not in force.
    assert "no rule" in stack.command("rules", "simulate", "--method", "THB_QR", "--amount", "1001").stdout


def test_a_bad_document_is_refused_with_places_and_remedies_and_nothing_changes(stack: Stack) -> None:
    ill_formed = document(
        rule("split", "split", candidates=[{"account": "payplus-one", "weight": 30}, {"account": "payplus-two", "weight": 30}]),
        rule("Split", "by luck", when={"amount": {"currency": "THB", "minimum": "5.00", "maximum": "1.00"}}))
    refused = put(stack, ill_formed, check=False)
    assert refused.returncode != 0
    for place in ("/rules/0/candidates", "/rules/1/name", "/rules/1/strategy", "/rules/1/when/amount"):
        assert place in refused.stderr, refused.stderr
    bad = document(
        rule("qr", when={"methods": ["THB_QR"]}), rule("never", when={"methods": ["THB_QR"], "currencies": ["THB"]}),
        rule("who", candidates=["nobody"]))
    checked = admin(stack, "POST", "/rules/check", json=bad).json()["result"]
    assert checked["valid"] is False
    assert {"/rules/1", "/rules/2/candidates/0"} <= {error["pointer"] for error in checked["errors"]}, checked
    answer = admin(stack, "POST", "/rules", json={"document": bad, "why": "x", "by": "y"})
    assert answer.status_code == 422
    assert all(fault["pointer"].startswith("/document/rules") for fault in answer.json()["errors"]), answer.text
    assert admin(stack, "GET", "/rules").json()["result"]["revision"] == 0
    for body in ({}, {"document": SECOND}, {"document": SECOND, "why": "x", "by": "y", "odd": 1}):
        assert admin(stack, "POST", "/rules", json=body).status_code == 422


def test_versions_are_kept_and_gone_back_to(stack: Stack) -> None:
    put(stack, SECOND)
    assert "Nothing changes" in put(stack, SECOND).stdout
    put(stack, document(rule("other")))
    history = stack.command("rules", "history").stdout
    assert "a test" in history and "cli:" in history
    assert "Revision 3 is in force" in stack.command("rules", "rollback", "1", "--why", "it was better").stdout
    now = admin(stack, "GET", "/rules").json()["result"]
    assert now["revision"] == 3 and now["why"] == "it was better"
    assert [each["name"] for each in now["document"]["rules"]] == ["second"]
    page = admin(stack, "GET", "/rules/history?limit=2").json()["result"]
    assert [each["revision"] for each in page["data"]] == [3, 2] and page["hasMore"] is True
    stale = admin(stack, "POST", "/rules", json={"document": SECOND, "revision": 1, "why": "x", "by": "y"})
    assert stale.status_code == 422 and stale.json()["errors"][0]["pointer"] == "/revision"
    assert admin(stack, "POST", "/rules/rollback", json={"revision": 99, "why": "x", "by": "y"}).status_code == 404
    actions = [action for (action,) in stack.rows("SELECT action FROM audit_log WHERE subject = 'rules' ORDER BY id")]
    assert actions == ["rules.applied", "rules.applied", "rules.rolled_back"]
    shown = stack.command("rules", "show").stdout
    assert "Revision 3" in shown and "second" in shown
    assert json.loads(stack.command("rules", "show", "--revision", "2", "--json").stdout)["revision"] == 2


def test_what_a_rule_keeps_out_is_no_route(stack: Stack) -> None:
    merchant = stack.merchant()
    put(stack, document(rule("thai-only", candidates=["payplus-one"])))
    until("the rule is read", lambda: admin(stack, "POST", "/routing/simulate", json={
        "paymentMethodId": "KES_EWALLET", "amount": 500}).json()["result"]["rule"] == "thai-only")
    refused = merchant.call("POST", "/v1/transaction", json=kes_payout("500.00"))
    assert refused.status_code == 503 and refused.json()["code"] == "no_route"
    assert merchant.create(thb_qr("500.00"))["status"] == "pending"


def test_simulate_takes_merchants_and_apps_by_name_as_the_rules_do(stack: Stack) -> None:
    path = stack.folder / "whose.json"
    path.write_text(json.dumps(document(
        rule("demos", when={"merchants": ["demo"]}), rule("the-rest", when={"methods": ["THB_QR"]}))))

    def simulated(*whose: str, check: bool = True):
        return stack.command(
            "rules", "simulate", "--method", "THB_QR", "--amount", "500", "--rules", str(path), *whose, check=check)

    assert "rule 'the-rest'" in simulated().stdout
    assert "rule 'demos'" in simulated("--merchant", "demo").stdout
    assert "rule 'demos'" in simulated("--app", "demo/shop").stdout
    known = json.loads(stack.command("merchant", "list", "--json").stdout)
    assert "rule 'demos'" in simulated(
        "--merchant", next(each["id"] for each in known if each["name"] == "demo")).stdout
    wrong = simulated("--merchant", "demi", check=False)
    assert wrong.returncode == 1 and "did you mean 'demo'?" in wrong.stderr


def test_a_rollback_to_a_revision_that_never_was_says_so(stack: Stack) -> None:
    wrong = stack.command("rules", "rollback", "4711", "--why", "a slip", check=False)
    assert wrong.returncode == 1
    assert wrong.stderr.strip() == "There is no revision 4711. See causeway rules history"
