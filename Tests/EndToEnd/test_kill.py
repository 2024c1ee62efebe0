"""Kill -9 between any two steps of an order: after a restart it ends right, and the ledger has it once."""

from __future__ import annotations

import re
import signal

import pytest
import requests

from support.api import Merchant, kes_payout, khqr, thb_payout, thb_qr, usd_payout
from support.processes import ROOT
from support.stack import Stack, account, with_grace
from support.waiting import until

# Where a server can be made to die, and what it must be doing for that to happen.
WHILE_CREATING = ["order_committed", "before_send", "answer_received", "answer_committed"]
# Where a first step comes before the one that moves money; what is issued here is sent nowhere.
WHILE_PREPARING = ["before_preparation", "preparation_received", "preparation_committed"]
WHILE_ISSUING = ["order_committed", "answer_received", "answer_committed"]
WHILE_WORKING = ["work_claimed", "query_answered"]
ON_CALLBACK = ["callback_committed"]
# Nothing is under way where there is no work: it needs no test of its own.
HARMLESS = ["no_work"]

PAYOUTS = {"payplus": thb_payout, "haipay": kes_payout}
EVERY_PAYOUT = {**PAYOUTS, "kess": usd_payout}
# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(2_010, 90_000, 16))


def test_every_fault_point_of_the_program_is_killed_at_here() -> None:
    named = set()
    for source in (ROOT / "Sources").rglob("*.swift"):
        for line in source.read_text().splitlines():
            if "FaultPoint.reached(" in line and "func " not in line:
                named.update(re.findall(r'"([a-z_]+)"', line))
    assert named == {*WHILE_CREATING, *WHILE_PREPARING, *WHILE_WORKING, *ON_CALLBACK, *HARMLESS}


def create_and_die(stack: Stack, point: str, draft: dict) -> Merchant:
    """Sends `draft` to a server that dies at `point`, and starts another."""
    server = stack.server(CAUSEWAY_FAULT=point)
    merchant = stack.merchant()
    with pytest.raises(requests.RequestException):
        merchant.call("POST", "/v1/transaction", json=draft)
    assert server.wait(10) == -signal.SIGKILL
    stack.server()
    return stack.merchant()


@pytest.mark.parametrize("provider", ["payplus", "haipay"])
@pytest.mark.parametrize("point", WHILE_CREATING)
def test_a_payout_survives(make_stack, provider: str, point: str) -> None:
    stack = make_stack(with_grace(1))
    draft = PAYOUTS[provider](f"{next(_whole)}.00")
    merchant = create_and_die(stack, point, draft)
    order = merchant.find(draft["referenceNumber"])
    assert order, "what was committed is there"
    ended = merchant.await_end(order, seconds=40)
    moved = stack.sandbox.moved(draft["amount"])
    submissions = sum(entry["times_received"] for entry in stack.sandbox.entries()
                      if entry["reference"] in {attempt["reference"] for attempt in stack.attempts(draft["referenceNumber"])})
    if point in ("order_committed", "before_send") and provider == "haipay":
        # Nothing was sent, HaiPay says so, and there is no second account.
        assert ended["status"] == "failed" and ended["reason"]["code"] == "never_arrived"
        assert moved == [] and submissions == 0
    else:
        assert ended["status"] == "succeeded"
        assert len(moved) == 1 and submissions == 1


@pytest.mark.parametrize("point", WHILE_CREATING)
def test_a_deposit_survives(make_stack, point: str) -> None:
    stack = make_stack(with_grace(1))
    draft = thb_qr(f"{next(_whole)}.00")
    merchant = create_and_die(stack, point, draft)
    order = merchant.find(draft["referenceNumber"])
    assert order
    merchant.await_state(order, "pending", seconds=40)
    reference = stack.attempts(draft["referenceNumber"])[-1]["reference"]
    stack.sandbox.pay(reference=reference)
    merchant.await_state(order, "succeeded", seconds=30)
    entry = stack.sandbox.entry(reference)
    assert entry and entry["moved"] and entry["times_received"] == 1


@pytest.mark.parametrize("point", [*WHILE_PREPARING, *WHILE_CREATING])
def test_a_payout_in_two_steps_survives(make_stack, own_sandbox, point: str) -> None:
    """Before the confirmation is sent everything begins anew; from then on only the provider's word counts."""
    own_sandbox.settings(payoutDelayMs=100, kessPreTransferSeconds=4)
    configuration = with_grace(0)
    account(configuration, "kess")["settings"]["expiredGraceSeconds"] = 1
    stack = make_stack(configuration, sandbox=own_sandbox)
    draft = usd_payout(f"{next(_whole)}.00")
    merchant = create_and_die(stack, point, draft)
    order = merchant.find(draft["referenceNumber"])
    assert order, "what was committed is there"
    merchant.await_state(order, "succeeded", seconds=60)
    moved = own_sandbox.moved(draft["amount"], provider="kess")
    assert len(moved) == 1 and moved[0]["movements"] == 1
    confirmations = sum(
        request["operation"] == "confirm"
        for attempt in stack.attempts(draft["referenceNumber"]) for request in own_sandbox.requests(attempt["reference"]))
    assert confirmations == 1


