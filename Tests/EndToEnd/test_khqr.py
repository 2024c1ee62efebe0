"""Payins by KHQR: the code is made here, and whether it was paid is found by asking."""

from __future__ import annotations

import copy
import hashlib
import json
import time

import pytest

from support.api import Merchant, khqr
from support.processes import free_port
from support.sandbox import Sandbox
from support.stack import Stack, account, demo
from support.waiting import throughout, until

BREAKERS = False
# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_008, 90_000, 16))

BAKONG = {"account": "demo-one"}
CURRENCIES = pytest.mark.parametrize("currency", ["USD", "KHR"])


def amount(currency: str = "USD") -> str:
    # A riel amount's last two digits are magic to the sandbox beyond 1000.
    return f"{next(_whole)}.00" if currency == "USD" else f"{next(_whole)}00"


def fields(code: str) -> dict[str, str]:
    """The elements of a code, by a reader of the tests' own; lengths count characters."""
    found: dict[str, str] = {}
    rest = code
    while rest:
        tag, length = rest[:2], int(rest[2:4])
        found[tag] = rest[4:4 + length]
        assert len(found[tag]) == length
        rest = rest[4 + length:]
    return found


def checksum(text: str) -> str:
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def checks(sandbox: Sandbox, *operations: str) -> list[dict]:
    return [request for request in sandbox.all_requests(provider="bakong")
            if request["operation"] in (operations or ("check", "check_list"))]


def assert_paid_once(stack: Stack, order: dict) -> dict:
    bill = fields(fields(order["qrCode"])["62"])["01"]
    entries = [entry for entry in stack.sandbox.entries(provider="bakong") if entry["reference"] == bill]
    assert len(entries) == 1 and entries[0]["moved"] and entries[0]["movements"] == 1
    return entries[0]


@pytest.fixture
def stack(make_stack, own_sandbox) -> Stack:
    """One installation with providers of its own."""
    made = make_stack(sandbox=own_sandbox)
    made.server()
    return made


# ---- what the payer is shown ----------------------------------------------------------------------------------------------

@CURRENCIES
def test_the_code_says_who_is_paid_how_much_and_until_when(merchant: Merchant, currency: str) -> None:
    sum_ = amount(currency)
    order = merchant.create(khqr(sum_, currency))
    assert order["status"] == "pending"
    code = order["qrCode"]
    assert checksum(code[:-4]) == code[-4:]
    assert order["qrMd5"] == hashlib.md5(code.encode()).hexdigest()
    told = fields(code)
    assert list(told) == [tag for tag in ("00", "01", "29", "52", "53", "54", "58", "59", "60", "62", "99", "63") if tag in told]
    assert (told["00"], told["01"], told["58"]) == ("01", "12", "KH")
    assert fields(told["29"])["00"] == "causeway_demo@devb"
    assert told["53"] == {"USD": "840", "KHR": "116"}[currency]
    assert told["54"] == (sum_.removesuffix(".00"))
    assert told["59"] == "Demo Merchant"
    # Order ids begin with a constant digit: what is left of one is as long as a bill number may be.
    assert fields(told["62"])["01"] == order["txnId"].removeprefix("tx_")[1:]
    created, expires = (int(fields(told["99"])[tag]) for tag in ("00", "01"))
    assert created < time.time() * 1000 < expires
    stamp = time.strptime(order["expiresAt"][:19], "%Y-%m-%dT%H:%M:%S")
    import calendar
    assert abs(calendar.timegm(stamp) - expires / 1000) < 1
    assert order["deepLink"].startswith("http")


@CURRENCIES
def test_a_paid_code_succeeds(shared: Stack, merchant: Merchant, currency: str) -> None:
    order = merchant.create(khqr(amount(currency), currency))
    paid = shared.sandbox.pay(qr=order["qrCode"])
    ended = merchant.await_state(order, "succeeded")
    entry = assert_paid_once(shared, order)
    assert ended["providerOrderId"] == entry["providerReference"], paid
    assert ended["qrCode"] == order["qrCode"]


