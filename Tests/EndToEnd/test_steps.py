"""Payments in two steps: what is created moves nothing, what is confirmed moves once, whatever becomes of the answers."""

from __future__ import annotations

import decimal

import pytest

from support.api import Merchant, usd_payout
from support.sandbox import MAGIC
from support.stack import HASTE, Stack, with_grace
from support.waiting import throughout, until

BREAKERS = False
# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_007, 90_000, 16))

KESS = {"account": "demo-one"}


def amount(behaviour: str = "succeed") -> str:
    return f"{next(_whole)}.{MAGIC[behaviour]}"


def moved(stack: Stack, order: dict) -> list[dict]:
    return stack.sandbox.moved(order["amount"], provider="kess")


def confirmations(stack: Stack, order: dict) -> int:
    """How often a confirmation was asked for, over all attempts of the order."""
    return sum(
        request["operation"] == "confirm"
        for attempt in stack.attempts(order["referenceNumber"])
        for request in stack.sandbox.requests(attempt["reference"]))


def states(stack: Stack, order: dict) -> list[str]:
    return [attempt["state"] for attempt in stack.attempts(order["referenceNumber"])]


def assert_paid_once(stack: Stack, order: dict) -> None:
    assert len(moved(stack, order)) == 1
    assert moved(stack, order)[0]["movements"] == 1


@pytest.fixture
def stack(make_stack) -> Stack:
    """One installation for each test: behaviours of the next calls are for its calls alone."""
    made = make_stack()
    made.server()
    return made


# ---- show the name, then confirm --------------------------------------------------------------------------------------

def test_a_quote_tells_who_will_be_paid_and_until_when_and_moves_nothing(shared: Stack, merchant: Merchant) -> None:
    answer = merchant.call("POST", "/v1/transaction/initiate", json=usd_payout(amount()))
    assert answer.status_code == 201, answer.text
    quote = answer.json()["result"]
    assert quote["status"] == "initiated" and quote["payeeName"] == "SOK DARA"
    assert quote["createdAt"] < quote["expiresAt"]
    assert moved(shared, quote) == [] and confirmations(shared, quote) == 0
    # What the sandbox says a transfer lives for, less the margin; Causeway's own quotes live longer.
    processed = merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    assert processed.status_code == 201, processed.text
    ended = merchant.await_state(quote, "succeeded")
    assert ended["payeeName"] == "SOK DARA" and ended["providerOrderId"]
    assert_paid_once(shared, quote)
    assert confirmations(shared, quote) == 1


def test_a_quote_is_confirmed_once_however_often_it_is_processed(shared: Stack, merchant: Merchant) -> None:
    quote = merchant.call("POST", "/v1/transaction/initiate", json=usd_payout(amount())).json()["result"]
    for _ in range(3):
        merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    merchant.await_state(quote, "succeeded")
    assert_paid_once(shared, quote)
    assert confirmations(shared, quote) == 1


def test_a_quote_that_is_cancelled_is_never_confirmed(shared: Stack, merchant: Merchant) -> None:
    quote = merchant.call("POST", "/v1/transaction/initiate", json=usd_payout(amount())).json()["result"]
    assert merchant.call("POST", f"/v1/transaction/txnId/{quote['txnId']}/cancel").status_code == 200
    late = merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    assert late.status_code == 409
    assert moved(shared, quote) == []


def test_one_call_does_both_steps(shared: Stack, merchant: Merchant) -> None:
    order = merchant.create(usd_payout(amount()))
    ended = merchant.await_state(order, "succeeded")
    assert ended["payeeName"] == "SOK DARA"
    assert_paid_once(shared, order)


def test_a_name_that_is_the_receivers_but_for_case_is_taken(shared: Stack, merchant: Merchant) -> None:
    draft = usd_payout(amount())
    draft["counterparty"]["name"] = "sok DARA"
    merchant.await_state(merchant.create(draft), "succeeded")


def test_another_name_is_refused_before_any_money_moves(shared: Stack, merchant: Merchant) -> None:
    draft = usd_payout(amount())
    draft["counterparty"]["name"] = "Sok Dara Junior"
    ended = merchant.await_end(merchant.create(draft))
    assert (ended["status"], ended["reason"]["code"]) == ("failed", "name_mismatch")
    assert moved(shared, ended) == [] and confirmations(shared, ended) == 0


