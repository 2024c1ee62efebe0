"""Payouts through every way in which a provider can disappoint: how the order ends, what really moved, never twice."""

from __future__ import annotations

import copy
import decimal

import pytest

from support.api import Merchant, kes_payout, thb_payout
from support.processes import free_port
from support.sandbox import MAGIC
from support.stack import HASTE, Stack, account, demo, with_grace
from support.waiting import throughout, until

# Each test has an amount of its own, so that "was it ever paid twice, under whatever reference" can be asked.
BREAKERS = False
# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_000, 90_000, 16))

PAYOUTS = {"payplus": thb_payout, "haipay": kes_payout}
METHODS = pytest.mark.parametrize("provider", ["payplus", "haipay"])


def amount(behaviour: str) -> str:
    return f"{next(_whole)}.{MAGIC[behaviour]}"


def assert_moved_once(stack: Stack, order: dict) -> dict:
    moved = stack.sandbox.moved(order["amount"])
    assert len(moved) == 1, moved
    return moved[0]


def assert_never_moved(stack: Stack, order: dict) -> None:
    assert stack.sandbox.moved(order["amount"]) == []


@METHODS
@pytest.mark.parametrize("behaviour", [
    "succeed", "lose_answer_after", "error_after", "garbled_after", "duplicate_callback", "early_callback",
    "late_callback", "no_callback", "out_of_order_callbacks", "forged_callback",
])
def test_succeeds_and_is_paid_once(shared: Stack, merchant: Merchant, provider: str, behaviour: str) -> None:
    order = merchant.create(PAYOUTS[provider](amount(behaviour)))
    ended = merchant.await_state(order, "succeeded")
    entry = assert_moved_once(shared, order)
    assert decimal.Decimal(ended["amount"]) == decimal.Decimal(entry["amount"])
    attempts = shared.attempts(order["referenceNumber"])
    assert [attempt["state"] for attempt in attempts] == ["succeeded"]
    assert attempts[0]["reference"] == entry["reference"]
    # One submission only: whatever became of the answer, nothing was sent a second time.
    assert entry["times_received"] == 1
    assert ended.get("review") in (None, False)


def test_an_answer_with_a_bad_signature_is_not_believed_but_asked_about(shared: Stack, merchant: Merchant) -> None:
    order = merchant.create(kes_payout(amount("bad_signature_answer")))
    assert order["status"] in ("processing", "pending", "succeeded")
    merchant.await_state(order, "succeeded")
    assert assert_moved_once(shared, order)["times_received"] == 1


@METHODS
def test_an_answer_past_the_deadline_is_asked_about(shared: Stack, merchant: Merchant, provider: str) -> None:
    order = merchant.create(PAYOUTS[provider](amount("slow")))
    assert order["status"] == "processing"
    # The callback comes before the deadline has passed.
    merchant.await_state(order, "succeeded")
    assert assert_moved_once(shared, order)["times_received"] == 1


@METHODS
def test_an_answer_past_the_deadline_and_no_callback_leave_it_to_a_question(make_stack, provider: str) -> None:
    stack = make_stack()
    stack.server()
    merchant = stack.merchant()
    account, operation = {"payplus": ("demo-one", "withdraw"), "haipay": ("1054", "apply")}[provider]
    stack.sandbox.behave(provider, operation, "slow", account=account)
    stack.sandbox.behave(provider, "callback", "no_callback", account=account)
    order = merchant.create(PAYOUTS[provider](amount("succeed")))
    assert order["status"] == "processing"
    ended = merchant.await_state(order, "succeeded", seconds=60)
    assert "outcome_unknown" in [event["kind"] for event in merchant.events(ended)]
    assert assert_moved_once(stack, order)["times_received"] == 1