def test_cents_are_written_as_the_national_bank_writes_them(shared: Stack, merchant: Merchant) -> None:
    whole = next(_whole)
    order = merchant.create(khqr(f"{whole}.50"))
    assert fields(order["qrCode"])["54"] == f"{whole}.50"
    shared.sandbox.pay(qr=order["qrCode"])
    merchant.await_state(order, "succeeded")


def test_riel_have_no_cents(merchant: Merchant) -> None:
    answer = merchant.call("POST", "/v1/transaction", json=khqr("4000.5", "KHR"))
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/amount"


def test_a_quote_shows_nothing_and_processing_it_shows_the_code(merchant: Merchant) -> None:
    quote = merchant.call("POST", "/v1/transaction/initiate", json=khqr(amount())).json()["result"]
    assert quote["status"] == "initiated" and not quote.get("qrCode")
    done = merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    assert done.status_code == 201 and done.json()["result"]["qrCode"]


@pytest.mark.parametrize("behaviour", ["error_after", "lose_answer_before", "garbled_after", "blocked", "rate_limited", "slow"])
def test_no_payment_fails_for_want_of_a_deep_link(stack: Stack, behaviour: str) -> None:
    merchant = stack.merchant()
    # However often curl tries again on a connection that was open before.
    stack.sandbox.behave("bakong", "deeplink", behaviour, count=1000, **BAKONG)
    order = merchant.create(khqr(amount()))
    assert order["status"] == "pending" and order["qrCode"] and not order.get("deepLink")
    stack.sandbox.pay(qr=order["qrCode"])
    merchant.await_state(order, "succeeded", seconds=40)


def test_where_the_provider_cannot_be_reached_the_code_is_shown_all_the_same(make_stack) -> None:
    configuration = copy.deepcopy(demo())
    account(configuration, "bakong")["settings"]["baseURL"] = f"http://127.0.0.1:{free_port()}/nobody"
    stack = make_stack(configuration)
    stack.server()
    order = stack.merchant().create(khqr(amount()))
    assert order["status"] == "pending" and order["qrCode"]


def test_the_picture_is_the_code(merchant: Merchant) -> None:
    order = merchant.create(khqr(amount()))
    picture = merchant.call("GET", f"/v1/transaction/txnId/{order['txnId']}/qr.svg")
    assert picture.status_code == 200 and picture.headers["Content-Type"].startswith("image/svg+xml")


# ---- asking -----------------------------------------------------------------------------------------------------------------

def test_refresh_asks_at_once(make_stack) -> None:
    stack = make_stack(CAUSEWAY_POLL_SCALE="100")
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(khqr(amount()))
    stack.sandbox.pay(qr=order["qrCode"])
    assert merchant.fetch(order)["status"] == "pending"
    assert merchant.fetch(order, refresh=True)["status"] == "succeeded"


@pytest.mark.parametrize("behaviour", [
    "lose_answer_before", "error_before", "garbled_after", "not_found", "unauthorised", "blocked", "rate_limited",
])
def test_a_question_that_goes_wrong_decides_nothing_and_is_asked_again(stack: Stack, behaviour: str) -> None:
    merchant = stack.merchant()
    for operation in ("check", "check_list"):
        stack.sandbox.behave("bakong", operation, behaviour, count=2, **BAKONG)
    order = merchant.create(khqr(amount()))
    stack.sandbox.pay(qr=order["qrCode"])
    merchant.await_state(order, "succeeded", seconds=40)
    assert_paid_once(stack, order)


def test_a_transfer_that_failed_leaves_the_code_to_be_paid_again(stack: Stack) -> None:
    merchant = stack.merchant()
    stack.sandbox.behave("bakong", "check", "failed", count=3, **BAKONG)
    order = merchant.create(khqr(amount()))
    until("it was told that the transfer failed", lambda: len(checks(stack.sandbox, "check")) >= 3)
    assert merchant.fetch(order)["status"] == "pending"
    stack.sandbox.pay(qr=order["qrCode"])
    merchant.await_state(order, "succeeded", seconds=30)


