"""Rules tried on orders that were made (backtest), and beside the rules in force (shadow)."""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import pty
import subprocess
from typing import Any

import pytest
import requests

from support.api import Merchant, thb_payout, thb_qr
from support.processes import clean_environment, programs
from support.stack import Stack
from support.waiting import until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_013, 90_000, 16))

COSTS = [
    {"account": "payplus-one", "method": "THB_BANK", "rate": "1", "minimum": "15.00"},
    {"account": "payplus-two", "method": "THB_BANK", "fixed": "4.00", "rate": "0.25"},
]
ELSEWHERE = {
    "format": 1, "costs": COSTS,
    "rules": [{"name": "second", "strategy": "priority", "candidates": ["payplus-two"], "when": {"methods": ["THB_BANK"]}}],
}


def cost(name: str, amount: int) -> int:
    """In satang, as docs/routing.md says: the share rounded up, plus what is fixed, then the minimum."""
    entry = next(each for each in COSTS if each["account"] == name)
    share = -(-amount * round(float(entry.get("rate", "0")) * 10_000) // 1_000_000)
    return max(share + round(float(entry.get("fixed", "0")) * 100), round(float(entry.get("minimum", "0")) * 100))


def admin(stack: Stack, method: str, path: str, url: str | None = None, **arguments: Any) -> requests.Response:
    return requests.request(
        method, f"{url or stack.url}/admin/v1{path}", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=30, **arguments)


def written(stack: Stack, rules: Any, name: str = "proposed.json") -> pathlib.Path:
    path = stack.folder / name
    path.write_text(json.dumps(rules))
    return path


def today() -> tuple[str, str]:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now - datetime.timedelta(days=1)).strftime("%Y-%m-%d"), (now + datetime.timedelta(days=1)).isoformat()


