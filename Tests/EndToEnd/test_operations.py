"""Life in production: a database that goes away, several processes, a drain, a wrong key."""

from __future__ import annotations

import concurrent.futures
import copy
import json
import os
import secrets
import signal
import socket
import subprocess
import threading
import time

import pytest
import requests

from support.api import Merchant, kes_payout, thb_payout, thb_qr
from support.processes import ROOT, clean_environment, free_port, programs
from support.stack import Stack, account, demo
from support.waiting import until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(5_005, 90_000, 16))


# ---- the database goes away ---------------------------------------------------------------------------------------------

def test_without_its_database_it_says_503_and_recovers_by_itself(make_stack, own_postgres) -> None:
    stack = make_stack(postgres=own_postgres)
    server = stack.server()
    merchant = stack.merchant()
    pending = merchant.create(thb_qr(f"{next(_whole)}.00"))
    own_postgres.stop()

    def refused() -> bool:
        answer = merchant.call("POST", "/v1/transaction", json=thb_qr(), timeout=30)
        return answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0

    until("orders are refused with 503 and Retry-After", refused, seconds=20)
    for path in (f"/v1/transaction/txnId/{pending['txnId']}", "/v1/transaction"):
        answer = merchant.call("GET", path)
        assert answer.status_code == 503 and answer.headers["Retry-After"], answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert requests.get(f"{stack.url}/health/live", timeout=5).status_code == 200
    until("it is not ready", lambda: requests.get(f"{stack.url}/health/ready", timeout=5).status_code == 503)
    began = time.monotonic()
    assert requests.get(f"{stack.url}/health", timeout=5).status_code in (200, 503)
    assert time.monotonic() - began < 2, "health answers within its own deadline"
    own_postgres.start()
    until("it is ready again", lambda: requests.get(f"{stack.url}/health/ready", timeout=5).status_code == 200, seconds=40)
    assert server.alive()
    reference = stack.attempts(pending["referenceNumber"])[0]["reference"]
    stack.sandbox.pay(reference=reference)
    merchant.await_state(pending, "succeeded", seconds=30)
    assert merchant.create(thb_qr(f"{next(_whole)}.00"))["status"] == "pending"


def test_an_answer_that_arrives_while_the_database_is_away_is_not_lost(make_stack, own_postgres, own_sandbox) -> None:
    """The provider acts and answers; the database is gone just then, and comes back."""
    own_sandbox.settings(payoutDelayMs=100, latencyMs=1500)
    stack = make_stack(postgres=own_postgres, sandbox=own_sandbox, CAUSEWAY_LEASE="10s")
    stack.server()
    merchant = stack.merchant()
    draft = kes_payout(f"{next(_whole)}.11")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = pool.submit(lambda: merchant.call("POST", "/v1/transaction", json=draft))
        until("the provider has it", lambda: own_sandbox.moved(draft["amount"]) or own_sandbox.entries())
        own_postgres.stop()
        answer = call.result()
    assert answer.status_code in (201, 503), answer.text
    own_postgres.start()
    until("it is ready again", lambda: requests.get(f"{stack.url}/health/ready", timeout=5).status_code == 200, seconds=40)
    order = merchant.find(draft["referenceNumber"])
    assert order
    merchant.await_state(order, "succeeded", seconds=60)
    assert len(own_sandbox.moved(draft["amount"])) == 1
    assert [entry["times_received"] for entry in own_sandbox.entries()] == [1]


# ---- several processes on one database ---------------------------------------------------------------------------------

def test_two_processes_share_the_work_and_never_send_twice(make_stack) -> None:
    stack = make_stack()
    one, two = stack.server(), stack.server(first=False)
    merchant = stack.merchant()
    callers = [merchant, merchant.at(two.url)]
    drafts = [(kes_payout if number % 2 else thb_payout)(f"{next(_whole)}.15") for number in range(24)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(
            lambda pair: callers[pair[0] % 2].at(callers[pair[0] % 2].url).call("POST", "/v1/transaction", json=pair[1]),
            enumerate(drafts)))
    assert {answer.status_code for answer in answers} == {201}
    for number, draft in enumerate(drafts):
        # Each order is read from the process that did not make it.
        order = callers[(number + 1) % 2].find(draft["referenceNumber"])
        merchant.await_state(order, "succeeded", seconds=40)
        assert len(stack.sandbox.moved(draft["amount"])) == 1
        assert [attempt["state"] for attempt in stack.attempts(draft["referenceNumber"])] == ["succeeded"]
    assert one.alive() and two.alive()