@pytest.mark.parametrize(("override", "review"), [
    ({"amount": "1.00"}, "paid_short"), ({"amount": "90001.00"}, "paid_over"), ({"currency": "KHR"}, "currency_mismatch"),
    ({"account": "somebody_else@devb"}, "account_mismatch"),
])
def test_what_was_paid_is_compared_with_what_was_asked(
    shared: Stack, merchant: Merchant, override: dict[str, str], review: str
) -> None:
    order = merchant.create(khqr(amount()))
    shared.sandbox.pay(qr=order["qrCode"], **override)
    now = until("it is in review", lambda: (now := merchant.fetch(order))["review"] and now, seconds=20)
    assert now["review"] == review and now["status"] != "succeeded"


def ask_together(stack: Stack) -> list[dict]:
    """Makes everything due at one moment, as it is where hundreds of orders are open; what was asked for in bulk so far."""
    stack.rows("UPDATE orders SET due_at = now() + interval '300 milliseconds' WHERE state = 'pending' RETURNING id")
    return checks(stack.sandbox, "check_list")


def test_many_are_asked_about_together(stack: Stack) -> None:
    merchant = stack.merchant()
    orders = [merchant.create(khqr(amount())) for _ in range(12)]
    until("some were asked about together", lambda: ask_together(stack), seconds=30, every=1)
    for order in orders:
        stack.sandbox.pay(qr=order["qrCode"])
    for order in orders:
        merchant.await_state(order, "succeeded", seconds=30)
        assert_paid_once(stack, order)


def test_where_the_account_may_not_ask_so_it_asks_one_by_one(stack: Stack) -> None:
    merchant = stack.merchant()
    stack.sandbox.behave("bakong", "check_list", "bulk_forbidden", count=1000, **BAKONG)
    orders = [merchant.create(khqr(amount())) for _ in range(6)]
    until("it was told so", lambda: ask_together(stack), seconds=30, every=1)
    asked = len(checks(stack.sandbox, "check_list"))
    for order in orders:
        stack.sandbox.pay(qr=order["qrCode"])
    for order in orders:
        merchant.await_state(order, "succeeded", seconds=30)
    # Each worker may have been on its way with a list of its own.
    assert len(checks(stack.sandbox, "check_list")) <= asked + 4


def test_a_last_look_after_the_expiry(make_stack) -> None:
    stack = make_stack(CAUSEWAY_EXPIRY_GRACE="1s", CAUSEWAY_POLL_SCALE="100")
    stack.server()
    merchant = stack.merchant()
    paid, unpaid = (merchant.create(khqr(amount(), expiresIn=60)) for _ in range(2))
    stack.sandbox.pay(qr=paid["qrCode"])
    # A minute is the least that a payer is given; the test cannot wait for it.
    for order in (paid, unpaid):
        stack.rows("UPDATE orders SET expires_at = now(), due_at = now() + interval '1 second' WHERE reference_number = %s"
                   " RETURNING id", order["referenceNumber"])
    merchant.await_state(paid, "succeeded", seconds=30)
    merchant.await_state(unpaid, "expired", seconds=30)


def test_the_accounts_budget_holds(make_stack, own_sandbox) -> None:
    configuration = copy.deepcopy(demo())
    account(configuration, "bakong")["settings"].update(requestsPerMinute=60, bulk=False, deepLinks=False)
    stack = make_stack(configuration, sandbox=own_sandbox)
    stack.server()
    merchant = stack.merchant()
    before, began = len(own_sandbox.all_requests("bakong")), time.monotonic()
    for _ in range(10):
        merchant.create(khqr(amount()))
    until("it was asked for a while", lambda: time.monotonic() - began > 5, seconds=10)
    # One in a second, and ten in hand.
    asked = len(own_sandbox.all_requests("bakong")) - before
    assert 8 <= asked <= time.monotonic() - began + 10 + 1