def backtest(stack: Stack, rules: Any, *more: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    begin, end = today()
    return stack.command("rules", "backtest", str(written(stack, rules)), "--from", begin, "--to", end, *more, check=check)


@pytest.fixture
def stack(make_stack) -> Stack:
    made = make_stack()
    made.server()
    return made


def payouts(merchant: Merchant, count: int, **more: Any) -> list[int]:
    """Paid ones; gives their amounts in satang."""
    amounts = []
    for _ in range(count):
        amount = next(_whole)
        merchant.await_state(merchant.create(thb_payout(f"{amount}.35", **more)), "succeeded")
        amounts.append(amount * 100 + 35)
    return amounts


def test_a_backtest_counts_what_moves_and_what_it_costs(stack: Stack) -> None:
    merchant = stack.merchant()
    amounts = payouts(merchant, 6)
    merchant.create(thb_qr(f"{next(_whole)}.00"))
    quote = merchant.call("POST", "/v1/transaction/initiate", json=thb_payout(f"{next(_whole)}.00"))
    assert quote.status_code == 201, quote.text
    # A seventh, which the first account's provider refuses and the second one pays.
    stack.sandbox.behave("payplus", "withdraw", "refuse", account="demo-one")
    amounts.append(next(_whole) * 100)
    merchant.await_state(merchant.create(thb_payout(f"{amounts[-1] // 100}.00")), "succeeded")
    told = json.loads(backtest(stack, ELSEWHERE, "--json").stdout)
    assert (told["orders"], told["moved"], told["complete"]) == (8, 7, True), told
    assert told["leftOut"] == {"notSent": 1, "unreadable": 0}
    moves = {(each["paymentMethodId"], each["fromAccount"], each["toAccount"]): each for each in told["moves"]}
    assert set(moves) == {("THB_BANK", "payplus-one", "payplus-two"), ("THB_QR", "payplus-one", "payplus-one")}
    moved = moves["THB_BANK", "payplus-one", "payplus-two"]
    assert moved["orders"] == 7 and moved["amount"] == f"{sum(amounts) / 100:.2f}"
    assert {(each["rule"], each["orders"], each["moved"]) for each in told["rules"]} == {("second", 7, 7), (None, 1, 0)}
    before, after = (sum(cost(name, amount) for amount in amounts) for name in ("payplus-one", "payplus-two"))
    assert told["costs"] == [{
        "by": "proposed", "currencyId": "THB", "orders": 7, "unknown": 0, "before": f"{before / 100:.2f}",
        "after": f"{after / 100:.2f}", "difference": f"{(after - before) / 100:.2f}"}]
    # Nothing went to the second account first: nobody knows how it would do.
    assert told["success"] == {"orders": 0, "noEvidence": 7, "gain": None} and moved["success"] is None
    seen = {(each["account"], each["paymentMethodId"]): each for each in told["evidence"]}
    # The payer has something to pay by: the account did its part.
    assert (seen["payplus-one", "THB_QR"]["attempts"], seen["payplus-one", "THB_QR"]["succeeded"]) == (1, 1)
    assert (seen["payplus-one", "THB_BANK"]["attempts"], seen["payplus-one", "THB_BANK"]["succeeded"]) == (7, 6)
    # Wilson's interval of 6 of 7, as statsmodels computes it.
    assert seen["payplus-one", "THB_BANK"]["rate"] == {"value": 0.8571, "low": 0.4869, "high": 0.9743}
    shown = backtest(stack, ELSEWHERE)
    # But for the file's name.
    assert max(len(line) for line in shown.stdout.splitlines() if "causeway rules" not in line) <= 100, shown.stdout
    for words in ("7 (87.5 %) would have gone", "payplus-two", "Left out: 1 never sent", "no evidence", f"{(after - before) / 100:.2f} THB", "rules apply"):
        assert words in shown.stdout, shown.stdout
    # Nothing of whom the payments were for.
    for private in ("Somchai", "1234567890"):
        assert private not in shown.stdout + json.dumps(told)


def test_a_backtest_knows_banks_and_customers_that_are_sealed(stack: Stack) -> None:
    merchant = stack.merchant()
    payouts(merchant, 2)
    payouts(merchant, 3, counterparty={"name": "Somchai Jaidee", "bankCode": "SCB", "accountNumber": "1234567890"})
    rules = {"format": 1, "rules": [
        {"name": "scb", "strategy": "priority", "candidates": ["payplus-two"], "when": {"banks": ["SCB"]}}]}
    told = json.loads(backtest(stack, rules, "--json").stdout)
    assert (told["orders"], told["moved"]) == (5, 3)
    # No document has a cost: that is said, and no figure made up.
    assert [(each["orders"], each["unknown"], each["difference"]) for each in told["costs"]] == [(0, 3, "0.00")]


def test_expected_success_is_from_both_accounts_once_there_is_evidence(stack: Stack) -> None:
    merchant = stack.merchant()
    payouts(merchant, 3)
    stack.command("rules", "apply", str(written(stack, ELSEWHERE, "live.json")), "--why", "a test")
    until("the rule is read", lambda: admin(stack, "POST", "/routing/simulate", json={
        "paymentMethodId": "THB_BANK", "amount": 500}).json()["result"]["rule"] == "second")
    payouts(merchant, 2)
    back = {"format": 1, "rules": [{"name": "first", "strategy": "priority", "candidates": ["payplus-one"]}], "costs": COSTS}
    told = json.loads(backtest(stack, back, "--json").stdout)
    assert (told["orders"], told["moved"]) == (5, 2)
    # The three before the rule went elsewhere than it says, which is told apart.
    assert told["inForce"] == {"revision": 1, "differing": 3}
    assert [each["by"] for each in told["costs"]] == ["proposed", "in_force"]
    assert told["costs"][0]["difference"] == told["costs"][1]["difference"]
    gain = told["success"]["gain"]
    assert told["success"]["orders"] == 2 and gain["value"] == 0 and gain["low"] < 0 < gain["high"]


def test_the_server_replays_in_slices_and_comes_to_the_same(make_stack) -> None:
    stack = make_stack()
    stack.server()
    other = stack.server(first=False)
    merchant = stack.merchant()
    payouts(merchant, 2)
    # More than a slice has: copies of a stored order, a millisecond apart.
    stack.rows(
        """
        WITH o AS (SELECT * FROM orders ORDER BY id LIMIT 1), n AS (
            INSERT INTO orders (id, merchant_id, app_id, reference_number, method, amount, state, metadata, decision, created_at, updated_at)
            SELECT (lpad(to_hex((extract(epoch FROM o.created_at) * 1000)::bigint - i), 12, '0') || '7000800000000000' || lpad(to_hex(i), 4, '0'))::uuid,
                merchant_id, app_id, 'copy-' || i, method, 100000, 'succeeded', metadata, decision, created_at, updated_at
            FROM o, generate_series(1, 4500) i RETURNING id)
        INSERT INTO attempts (id, order_id, ordinal, account_id, reference, state, created_at)
        SELECT gen_random_uuid(), n.id, 1, a.account_id, 'copy-' || n.id, 'succeeded', now()
        FROM n, (SELECT account_id FROM attempts LIMIT 1) a RETURNING 1
        """)
    begin, end = today()
    body: dict[str, Any] = {"rules": ELSEWHERE, "from": f"{begin}T00:00:00Z", "to": end}
    calls, servers = 0, [stack.url, other.url]
    while True:
        # Any process goes on with it.
        answer = admin(stack, "POST", "/routing/backtest", url=servers[calls % 2], json=body)
        assert answer.status_code == 200, answer.text
        told = answer.json()["result"]
        calls += 1
        assert told["orders"] == min(2000 * calls, 4502) and told["complete"] == (calls == 3)
        if told["complete"]:
            break
        body["continue"] = told["continue"]
    assert told.pop("continue") is None
    assert told["percent"] == 100
    by_command = json.loads(backtest(stack, ELSEWHERE, "--json").stdout)
    # The ends of the range are another second's.
    for each in (told, by_command):
        del each["from"], each["to"]
    assert told == by_command and told["moved"] == 4502


def test_a_bar_is_shown_on_a_terminal_and_nowhere_else(stack: Stack) -> None:
    begin, end = today()
    words = ["rules", "backtest", str(written(stack, ELSEWHERE)), "--from", begin, "--to", end]
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            [programs() / "causeway", *words], env={**clean_environment(), **stack.environment}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=slave, text=True, timeout=60, check=True)
        shown = os.read(master, 65536).decode()
    finally:
        os.close(master)
        os.close(slave)
    # Drawn, and taken away again.
    assert "[" + 40 * "." + "] 0 %" in shown and shown.endswith("\r\x1b[2K"), repr(shown)
    quiet = stack.command(*words)
    assert quiet.stderr == "" and quiet.stdout.startswith("0 orders") and done.stdout == quiet.stdout


