"""`Idempotency-Key`: one call, however often it is sent."""

from __future__ import annotations

import concurrent.futures
import secrets

import pytest

from support.api import Merchant, kes_payout, thb_qr
from support.stack import Stack

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(4_012, 90_000, 16))


def key() -> dict[str, str]:
    return {"Idempotency-Key": f'"{secrets.token_hex(8)}"'}


@pytest.mark.parametrize("make", [thb_qr, kes_payout])
def test_the_second_call_gets_the_first_answer_byte_for_byte(shared: Stack, merchant: Merchant, make) -> None:
    draft, header = make(f"{next(_whole)}.00"), key()
    first = merchant.call("POST", "/v1/transaction", json=draft, headers=header)
    assert first.status_code == 201 and "Idempotent-Replayed" not in first.headers
    merchant.await_state(first.json()["result"], "pending", "succeeded")
    again = merchant.call("POST", "/v1/transaction", json=draft, headers=header)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert len(shared.attempts(draft["referenceNumber"])) == 1


def test_another_payload_is_refused(shared: Stack, merchant: Merchant) -> None:
    draft, header = thb_qr(), key()
    merchant.create(draft, headers=header)
    before = shared.counts()
    answer = merchant.call("POST", "/v1/transaction", json={**draft, "amount": "1.00"}, headers=header)
    assert answer.status_code == 422 and answer.json()["code"] == "idempotency_mismatch"
    assert shared.counts() == before


def test_the_order_of_members_and_the_encoding_do_not_matter(merchant: Merchant) -> None:
    draft, header = thb_qr(), key()
    first = merchant.call("POST", "/v1/transaction", json=draft, headers=header)
    again = merchant.call("POST", "/v1/transaction", json=dict(reversed(draft.items())), headers=header)
    assert again.content == first.content


@pytest.mark.parametrize("value", ["", '"', '"unclosed', '""', '"' + "x" * 256 + '"', "two words", '"a", "b"'])
def test_a_malformed_key_is_refused(shared: Stack, merchant: Merchant, value: str) -> None:
    before = shared.counts()
    answer = merchant.call("POST", "/v1/transaction", json=thb_qr(), headers={"Idempotency-Key": value})
    assert answer.status_code == 400 and answer.json()["code"] == "idempotency_key_malformed"
    assert shared.counts() == before


@pytest.mark.parametrize("make", [thb_qr, kes_payout])
def test_twenty_calls_at_once_with_one_key_make_one_order(shared: Stack, merchant: Merchant, make) -> None:
    draft, header = make(f"{next(_whole)}.00"), key()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(
            lambda _: merchant.at(shared.url).call("POST", "/v1/transaction", json=draft, headers=header), range(20)))
    made = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert made and len(made) + len(waiting) == 20, [(answer.status_code, answer.text) for answer in answers]
    assert len({answer.content for answer in made}) == 1
    assert {answer.json()["code"] for answer in waiting} <= {"idempotency_in_progress"}
    assert len(shared.attempts(draft["referenceNumber"])) == 1
    entry = shared.sandbox.entry(shared.attempts(draft["referenceNumber"])[0]["reference"])
    assert entry and entry["times_received"] == 1


def test_twenty_calls_at_once_with_one_reference_number_make_one_order(shared: Stack, merchant: Merchant) -> None:
    draft = kes_payout(f"{next(_whole)}.00")
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: merchant.at(shared.url).call("POST", "/v1/transaction", json=draft), range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    made = next(answer for answer in answers if answer.status_code == 201).json()["result"]
    assert {answer.json()["txnId"] for answer in answers if answer.status_code == 409} == {made["txnId"]}
    merchant.await_state(made, "succeeded")
    assert len(shared.sandbox.moved(draft["amount"])) == 1


def test_while_the_first_runs_the_second_is_told_to_wait(shared: Stack, merchant: Merchant) -> None:
    draft, header = kes_payout(f"{next(_whole)}.11"), key()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        first = pool.submit(lambda: merchant.at(shared.url).call("POST", "/v1/transaction", json=draft, headers=header))
        from support.waiting import until

        until("the first is under way", lambda: shared.attempts(draft["referenceNumber"]))
        second = merchant.at(shared.url).call("POST", "/v1/transaction", json=draft, headers=header)
        assert second.status_code == 409 and second.json()["code"] == "idempotency_in_progress"
        assert first.result().status_code == 201