@METHODS
@pytest.mark.parametrize("behaviour", ["refuse", "refuse_account"])
def test_a_refusal_fails_the_order_with_a_reason_for_people(
    shared: Stack, merchant: Merchant, provider: str, behaviour: str
) -> None:
    order = merchant.create(PAYOUTS[provider](amount(behaviour)))
    ended = merchant.await_state(order, "failed")
    assert_never_moved(shared, order)
    assert ended["reason"]["code"] and " " in ended["reason"]["detail"], ended
    if behaviour == "refuse_account":
        assert ended["reason"]["code"] == "invalid_account"


def test_a_refusal_for_want_of_balance_goes_to_the_second_account(shared: Stack, merchant: Merchant) -> None:
    sum_ = f"{next(_whole)}.00"
    shared.sandbox.behave("payplus", "withdraw", "refuse_balance", account="demo-one")
    order = merchant.create(thb_payout(sum_))
    merchant.await_state(order, "succeeded")
    assert assert_moved_once(shared, order)["account"] == "demo-two"
    states = [(attempt["account"], attempt["state"]) for attempt in shared.attempts(order["referenceNumber"])]
    assert states == [("payplus-one", "rejected"), ("payplus-two", "succeeded")]


@pytest.mark.parametrize("behaviour", ["not_whitelisted", "bad_key"])
def test_what_is_wrong_with_our_account_sends_it_to_the_second(
    shared: Stack, merchant: Merchant, behaviour: str
) -> None:
    shared.sandbox.behave("payplus", "withdraw", behaviour, account="demo-one")
    order = merchant.create(thb_payout(f"{next(_whole)}.00"))
    merchant.await_state(order, "succeeded")
    assert assert_moved_once(shared, order)["account"] == "demo-two"


@METHODS
def test_an_accepted_payout_that_fails_later_is_failed_and_not_sent_elsewhere(
    shared: Stack, merchant: Merchant, provider: str
) -> None:
    order = merchant.create(PAYOUTS[provider](amount("fail_later")))
    merchant.await_state(order, "failed")
    assert_never_moved(shared, order)
    assert len(shared.attempts(order["referenceNumber"])) == 1


@METHODS
@pytest.mark.parametrize("behaviour", ["lose_answer_before", "error_before"])
def test_what_may_have_arrived_is_never_sent_again(make_stack, provider: str, behaviour: str) -> None:
    """The provider never had it, but we cannot know: the order waits for a person instead of being paid twice."""
    stack = make_stack(**HASTE)
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(PAYOUTS[provider](amount(behaviour)))
    assert order["status"] == "processing"
    in_review = until(
        "a person is called", lambda: (now := merchant.fetch(order))["review"] and now, seconds=30)
    assert (in_review["status"], in_review["review"]) == ("processing", "outcome_unknown")
    attempts = stack.attempts(order["referenceNumber"])
    assert [attempt["state"] for attempt in attempts] == ["unknown"]
    assert_never_moved(stack, order)


@METHODS
@pytest.mark.parametrize("behaviour", ["lose_answer_before", "error_before"])
def test_where_not_found_is_proof_the_order_ends(make_stack, provider: str, behaviour: str) -> None:
    """With a grace time told, PayPlus's second account takes over; HaiPay has only one, so the order fails."""
    stack = make_stack(with_grace(1))
    stack.server()
    merchant = stack.merchant()
    stack.sandbox.behave(
        provider, {"payplus": "withdraw", "haipay": "apply"}[provider], behaviour,
        account={"payplus": "demo-one", "haipay": "1054"}[provider])
    order = merchant.create(PAYOUTS[provider](f"{next(_whole)}.00"))
    ended = merchant.await_end(order, seconds=30)
    if provider == "payplus":
        assert ended["status"] == "succeeded"
        assert assert_moved_once(stack, order)["account"] == "demo-two"
        states = [attempt["state"] for attempt in stack.attempts(order["referenceNumber"])]
        assert states == ["rejected", "succeeded"]
    else:
        assert ended["status"] == "failed"
        assert ended["reason"]["code"] == "never_arrived"
        assert_never_moved(stack, order)