def test_wrong_inputs_are_named(stack: Stack) -> None:
    path = str(written(stack, ELSEWHERE))
    for options, words in (
        ([], "--from must be"), (["--from", "yesterday", "--to", "2026-11-22"], "--from must be"),
        (["--from", "2026-11-22", "--to", "2026-11-21"], "--from must be before to"),
        (["--from", "2026-01-01", "--to", "2026-11-21"], "at most 90 days"),
    ):
        refused = stack.command("rules", "backtest", path, *options, check=False)
        assert refused.returncode == 2 and words in refused.stderr, refused.stderr
    bad = {"format": 1, "rules": [{"name": "r", "strategy": "priority", "candidates": ["nobody"]}]}
    refused = backtest(stack, bad, check=False)
    assert refused.returncode == 3 and refused.stderr.startswith("/rules/0/candidates/0 "), refused.stderr
    times = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
    tally = {"orders": [-1, 0, 0, 0], "moves": [], "rules": [], "evidence": []}
    for body, pointer in (
        ({}, "/rules"), ({"rules": ELSEWHERE, "to": times["to"]}, "/from"), ({"rules": bad, **times}, "/rules/rules/0/candidates/0"),
        ({"rules": ELSEWHERE, "from": times["to"], "to": times["from"]}, "/from"),
        ({"rules": ELSEWHERE, **times, "to": "2027-11-02T00:00:00Z"}, "/to"),
        ({"rules": ELSEWHERE, **times, "continue": {"after": "x"}}, "/continue"),
        ({"rules": ELSEWHERE, **times, "continue": {"after": "tx_" + "0" * 26, "tally": tally}}, "/continue"),
        ({"rules": ELSEWHERE, **times, "odd": 1}, "/odd"),
    ):
        answer = admin(stack, "POST", "/routing/backtest", json=body)
        assert answer.status_code == 422, answer.text
        assert pointer in [fault["pointer"] for fault in answer.json()["errors"]], answer.text


