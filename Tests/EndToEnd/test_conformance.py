"""What every connector must do, whatever its provider: each rule for each method of each, against the sandbox."""

from __future__ import annotations

import copy
import decimal
import json

import pytest
import requests

from support.providers import PROVIDERS, Provider
from support.stack import HASTE, Stack, account, demo
from support.waiting import until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(1_011, 90_000, 16))

EVERY = pytest.mark.parametrize("provider", PROVIDERS, ids=[f"{each.connector}-{each.method}" for each in PROVIDERS])


def some(rule):
    """Those to which a rule applies."""
    chosen = [each for each in PROVIDERS if rule(each)]
    return pytest.mark.parametrize("provider", chosen, ids=[f"{each.connector}-{each.method}" for each in chosen])


def alone(provider: Provider) -> dict:
    """The demo with this account only, so that no other one takes over."""
    configuration = copy.deepcopy(demo())
    configuration["accounts"] = [account(configuration, provider.name)]
    return configuration


@pytest.fixture
def stack(make_stack, own_sandbox, request) -> Stack:
    """An installation with one account, and providers of its own: behaviours are for this test alone."""
    own_sandbox.settings(payoutDelayMs=50, latencyMs=30_000)
    made = make_stack(alone(request.node.callspec.params["provider"]), sandbox=own_sandbox)
    made.server()
    return made


def begin(stack: Stack, provider: Provider) -> dict:
    return stack.merchant().create(provider.draft(provider.amount(next(_whole))))


def finish(stack: Stack, provider: Provider, order: dict, seconds: float = 60) -> dict:
    """Until it has succeeded; a payer pays first, once there is something to pay."""
    merchant = stack.merchant()
    if provider.is_payin:
        if provider.pays_by_code:
            order = merchant.await_state(order, "pending")
        else:
            reference = stack.attempts(order["referenceNumber"])[-1]["reference"]
            until("the provider has it", lambda: stack.sandbox.entry(reference))
        provider.pay(stack, order)
    return merchant.await_state(order, "succeeded", seconds=seconds)


def test_every_connector_and_method_is_held_to_the_rules(make_stack) -> None:
    told = json.loads(make_stack().command("account", "connectors", "--json").stdout)
    declared = {(connector["id"], method["id"]) for connector in told for method in connector["methods"]}
    assert declared == {(each.connector, each.method) for each in PROVIDERS}


@EVERY
def test_money_moves_once_in_the_exact_amount_and_the_order_tells_so(stack: Stack, provider: Provider) -> None:
    order = begin(stack, provider)
    ended = finish(stack, provider, order)
    assert provider.movements(stack, ended) == 1
    assert decimal.Decimal(ended["movedAmount"]) == decimal.Decimal(ended["payableAmount"])
    assert ended["providerOrderId"] and ended["review"] is None and ended["finishedAt"]
    kinds = [event["kind"] for event in stack.merchant().events(ended)]
    assert kinds[0] == "created" and kinds.count("succeeded") == 1 and kinds[-1] == "succeeded", kinds


@some(lambda each: each.submission)
@pytest.mark.parametrize("behaviour", ["lose_answer_after", "error_after", "garbled_after", "slow", "bad_signature_answer"])
def test_an_answer_that_is_lost_is_asked_for_and_nothing_is_sent_twice(
    stack: Stack, provider: Provider, behaviour: str
) -> None:
    provider.behave(stack, provider.submission, behaviour)
    ended = finish(stack, provider, begin(stack, provider))
    assert provider.movements(stack, ended) == 1
    submissions = [request for attempt in stack.attempts(ended["referenceNumber"])
                   for request in stack.sandbox.requests(attempt["reference"]) if request["operation"] == provider.submission]
    assert len(submissions) == 1 and len(stack.attempts(ended["referenceNumber"])) == 1


@some(lambda each: each.submission)
@pytest.mark.parametrize("behaviour", ["lose_answer_before", "error_before"])
def test_what_may_have_arrived_is_not_sent_again_and_a_person_is_called(
    make_stack, own_sandbox, provider: Provider, behaviour: str
) -> None:
    stack = make_stack(alone(provider), sandbox=own_sandbox, **HASTE)
    stack.server()
    provider.behave(stack, provider.submission, behaviour)
    order = begin(stack, provider)
    assert order["status"] == "processing"
    merchant = stack.merchant()
    until("a person is called", lambda: merchant.fetch(order)["review"] == "outcome_unknown", seconds=40)
    assert [attempt["state"] for attempt in stack.attempts(order["referenceNumber"])] == ["unknown"]
    assert provider.movements(stack, order) == 0


@some(lambda each: each.submission)
def test_a_refusal_ends_the_order_with_words_for_people(stack: Stack, provider: Provider) -> None:
    provider.behave(stack, provider.submission, "refuse")
    ended = stack.merchant().await_end(begin(stack, provider))
    assert ended["status"] == "failed" and ended["reason"]["code"] and " " in ended["reason"]["detail"]
    assert provider.movements(stack, ended) == 0


