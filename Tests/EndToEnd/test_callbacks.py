"""What providers send us: what is not verified changes nothing, and repeats change nothing."""

from __future__ import annotations

import copy

import pytest
import requests

from support.api import Merchant, kes_payout, thb_payout, thb_qr
from support.stack import Stack, account, demo
from support.waiting import until

BREAKERS = False
# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(3_003, 90_000, 16))


def stuck(make, merchant: Merchant, stack: Stack) -> tuple[dict, str]:
    """An order that the provider has and whose end only a callback will tell."""
    draft = make(f"{next(_whole)}.21")
    order = merchant.create(draft)
    merchant.await_state(order, "pending", "processing")
    return order, stack.attempts(draft["referenceNumber"])[0]["reference"]


ORDERS = pytest.mark.parametrize("make", [thb_payout, kes_payout, thb_qr], ids=["withdrawal", "disbursement", "deposit"])


@ORDERS
@pytest.mark.parametrize("variant", ["forged", "garbled", "wrong_account"])
def test_what_does_not_verify_is_refused_and_changes_nothing(
    shared: Stack, merchant: Merchant, make, variant: str
) -> None:
    order, reference = stuck(make, merchant, shared)
    before = merchant.fetch(order)
    stored = shared.value("SELECT count(*) FROM provider_callbacks")
    answer = shared.sandbox.callback(reference, variant)
    if variant == "wrong_account":
        # Signed for another account: at this account's address it does not verify, at its own it is not its order.
        assert merchant.fetch(order)["status"] == before["status"]
        return
    assert 400 <= answer["status"] < 500, answer
    after = merchant.fetch(order)
    assert (after["status"], after["review"]) == (before["status"], before["review"])
    assert shared.value("SELECT count(*) FROM provider_callbacks") == stored


@ORDERS
@pytest.mark.parametrize("variant", ["wrong_amount", "wrong_currency"])
def test_what_contradicts_the_order_goes_to_review(shared: Stack, merchant: Merchant, make, variant: str) -> None:
    order, reference = stuck(make, merchant, shared)
    shared.sandbox.callback(reference, variant)
    now = until("it is in review", lambda: (now := merchant.fetch(order))["review"] and now, seconds=10)
    assert now["status"] != "succeeded"


@ORDERS
def test_a_repeated_callback_is_acknowledged_and_changes_nothing(shared: Stack, merchant: Merchant, make) -> None:
    draft = make(f"{next(_whole)}.00")
    order = merchant.create(draft)
    reference = shared.attempts(draft["referenceNumber"])[0]["reference"]
    if make is thb_qr:
        shared.sandbox.pay(reference=reference)
    merchant.await_state(order, "succeeded")
    events = merchant.events(order)
    for variant in ("duplicate", "genuine"):
        answer = shared.sandbox.callback(reference, variant)
        assert answer["status"] == 200, answer
    assert merchant.events(order) == events


def test_the_acknowledgements_are_the_providers_own_words(shared: Stack, merchant: Merchant) -> None:
    import json

    for make, check in (
        (thb_payout, lambda body: json.loads(body) == {"code": 200, "message": "Success"}),
        (kes_payout, lambda body: body == "SUCCESS"),
    ):
        draft = make(f"{next(_whole)}.00")
        order = merchant.create(draft)
        merchant.await_state(order, "succeeded")
        reference = shared.attempts(draft["referenceNumber"])[0]["reference"]
        sent = until("a callback was acknowledged", lambda: [
            one for one in shared.sandbox.callbacks(reference) if one["acknowledged"]])
        assert check(sent[0]["answer"]), sent[0]


def test_a_stale_callback_is_refused(shared: Stack, merchant: Merchant) -> None:
    order, reference = stuck(thb_payout, merchant, shared)
    answer = shared.sandbox.callback(reference, "stale")
    assert 400 <= answer["status"] < 500, answer
    assert merchant.fetch(order)["status"] != "succeeded"


def test_a_reference_that_nobody_gave_waits_for_a_person(shared: Stack, merchant: Merchant) -> None:
    _, reference = stuck(kes_payout, merchant, shared)
    before = shared.value("SELECT count(*) FROM provider_callbacks WHERE order_id IS NULL")
    answer = shared.sandbox.callback(reference, "wrong_reference")
    assert answer["status"] == 200
    assert shared.value("SELECT count(*) FROM provider_callbacks WHERE order_id IS NULL") == before + 1


def test_an_unmatched_callback_calls_a_person_for_a_week_and_stays_listed(make_stack) -> None:
    stack = make_stack()
    stack.server()
    _, reference = stuck(kes_payout, stack.merchant(), stack)
    assert stack.sandbox.callback(reference, "wrong_reference")["status"] == 200

    def counted() -> int:
        return requests.get(f"{stack.url}/health", timeout=10).json()["work"]["unmatchedCallbacks"]

    until("it counts", lambda: counted() == 1)
    stack.rows("UPDATE provider_callbacks SET received_at = received_at - interval '8 days' RETURNING id")
    until("it counts no more", lambda: counted() == 0)
    listed = requests.get(
        f"{stack.url}/admin/v1/callbacks/unmatched", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=10)
    assert [each["reference"] for each in listed.json()["result"]["data"]] == [f"{reference}-unknown"]


def test_an_address_that_is_not_the_providers_is_refused(make_stack) -> None:
    configuration = copy.deepcopy(demo())
    account(configuration, "haipay")["callbackAddresses"] = ["203.0.113.0/24"]
    stack = make_stack(configuration)
    stack.server()
    merchant = stack.merchant()
    order, reference = stuck(kes_payout, merchant, stack)
    answer = stack.sandbox.callback(reference, "genuine")
    assert answer["status"] == 403, answer
    assert merchant.fetch(order)["status"] != "succeeded"


def test_an_account_that_does_not_exist_has_no_callbacks(shared: Stack) -> None:
    for id_ in ("pa_00000000000000000000000000", "pa_nonsense", "..", "%2e%2e"):
        answer = requests.post(f"{shared.url}/webhooks/{id_}", json={"orderId": "x"}, timeout=10)
        assert answer.status_code == 404, (id_, answer.text)
