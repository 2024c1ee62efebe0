"""What keeps an account from a payment: its caps, its maintenance, its balance, and banks that are out of service."""

from __future__ import annotations

import collections
import concurrent.futures
import copy
import datetime
import json
from typing import Any

import requests

from support.api import Merchant, kes_payout, thb_payout, thb_qr
from support.stack import Stack, account, demo
from support.waiting import until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_013, 90_000, 16))

# Quick looks: what a provider tells is a second old at most.
LOOKS = {"CAUSEWAY_MONITOR_INTERVAL": "1s"}


def limited(**limits: dict[str, Any]) -> dict[str, Any]:
    """The demo with limits of accounts, `payplus_one={…}`."""
    configuration = copy.deepcopy(demo())
    for name, members in limits.items():
        account(configuration, name.replace("_", "-")).update(members)
    return configuration


def cap(method: str = "THB_QR", per: str = "day", **most: Any) -> dict[str, Any]:
    return {"method": method, "per": per, **most}


def admin(stack: Stack, method: str, path: str, **arguments: Any) -> requests.Response:
    return requests.request(
        method, f"{stack.url}{path}", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=20, **arguments)


def health(stack: Stack, name: str) -> dict[str, Any]:
    return next(each for each in admin(stack, "GET", "/health").json()["accounts"] if each["name"] == name)


def used(stack: Stack, order: dict[str, Any]) -> list[str]:
    """The accounts that an order was tried at."""
    return [attempt["account"] for attempt in stack.attempts(order["referenceNumber"])]


def explained(stack: Stack, order: dict[str, Any]) -> dict[str, Any]:
    return admin(stack, "GET", f"/admin/v1/orders/{order['txnId']}/decision").json()["result"]


def exclusions(stack: Stack, order: dict[str, Any]) -> dict[str, str]:
    return {each["account"]: each["reason"] for each in explained(stack, order)["decision"]["excluded"]}


def assert_no_route(answer: requests.Response) -> None:
    assert answer.status_code == 503 and answer.json()["code"] == "no_route", answer.text
    assert int(answer.headers["Retry-After"]) > 0