@EVERY
def test_a_provider_that_cannot_be_reached_costs_nothing(make_stack, provider: Provider) -> None:
    stack = make_stack(alone(provider))
    stack.server()
    stack.unplug(provider.name)
    order = begin(stack, provider)
    if provider.submission is None:
        assert order["status"] == "pending" and order["qrCode"]
        return
    ended = stack.merchant().await_end(order)
    assert (ended["status"], ended["reason"]["code"]) == ("failed", "provider_unavailable")


@EVERY
@pytest.mark.parametrize("behaviour", ["lose_answer_before", "error_before", "garbled_after", "not_found", "bad_signature_answer"])
def test_a_question_that_goes_wrong_decides_nothing(stack: Stack, provider: Provider, behaviour: str) -> None:
    """Nor does "not found", where the provider is not known to mean it."""
    provider.behave(stack, provider.query, behaviour, count=2)
    if provider.calls_back:
        provider.behave(stack, "callback", "no_callback")
    if provider.submission and not provider.is_payin:
        provider.behave(stack, provider.submission, "lose_answer_after")
    ended = finish(stack, provider, begin(stack, provider))
    assert provider.movements(stack, ended) == 1
    assert len(stack.attempts(ended["referenceNumber"])) == 1


@some(lambda each: each.preparation)
@pytest.mark.parametrize("behaviour", ["lose_answer_after", "lose_answer_before", "error_after", "garbled_after", "bad_signature_answer"])
def test_a_step_that_moves_nothing_is_given_up_where_its_answer_is_lost(
    stack: Stack, provider: Provider, behaviour: str
) -> None:
    provider.behave(stack, provider.preparation, behaviour)
    ended = stack.merchant().await_end(begin(stack, provider))
    assert ended["status"] == "failed" and provider.movements(stack, ended) == 0
    assert [attempt["state"] for attempt in stack.attempts(ended["referenceNumber"])] == ["rejected"]


@some(lambda each: each.is_payin)
@pytest.mark.parametrize(("difference", "review"), [("-1", "paid_short"), ("1", "paid_over")])
def test_a_payer_who_sends_another_amount_is_a_case_for_a_person(
    stack: Stack, provider: Provider, difference: str, review: str
) -> None:
    merchant = stack.merchant()
    order = merchant.await_state(begin(stack, provider), "pending")
    provider.pay(stack, order, amount=str(decimal.Decimal(order["payableAmount"]) + decimal.Decimal(difference)))
    now = until("it is in review", lambda: (now := merchant.fetch(order))["review"] and now, seconds=30)
    assert now["review"] == review and now["status"] != "succeeded"


@some(lambda each: each.is_payin)
def test_a_payment_after_the_expiry_still_counts(make_stack, provider: Provider) -> None:
    """Found by the last look, or by what the provider sends; never dropped."""
    stack = make_stack(alone(provider), CAUSEWAY_EXPIRY_GRACE="1s")
    stack.server()
    merchant = stack.merchant()
    order = merchant.await_state(begin(stack, provider), "pending")
    provider.pay(stack, order)
    # A minute is the least that a payer is given; the test cannot wait for it.
    stack.rows("UPDATE orders SET expires_at = now(), due_at = now() + interval '1 second' WHERE reference_number = %s"
               " AND state = 'pending' RETURNING id", order["referenceNumber"])
    ended = merchant.await_state(order, "succeeded", seconds=30)
    assert provider.movements(stack, ended) == 1


@EVERY
def test_health_tells_how_the_account_is(stack: Stack, provider: Provider) -> None:
    def told() -> dict | None:
        health = requests.get(f"{stack.url}/health", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=5).json()
        found = next(each for each in health["accounts"] if each["name"] == provider.name)
        return found if found["checkedAt"] else None

    seen = until("the account was looked at", told, seconds=20)
    assert seen["status"] == "ok" and seen["lastSuccessAt"], seen


@EVERY
def test_what_is_wrong_with_a_payment_is_told_by_field_and_nothing_is_sent(stack: Stack, provider: Provider) -> None:
    merchant = stack.merchant()
    before = len(stack.sandbox.all_requests(provider.connector))
    stored = stack.counts()
    for amount in ("0", "-1", "0.001", "99999999999999", "x"):
        answer = merchant.call("POST", "/v1/transaction", json=provider.draft(amount))
        assert answer.status_code == 422 and "/amount" in [fault.get("pointer") for fault in answer.json()["errors"]], answer.text
    assert stack.counts() == stored
    asked = stack.sandbox.all_requests(provider.connector)[before:]
    assert not [request for request in asked if request["operation"] in (provider.submission, provider.preparation)]
