"""Routing by what was learned: `adaptive` and `fastest`, in several processes, over restarts."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from support.api import thb_payout, thb_qr
from support.stack import Server, Stack
from support.waiting import until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_014, 90_000, 16))

ADAPTIVE: dict[str, Any] = {
    "format": 1,
    "rules": [
        {"name": "learned", "strategy": "adaptive", "when": {"methods": ["THB_QR", "THB_BANK"]}, "attempts": 1},
    ],
    # One is much the cheaper, so that it is left only once it counts as down, and nobody looks whether the other is better:
    # what is left to chance is tested elsewhere.
    "costs": [
        {"account": "payplus-one", "method": "THB_QR", "rate": "1"}, {"account": "payplus-two", "method": "THB_QR", "rate": "20"},
    ],
    "adaptive": {"exploration": 0},
    # The scores alone are to leave an account, and not its breaker before them.
    "breakers": {"consecutiveFailures": 100, "outcomes": 100, "outcomesMin": 100},
}


def put(stack: Stack, rules: dict[str, Any], name: str) -> None:
    path = stack.folder / "rules.json"
    path.write_text(json.dumps(rules))
    stack.command("rules", "apply", str(path), "--why", "a test")
    for server in stack.servers:
        until(f"the rule {name} decides", lambda: simulated(stack, server)["rule"] == name, seconds=2)


def simulated(stack: Stack, server: Server, method: str = "THB_QR", amount: str = "500") -> dict[str, Any]:
    answer = requests.post(
        f"{server.url}/admin/v1/routing/simulate", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=5,
        json={"paymentMethodId": method, "amount": amount})
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def scores(stack: Stack, server: Server) -> dict[str, Any]:
    answer = requests.get(
        f"{server.url}/admin/v1/routing/scores", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def score(told: dict[str, Any], account: str, method: str = "THB_QR") -> dict[str, Any] | None:
    for each in told["methods"]:
        if each["method"] == method:
            return next((found for found in each["accounts"] if found["account"] == account), None)
    return None


def reports(told: dict[str, Any], method: str = "THB_QR") -> int:
    return sum(
        found["score"]["reports"] for each in told["methods"] if each["method"] == method for found in each["accounts"])


def heard(count: int, stack: Stack, *servers: Server, method: str = "THB_QR") -> None:
    """Waits until each has taken in so many reports."""
    for server in servers:
        seen = []

        def has() -> bool:
            seen.append(reports(scores(stack, server), method))
            return seen[-1] >= count

        try:
            until("all is heard of", has, seconds=5)
        finally:
            assert seen[-1] == count, (seen[-1], stack.rows(
                "SELECT p.name, r.method, r.verdict, count(*) FROM attempt_reports r JOIN provider_accounts p ON p.id = r.account_id"
                " GROUP BY 1, 2, 3"))


@pytest.fixture
def stack(make_stack) -> Stack:
    made = make_stack()
    made.server()
    return made


def first_of(order: dict[str, Any], stack: Stack) -> str:
    return stack.attempts(order["referenceNumber"])[0]["account"]


def test_an_outage_is_left_and_everybody_knows_of_it(make_stack) -> None:
    stack = make_stack()
    one, two = stack.server(), stack.server(first=False)
    merchant = stack.merchant()
    put(stack, ADAPTIVE, "learned")
    for _ in range(60):
        merchant.create(thb_qr(f"{next(_whole)}.00"))
    heard(60, stack, one, two)
    leader, other = [each["account"] for each in simulated(stack, one)["candidates"]]
    assert (leader, other) == ("payplus-one", "payplus-two")
    stack.sandbox.behave("payplus", "deposit", "error_before", account="demo-one", count=1_000)
    taken = []
    for _ in range(14):
        order = merchant.create(thb_qr(f"{next(_whole)}.00"))
        taken.append(first_of(order, stack))
    # Some eight orders, and then an ordinary order now and then to see whether it works again.
    assert taken[:3] == [leader] * 3 and taken[9:].count(other) >= 4, taken
    heard(74, stack, one, two)
    assert scores(stack, one) == scores(stack, two)
    down = score(scores(stack, two), leader)
    assert down and down["score"]["isDown"] and down["score"]["success"] < 0.5, down
    assert simulated(stack, two)["candidates"][0]["account"] == other
    shown = simulated(stack, two)["candidates"]
    assert shown[0]["parts"]["success"] > shown[1]["parts"]["success"] and shown[1]["parts"]["down"] is True, shown

    # A restart forgets nothing, the hard way for one and the good way for the other.
    before = scores(stack, two)
    one.kill()
    two.terminate()
    third = stack.server(first=False)
    assert scores(stack, third) == before
    assert score(scores(stack, third), leader)["score"]["isDown"]

    # It works again: some probes find that out.
    stack.sandbox.clear_behaviour()
    back = []
    for _ in range(400):
        order = merchant.at(third.url).create(thb_qr(f"{next(_whole)}.00"))
        back.append(first_of(order, stack))
        if back[-10:].count(leader) >= 3 and not score(scores(stack, third), leader)["score"]["isDown"]:
            break
    else:
        pytest.fail(f"it was not found that {leader} works again in {len(back)} orders")


def test_what_the_customer_did_counts_against_nobody(stack: Stack) -> None:
    merchant = stack.merchant()
    put(stack, ADAPTIVE, "learned")
    for _ in range(3):
        merchant.await_state(merchant.create(thb_payout(f"{next(_whole)}.00")), "succeeded")
    server = stack.servers[0]
    heard(3, stack, server, method="THB_BANK")
    before = {name: score(scores(stack, server), name, "THB_BANK") for name in ("payplus-one", "payplus-two")}
    for _ in range(6):
        order = merchant.await_end(merchant.create(thb_payout(f"{next(_whole)}.02")))
        assert order["reason"]["code"] == "invalid_account", order
    until(
        "the customers' share is known",
        lambda: next(m for m in scores(stack, server)["methods"] if m["method"] == "THB_BANK")["customersShare"] > 0.035,
        seconds=5)
    after = {name: score(scores(stack, server), name, "THB_BANK") for name in ("payplus-one", "payplus-two")}
    assert before == after


def test_the_fastest_goes_first(stack: Stack) -> None:
    merchant = stack.merchant()
    put(stack, {"format": 1, "rules": [{"name": "slow-first", "strategy": "priority"}]}, "slow-first")
    stack.sandbox.behave("payplus", "deposit", "slow", account="demo-one", count=2, latencyMs=400)
    for _ in range(2):
        assert first_of(merchant.create(thb_qr(f"{next(_whole)}.00")), stack) == "payplus-one"
    put(stack, {"format": 1, "rules": [
        {"name": "other", "strategy": "priority", "candidates": ["payplus-two"]}]}, "other")
    for _ in range(2):
        assert first_of(merchant.create(thb_qr(f"{next(_whole)}.00")), stack) == "payplus-two"
    put(stack, {"format": 1, "rules": [{"name": "quick", "strategy": "fastest"}]}, "quick")
    server = stack.servers[0]
    heard(4, stack, server)
    decided = simulated(stack, server)
    assert [each["account"] for each in decided["candidates"]][:2] == ["payplus-two", "payplus-one"], decided
    assert decided["candidates"][1]["latency"] >= 400 > decided["candidates"][0]["latency"], decided
    assert first_of(merchant.create(thb_qr(f"{next(_whole)}.00")), stack) == "payplus-two"


def test_the_constants_are_seen_and_changed(stack: Stack) -> None:
    put(stack, {**ADAPTIVE, "adaptive": {"memory": 500, "exploration": 0.001}}, "learned")
    told = {each["name"]: each for each in scores(stack, stack.servers[0])["constants"]}
    assert told["memory"]["value"] == 500 and told["memory"]["standard"] != 500 and told["exploration"]["value"] == 0.001
    assert all(each["minimum"] <= each["value"] <= each["maximum"] and each["reason"] for each in told.values())
    shown = stack.command("rules", "scores").stdout
    assert "memory" in shown and "500" in shown, shown
    path = stack.folder / "rules.json"
    path.write_text(json.dumps({**ADAPTIVE, "adaptive": {"memory": 5, "memories": 1}}))
    refused = stack.command("rules", "check", str(path), check=False)
    assert refused.returncode != 0
    assert "/adaptive/memory must be a number from" in refused.stderr and "/adaptive/memories is not known" in refused.stderr