# ---- shadow ------------------------------------------------------------------------------------------------------------


def shadow(stack: Stack, share: int) -> dict[str, Any]:
    """Starts it; gives what it became."""
    path = str(written(stack, ELSEWHERE, "shadow.json"))
    return json.loads(stack.command("rules", "shadow", path, "--share", str(share), "--why", "a test", "--json").stdout)


def status(stack: Stack) -> dict[str, Any]:
    return json.loads(stack.command("rules", "shadow", "status", "--json").stdout)


def asked(stack: Stack, url: str, merchant: Merchant) -> bool:
    """Whether the shadow is asked about an order that is made there."""
    order = merchant.at(url).create(thb_payout(f"{next(_whole)}.00"))
    answer = admin(stack, "GET", f"/orders/{order['txnId']}/decision")
    return answer.json()["result"]["shadow"] is not None


def test_a_shadow_says_of_every_order_what_it_would_have_decided(make_stack) -> None:
    stack = make_stack()
    one, two = stack.server(), stack.server(first=False)
    merchant = stack.merchant()
    assert "No shadow" in stack.command("rules", "shadow", "status").stdout
    assert shadow(stack, 100)["changed"] is True
    for server in (one, two):
        until("the shadow is asked", lambda: asked(stack, server.url, merchant), seconds=1)
    before = status(stack)["orders"]
    made = [merchant.at(server.url).create(thb_payout(f"{next(_whole)}.00")) for server in (one, two, one)]
    made.append(merchant.create(thb_qr(f"{next(_whole)}.00")))
    for order in made[:3]:
        merchant.await_state(order, "succeeded")
        # Where orders go, it changes nothing.
        assert stack.attempts(order["referenceNumber"])[0]["account"] == "payplus-one"
    told = admin(stack, "GET", f"/orders/{made[0]['txnId']}/decision").json()["result"]
    assert told["decision"]["rule"] is None and told["decision"]["candidates"][0]["account"] == "payplus-one"
    assert told["shadow"]["rule"] == "second" and told["shadow"]["revision"] == 1
    assert [each["account"] for each in told["shadow"]["candidates"]] == ["payplus-two"]
    assert "The shadow" in stack.command("order", "explain", made[0]["txnId"]).stdout

    def settled() -> dict[str, Any] | None:
        now = status(stack)
        return now if all(move["open"] == 0 for move in now["moves"] if move["differs"]) else None

    now = until("what differs has ended", settled)
    assert now["orders"] == before + 4 and now["differ"] == now["orders"] - 1 and now["whole"] is True
    moves = {(each["paymentMethodId"], each["fromAccount"], each["toAccount"]): each for each in now["moves"]}
    assert set(moves) == {("THB_BANK", "payplus-one", "payplus-two"), ("THB_QR", "payplus-one", "payplus-one")}
    assert moves["THB_BANK", "payplus-one", "payplus-two"]["succeeded"] == now["differ"]
    assert moves["THB_QR", "payplus-one", "payplus-one"]["open"] == 1
    shown = stack.command("rules", "shadow", "status").stdout
    assert "Revision 1 runs: 100 %" in shown and "a test" in shown and "payplus-two" in shown
    # Another share is another revision, with a count of its own.
    assert shadow(stack, 50)["version"]["revision"] == 2
    assert (status(stack)["orders"], status(stack)["differ"]) == (0, 0)
    assert "is stopped" in stack.command("rules", "shadow", "stop").stdout
    for server in (one, two):
        until("it is asked no more", lambda: not asked(stack, server.url, merchant), seconds=1)
    assert status(stack)["running"] is False
    assert "Nothing changes" in stack.command("rules", "shadow", "stop").stdout