def test_a_receiver_who_cannot_be_paid_is_told_at_once(shared: Stack, merchant: Merchant) -> None:
    shared.sandbox.behave("kess", "create", "not_eligible", **KESS)
    ended = merchant.await_end(merchant.create(usd_payout(amount())))
    assert (ended["status"], ended["reason"]["code"]) == ("failed", "invalid_account")
    assert " " in ended["reason"]["detail"]
    assert moved(shared, ended) == []


# ---- the first step goes wrong -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("behaviour", [
    "lose_answer_after", "lose_answer_before", "error_after", "error_before", "garbled_after", "bad_signature_answer",
])
def test_whatever_happens_to_a_creation_nothing_is_confirmed(stack: Stack, behaviour: str) -> None:
    """There is one account only: the order fails, nothing is unknown, and nothing has moved."""
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "create", behaviour, **KESS)
    ended = merchant.await_end(merchant.create(usd_payout(amount())), seconds=40)
    assert (ended["status"], ended["reason"]["code"]) == ("failed", "provider_unavailable"), ended
    assert states(stack, ended) == ["rejected"]
    assert confirmations(stack, ended) == 0 and moved(stack, ended) == []


def test_a_creation_that_hangs_is_given_up(stack: Stack) -> None:
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "create", "slow", **KESS)
    order = merchant.create(usd_payout(amount()))
    ended = merchant.await_end(order, seconds=60)
    assert ended["status"] == "failed"
    assert confirmations(stack, ended) == 0 and moved(stack, ended) == []


def test_another_account_takes_over_where_the_first_cannot_create(make_stack) -> None:
    configuration = with_second()
    stack = make_stack(configuration)
    stack.server()
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "create", "error_after", **KESS)
    order = merchant.create(usd_payout(amount()))
    merchant.await_state(order, "succeeded")
    assert [entry["account"] for entry in moved(stack, order)] == ["demo-two"]
    assert states(stack, order) == ["rejected", "succeeded"]


# ---- the second step goes wrong -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("behaviour", [
    "lose_answer_after", "error_after", "garbled_after", "bad_signature_answer",
])
def test_a_confirmation_whose_answer_was_lost_is_asked_about_and_never_repeated(
    shared: Stack, merchant: Merchant, behaviour: str
) -> None:
    order = merchant.create(usd_payout(amount(behaviour)))
    merchant.await_state(order, "succeeded")
    assert_paid_once(shared, order)
    assert confirmations(shared, order) == 1 and states(shared, order) == ["succeeded"]


def test_a_confirmation_that_hangs_is_asked_about(shared: Stack, merchant: Merchant) -> None:
    order = merchant.create(usd_payout(amount("slow")))
    assert order["status"] == "processing"
    merchant.await_state(order, "succeeded", seconds=60)
    assert_paid_once(shared, order)
    assert confirmations(shared, order) == 1


@pytest.mark.parametrize("behaviour", ["lose_answer_before", "error_before"])
def test_a_confirmation_that_may_have_arrived_is_not_repeated(make_stack, behaviour: str) -> None:
    """It never did, but only KESS's "expired", long after, could say so: until then nothing more is sent, and a person is called."""
    stack = make_stack(**HASTE)
    stack.server()
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "confirm", behaviour, **KESS)
    order = merchant.create(usd_payout(amount()))
    assert order["status"] == "processing"
    until("a person is called", lambda: merchant.fetch(order)["review"] == "outcome_unknown", seconds=40)
    assert states(stack, order) == ["unknown"] and confirmations(stack, order) == 1
    assert moved(stack, order) == []


def test_a_transfer_that_was_never_confirmed_is_created_anew_once_that_is_proven(make_stack, own_sandbox) -> None:
    configuration = with_grace(0)
    own_sandbox.settings(kessPreTransferSeconds=3)
    for entry in configuration["accounts"]:
        if entry["connector"] == "kess":
            entry["settings"]["expiredGraceSeconds"] = 1
    stack = make_stack(configuration, sandbox=own_sandbox)
    stack.server()
    merchant = stack.merchant()
    own_sandbox.behave("kess", "confirm", "lose_answer_before", **KESS)
    order = merchant.create(usd_payout(amount()))
    ended = merchant.await_state(order, "succeeded", seconds=60)
    assert_paid_once(stack, ended)
    assert states(stack, ended) == ["rejected", "succeeded"]
    references = {attempt["reference"] for attempt in stack.attempts(ended["referenceNumber"])}
    assert len(references) == 2, "each attempt has a reference of its own"


def test_a_transfer_that_ran_out_before_it_was_confirmed_is_created_anew(shared: Stack, merchant: Merchant) -> None:
    shared.sandbox.behave("kess", "confirm", "expired", **KESS)
    order = merchant.create(usd_payout(amount()))
    merchant.await_state(order, "succeeded")
    assert_paid_once(shared, order)
    assert states(shared, order) == ["rejected", "succeeded"]


