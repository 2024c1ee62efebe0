"""Deposits: what the payer is shown, who pays how much and when, and what the order makes of it."""

from __future__ import annotations

import copy
import decimal

import pytest

from support.api import Merchant, form, thb_qr
from support.processes import free_port
from support.sandbox import MAGIC
from support.stack import HASTE, Stack, account, demo, with_grace
from support.waiting import until

BREAKERS = False
# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_001, 90_000, 16))


def amount(behaviour: str = "succeed") -> str:
    return f"{next(_whole)}.{MAGIC[behaviour]}"


def reference_of(stack: Stack, order: dict) -> str:
    return stack.attempts(order["referenceNumber"])[-1]["reference"]


def assert_paid_once(stack: Stack, order: dict) -> None:
    entry = stack.sandbox.entry(reference_of(stack, order))
    assert entry and entry["moved"] is True
    assert entry["times_received"] == 1


def assert_good_promptpay(code: str, payable: str) -> None:
    """EMV's CRC, the currency and the amount."""
    assert code.startswith("000201") and code[-8:-4] == "6304"
    crc = 0xFFFF
    for byte in code[:-4].encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    assert code[-4:].upper() == f"{crc:04X}"
    assert "5303764" in code and "A000000677010111" in code
    assert f"54{len(payable):02d}{payable}" in code


def test_the_payer_sees_the_code_the_exact_amount_the_page_and_the_expiry(merchant: Merchant) -> None:
    order = merchant.create(thb_qr("1000"))
    assert order["status"] == "pending"
    assert order["amount"] == "1000.00"
    payable = order["payableAmount"]
    assert decimal.Decimal("999.00") <= decimal.Decimal(payable) < decimal.Decimal("1000.00")
    assert_good_promptpay(order["qrCode"], payable)
    assert order["paymentUrl"].startswith("http")
    assert order["expiresAt"].endswith("Z") and order["expiresAt"] > order["createdAt"]


@pytest.mark.parametrize("method", ["THB_QR", "THB_BANK_TRANSFER"])
@pytest.mark.parametrize("behaviour", [
    "succeed", "duplicate_callback", "late_callback", "no_callback", "out_of_order_callbacks", "forged_callback",
])
def test_a_payment_of_the_exact_amount_succeeds(
    shared: Stack, merchant: Merchant, method: str, behaviour: str
) -> None:
    order = merchant.create(thb_qr(amount(behaviour), paymentMethodId=method))
    assert order["status"] == "pending"
    shared.sandbox.pay(reference=reference_of(shared, order))
    ended = merchant.await_state(order, "succeeded")
    assert ended["payableAmount"] == order["payableAmount"]
    assert_paid_once(shared, order)


@pytest.mark.parametrize("behaviour", [
    "lose_answer_after", "error_after", "garbled_after", "bad_signature_answer", "slow", "early_callback",
])
def test_a_deposit_whose_answer_was_lost_is_found_again(shared: Stack, merchant: Merchant, behaviour: str) -> None:
    order = merchant.create(thb_qr(amount(behaviour)))
    reference = reference_of(shared, order)
    until("the provider has it", lambda: shared.sandbox.entry(reference))
    shared.sandbox.pay(reference=reference)
    merchant.await_state(order, "succeeded", seconds=60)
    assert_paid_once(shared, order)
    assert len(shared.attempts(order["referenceNumber"])) == 1


@pytest.mark.parametrize("behaviour", ["lose_answer_before", "error_before"])
def test_a_deposit_that_may_have_arrived_is_not_asked_for_again(make_stack, behaviour: str) -> None:
    stack = make_stack(**HASTE)
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(thb_qr(amount(behaviour)))
    assert order["status"] == "processing"
    until("a person is called", lambda: merchant.fetch(order)["review"], seconds=30)
    assert [attempt["state"] for attempt in stack.attempts(order["referenceNumber"])] == ["unknown"]


def test_where_not_found_is_proof_the_second_account_is_asked(make_stack) -> None:
    stack = make_stack(with_grace(1))
    stack.server()
    merchant = stack.merchant()
    stack.sandbox.behave("payplus", "deposit", "lose_answer_before", account="demo-one")
    order = merchant.create(thb_qr(amount()))
    merchant.await_state(order, "pending", seconds=30)
    entry = stack.sandbox.entry(reference_of(stack, order))
    assert entry and entry["account"] == "demo-two"