def test_what_a_dead_process_held_goes_on_in_the_other(make_stack) -> None:
    stack = make_stack()
    two = stack.server(first=False)
    one = stack.server(CAUSEWAY_FAULT="answer_received")
    merchant = stack.merchant()
    draft = thb_payout(f"{next(_whole)}.15")
    with pytest.raises(requests.RequestException):
        merchant.call("POST", "/v1/transaction", json=draft)
    assert one.wait(10) == -signal.SIGKILL
    survivor = merchant.at(two.url)
    survivor.await_state(survivor.find(draft["referenceNumber"]), "succeeded", seconds=30)
    assert len(stack.sandbox.moved(draft["amount"])) == 1


def test_the_same_key_at_two_processes_at_once_makes_one_order(make_stack) -> None:
    stack = make_stack()
    one, two = stack.server(), stack.server(first=False)
    merchant = stack.merchant()
    draft, header = kes_payout(f"{next(_whole)}.00"), {"Idempotency-Key": f'"{secrets.token_hex(8)}"'}
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(
            lambda number: merchant.at((one, two)[number % 2].url).call("POST", "/v1/transaction", json=draft, headers=header),
            range(10)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len(stack.attempts(draft["referenceNumber"])) == 1


def test_a_stalled_process_cannot_write_over_the_one_that_took_its_place(make_stack) -> None:
    """SIGSTOP past the lease, right when the answer arrives; SIGCONT afterwards: the fence refuses the late writer."""
    stack = make_stack(CAUSEWAY_LEASE="5s")
    one, two = stack.server(), stack.server(first=False)
    merchant = stack.merchant()
    draft = kes_payout(f"{next(_whole)}.11")
    caller = threading.Thread(target=lambda: _quietly(merchant, draft))
    caller.start()
    attempt = until("it is being sent", lambda: stack.attempts(draft["referenceNumber"]))[0]
    # Stopped any earlier, the provider never has it, and nobody could say so.
    until("the provider has it", lambda: stack.sandbox.entry(attempt["reference"]))
    one.signal(signal.SIGSTOP)
    survivor = merchant.at(two.url)
    ended = survivor.await_end(survivor.find(draft["referenceNumber"]), seconds=40)
    one.signal(signal.SIGCONT)
    caller.join(60)
    until("both work", lambda: requests.get(f"{one.url}/health/ready", timeout=5).status_code == 200, seconds=20)
    assert survivor.fetch(ended)["status"] == ended["status"] == "succeeded"
    assert len(stack.sandbox.moved(draft["amount"])) == 1


def _quietly(merchant: Merchant, draft: dict) -> None:
    try:
        merchant.at(merchant.url).call("POST", "/v1/transaction", json=draft, timeout=90)
    except requests.RequestException:
        pass


def test_a_new_app_is_known_to_running_processes_at_once(make_stack) -> None:
    stack = make_stack()
    servers = [stack.server(), stack.server(first=False)]
    stack.apply({"merchants": [{"name": "late", "displayName": "Late", "apps": [{"name": "till"}]}]})
    late = stack.merchants["late"]
    for server in servers:
        until("it can sign in", lambda: late.call(
            "POST", f"/v1/auth/generate-token/{late.app}", token=None,
            json={"accessKey": late.access_key, "secretKey": late.secret_key}).status_code == 201, seconds=5)
        late = late.at(server.url)


# ---- starting and stopping ------------------------------------------------------------------------------------------------

def test_a_drain_finishes_what_is_being_answered(make_stack, own_sandbox) -> None:
    own_sandbox.settings(latencyMs=1500, payoutDelayMs=100)
    stack = make_stack(sandbox=own_sandbox, CAUSEWAY_ANSWER_WAIT="10s")
    server = stack.server()
    merchant = stack.merchant()
    draft = kes_payout(f"{next(_whole)}.11")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = pool.submit(lambda: merchant.call("POST", "/v1/transaction", json=draft))
        until("it is being sent", lambda: stack.attempts(draft["referenceNumber"]))
        server.signal(signal.SIGTERM)
        answer = call.result()
    assert answer.status_code == 201, answer.text
    assert answer.json()["result"]["status"] in ("pending", "succeeded")
    assert server.wait(30) == 0
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", stack.port), timeout=2)


def test_an_idle_server_stops_at_once(make_stack) -> None:
    stack = make_stack()
    server = stack.server()
    stack.merchant()
    began = time.monotonic()
    assert server.terminate() == 0
    assert time.monotonic() - began < 5


def test_another_master_key_is_refused_with_a_reason(make_stack) -> None:
    stack = make_stack()
    done = stack.command("serve", check=False, CAUSEWAY_MASTER_KEY=secrets.token_hex(32), CAUSEWAY_LISTEN=f"127.0.0.1:{free_port()}")
    assert done.returncode != 0
    assert "master key" in (done.stdout + done.stderr).lower()


@pytest.mark.parametrize(("name", "value"), [
    ("CAUSEWAY_MASTER_KEY", ""), ("CAUSEWAY_MASTER_KEY", "short"), ("CAUSEWAY_LISTEN", "nowhere"), ("CAUSEWAY_LISTEN", "127.0.0.1:99999"),
    ("CAUSEWAY_DATABASE_URL", ""), ("CAUSEWAY_DATABASE_URL", "mysql://x"), ("CAUSEWAY_PUBLIC_URL", "not a url"),
    ("CAUSEWAY_POLL_SCALE", "-1"), ("CAUSEWAY_LEASE", "soon"),
])
def test_configuration_that_is_wrong_names_the_variable(make_stack, name: str, value: str) -> None:
    stack = make_stack()
    done = stack.command("serve", check=False, **{"CAUSEWAY_LISTEN": f"127.0.0.1:{free_port()}", name: value})
    said = done.stdout + done.stderr
    assert done.returncode not in (0, -signal.SIGILL, -signal.SIGTRAP, -signal.SIGSEGV), said
    assert name in said, said
    if len(value) > 6:
        assert name not in ("CAUSEWAY_MASTER_KEY",) or value not in said


def test_a_port_that_is_taken_is_said(make_stack) -> None:
    stack = make_stack()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = stack.command("serve", check=False, CAUSEWAY_LISTEN=f"127.0.0.1:{port}")
    assert done.returncode > 0 and str(port) in done.stdout + done.stderr


def test_migrating_twice_is_harmless_and_a_newer_schema_is_refused(make_stack) -> None:
    stack = make_stack()
    stack.command("migrate")
    stack.command("migrate")
    table = stack.value(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE '%%migrations' AND relnamespace = 'public'::regnamespace")
    columns = [name for (name,) in stack.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", table)]
    number = next(name for name in columns if name in ("number", "version", "id"))
    stack.rows(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(m, jsonb_build_object('{number}', 9999))).* FROM {table} m LIMIT 1 RETURNING 1")
    for command in ("migrate", "serve"):
        done = stack.command(command, check=False, CAUSEWAY_LISTEN=f"127.0.0.1:{free_port()}")
        assert done.returncode > 0 and "newer" in (done.stdout + done.stderr).lower(), done.stderr


def test_applying_twice_changes_nothing_and_dry_run_changes_nothing(make_stack) -> None:
    import copy

    from support.stack import account

    stack = make_stack()
    before = stack.counts(), stack.rows("SELECT * FROM provider_accounts ORDER BY id")
    again = stack.command("apply", str(stack.written(stack.configuration)))
    assert (stack.counts(), stack.rows("SELECT * FROM provider_accounts ORDER BY id")) == before, again.stdout
    other = copy.deepcopy(stack.configuration)
    account(other, "payplus-two")["priority"] = 5
    dry = stack.command("apply", str(stack.written(other)), "--dry-run")
    assert "payplus-two" in dry.stdout + dry.stderr
    assert (stack.counts(), stack.rows("SELECT * FROM provider_accounts ORDER BY id")) == before


@pytest.mark.parametrize("change", [
    lambda entry: entry["settings"].pop("apiKey"), lambda entry: entry["settings"].update(baseURL="ftp://x"),
    lambda entry: entry.update(connector="nobody"), lambda entry: entry.update(methods=["KES_BANK"]),
    lambda entry: entry.update(surprise=1), lambda entry: entry.update(priority=-1),
])
def test_a_configuration_that_is_wrong_is_refused_whole(make_stack, change) -> None:
    import copy

    stack = make_stack()
    wrong = copy.deepcopy(stack.configuration)
    wrong["accounts"][0]["name"] = "payplus-three"
    change(wrong["accounts"][0])
    before = stack.counts()
    done = stack.command("apply", str(stack.written(wrong)), check=False)
    assert done.returncode > 0 and "accounts" in done.stdout + done.stderr, done.stdout + done.stderr
    assert "sandbox-payplus-key" not in done.stdout + done.stderr
    assert stack.counts() == before


# ---- health -----------------------------------------------------------------------------------------------------------------

def test_health_tells_of_components_accounts_and_work(shared: Stack, merchant: Merchant) -> None:
    merchant.await_state(merchant.create(kes_payout(f"{next(_whole)}.00")), "succeeded")
    answer = requests.get(f"{shared.url}/health", timeout=5, headers={"Authorization": f"Bearer {shared.admin_key}"})
    assert answer.status_code == 200
    health, text = answer.json(), answer.text
    assert {name: part["status"] for name, part in health["components"].items()} == {"http": "ok", "database": "ok", "worker": "ok", "directory": "ok"}
    accounts = {entry["name"]: entry for entry in health["accounts"]}
    assert set(accounts) == {"payplus-one", "payplus-two", "haipay", "kess", "bakong"}
    used = accounts["haipay"]
    assert used["status"] == "ok" and used["lastSuccessAt"] and 0 <= used["errorRate"] <= 1
    assert 0 <= used["latencyP50Ms"] <= used["latencyP99Ms"]
    in_review = shared.value("SELECT count(*) FROM orders WHERE review IS NOT NULL")
    assert health["work"]["inReview"] == in_review and health["work"]["due"] >= 0
    # Strangers are not told what an operator is.
    stranger = requests.get(f"{shared.url}/health", timeout=5)
    assert stranger.status_code == 200 and "balance" in text and "balance" not in stranger.text
    for secret in ("sandbox-payplus-key", "sandbox-haipay-secret", "PRIVATE", os.environ.get("HOME", "/root") + "/"):
        assert secret not in text


def test_health_knows_an_account_that_cannot_be_reached(make_stack, own_sandbox) -> None:
    stack = make_stack(sandbox=own_sandbox, CAUSEWAY_MONITOR_INTERVAL="1s")
    stack.server()
    own_sandbox.program.kill()
    until("some account is unhealthy", lambda: stack.rows("SELECT 1 FROM provider_account_status WHERE healthy IS FALSE"), seconds=20)
    # Providers are optional parts: they never take this process out of the load balancer.
    assert requests.get(f"{stack.url}/health/ready", timeout=5).status_code == 200


def test_metrics_are_prometheus_text(shared: Stack) -> None:
    answer = requests.get(f"{shared.url}/metrics", timeout=5, headers={"Authorization": f"Bearer {shared.admin_key}"})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
    for line in answer.text.splitlines():
        assert line == "" or line.startswith("#") or len(line.rsplit(" ", 1)) == 2, line


# ---- the log ------------------------------------------------------------------------------------------------------------

def failed_call(stack: Stack, answer_id: str) -> dict[str, str]:
    """What the log says of an answer, which has its X-Request-Id."""
    def find() -> dict[str, str] | None:
        lines = [json.loads(line) for line in stack.logs().splitlines() if line.startswith("{")]
        return next((line for line in lines if line["event"] == "call_failed" and line["request"] == answer_id), None)

    return until("the log tells of it", find)


def test_the_log_says_why_no_account_took_a_payment(make_stack) -> None:
    configuration = copy.deepcopy(demo())
    account(configuration, "payplus-one")["maintenance"] = [{"zone": "UTC"}]
    account(configuration, "payplus-two")["caps"] = [{"method": "THB_QR", "per": "day", "amount": "1.00"}]
    stack = make_stack(configuration)
    stack.server()
    answer = stack.merchant().call(
        "POST", "/v1/transaction", json=thb_qr("1000.00"), headers={"X-Request-Id": "asked-at-night-1"})
    assert answer.json()["code"] == "no_route" and "payplus" not in answer.text
    line = failed_call(stack, "asked-at-night-1")
    assert line["call"] == "POST /v1/transaction" and line["code"] == "no_route" and line["status"] == 503
    assert sorted(line["why"].split(", ")) == ["payplus-one maintenance", "payplus-two cap_amount"]


def test_the_log_says_which_account_a_callback_was_refused_for(make_stack) -> None:
    stack = make_stack()
    stack.server()
    order = stack.merchant().create(thb_qr("1000.00"))
    attempt = stack.attempts(order["referenceNumber"])[0]
    number = requests.get(
        f"{stack.url}/admin/v1/accounts", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=10).json()
    number = next(each["id"] for each in number["result"] if each["name"] == attempt["account"])
    answer = requests.post(
        f"{stack.url}/webhooks/{number}", data=b"{}", timeout=10,
        headers={"Content-Type": "application/json", "X-Request-Id": "callback-at-night-1"})
    assert answer.status_code in (400, 401), answer.text
    line = failed_call(stack, "callback-at-night-1")
    assert line["code"] == answer.json()["code"] and line["why"] == f"for {number} from 127.0.0.1"


# ---- commands -----------------------------------------------------------------------------------------------------------

def test_a_command_whose_output_is_lost_says_so(make_stack) -> None:
    """New keys that went to a full disk must not pass for delivered ones."""
    stack = make_stack()

    def into(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        with open(path, "w") as sink:
            return subprocess.run(
                [programs() / "causeway", *arguments], env={**clean_environment(), **stack.environment}, stdout=sink,
                stderr=subprocess.PIPE, text=True, timeout=60, check=False, cwd=ROOT)

    for arguments in (("app", "rotate", "demo/shop", "--json"), ("order", "list"), ("version",)):
        done = into("/dev/full", *arguments)
        assert done.returncode == 1 and "No space left on device" in done.stderr, (arguments, done)
    assert into("/dev/null", "order", "list").returncode == 0
    # Who has read enough may go away.
    left = subprocess.run(
        ["sh", "-c", f"'{programs()}/causeway' order list | true"], env={**clean_environment(), **stack.environment},
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert left.returncode == 0 and left.stderr == ""


def test_an_order_that_is_not_in_review_has_nothing_to_decide(make_stack) -> None:
    stack = make_stack()
    stack.server()
    order = stack.merchant().create(thb_qr("1000.00"))
    done = stack.command("order", "resolve", order["txnId"], "--as", "keep", "--why", "a slip", check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "The order is pending and not in review: there is nothing to decide."


def test_a_second_process_does_not_share_the_address(make_stack) -> None:
    """The kernel would spread the connections over both, which may be of two databases."""
    stack = make_stack()
    stack.server()
    second = subprocess.Popen(
        [programs() / "causeway", "serve"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**clean_environment(), **stack.environment, "CAUSEWAY_LISTEN": stack.url.removeprefix("http://")})
    try:
        _, told = second.communicate(timeout=15)
    finally:
        second.kill()
    assert second.returncode == 1 and "cannot be listened on" in told and "Address already in use" in told, told
