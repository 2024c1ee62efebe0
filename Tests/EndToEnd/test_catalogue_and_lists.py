"""What there is to choose from, and finding what was made: pages, cursors, filters, histories, body signatures, notifications."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import http.server
import json
import threading
import time

import pytest

from support.api import Merchant, kes_payout, reference, thb_qr
from support.stack import Stack
from support.waiting import until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(6_014, 90_000, 16))


def test_currencies_and_methods_tell_what_is_served_now(merchant: Merchant) -> None:
    currencies = {entry["code"]: entry for entry in merchant.call("GET", "/v1/currencies").json()["result"]}
    assert currencies["THB"]["isActive"] and currencies["KES"]["isActive"]
    assert currencies["USD"]["isActive"] and currencies["KHR"]["isActive"]
    methods = {entry["id"]: entry for entry in merchant.call("GET", "/v1/KES/payment-methods").json()["result"]}
    wallet = methods["KES_EWALLET"]
    assert (wallet["direction"], wallet["minimum"], wallet["maximum"], wallet["isActive"]) == ("payout", "10.00", "999999.00", True)
    assert {"name", "email", "userId"} <= set(wallet["fields"]["required"])
    assert "0001" in {bank["code"] for bank in wallet["banks"]}


def test_a_method_without_a_usable_account_is_not_active_and_is_503(make_stack) -> None:
    stack = make_stack()
    stack.server()
    merchant = stack.merchant()
    stack.command("account", "disable", "haipay")
    until("the method is off", lambda: not next(
        entry for entry in merchant.call("GET", "/v1/KES/payment-methods").json()["result"] if entry["id"] == "KES_EWALLET")["isActive"])
    answer = merchant.call("POST", "/v1/transaction", json=kes_payout())
    assert answer.status_code == 503 and answer.json()["code"] == "no_route" and answer.headers["Retry-After"]
    assert stack.value("SELECT count(*) FROM orders") == 0


@pytest.fixture(scope="module")
def made(shared: Stack, merchant: Merchant) -> list[dict]:
    """Seven orders, oldest first."""
    orders = [merchant.create(thb_qr(f"{next(_whole)}.00")) for _ in range(4)]
    orders += [merchant.create(kes_payout(f"{next(_whole)}.00")) for _ in range(3)]
    for order in orders[4:]:
        merchant.await_state(order, "succeeded")
    return orders


def test_pages_go_forwards_and_back_without_gaps(merchant: Merchant, made: list[dict]) -> None:
    newest_first = [order["txnId"] for order in reversed(made)]
    first = merchant.list(limit=3)
    assert [order["txnId"] for order in first["data"]] == newest_first[:3] and first["hasMore"] is True
    second = merchant.list(limit=3, startingAfter=newest_first[2])
    assert [order["txnId"] for order in second["data"]] == newest_first[3:6]
    last = merchant.list(limit=3, startingAfter=newest_first[5])
    assert last["data"][0]["txnId"] == newest_first[6]
    back = merchant.list(limit=3, endingBefore=newest_first[3])
    assert [order["txnId"] for order in back["data"]] == newest_first[:3] and back["hasMore"] is False


def test_filters_hold_together(merchant: Merchant, made: list[dict]) -> None:
    paid = merchant.list(status="succeeded", currencyId="KES", paymentMethodId="KES_EWALLET", limit=100)["data"]
    assert {order["txnId"] for order in paid} == {order["txnId"] for order in made[4:]}
    assert merchant.list(status="succeeded", currencyId="THB", limit=100)["data"] == []
    assert [order["txnId"] for order in merchant.list(referenceNumber=made[0]["referenceNumber"])["data"]] == [made[0]["txnId"]]
    boundary = made[4]["createdAt"]
    older = {order["txnId"] for order in merchant.list(to=boundary, limit=100)["data"]}
    newer = {order["txnId"] for order in merchant.list(**{"from": boundary}, limit=100)["data"]}
    assert older == {order["txnId"] for order in made[:4]} and newer == {order["txnId"] for order in made[4:]}
    past = datetime.datetime.fromisoformat(boundary) - datetime.timedelta(days=80)
    assert merchant.list(**{"from": past.strftime("%Y-%m-%dT%H:%M:%SZ"), "to": boundary})["data"]


def test_an_operator_finds_orders_by_what_a_merchant_tells(shared: Stack, made: list[dict]) -> None:
    def listed(*options: str) -> list[str]:
        done = shared.command("order", "list", "--limit", "100", "--json", *options)
        return [order["txnId"] for order in json.loads(done.stdout)["orders"]]

    paid = [order["txnId"] for order in reversed(made[4:])]
    assert listed("--merchant", "demo", "--method", "KES_EWALLET") == paid
    assert listed("--reference", made[0]["referenceNumber"]) == [made[0]["txnId"]]
    assert listed("--reference", "nobodys") == []
    wrong = shared.command("order", "list", "--merchant", "dmo", check=False)
    assert wrong.returncode == 1 and "did you mean 'demo'?" in wrong.stderr
    wrong = shared.command("order", "list", "--method", "CASH", check=False)
    assert wrong.returncode == 2 and "--method must be one of: THB_QR" in wrong.stderr


def test_a_history_tells_every_step_once_and_in_order(merchant: Merchant, made: list[dict]) -> None:
    events = merchant.events(made[-1])
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["kind"] == "created" and events[-1]["kind"] == "succeeded"
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)


# ---- KS Pay's server flow ------------------------------------------------------------------------------------------------


def signed(merchant: Merchant, body: bytes) -> dict[str, str]:
    key = hashlib.sha256(merchant.secret_key.encode()).hexdigest()
    return {"x-signature": hmac.new(key.encode(), body, hashlib.sha256).hexdigest(), "Content-Type": "application/json"}


def test_a_signed_body_needs_no_token(shared: Stack, merchant: Merchant) -> None:
    body = json.dumps(kes_payout(f"{next(_whole)}.00", appId=merchant.app)).encode()
    answer = merchant.call("POST", "/v1/transaction/initiate", data=body, headers=signed(merchant, body), token=None)
    assert answer.status_code == 201, answer.text
    merchant.await_state(answer.json()["result"], "succeeded")
    again = merchant.call("POST", "/v1/transaction/initiate", data=body, headers=signed(merchant, body), token=None)
    assert again.status_code == 409 and again.json()["code"] == "reference_duplicate"


def test_a_body_that_was_changed_after_signing_is_refused(shared: Stack, merchant: Merchant) -> None:
    body = json.dumps(kes_payout("500.00", appId=merchant.app)).encode()
    headers = signed(merchant, body)
    before = shared.counts()
    for wrong in (body.replace(b"500.00", b"900.00"), body + b" "):
        answer = merchant.call("POST", "/v1/transaction/initiate", data=wrong, headers=headers, token=None)
        assert answer.status_code == 403 and answer.json()["code"] == "signature_invalid"
    assert shared.counts() == before


# ---- being told ------------------------------------------------------------------------------------------------------------


class Listener:
    """A merchant's web server; `failures` of its first answers are 500."""

    def __init__(self, failures: int = 0) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.received.append((dict(self.headers), body))
                self.send_response(500 if len(listener.received) <= failures else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/notifications"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_a_merchant_is_told_signed_and_again_until_it_answers(shared: Stack, merchant: Merchant) -> None:
    listener = Listener(failures=1)
    try:
        order = merchant.create(kes_payout(f"{next(_whole)}.00", notifyUrl=listener.url, referenceNumber=reference()))
        until("its end was told and taken", lambda: any(
            json.loads(body)["status"] == "succeeded" for _, body in listener.received[1:]), seconds=40)
        first = listener.received[0][0]["X-Causeway-Notification"]
        until("the one that was answered 500 came again under its number", lambda: first in [
            headers["X-Causeway-Notification"] for headers, _ in listener.received[1:]], seconds=40)
    finally:
        listener.close()
    key = hashlib.sha256(merchant.secret_key.encode()).hexdigest().encode()
    for headers, body in listener.received:
        told = dict(part.split("=") for part in headers["X-Causeway-Signature"].split(","))
        assert abs(int(told["t"]) - time.time()) < 120
        assert hmac.compare_digest(told["v1"], hmac.new(key, told["t"].encode() + b"." + body, hashlib.sha256).hexdigest())
        assert json.loads(body)["txnId"] == order["txnId"]
        assert b"254712345678" not in body