def test_a_share_is_of_the_ids_alone(make_stack) -> None:
    stack = make_stack()
    servers = [stack.server(), stack.server(first=False)]
    merchant = stack.merchant()
    shadow(stack, 50)
    for server in servers:
        until("the shadow is asked", lambda: asked(stack, server.url, merchant), seconds=5)
    before = stack.value("SELECT count(*) FROM shadow_decisions")
    for number in range(200):
        draft = thb_payout(f"{next(_whole)}.00")
        answer = merchant.at(servers[number % 2].url).call("POST", "/v1/transaction/initiate", json=draft)
        assert answer.status_code == 201, answer.text
    # 100 of 200 give or take four standard deviations.
    share = stack.value("SELECT count(*) FROM shadow_decisions") - before
    assert 100 - 4 * 50 ** 0.5 <= share <= 100 + 4 * 50 ** 0.5, share
    # Whoever is in a share is in every greater one: at 100 % all are.
    shadow(stack, 100)
    assert status(stack)["version"]["share"] == 100


def test_wrong_shadows_are_named_and_none_runs(stack: Stack) -> None:
    path = str(written(stack, ELSEWHERE))
    for share in ("0", "101", "half"):
        refused = stack.command("rules", "shadow", path, "--share", share, check=False)
        assert refused.returncode == 2 and "--share must be" in refused.stderr, refused.stderr
    bad = {"format": 1, "rules": [{"name": "r", "strategy": "priority", "candidates": ["nobody"]}]}
    refused = stack.command("rules", "shadow", str(written(stack, bad)), "--share", "5", check=False)
    assert refused.returncode == 3 and refused.stderr.startswith("/rules/0/candidates/0 "), refused.stderr
    good = {"document": ELSEWHERE, "share": 5, "by": "me"}
    for body, pointer in (
        ({**good, "share": 0}, "/share"), ({**good, "share": "5"}, "/share"), ({"document": ELSEWHERE, "share": 5}, "/by"),
        ({**good, "document": bad}, "/document/rules/0/candidates/0"), ({**good, "why": ""}, "/why"), ({**good, "odd": 1}, "/odd"),
    ):
        answer = admin(stack, "POST", "/rules/shadow", json=body)
        assert answer.status_code == 422, answer.text
        assert pointer in [fault["pointer"] for fault in answer.json()["errors"]], answer.text
    assert admin(stack, "POST", "/rules/shadow/stop", json={}).status_code == 422
    assert admin(stack, "GET", "/rules/shadow").json()["result"]["version"] is None
    assert admin(stack, "POST", "/rules/shadow", json=good).json()["result"]["running"] is True
    assert admin(stack, "POST", "/rules/shadow/stop", json={"by": "me"}).json()["result"]["changed"] is True


def test_a_shadow_that_cannot_be_read_keeps_nothing_from_starting(make_stack) -> None:
    stack = make_stack()
    stack.rows(
        "INSERT INTO routing_shadows (document, share, created_at, created_by, why) VALUES ('{\"format\": 2}', 50, now(), 'x', '') RETURNING 1")
    stack.server()
    merchant = stack.merchant()
    merchant.await_state(merchant.create(thb_payout(f"{next(_whole)}.00")), "succeeded")
    assert "cannot be read by this version" in stack.command("rules", "shadow", "status").stdout