def test_it_is_created_anew_at_most_three_times(stack: Stack) -> None:
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "confirm", "expired", count=10, **KESS)
    ended = merchant.await_end(merchant.create(usd_payout(amount())), seconds=30)
    assert (ended["status"], ended["reason"]["code"]) == ("failed", "preparation_lapsed")
    assert states(stack, ended) == ["rejected"] * 4
    assert moved(stack, ended) == []
    stack.sandbox.clear_behaviour()


def test_a_receiver_who_has_another_name_the_second_time_is_not_paid(stack: Stack) -> None:
    """The merchant was shown one name; the transfer that is created anew tells another."""
    merchant = stack.merchant()
    quote = merchant.call("POST", "/v1/transaction/initiate", json=usd_payout(amount())).json()["result"]
    assert quote["payeeName"] == "SOK DARA"
    stack.sandbox.behave("kess", "confirm", "expired", **KESS)
    stack.sandbox.behave("kess", "create", "rename", **KESS)
    merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    ended = merchant.await_end(quote, seconds=30)
    assert (ended["status"], ended["reason"]["code"]) == ("failed", "name_mismatch")
    assert moved(stack, ended) == []


def test_used_means_ask_not_failed(stack: Stack) -> None:
    """A confirmation that arrived before: what became of it only the query tells."""
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "confirm", "used", **KESS)
    order = merchant.create(usd_payout(amount()))
    assert order["status"] in ("processing", "succeeded")
    throughout("nothing is concluded", lambda: merchant.fetch(order)["status"] in ("processing", "succeeded"), seconds=1)
    assert confirmations(stack, order) == 1
    assert len(moved(stack, order)) <= 1


@pytest.mark.parametrize(("behaviour", "reason"), [
    ("refuse_account", "invalid_account"), ("refuse_balance", "insufficient_balance"), ("not_eligible", "invalid_account"),
])
def test_a_refused_confirmation_fails_with_a_reason_for_people(stack: Stack, behaviour: str, reason: str) -> None:
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "confirm", behaviour, **KESS)
    ended = merchant.await_end(merchant.create(usd_payout(amount())))
    assert (ended["status"], ended["reason"]["code"]) == ("failed", reason), ended
    assert " " in ended["reason"]["detail"] and moved(stack, ended) == []


# ---- the question goes wrong -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("behaviour", [
    "lose_answer_after", "error_before", "garbled_after", "bad_signature_answer", "not_found",
])
def test_a_question_that_goes_wrong_decides_nothing_and_is_asked_again(stack: Stack, behaviour: str) -> None:
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "confirm", "lose_answer_after", **KESS)
    stack.sandbox.behave("kess", "query", behaviour, count=2, **KESS)
    order = merchant.create(usd_payout(amount()))
    merchant.await_state(order, "succeeded", seconds=40)
    assert_paid_once(stack, order)
    assert confirmations(stack, order) == 1


@pytest.mark.parametrize(("behaviour", "review"), [("wrong_amount", "amount_mismatch"), ("wrong_currency", "currency_mismatch")])
def test_an_answer_about_other_money_is_a_case_for_a_person(stack: Stack, behaviour: str, review: str) -> None:
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "confirm", "lose_answer_after", **KESS)
    stack.sandbox.behave("kess", "query", behaviour, count=50, **KESS)
    order = merchant.create(usd_payout(amount()))
    now = until("it is in review", lambda: (now := merchant.fetch(order))["review"] == review and now, seconds=30)
    assert now["status"] != "succeeded"
    stack.sandbox.clear_behaviour()


@pytest.mark.parametrize(("behaviour", "review"), [("wrong_amount", "amount_mismatch"), ("wrong_currency", "currency_mismatch")])
def test_a_confirmation_answered_with_other_money_is_sent_once_and_for_a_person(stack: Stack, behaviour: str, review: str) -> None:
    """Our own answer is in: however it reads, it is no reason to confirm again. The query says the same for as long as is looked."""
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "confirm", behaviour, count=50, **KESS)
    stack.sandbox.behave("kess", "query", behaviour, count=10_000, **KESS)
    order = merchant.create(usd_payout(amount()))
    until("it is in review", lambda: merchant.fetch(order)["review"] == review, seconds=30)
    assert merchant.fetch(order)["status"] != "succeeded" and states(stack, order) == ["unknown"]
    assert confirmations(stack, order) == 1
    assert_paid_once(stack, order)
    stack.sandbox.clear_behaviour()