def window(minutes: int = 60, **more: Any) -> dict[str, Any]:
    """Out of use since a minute ago."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "from": (now - datetime.timedelta(minutes=1)).isoformat(timespec="seconds"),
        "until": (now + datetime.timedelta(minutes=minutes)).isoformat(timespec="seconds"), **more,
    }


# ---- caps ----------------------------------------------------------------------------------------------------------------

def test_a_full_account_is_left_out_and_all_full_ones_are_no_route(make_stack) -> None:
    stack = make_stack(limited(
        payplus_one={"caps": [cap(payments=2), cap(per="month", amount="900000.00")]},
        payplus_two={"caps": [cap(amount="2500.00")]}))
    stack.server()
    merchant = stack.merchant()
    orders = [merchant.create(thb_qr("1000.00")) for _ in range(4)]
    assert [used(stack, order) for order in orders] == [["payplus-one"]] * 2 + [["payplus-two"]] * 2
    assert exclusions(stack, orders[3])["payplus-one"] == "cap_payments"
    assert_no_route(merchant.call("POST", "/v1/transaction", json=thb_qr("1000.00")))
    assert used(stack, merchant.create(thb_qr("500.00"))) == ["payplus-two"]
    assert_no_route(merchant.call("POST", "/v1/transaction", json=thb_qr("1.00")))
    # Other methods have no cap.
    assert used(stack, merchant.create({**thb_qr("1000.00"), "paymentMethodId": "THB_BANK_TRANSFER"})) == ["payplus-one"]
    told = until("health has it", lambda: next(
        (each for each in health(stack, "payplus-one")["caps"] if each["per"] == "day" and each["payments"] == 2), None))
    assert told["amount"] == "2000.00" and told["paymentsCap"] == 2 and told["amountCap"] is None
    # Bangkok's midnight.
    assert told["since"].endswith("T17:00:00.000Z"), told
    assert "paymentsCap" not in requests.get(f"{stack.url}/health", timeout=10).text


def test_what_came_to_nothing_gives_its_room_back(make_stack) -> None:
    stack = make_stack(limited(payplus_one={"caps": [cap("THB_BANK", payments=1)], "methods": ["THB_BANK"]},
                               payplus_two={"enabled": False}))
    stack.server()
    merchant = stack.merchant()
    refused = merchant.create(thb_payout(f"{next(_whole)}.01"))
    assert merchant.await_end(refused)["status"] == "failed"
    failed = merchant.create(thb_payout(f"{next(_whole)}.04"))
    assert merchant.await_end(failed)["status"] == "failed"
    paid = merchant.create(thb_payout(f"{next(_whole)}.00"))
    merchant.await_state(paid, "succeeded")
    assert_no_route(merchant.call("POST", "/v1/transaction", json=thb_payout("700.00")))


def test_caps_are_exact_under_forty_requests_at_once_in_two_processes(make_stack) -> None:
    stack = make_stack(limited(
        payplus_one={"caps": [cap(payments=7)]}, payplus_two={"caps": [cap(amount="9000.00"), cap(per="month", payments=30)]}))
    stack.server()
    second = stack.server(first=False)
    merchant = stack.merchant()

    def make(number: int) -> requests.Response:
        caller: Merchant = merchant.at(stack.url if number % 2 else second.url)
        return caller.call("POST", "/v1/transaction", json=thb_qr("1000.00"))

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(make, range(40)))
    assert collections.Counter(answer.status_code for answer in answers) == {201: 16, 503: 24}
    for answer in answers:
        if answer.status_code == 503:
            assert_no_route(answer)
    rows = stack.rows(
        "SELECT p.name, count(*) FROM attempts a JOIN provider_accounts p ON p.id = a.account_id GROUP BY 1 ORDER BY 1")
    assert rows == [("payplus-one", 7), ("payplus-two", 9)]
    counted = stack.rows(
        "SELECT p.name, u.period, u.payments FROM cap_usage u JOIN provider_accounts p ON p.id = u.account_id ORDER BY 1, 2")
    assert counted == [("payplus-one", "day", 7), ("payplus-two", "day", 9), ("payplus-two", "month", 9)]


def test_a_cap_that_is_made_in_the_middle_of_the_day_counts_what_was_before(make_stack) -> None:
    stack = make_stack(limited(payplus_two={"enabled": False}))
    stack.server()
    merchant = stack.merchant()
    for _ in range(3):
        merchant.create(thb_qr("1000.00"))
    number = health(stack, "payplus-one")["id"]
    changed = admin(stack, "PATCH", f"/admin/v1/accounts/{number}", json={"caps": [cap(payments=4)]})
    assert changed.status_code == 200 and changed.json()["result"]["caps"] == [cap(payments=4)], changed.text
    merchant.create(thb_qr("1000.00"))
    assert_no_route(merchant.call("POST", "/v1/transaction", json=thb_qr("1000.00")))
    assert admin(stack, "PATCH", f"/admin/v1/accounts/{number}", json={"caps": []}).json()["result"]["caps"] == []
    merchant.create(thb_qr("1000.00"))


# ---- balances ------------------------------------------------------------------------------------------------------------

def test_a_payout_goes_to_the_account_that_can_cover_it(make_stack, own_sandbox) -> None:
    own_sandbox.settings(balance="400.00", account="demo-one")
    own_sandbox.settings(balance="5000.00", account="demo-two", payoutDelayMs=60_000)
    stack = make_stack(sandbox=own_sandbox, **LOOKS)
    stack.server()
    merchant = stack.merchant()
    large = merchant.create(thb_payout("3000.00"))
    assert used(stack, large) == ["payplus-two"]
    assert exclusions(stack, large) == {"payplus-one": "balance_too_low", **{
        name: "method_not_offered" for name in ("haipay", "kess", "bakong")}}
    assert used(stack, merchant.create(thb_payout("300.00"))) == ["payplus-one"]
    # On its way, and not yet in the balance that was told.
    assert_no_route(merchant.call("POST", "/v1/transaction", json=thb_payout("3000.00")))
    assert len(own_sandbox.entries(provider="payplus", account="demo-two")) == 1
    # Payins do not hang on it.
    assert used(stack, merchant.create(thb_qr("3000.00"))) == ["payplus-one"]


def test_an_accepted_payout_is_counted_once_where_the_provider_holds_its_money(make_stack, own_sandbox) -> None:
    own_sandbox.settings(balance="1000.00", account="1054", payoutDelayMs=60_000)
    stack = make_stack(sandbox=own_sandbox, **LOOKS)
    stack.server()
    merchant = stack.merchant()
    merchant.create(kes_payout("500.00"))
    assert_no_route(merchant.call("POST", "/v1/transaction", json=kes_payout("600.00")))

    def told() -> bool:
        balance = health(stack, "haipay")["balance"]
        return balance is not None and balance["amount"] == "495.00" and balance["reserved"] == "0.00"

    until("the balance is told without what is held", told)
    assert used(stack, merchant.create(kes_payout("400.00"))) == ["haipay"]


def test_the_first_payout_asks_for_a_balance_that_nobody_knows(make_stack, own_sandbox) -> None:
    for name in ("demo-one", "demo-two"):
        own_sandbox.behave("payplus", "balance", "error_before", account=name)
    stack = make_stack(sandbox=own_sandbox, CAUSEWAY_MONITOR_INTERVAL="3600s")
    stack.server()
    merchant = stack.merchant()
    until("both were asked in vain", lambda: all(
        health(stack, name)["status"] == "degraded" for name in ("payplus-one", "payplus-two")))
    assert health(stack, "payplus-one")["balance"] is None
    merchant.await_state(merchant.create(thb_payout("500.00")), "succeeded")


def test_a_payout_of_the_first_moments_may_go_on_to_an_account_whose_balance_is_not_told_yet(make_stack, own_sandbox) -> None:
    own_sandbox.behave("payplus", "balance", "slow", account="demo-two", count=10, latencyMs=2_500)
    own_sandbox.behave("payplus", "withdraw", "refuse_balance", account="demo-one")
    stack = make_stack(sandbox=own_sandbox, CAUSEWAY_MONITOR_INTERVAL="3600s")
    stack.server()
    merchant = stack.merchant()

    def candidates() -> list[str]:
        told = admin(stack, "POST", "/admin/v1/routing/simulate", json={"paymentMethodId": "THB_BANK", "amount": "500"})
        return [each["account"] for each in told.json()["result"]["candidates"]]

    until("the first one's is known, and the second one's is not", lambda: candidates() == ["payplus-one"])
    paid = merchant.await_state(merchant.create(thb_payout("500.00")), "succeeded")
    assert used(stack, paid) == ["payplus-one", "payplus-two"]


def test_a_refusal_for_want_of_money_makes_the_balance_doubtful_until_it_is_asked_again(make_stack, own_sandbox) -> None:
    stack = make_stack(limited(payplus_two={"enabled": False}), sandbox=own_sandbox, CAUSEWAY_MONITOR_INTERVAL="3600s")
    stack.server()
    merchant = stack.merchant()
    merchant.await_state(merchant.create(thb_payout("500.00")), "succeeded")
    own_sandbox.settings(balance="100.00", account="demo-one")
    refused = merchant.await_end(merchant.create(thb_payout("600.00")))
    assert refused["reason"]["code"] == "insufficient_balance"
    # Nobody looks by plan for an hour.
    assert_no_route(merchant.call("POST", "/v1/transaction", json=thb_payout("600.00")))
    until("health has what was told then", lambda: health(stack, "payplus-one")["balance"]["amount"] == "100.00")


def test_a_low_balance_calls_a_person(make_stack, own_sandbox) -> None:
    own_sandbox.settings(balance="9999.99", account="demo-one")
    stack = make_stack(limited(payplus_one={"lowBalance": "10000.00"}, payplus_two={"lowBalance": "10000.00"}),
                       sandbox=own_sandbox, **LOOKS)
    stack.server()
    warning = "the balance of 9999.99 THB is below 10000.00 THB: top it up"
    told = until("it is told", lambda: (now := health(stack, "payplus-one"))["problem"] == warning and now)
    assert told["status"] == "degraded"
    until("the other one is fine", lambda: health(stack, "payplus-two")["status"] == "ok")
    assert "9999.99" not in requests.get(f"{stack.url}/health", timeout=10).text
    # It can still pay.
    assert used(stack, stack.merchant().create(thb_payout("500.00"))) == ["payplus-one"]
    own_sandbox.settings(balance="20000.00", account="demo-one")
    until("it is fine again", lambda: health(stack, "payplus-one")["status"] == "ok")


# ---- maintenance and banks -----------------------------------------------------------------------------------------------

def test_maintenance_takes_an_account_out_and_health_says_until_when(make_stack) -> None:
    planned = window(why="the bank moves house")
    stack = make_stack(limited(payplus_one={"maintenance": [planned]}))
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(thb_qr("1000.00"))
    assert used(stack, order) == ["payplus-two"] and exclusions(stack, order)["payplus-one"] == "maintenance"
    told = health(stack, "payplus-one")["maintenance"]
    assert told["why"] == "the bank moves house"
    assert told["until"] == planned["until"].replace("+00:00", ".000Z")
    shown = requests.get(f"{stack.url}/health", timeout=10).json()["accounts"]
    assert [each["maintenance"] for each in shown if each["maintenance"]] == [{"until": told["until"]}]
    number = health(stack, "payplus-one")["id"]
    weekly = [{"zone": "Asia/Bangkok"}]
    changed = admin(stack, "PATCH", f"/admin/v1/accounts/{number}", json={"maintenance": weekly}).json()["result"]
    assert changed["maintenance"] == weekly
    assert used(stack, merchant.create(thb_qr("1000.00"))) == ["payplus-two"]
    admin(stack, "PATCH", f"/admin/v1/accounts/{number}", json={"maintenance": []})
    assert used(stack, merchant.create(thb_qr("1000.00"))) == ["payplus-one"]


def test_a_bank_that_is_out_of_service_at_one_provider_goes_to_another(make_stack, own_sandbox) -> None:
    own_sandbox.settings(closedBanks=["KBANK"], account="demo-one")
    stack = make_stack(sandbox=own_sandbox, **LOOKS)
    stack.server()
    merchant = stack.merchant()
    until("the list was read", lambda: stack.value("SELECT count(*) FROM provider_account_status WHERE unserved_banks = '{KBANK}'") == 1)

    def excluded() -> bool:
        order = merchant.create(thb_payout("500.00"))
        return exclusions(stack, order).get("payplus-one") == "bank_not_served" and used(stack, order) == ["payplus-two"]

    until("routing knows", excluded)
    elsewhere = thb_payout("500.00")
    elsewhere["counterparty"]["bankCode"] = "SCB"
    assert used(stack, merchant.create(elsewhere)) == ["payplus-one"]
    own_sandbox.settings(closedBanks=[], account="demo-one")
    until("it is served again", lambda: used(stack, merchant.create(thb_payout("500.00"))) == ["payplus-one"], seconds=30, every=0.5)


# ---- later candidates ----------------------------------------------------------------------------------------------------

def test_a_quote_is_judged_again_when_it_is_processed(make_stack) -> None:
    stack = make_stack()
    stack.server()
    merchant = stack.merchant()
    quote = merchant.call("POST", "/v1/transaction/initiate", json=thb_qr("1000.00")).json()["result"]
    number = health(stack, "payplus-one")["id"]
    admin(stack, "PATCH", f"/admin/v1/accounts/{number}", json={"maintenance": [window()]})
    done = merchant.call("POST", "/v1/transaction/process", json={"txnId": quote["txnId"]},
                         headers={"x-signature": quote["signature"]})
    assert done.status_code == 201, done.text
    assert used(stack, done.json()["result"]) == ["payplus-two"]
    passed = explained(stack, quote)["passedOver"]
    assert [(each["account"], each["reason"]) for each in passed] == [("payplus-one", "maintenance")]
    assert "maintenance" in stack.command("order", "explain", quote["txnId"]).stdout


def test_failover_goes_to_nobody_who_could_not_take_it_now(make_stack) -> None:
    stack = make_stack(limited(payplus_two={"caps": [cap("THB_BANK", payments=1)]}))
    stack.server()
    merchant = stack.merchant()

    def refused_at_first() -> dict[str, Any]:
        stack.sandbox.behave("payplus", "withdraw", "refuse_balance", account="demo-one")
        return merchant.await_end(merchant.create(thb_payout(f"{next(_whole)}.00")))

    assert used(stack, refused_at_first()) == ["payplus-one", "payplus-two"]
    until("the balance was asked again", lambda: health(stack, "payplus-one")["status"] == "ok")
    failed = refused_at_first()
    assert failed["status"] == "failed" and used(stack, failed) == ["payplus-one"]
    assert failed["reason"]["code"] == "insufficient_balance"
    assert exclusions(stack, failed)["payplus-two"] == "cap_payments"


# ---- what operators write ------------------------------------------------------------------------------------------------

def test_limits_that_are_wrong_are_refused_with_their_places(make_stack) -> None:
    stack = make_stack()
    stack.server()
    number = health(stack, "haipay")["id"]
    for form, place in (
        ({"caps": [cap("THB_QR", payments=1)]}, "/caps/0/method"), ({"caps": {}}, "/caps"),
        ({"caps": [cap("KES_BANK")]}, "/caps/0"), ({"caps": [cap("KES_BANK", payments=0)]}, "/caps/0/payments"),
        ({"caps": [cap("KES_BANK", payments=1)] * 2}, "/caps/1"), ({"caps": [{}] * 51}, "/caps"),
        ({"maintenance": [{"from": "2026-01-01", "until": "x"}]}, "/maintenance/0/until"),
        ({"maintenance": ["x"]}, "/maintenance/0"), ({"lowBalance": "-1"}, "/lowBalance"),
        ({"lowBalance": "1.001"}, "/lowBalance"), ({"lowBalance": 5}, "/lowBalance"),
    ):
        answer = admin(stack, "PATCH", f"/admin/v1/accounts/{number}", json=form)
        assert answer.status_code == 422, answer.text
        assert place in [each["pointer"] for each in answer.json()["errors"]], answer.text
    path = stack.folder / "limits.json"
    path.write_text(json.dumps({"accounts": [{"name": "bakong", "connector": "bakong", "lowBalance": "5.00"}]}))
    refused = stack.command("apply", str(path), check=False)
    assert refused.returncode == 3 and "/accounts/0/lowBalance" in refused.stderr, refused.stderr
    assert admin(stack, "PATCH", f"/admin/v1/accounts/{number}", json={"lowBalance": "5.00"}).json()["result"]["lowBalance"] == "5.00"
    assert admin(stack, "PATCH", f"/admin/v1/accounts/{number}", json={"lowBalance": None}).json()["result"]["lowBalance"] is None