@pytest.mark.parametrize("point", WHILE_PREPARING)
def test_a_quote_survives_its_first_step(make_stack, point: str) -> None:
    """Who asked for it saw no answer; the next one under the same number is told that it exists, and nothing has moved."""
    stack = make_stack()
    server = stack.server(CAUSEWAY_FAULT=point)
    draft = usd_payout(f"{next(_whole)}.00")
    with pytest.raises(requests.RequestException):
        stack.merchant().call("POST", "/v1/transaction/initiate", json=draft)
    assert server.wait(10) == -signal.SIGKILL
    stack.server()
    merchant = stack.merchant()
    quote = merchant.find(draft["referenceNumber"])
    assert quote and quote["status"] == "initiated"
    assert merchant.call("POST", "/v1/transaction/initiate", json=draft).status_code == 409
    assert stack.sandbox.moved(draft["amount"], provider="kess") == []
    assert merchant.call("POST", f"/v1/transaction/txnId/{quote['txnId']}/cancel").status_code == 200


@pytest.mark.parametrize("point", WHILE_CREATING)
def test_a_quote_survives_its_processing(make_stack, own_sandbox, point: str) -> None:
    own_sandbox.settings(payoutDelayMs=100, kessPreTransferSeconds=4)
    configuration = with_grace(0)
    account(configuration, "kess")["settings"]["expiredGraceSeconds"] = 1
    stack = make_stack(configuration, sandbox=own_sandbox)
    server = stack.server(CAUSEWAY_FAULT=point)
    merchant = stack.merchant()
    draft = usd_payout(f"{next(_whole)}.00")
    quote = merchant.call("POST", "/v1/transaction/initiate", json=draft).json()["result"]
    with pytest.raises(requests.RequestException):
        merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]})
    assert server.wait(10) == -signal.SIGKILL
    stack.server()
    merchant = stack.merchant()
    merchant.await_state(quote, "succeeded", seconds=60)
    moved = own_sandbox.moved(draft["amount"], provider="kess")
    assert len(moved) == 1 and moved[0]["movements"] == 1


@pytest.mark.parametrize("point", WHILE_ISSUING)
def test_a_code_that_was_issued_survives(make_stack, point: str) -> None:
    """Nobody has seen a code before it is committed; after that it is the only one."""
    stack = make_stack()
    draft = khqr(f"{next(_whole)}.00")
    merchant = create_and_die(stack, point, draft)
    order = merchant.find(draft["referenceNumber"])
    assert order
    pending = merchant.await_state(order, "pending", seconds=40)
    assert len(stack.attempts(draft["referenceNumber"])) == 1
    stack.sandbox.pay(qr=pending["qrCode"])
    ended = merchant.await_state(order, "succeeded", seconds=30)
    assert ended["qrCode"] == pending["qrCode"]


@pytest.mark.parametrize("point", WHILE_WORKING)
def test_dying_while_asking_costs_nothing(make_stack, point: str) -> None:
    """No callback comes, so only the questions can tell; the server dies over the first of them."""
    stack = make_stack()
    server = stack.server(CAUSEWAY_FAULT=point)
    merchant = stack.merchant()
    draft = kes_payout(f"{next(_whole)}.15")
    order = merchant.create(draft)
    assert server.wait(30) == -signal.SIGKILL
    stack.server()
    ended = stack.merchant().await_end(order, seconds=40)
    assert ended["status"] == "succeeded"
    assert len(stack.sandbox.moved(draft["amount"])) == 1


@pytest.mark.parametrize("point", ON_CALLBACK)
def test_a_callback_committed_but_not_acknowledged_counts_once(make_stack, point: str) -> None:
    stack = make_stack()
    stack.sandbox.settings(callbackRetryMs=500)
    server = stack.server(CAUSEWAY_FAULT=point)
    merchant = stack.merchant()
    draft = thb_qr(f"{next(_whole)}.00")
    order = merchant.create(draft)
    reference = stack.attempts(draft["referenceNumber"])[0]["reference"]
    stack.sandbox.pay(reference=reference)
    assert server.wait(15) == -signal.SIGKILL
    stack.server()
    merchant = stack.merchant()
    ended = merchant.await_state(order, "succeeded", seconds=20)
    until("the repeated callback is acknowledged",
          lambda: any(sent["acknowledged"] for sent in stack.sandbox.callbacks(reference)))
    assert merchant.fetch(order) == ended
    kinds = [event["kind"] for event in merchant.events(order)]
    assert kinds.count("succeeded") == 1


def test_a_server_killed_at_random_moments_never_pays_twice(make_stack) -> None:
    """A dozen payouts, a server that is shot three times meanwhile, one movement each."""
    import random
    import threading
    import time

    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    stack = make_stack(with_grace(2))
    stack.server()
    merchant = stack.merchant()
    drafts = [EVERY_PAYOUT[chance.choice(list(EVERY_PAYOUT))](f"{next(_whole)}.00") for _ in range(12)]

    def send(draft: dict) -> None:
        for _ in range(40):
            try:
                answer = merchant.at(stack.url).call("POST", "/v1/transaction", json=draft, timeout=15)
                if answer.status_code in (201, 409):
                    return
            except requests.RequestException:
                pass
            time.sleep(0.25)

    threads = [threading.Thread(target=send, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
        time.sleep(chance.uniform(0, 0.05))
    for _ in range(3):
        time.sleep(chance.uniform(0.05, 0.6))
        stack.servers[-1].kill()
        stack.server()
    for thread in threads:
        thread.join(60)
    merchant = stack.merchant()
    for draft in drafts:
        order = merchant.find(draft["referenceNumber"])
        assert order, draft
        ended = merchant.await_end(order, seconds=60)
        moved = stack.sandbox.moved(draft["amount"])
        assert len(moved) == (1 if ended["status"] == "succeeded" else 0), (ended, moved)