def test_a_refused_connection_goes_to_the_second_account_at_once(make_stack) -> None:
    configuration = copy.deepcopy(demo())
    account(configuration, "payplus-one")["settings"]["baseURL"] = f"http://127.0.0.1:{free_port()}/payplus/api/v1"
    stack = make_stack(configuration)
    stack.server()
    order = stack.merchant().create(thb_qr(amount()))
    assert order["status"] == "pending"
    accounts = [(attempt["account"], attempt["state"]) for attempt in stack.attempts(order["referenceNumber"])]
    assert accounts == [("payplus-one", "rejected"), ("payplus-two", "accepted")]


def test_a_refused_deposit_fails_with_a_reason(shared: Stack, merchant: Merchant) -> None:
    ended = merchant.await_state(merchant.create(thb_qr(amount("refuse"))), "failed")
    assert ended["reason"]["code"] and " " in ended["reason"]["detail"]


@pytest.mark.parametrize(("difference", "review"), [("-1.00", "paid_short"), ("1.00", "paid_over")])
def test_a_payer_who_sends_another_amount_is_a_case_for_a_person(
    shared: Stack, merchant: Merchant, difference: str, review: str
) -> None:
    order = merchant.create(thb_qr(amount()))
    paid = decimal.Decimal(order["payableAmount"]) + decimal.Decimal(difference)
    shared.sandbox.pay(reference=reference_of(shared, order), amount=str(paid))
    now = until("it is in review", lambda: (now := merchant.fetch(order))["review"] and now)
    assert now["review"] == review
    assert now["status"] != "succeeded"


def test_an_unpaid_deposit_expires_and_a_late_payment_still_counts(make_stack) -> None:
    stack = make_stack(CAUSEWAY_EXPIRY_GRACE="0s")
    stack.server()
    merchant = stack.merchant()
    order = merchant.create(thb_qr(amount(), expiresIn=60))
    # A minute is the least that a payer is given; the test cannot wait for it.
    stack.rows("UPDATE orders SET expires_at = now() - interval '1 second', due_at = now() WHERE reference_number = %s"
               " RETURNING id", order["referenceNumber"])
    merchant.await_state(order, "expired", seconds=30)
    stack.sandbox.pay(reference=reference_of(stack, order))
    late = merchant.await_state(order, "succeeded", seconds=30)
    assert late["late"] is True


def test_cancelling(merchant: Merchant) -> None:
    """Not once the payer can pay; a quote, yes."""
    pending = merchant.create(thb_qr(amount()))
    refused = merchant.call("POST", f"/v1/transaction/txnId/{pending['txnId']}/cancel")
    assert refused.status_code == 409
    assert merchant.fetch(pending)["status"] == "pending"
    quote = merchant.call("POST", "/v1/transaction/initiate", json=thb_qr(amount())).json()["result"]
    assert merchant.call("POST", f"/v1/transaction/txnId/{quote['txnId']}/cancel").status_code == 200
    assert merchant.fetch(quote["txnId"])["status"] == "cancelled"
    late = merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    assert late.status_code == 409


def test_a_quote_is_processed_once(shared: Stack, merchant: Merchant) -> None:
    answer = merchant.call("POST", "/v1/transaction/initiate", json=thb_qr(amount()))
    assert answer.status_code == 201
    quote = answer.json()["result"]
    assert merchant.fetch(quote["txnId"])["status"] == "initiated"
    first = merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    assert first.status_code == 201 and first.json()["result"]["status"] == "pending"
    again = merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    assert again.status_code in (200, 201, 409)
    order = merchant.fetch(quote["txnId"])
    entry = shared.sandbox.entry(reference_of(shared, order))
    assert entry and entry["times_received"] == 1
    assert len(shared.attempts(order["referenceNumber"])) == 1


def test_refresh_asks_the_provider_first(shared: Stack, merchant: Merchant) -> None:
    order = merchant.create(thb_qr(amount("no_callback")))
    shared.sandbox.pay(reference=reference_of(shared, order))
    assert merchant.fetch(order, refresh=True)["status"] == "succeeded"


def test_form_encoded_and_multipart_bodies_make_orders_too(merchant: Merchant) -> None:
    encoded = merchant.call("POST", "/v1/transaction", data=form(thb_qr(amount())))
    assert encoded.status_code == 201, encoded.text
    assert encoded.json()["result"]["status"] == "pending"
    parts = {name: (None, value) for name, value in form(thb_qr(amount())).items()}
    multipart = merchant.call("POST", "/v1/transaction", files=parts)
    assert multipart.status_code == 201, multipart.text