# ---- the token ---------------------------------------------------------------------------------------------------------------

def test_one_token_serves_many_orders_and_two_processes(make_stack, own_sandbox) -> None:
    import concurrent.futures

    own_sandbox.settings(payoutDelayMs=0)
    stack = make_stack(sandbox=own_sandbox)
    one, two = stack.server(), stack.server(first=False)
    merchant = stack.merchant()
    callers = [merchant, merchant.at(two.url)]
    drafts = [usd_payout(amount()) for _ in range(16)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(lambda pair: callers[pair[0] % 2].at(callers[pair[0] % 2].url).create(pair[1]), enumerate(drafts)))
    for order in orders:
        merchant.await_state(order, "succeeded")
        assert_paid_once(stack, order)
    tokens = [request for request in own_sandbox.all_requests(provider="kess") if request["operation"] == "token"]
    assert len(tokens) == 1, [request["at"] for request in tokens]
    assert one.alive() and two.alive()


def test_a_revoked_token_is_replaced_once_and_the_call_repeated_once(stack: Stack) -> None:
    merchant = stack.merchant()
    merchant.await_state(merchant.create(usd_payout(amount())), "succeeded")
    stack.sandbox.revoke_tokens("kess", "demo-one")
    order = merchant.create(usd_payout(amount()))
    merchant.await_state(order, "succeeded")
    assert_paid_once(stack, order)


def test_a_token_that_runs_out_between_the_steps_costs_nothing(stack: Stack) -> None:
    """The confirmation is answered 401, which proves that nothing was done: it alone may be repeated."""
    merchant = stack.merchant()
    quote = merchant.call("POST", "/v1/transaction/initiate", json=usd_payout(amount())).json()["result"]
    stack.sandbox.revoke_tokens("kess", "demo-one")
    merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    merchant.await_state(quote, "succeeded")
    assert_paid_once(stack, quote)


def test_a_confirmation_that_is_refused_without_a_signature_goes_nowhere_else(make_stack) -> None:
    """A 401 is not signed: who knows what stood in front of KESS. No other account pays on its word."""
    stack = make_stack(with_second())
    stack.server()
    merchant = stack.merchant()
    stack.sandbox.behave("kess", "confirm", "bad_key", count=2, **KESS)
    order = merchant.create(usd_payout(amount()))
    assert order["status"] == "processing"
    throughout("nobody else is asked", lambda: states(stack, order) == ["unknown"], seconds=2)
    assert moved(stack, order) == []


def test_credentials_that_are_refused_fail_the_order_and_show_in_health(stack: Stack) -> None:
    merchant = stack.merchant()
    stack.sandbox.revoke_tokens("kess", "demo-one")
    stack.sandbox.behave("kess", "token", "bad_key", count=1000, **KESS)
    ended = merchant.await_end(merchant.create(usd_payout(amount())), seconds=30)
    assert ended["status"] == "failed" and moved(stack, ended) == []
    stack.sandbox.clear_behaviour()


# ---- two providers' accounts ---------------------------------------------------------------------------------------------------

def with_second() -> dict:
    """The demo with a second account, which signs with SHA-1 and writes floats as PHP once did."""
    configuration = with_grace(0)
    first = next(entry for entry in configuration["accounts"] if entry["connector"] == "kess")
    second = {**first, "name": "kess-two", "priority": 20, "settings": {
        **first["settings"], "partnerId": "sandbox-kess-partner-two",
        "partnerSecretKey": "sandbox-kess-secret-two-0123456789abcdef", "userName": "causeway-two",
        "password": "sandbox-kess-password-two-0123456789", "digest": "sha1", "serializePrecision": "17"}}
    configuration["accounts"].append(second)
    return configuration


def test_sha1_and_old_php_are_spoken_too(make_stack) -> None:
    configuration = with_second()
    for entry in configuration["accounts"]:
        if entry["name"] == "kess":
            entry["enabled"] = False
    stack = make_stack(configuration)
    stack.server()
    merchant = stack.merchant()
    whole = decimal.Decimal(next(_whole))
    for cents in ("0.1", "0.25", "0.55"):
        # Decimals of no meaning to the sandbox beyond its table.
        order = merchant.create(usd_payout(str(whole + decimal.Decimal(cents) + decimal.Decimal("0.30"))))
        merchant.await_state(order, "succeeded")
        assert [entry["account"] for entry in moved(stack, order)] == ["demo-two"]
