"""Bad input at every endpoint: a problem document that names the place; never a 5xx; nothing stored."""

from __future__ import annotations

import json
import random
import socket
from typing import Any

import pytest
import requests

from support.api import KES_PAYEE, Merchant, form, kes_payout, thb_payout, thb_qr
from support.stack import Stack

CREATE = ["/v1/transaction", "/v1/transaction/initiate"]
MISSING = object()


@pytest.fixture(autouse=True)
def nothing_stored(shared: Stack):
    before = shared.counts()
    yield
    assert shared.counts() == before, "bad input was stored"


def assert_problem(answer: requests.Response, *statuses: int, pointer: str | None = None) -> dict[str, Any]:
    assert answer.status_code in statuses, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"]
    problem = answer.json()
    assert problem["status"] == answer.status_code and problem["code"] and problem["title"] and problem["detail"]
    if pointer is not None:
        assert pointer in {error.get("pointer") for error in problem.get("errors", [])}, problem
        assert all(error["detail"] for error in problem["errors"])
    return problem


def changed(draft: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The draft with one field, told by its pointer, set or taken away."""
    draft = json.loads(json.dumps(draft))
    *parents, last = path.strip("/").split("/")
    at = draft
    for parent in parents:
        at = at.setdefault(parent, {})
    if value is MISSING:
        at.pop(last, None)
    else:
        at[last] = value
    return draft


FIELDS: list[tuple[Any, str, Any]] = [
    *[(thb_qr, f"/{name}", MISSING) for name in ("currencyId", "paymentMethodId", "amount", "referenceNumber")],
    *[(thb_qr, "/currencyId", value) for value in ("EUR", "thb", "", None, 7, [], {}, "T" * 5000)],
    *[(thb_qr, "/paymentMethodId", value) for value in ("VISA", "", None, 7, True, [], "THB_QR ")],
    *[(thb_qr, "/amount", value) for value in (
        0, -1, "0", "0.00", "-5", "", " 1", "1 ", "1e3", "0x10", "1,000", "NaN", "Infinity", "1.001", 1.001, "1" * 40, True, None, [], {},
        "99999999999999999999", "٣", "1.0.0", "+5")],
    *[(thb_qr, "/referenceNumber", value) for value in ("", " ", "x" * 65, "a b", "a\u0000b", "é", 7, None, [])],
    *[(thb_qr, "/expiresIn", value) for value in (0, -1, 59, 86_401, "x", 1.5, True, [])],
    *[(thb_qr, "/notifyUrl", value) for value in ("x", "ftp://a.example/", "javascript:alert(1)", "https://", "http://a b/", "http://[::1\u0000]/", 7, "https://u:p@a.example/")],
    *[(thb_qr, "/redirectUrl", value) for value in ("x", "data:text/html,x", "https://" + "a" * 5000)],
    *[(thb_qr, "/description", value) for value in ("x" * 141, "a\nb", "a\u0000", 7, [])],
    *[(thb_qr, "/metadata", value) for value in ("x", 7, [], True)],
    (thb_qr, "/surprise", 1),
    (kes_payout, "/counterparty/surprise", "x"),
    *[(kes_payout, "/counterparty", value) for value in ("x", 7, [], True)],
    # A wallet is its phone number: where there is no account number, that is it.
    *[(kes_payout, f"/counterparty/{name}", MISSING) for name in KES_PAYEE if name != "accountNumber"],
    *[(kes_payout, "/counterparty/accountNumber", value) for value in ("", "12", "254612345678", "25471234567", "+1 202 555 0100", "abc", 7)],
    *[(kes_payout, "/counterparty/name", value) for value in ("", "J0hn D0e", "Jöhn Döe", "John", "x" * 31, "John  Doe;--", 7)],
    *[(kes_payout, "/counterparty/bankCode", value) for value in ("", "9999", "1", 1, "0001 ")],
    *[(kes_payout, "/counterparty/email", value) for value in ("", "x", "a@", "@b.example", "a b@c.example", 7)],
    *[(kes_payout, "/counterparty/phone", value) for value in ("", "x", "12", 254712345678)],
    *[(kes_payout, "/counterparty/userId", value) for value in ("", "käse", "a b", "x" * 65)],
    *[(kes_payout, "/amount", value) for value in ("9.99", "1000000")],
    *[(thb_payout, f"/counterparty/{name}", MISSING) for name in ("name", "bankCode", "accountNumber")],
    *[(thb_payout, "/counterparty/bankCode", value) for value in ("NOBANK", "", 7)],
    *[(thb_payout, "/counterparty/accountNumber", value) for value in ("", "abc", 7)],
]


@pytest.mark.parametrize("path", CREATE)
def test_each_field_of_an_order_is_checked(merchant: Merchant, path: str) -> None:
    wrong = []
    for make, pointer, value in FIELDS:
        answer = merchant.call("POST", path, data=json.dumps(changed(make(), pointer, value)), headers={"Content-Type": "application/json"})
        try:
            assert_problem(answer, 422, pointer=pointer)
        except AssertionError as problem:
            shown = "missing" if value is MISSING else repr(value)[:60]
            wrong.append(f"{make.__name__} {pointer} = {shown}: {str(problem)[:300]}")
    assert not wrong, "\n".join(wrong)


def test_all_faults_are_told_at_once(merchant: Merchant) -> None:
    problem = assert_problem(merchant.call("POST", "/v1/transaction", json={"amount": "x", "counterparty": {"email": "x"}}), 422)
    pointers = {error["pointer"] for error in problem["errors"]}
    assert {"/currencyId", "/paymentMethodId", "/referenceNumber", "/amount"} <= pointers
    # What only the providers know to be wrong, too.
    for amount in ("5.00", "99999999.00"):
        problem = assert_problem(merchant.call("POST", "/v1/transaction", json={
            "currencyId": "KES", "paymentMethodId": "KES_EWALLET", "amount": amount, "referenceNumber": "all-at-once",
            "counterparty": {"name": "John Doe"}}), 422)
        pointers = [error["pointer"] for error in problem["errors"]]
        assert pointers.count("/amount") == 1
        assert {"/counterparty/bankCode", "/counterparty/phone", "/counterparty/userId"} <= set(pointers), problem


def test_what_was_sent_is_not_repeated(merchant: Merchant) -> None:
    secret = "4111111111111111"
    answer = merchant.call("POST", "/v1/transaction", json=kes_payout(counterparty={**KES_PAYEE, "accountNumber": secret, "name": "<script>alert(1)</script>"}))
    assert_problem(answer, 422)
    assert secret not in answer.text and "<script>" not in answer.text


def test_a_currency_that_is_not_the_methods(merchant: Merchant) -> None:
    assert_problem(merchant.call("POST", "/v1/transaction", json=thb_qr(currencyId="KES")), 422, pointer="/currencyId")


BODIES = [
    b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}}", b'{"a":1,"a":2}', b'{"amount":01}', b'{"amount":1.}', b"{'a':1}", b'{"a":NaN}',
    b'\xef\xbb\xbf{}', b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'{"a":"\x01"}', b"[" * 5000, b'{"a":' * 500 + b"1" + b"}" * 500,
    b"{}\x00", b"\x00", b'{"amount":1e999999999}', b'{"amount":' + b"9" * 50_000 + b"}",
]


@pytest.mark.parametrize("path", ["/v1/transaction", "/v1/transaction/initiate", "/v1/auth/generate-token/APP"])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies_that_are_no_json_object(merchant: Merchant, path: str, body: bytes) -> None:
    answer = merchant.call("POST", path.replace("APP", merchant.app), data=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, 422)


@pytest.mark.parametrize("path", ["/v1/transaction", "/v1/transaction/initiate", "/v1/auth/generate-token/APP"])
@pytest.mark.parametrize(("type_", "status"), [
    ("text/plain", 415), ("application/xml", 415), ("", 415), ("application/json; charset=latin1", 415), ("nonsense", 415),
    ("multipart/form-data", 400), ("multipart/form-data; boundary=" + "x" * 200, 400),
])
def test_types_that_are_not_read(merchant: Merchant, path: str, type_: str, status: int) -> None:
    answer = merchant.call("POST", path.replace("APP", merchant.app), data=b"{}", headers={"Content-Type": type_})
    assert_problem(answer, 400, 415, 422)
    if status == 415:
        assert answer.status_code == 415


def test_forms_are_checked_like_json(merchant: Merchant) -> None:
    assert_problem(merchant.call("POST", "/v1/transaction", data={**form(thb_qr()), "amount": "x"}), 422, pointer="/amount")
    assert_problem(merchant.call("POST", "/v1/transaction", data="amount=1&amount=2", headers={"Content-Type": "application/x-www-form-urlencoded"}), 400, 422)
    assert_problem(merchant.call("POST", "/v1/transaction", data="a=%zz", headers={"Content-Type": "application/x-www-form-urlencoded"}), 400, 422)
    assert_problem(merchant.call("POST", "/v1/transaction", data="a=%ff", headers={"Content-Type": "application/x-www-form-urlencoded"}), 400, 422)


def test_a_body_over_64_kib_is_refused(merchant: Merchant) -> None:
    answer = merchant.call("POST", "/v1/transaction", json=thb_qr(description="x" * 70_000))
    assert_problem(answer, 413)


QUERIES = [
    ("limit", "0"), ("limit", "101"), ("limit", "-1"), ("limit", "x"), ("limit", ""), ("limit", "1e1"), ("limit", "99999999999999999999"),
    ("status", "paid"), ("status", ""), ("currencyId", "EUR"), ("paymentMethodId", "VISA"), ("from", "yesterday"), ("from", "2026-13-01"),
    ("to", "2026-02-30T00:00:00Z"), ("startingAfter", "nonsense"), ("startingAfter", "ap_00000000000000000000000000"), ("endingBefore", ""),
    ("referenceNumber", "x" * 5000), ("surprise", "1"),
]


@pytest.mark.parametrize(("name", "value"), QUERIES)
def test_query_parameters_of_the_list(merchant: Merchant, name: str, value: str) -> None:
    problem = assert_problem(merchant.call("GET", "/v1/transaction", params={name: value}), 400, 414)
    if problem["status"] == 400:
        assert name in {error.get("parameter") for error in problem["errors"]}, problem


def test_ranges_of_the_list(merchant: Merchant) -> None:
    for query in (
        {"from": "2026-01-01T00:00:00Z", "to": "2026-06-01T00:00:00Z"},
        {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"startingAfter": "tx_00000000000000000000000000", "endingBefore": "tx_00000000000000000000000000"},
        "limit=5&limit=6",
    ):
        assert_problem(merchant.call("GET", "/v1/transaction", params=query), 400)


NUMBERS = ["x", "tx_", "tx_" + "0" * 25, "tx_" + "0" * 27, "tx_" + "u" * 26, "TX_" + "0" * 26, "ap_" + "0" * 26, "%00", "..%2f..", "%ff", "a" * 300, "'%20OR%201=1--"]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(("method", "suffix"), [("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("GET", "?refresh=true")])
def test_numbers_that_are_no_orders(merchant: Merchant, method: str, suffix: str, number: str) -> None:
    assert_problem(merchant.call(method, f"/v1/transaction/txnId/{number}{suffix}"), 400, 404)


def test_refresh_is_true_or_false(merchant: Merchant) -> None:
    assert_problem(merchant.call("GET", "/v1/transaction/txnId/tx_00000000000000000000000000?refresh=maybe"), 400, 404)


@pytest.mark.parametrize("currency", ["EUR", "thb", "x" * 300, "%00", "%2e%2e", "THB%20"])
def test_currencies_that_there_are_not(merchant: Merchant, currency: str) -> None:
    assert_problem(merchant.call("GET", f"/v1/{currency}/payment-methods"), 404, 400)


@pytest.mark.parametrize("signature", [None, "", "x", "A" * 98, "A" * 5000, "é".encode()])
def test_signatures_that_are_none(merchant: Merchant, signature: Any) -> None:
    headers = {} if signature is None else {"x-signature": signature}
    assert_problem(merchant.call("POST", "/v1/transaction/process", headers=headers), 400, 401, 403)


@pytest.mark.parametrize("app", ["x", "ap_00000000000000000000000000", "tx_00000000000000000000000000", "%00", "a" * 300])
def test_apps_that_there_are_not(merchant: Merchant, app: str) -> None:
    answer = merchant.call("POST", f"/v1/auth/generate-token/{app}", token=None, json={"accessKey": "a", "secretKey": "b"})
    assert_problem(answer, 401, 404, 400, 422)


@pytest.mark.parametrize("path", ["/", "/v1", "/v2/currencies", "/v1/currencies/", "/v1//currencies", "/../etc/passwd", "/v1/%2e%2e/health", "/admin", "/webhooks/"])
def test_paths_that_there_are_not(merchant: Merchant, path: str) -> None:
    assert_problem(merchant.call("GET", path), 400, 401, 404)


@pytest.mark.parametrize(("method", "path", "allowed"), [
    ("DELETE", "/v1/transaction", "GET"), ("PUT", "/v1/currencies", "GET"), ("GET", "/v1/transaction/initiate", "POST"),
    ("POST", "/health/live", "GET"), ("PATCH", "/v1/auth/refresh-token", "POST"),
])
def test_methods_that_a_path_has_not(merchant: Merchant, method: str, path: str, allowed: str) -> None:
    answer = merchant.call(method, path)
    assert_problem(answer, 405)
    assert allowed in answer.headers["Allow"]


def test_a_form_that_nobody_accepts(merchant: Merchant) -> None:
    assert_problem(merchant.call("GET", "/v1/currencies", headers={"Accept": "text/html"}), 406)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'{"orderId":{}}', b"\xff\xfe", b"a" * 60_000])
def test_callbacks_that_are_none(shared: Stack, body: bytes) -> None:
    for (id_,) in shared.rows("SELECT name FROM provider_accounts"):
        account = account_id(shared, id_)
        answer = requests.post(f"{shared.url}/webhooks/{account}", data=body, headers={"Content-Type": "application/json"}, timeout=10)
        assert 400 <= answer.status_code < 500, answer.text


def account_id(stack: Stack, name: str) -> str:
    answer = requests.get(f"{stack.url}/admin/v1/accounts", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=10)
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    entries = result["data"] if isinstance(result, dict) else result
    return next(entry["id"] for entry in entries if entry["name"] == name)


def test_random_bytes_never_break_it(shared: Stack, merchant: Merchant) -> None:
    """Valid orders with a few bytes changed, as bodies; then heads of noise."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(300):
        body = bytearray(json.dumps(kes_payout(referenceNumber="x" * 70)).encode())
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        answer = merchant.call("POST", "/v1/transaction", data=bytes(body), headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500, (bytes(body), answer.text)
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", shared.port), timeout=10) as connection:
            connection.sendall(chance.randbytes(chance.randint(1, 2000)) + b"\r\n\r\n")
            answer = connection.recv(4096)
            assert answer.startswith(b"HTTP/1.1 4") or answer.startswith(b"HTTP/1.1 50") or answer == b"", answer
            assert not answer.startswith(b"HTTP/1.1 500") and not answer.startswith(b"HTTP/1.1 503"), answer
    assert requests.get(f"{shared.url}/health/live", timeout=5).status_code == 200