def test_a_refused_connection_goes_to_the_second_account_at_once(make_stack) -> None:
    stack = make_stack()
    stack.server()
    stack.unplug("payplus-one")
    order = stack.merchant().create(thb_payout(f"{next(_whole)}.00"))
    stack.merchant().await_state(order, "succeeded")
    assert assert_moved_once(stack, order)["account"] == "demo-two"
    attempts = stack.attempts(order["referenceNumber"])
    assert [attempt["state"] for attempt in attempts] == ["rejected", "succeeded"]
    assert attempts[0]["reason"] == "provider_unavailable"


def test_where_no_account_can_be_reached_the_payout_fails_and_says_so(make_stack) -> None:
    stack = make_stack()
    stack.server()
    stack.unplug("payplus-one", "payplus-two", "haipay")
    merchant = stack.merchant()
    for draft in (thb_payout(), kes_payout()):
        ended = merchant.await_end(merchant.create(draft))
        assert ended["status"] == "failed"
        # Where the provider or a proxy is, is no merchant's business.
        assert ended["reason"] == {
            "code": "provider_unavailable", "detail": "the provider could not be reached: no connection"}
        told = merchant.call("GET", f"/v1/transaction/txnId/{ended['txnId']}/events").text
        assert "no connection" in told and "127.0.0.1" not in told


def test_nothing_is_sent_where_no_provider_can_say_what_there_is_to_pay_with(make_stack) -> None:
    configuration = copy.deepcopy(demo())
    for entry in configuration["accounts"]:
        entry["settings"]["baseURL"] = f"http://127.0.0.1:{free_port()}/nobody"
    stack = make_stack(configuration)
    stack.server()
    for draft in (thb_payout(), kes_payout()):
        refused = stack.merchant().call("POST", "/v1/transaction", json=draft)
        assert refused.status_code == 503 and refused.json()["code"] == "no_route", refused.text
    assert stack.value("SELECT count(*) FROM attempts") == 0


@METHODS
def test_a_payout_that_is_stuck_stays_pending_and_is_asked_about_for_ever(
    shared: Stack, merchant: Merchant, provider: str
) -> None:
    order = merchant.create(PAYOUTS[provider](amount("stuck")))
    merchant.await_state(order, "pending", "processing")
    reference = shared.attempts(order["referenceNumber"])[0]["reference"]
    asked = len(shared.sandbox.requests(reference))
    until("it is asked about again and again", lambda: len(shared.sandbox.requests(reference)) >= asked + 3, seconds=40)
    assert merchant.fetch(order)["status"] not in ("succeeded", "failed", "expired")
    assert_never_moved(shared, order)


@METHODS
@pytest.mark.parametrize("behaviour", ["wrong_amount_callback", "wrong_currency_callback", "wrong_account_callback"])
def test_a_callback_that_contradicts_the_order_changes_nothing_by_itself(
    shared: Stack, merchant: Merchant, provider: str, behaviour: str
) -> None:
    """The callback is signed, but speaks of something else: a person looks, and the money is counted once."""
    order = merchant.create(PAYOUTS[provider](amount(behaviour)))
    reference = shared.attempts(order["referenceNumber"])[0]["reference"]
    until("the callback was sent", lambda: shared.sandbox.callbacks(reference))
    settled = until(
        "it is in review, or the query has settled it",
        lambda: ((now := merchant.fetch(order))["review"] or now["status"] == "succeeded") and now, seconds=30)
    assert len(shared.sandbox.moved(order["amount"])) <= 1
    assert decimal.Decimal(settled["amount"]) == decimal.Decimal(order["amount"])


def test_two_calls_with_the_same_reference_number_make_one_payout(shared: Stack, merchant: Merchant) -> None:
    draft = kes_payout(f"{next(_whole)}.00")
    first = merchant.create(draft)
    second = merchant.call("POST", "/v1/transaction", json=draft)
    assert second.status_code == 409
    assert second.json()["txnId"] == first["txnId"]
    merchant.await_state(first, "succeeded")
    throughout("it stays one", lambda: len(shared.sandbox.moved(draft["amount"])) == 1, seconds=0.5)
