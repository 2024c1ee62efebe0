"""A merchant sees and touches only its own; someone else's id is a 404, like one that never was."""

from __future__ import annotations

import pytest

from support.api import Merchant, thb_qr
from support.stack import Stack
from support.waiting import until


@pytest.fixture(scope="module")
def rival(shared: Stack) -> Merchant:
    """An app of another merchant on the same installation."""
    shared.apply({"merchants": [{"name": "rival", "displayName": "Rival", "apps": [{"name": "till"}]}]})
    # Running processes hear of a new app within a moment.
    return until("the new app is known", lambda: _signed_in(shared), seconds=5, every=0.25)


def _signed_in(shared: Stack) -> Merchant | None:
    try:
        return shared.merchant("rival")
    except AssertionError:
        return None


CALLS = [("GET", ""), ("GET", "?refresh=true"), ("GET", "/events"), ("POST", "/cancel")]


@pytest.mark.parametrize(("method", "suffix"), CALLS)
def test_another_merchants_order_is_not_there(merchant: Merchant, rival: Merchant, method: str, suffix: str) -> None:
    order = merchant.create(thb_qr())
    before = merchant.fetch(order)
    theirs = rival.call(method, f"/v1/transaction/txnId/{order['txnId']}{suffix}")
    never = rival.call(method, f"/v1/transaction/txnId/tx_00000000000000000000000000{suffix}")
    assert theirs.status_code == never.status_code == 404
    assert theirs.json()["code"] == never.json()["code"] == "order_not_found"
    assert merchant.fetch(order) == before


def test_lists_hold_only_ones_own(merchant: Merchant, rival: Merchant) -> None:
    mine = merchant.create(thb_qr())
    theirs = rival.create(thb_qr())
    assert mine["txnId"] in {order["txnId"] for order in merchant.list(limit=100)["data"]}
    seen = {order["txnId"] for order in rival.list(limit=100)["data"]}
    assert theirs["txnId"] in seen and mine["txnId"] not in seen
    assert rival.find(mine["referenceNumber"]) is None
    # A cursor of somebody else's must not tell anything either.
    answer = rival.call("GET", "/v1/transaction", params={"startingAfter": mine["txnId"]})
    assert answer.status_code in (200, 400, 404)
    assert mine["referenceNumber"] not in answer.text


def test_reference_numbers_are_each_merchants_own(merchant: Merchant, rival: Merchant) -> None:
    draft = thb_qr()
    assert merchant.create(draft)["txnId"] != rival.create(draft)["txnId"]


def test_another_merchants_quote_cannot_be_processed(merchant: Merchant, rival: Merchant) -> None:
    quote = merchant.call("POST", "/v1/transaction/initiate", json=thb_qr()).json()["result"]
    answer = rival.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    assert answer.status_code in (403, 404)
    assert merchant.fetch(quote["txnId"])["status"] == "initiated"


def test_idempotency_keys_are_each_apps_own(merchant: Merchant, rival: Merchant) -> None:
    draft = thb_qr()
    key = {"Idempotency-Key": '"same-key"'}
    assert merchant.create(draft, headers=key)["txnId"] != rival.create(draft, headers=key)["txnId"]


def test_an_apps_keys_do_not_open_another_app(shared: Stack, merchant: Merchant, rival: Merchant) -> None:
    answer = merchant.call(
        "POST", f"/v1/auth/generate-token/{rival.app}", token=None,
        json={"accessKey": merchant.access_key, "secretKey": merchant.secret_key})
    assert answer.status_code == 401