# ---- the token ------------------------------------------------------------------------------------------------------------------

def test_a_revoked_token_is_renewed_once(stack: Stack) -> None:
    merchant = stack.merchant()
    first = merchant.create(khqr(amount()))
    until("it was asked about", lambda: checks(stack.sandbox))
    before = len(checks(stack.sandbox, "renew"))
    stack.sandbox.revoke_tokens("bakong", "demo-one")
    orders = [first, *(merchant.create(khqr(amount())) for _ in range(5))]
    for order in orders:
        stack.sandbox.pay(qr=order["qrCode"])
    for order in orders:
        merchant.await_state(order, "succeeded", seconds=30)
    assert len(checks(stack.sandbox, "renew")) == before + 1, "one flight, however many ask"


def test_an_account_is_signed_up_from_the_command_line(make_stack, own_sandbox) -> None:
    """No token, and none to be had by e-mail alone: a code is sent and shown."""
    own_sandbox.add_account(
        provider="bakong", account="new", bakongAccount="new_shop@devb", email="new@shop.example", registered=False)
    configuration = copy.deepcopy(demo())
    account(configuration, "bakong")["settings"].update(accountId="new_shop@devb", email="new@shop.example")
    stack = make_stack(configuration, sandbox=own_sandbox)
    bare = stack.command("account", "register", "bakong", check=False)
    assert bare.returncode == 2 and bare.stderr.startswith("--organization must be a text")
    elsewhere = stack.command("account", "register", "haipay", check=False)
    assert elsewhere.returncode == 2 and elsewhere.stderr.startswith("ACCOUNT is of a provider")
    registered = stack.command("account", "register", "bakong", "--organization", "Demo", "--project", "Shop")
    slip = stack.command("account", "verify", "bakong", "000", check=False)
    assert slip.returncode == 2 and slip.stderr.startswith("CODE must be the 20 characters")
    assert "causeway account verify bakong" in registered.stdout
    code = own_sandbox.mail()[-1]["code"]
    wrong = stack.command("account", "verify", "bakong", "x" * 20, check=False)
    assert wrong.returncode != 0 and wrong.stderr
    asked = len(checks(own_sandbox, "renew"))
    verified = stack.command("account", "verify", "bakong", code)
    assert "is registered" in verified.stdout
    audit = stack.rows("SELECT action FROM audit_log ORDER BY id DESC LIMIT 1")
    assert audit == [("account.registered",)]
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(khqr(amount()))
    own_sandbox.pay(qr=order["qrCode"])
    merchant.await_state(order, "succeeded")
    assert len(checks(own_sandbox, "renew")) == asked, "the registered token is the one in use"


def test_a_wall_in_front_of_the_provider_is_told_in_health_with_the_remedy(make_stack, own_sandbox) -> None:
    import requests

    stack = make_stack(sandbox=own_sandbox, CAUSEWAY_MONITOR_INTERVAL="1s")
    own_sandbox.behave("bakong", "account", "blocked", count=1000, **BAKONG)
    stack.server()

    def told() -> bool:
        health = requests.get(f"{stack.url}/health", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=5)
        return "Cambodia" in health.text and "proxy" in health.text

    until("health says what is wrong and what to do", told, seconds=20)


# ---- the account ------------------------------------------------------------------------------------------------------------------

def test_an_account_that_the_provider_does_not_know_is_not_applied(make_stack) -> None:
    stack = make_stack()
    configuration = copy.deepcopy(demo())
    account(configuration, "bakong")["settings"]["accountId"] = "nobody@devb"
    refused = stack.command("apply", str(stack.written(configuration)), check=False)
    assert refused.returncode != 0 and "settings/accountId" in refused.stderr, refused.stdout + refused.stderr
    assert stack.value("SELECT settings->>'accountId' FROM provider_accounts WHERE name = 'bakong'") == "causeway_demo@devb"
    checked = stack.command("check")
    assert "bakong: its provider knows it" in checked.stdout


def test_a_provider_that_cannot_be_asked_is_a_warning(make_stack) -> None:
    stack = make_stack()
    configuration = copy.deepcopy(demo())
    account(configuration, "bakong")["settings"]["baseURL"] = f"http://127.0.0.1:{free_port()}/nobody"
    applied = stack.command("apply", str(stack.written(configuration)))
    assert "could not be checked" in applied.stderr


def test_a_provider_that_hangs_holds_a_change_up_for_no_longer_than_a_call_may_last(make_stack, own_sandbox) -> None:
    """Token and question both hang; the change is made, and answered as made, with a warning."""
    import requests

    stack = make_stack(sandbox=own_sandbox)
    stack.server()
    own_sandbox.revoke_tokens("bakong", "demo-one")
    for operation in ("renew", "account"):
        own_sandbox.behave("bakong", operation, "slow", count=1000, **BAKONG)
    configuration = json.loads(stack.written(demo()).read_text())
    configuration["accounts"] = [account(configuration, "bakong")]
    configuration["accounts"][0]["settings"]["storeLabel"] = "Other"
    began = time.monotonic()
    answer = requests.post(f"{stack.url}/admin/v1/apply", json=configuration, timeout=40,
                           headers={"Authorization": f"Bearer {stack.admin_key}"})
    assert answer.status_code == 200 and time.monotonic() - began < 12.5, answer.text
    assert "could not be checked" in answer.json()["result"]["warnings"][0]
    assert stack.value("SELECT settings->>'storeLabel' FROM provider_accounts WHERE name = 'bakong'") == "Other"


# ---- a payment that a customer claims ----------------------------------------------------------------------------------------------

def test_a_claimed_payment_is_found_by_its_hash(make_stack) -> None:
    import requests

    stack = make_stack()
    stack.server()
    merchant = stack.merchant()
    sum_ = amount()
    order = merchant.create(khqr(sum_))
    stack.sandbox.pay(qr=order["qrCode"])
    hash_ = merchant.await_state(order, "succeeded")["providerOrderId"]
    found = json.loads(stack.command("order", "find", "--hash", hash_, "--json").stdout)
    assert found["isToThisAccount"] is True and found["orders"][0]["txnId"] == order["txnId"]
    short = stack.command("order", "find", "--hash", hash_[:8], "--amount", sum_, "--currency", "USD")
    assert order["txnId"] in short.stdout
    missing = stack.command("order", "find", "--hash", "0" * 64, check=False)
    assert missing.returncode != 0 and "No provider knows" in missing.stderr
    bare = stack.command("order", "find", "--hash", hash_[:8], check=False)
    assert bare.returncode == 2 and bare.stderr.startswith("--amount is needed")
    slip = stack.command("order", "find", "--hash", "abc", check=False)
    assert slip.returncode == 2 and slip.stderr.startswith("--hash must be 64 hexadecimal digits")

    def ask(**parameters: str) -> requests.Response:
        return requests.get(f"{stack.url}/admin/v1/payments", params=parameters, timeout=20,
                            headers={"Authorization": f"Bearer {stack.admin_key}"})

    answer = ask(hash=hash_)
    assert answer.status_code == 200 and answer.json()["result"]["orders"][0]["txnId"] == order["txnId"]
    assert ask(hash=hash_[:8], amount=sum_, currency="USD").status_code == 200
    assert ask(hash="0" * 64).status_code == 404
    for wrong in ({}, {"hash": "x"}, {"hash": hash_[:8]}, {"hash": hash_[:8], "amount": "1"}):
        assert ask(**wrong).status_code == 400, wrong


# ---- dying --------------------------------------------------------------------------------------------------------------------------

def test_nobody_is_shown_two_codes(stack: Stack) -> None:
    """Whatever is asked later, the code is the one that was shown first."""
    merchant = stack.merchant()
    order = merchant.create(khqr(amount()))
    throughout(
        "the code stays", lambda: merchant.fetch(order, refresh=True)["qrCode"] == order["qrCode"], seconds=0.5)
