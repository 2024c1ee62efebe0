"""No statement works its way through what is stored: PostgreSQL tells the plan of every one that a day of every kind of call makes,
over a history of a hundred thousand orders."""

from __future__ import annotations

import datetime
import itertools
import json
import pathlib
import re
import secrets
from typing import Any, Iterator

import psycopg
import pytest

from support.api import Merchant, kes_payout, khqr, thb_payout, thb_qr, usd_payout
from support.processes import Postgres
from support.stack import Server, Stack
from support.waiting import until

ORDERS = 100_000
# What grows with every payment, for ever.
BIG = {
    "orders", "attempts", "order_events", "idempotency_keys", "provider_callbacks", "notifications", "shadow_decisions", "refresh_tokens",
    "refresh_families",
}
# More rows than any page, batch or list of accounts has.
TOUCHED_MAX = 2_000
# What may look at more, and why.
ALLOWED = {
    "order_report": "a backtest replays the orders of a range that its caller chooses",
}

_whole = iter(range(9_014, 90_000, 16))

# Ids as Causeway makes them: version 7, by time; four hundred days, oldest first; the last part tells them apart.
HISTORY = """
    CREATE FUNCTION made_id(at timestamptz, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000' || '8000' || lpad(to_hex(number), 12, '0'))::uuid
    $$;
    CREATE TEMPORARY TABLE made AS
        SELECT n, now() - interval '400 days' * (1 - n / {orders}::float) AS at FROM generate_series(1, {orders}) n;
    ALTER TABLE made ADD COLUMN id uuid; UPDATE made SET id = made_id(at, n);
    INSERT INTO merchants (id, name, display_name, created_at, updated_at) VALUES (gen_random_uuid(), 'other', 'Other', now(), now());
    INSERT INTO orders (id, merchant_id, app_id, reference_number, method, amount, moved, state, decision, created_at, updated_at,
        finished_at, notify_url)
    SELECT made.id, CASE n % 10 WHEN 0 THEN (SELECT id FROM merchants WHERE name = 'other') ELSE a.merchant_id END, a.id, 'old-' || n, CASE n % 3 WHEN 0 THEN 'THB_QR' WHEN 1 THEN 'THB_BANK' ELSE 'KES_EWALLET' END, 100 + n,
        100 + n, (CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'succeeded' END)::order_state, template.decision, at, at, at, 'https://example.com'
    FROM made, (SELECT * FROM apps LIMIT 1) a, (SELECT decision FROM orders LIMIT 1) template;
    INSERT INTO attempts (id, order_id, ordinal, account_id, reference, provider_reference, state, created_at, finished_at, accepted_at)
    SELECT made_id(at, {orders} + n), made.id, 1, account.id, 'old' || n, 'P' || n,
        (CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'succeeded' END)::attempt_state, at, at, at
    FROM made, (SELECT id FROM provider_accounts WHERE name = 'payplus-one') account;
    INSERT INTO order_events (order_id, number, at, kind, actor) SELECT id, m, at, 'created', 'merchant' FROM made, generate_series(1, 2) m;
    INSERT INTO idempotency_keys (app_id, key, fingerprint, order_id, created_at, status, body)
    SELECT a.id, 'old-' || n, decode(repeat('00', 32), 'hex'), made.id, now() - interval '1 hour', 201, ''
    FROM made, (SELECT id FROM apps LIMIT 1) a;
    INSERT INTO provider_callbacks (account_id, digest, received_at, order_id, reference, sealed_body)
    SELECT account.id, decode(lpad(to_hex(n), 64, '0'), 'hex'), at, made.id, 'old' || n, '' FROM made,
        (SELECT id FROM provider_accounts WHERE name = 'payplus-one') account;
    INSERT INTO notifications (order_id, version, created_at, delivered_at) SELECT id, 2, at, at FROM made;
    INSERT INTO shadow_decisions (order_id, revision, decided_id, account_id, decision)
    SELECT made.id, 1, account.id, account.id, '{{}}' FROM made, (SELECT id FROM provider_accounts WHERE name = 'payplus-one') account;
    INSERT INTO refresh_families (id, app_id, created_at) SELECT id, (SELECT id FROM apps LIMIT 1), at FROM made;
    INSERT INTO refresh_tokens (token_hash, family, created_at, expires_at)
    SELECT decode(lpad(to_hex(n), 64, '0'), 'hex'), id, now(), now() + interval '1 day' FROM made;
    ANALYZE;
"""


class Installation:
    """A server over a long history, and what its PostgreSQL tells."""

    def __init__(self, stack: Stack, server: Server, merchant: Merchant) -> None:
        self.stack = stack
        self.server = server
        self.merchant = merchant
        where = (stack.postgres.folder / "location").read_text().strip()
        self.log = pathlib.Path(where) / "postgres.log"
        # Before there was any history, every plan was as good as any other.
        self.begun = self.log.stat().st_size

    def plans(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every statement that ran, with its plan."""
        with open(self.log, errors="replace") as log:
            log.seek(self.begun)
            text = log.read()
        for found in re.finditer(r"duration: [\d.]+ ms  plan:\n((?:\t.*\n)+)", text):
            told = json.loads(re.sub(r"^\t", "", found[1], flags=re.M))
            yield told["Query Text"], told["Plan"]

    def admin(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self.merchant.call(method, path, token=self.stack.admin_key, **arguments)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()["result"]


@pytest.fixture
def installation(make_stack, own_postgres: Postgres, own_sandbox) -> Installation:
    with psycopg.connect(own_postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("LOAD 'auto_explain'")
        for setting in (
            "session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_analyze = on",
            "auto_explain.log_timing = off", "auto_explain.log_format = 'json'", "auto_explain.log_nested_statements = on",
        ):
            connection.execute(f"ALTER SYSTEM SET {setting}")
    own_postgres.stop()
    own_postgres.start()
    stack = make_stack(postgres=own_postgres, sandbox=own_sandbox)
    server = stack.server()
    merchant = stack.merchant()
    merchant.create(thb_qr(f"{next(_whole)}.37"))
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET auto_explain.log_min_duration = -1")
        connection.execute(HISTORY.format(orders=ORDERS))
    return Installation(stack, server, merchant)


def _payments(at: Installation) -> list[dict[str, Any]]:
    """Every method, ended in every way; and what a merchant asks about them."""
    merchant, stack = at.merchant, at.stack
    rules = stack.folder / "rules.json"
    rules.write_text(json.dumps({"format": 1, "rules": [{"name": "all", "strategy": "adaptive"}]}))
    stack.command("rules", "apply", str(rules), "--why", "a test")
    stack.command("rules", "shadow", str(rules), "--share", "100", "--why", "a test")
    made = [
        merchant.create(draft, headers={"Idempotency-Key": secrets.token_hex(8)})
        for draft in (
            thb_qr(f"{next(_whole)}.37", notifyUrl="http://127.0.0.1:9/told"), thb_qr(f"{next(_whole)}.37", paymentMethodId="THB_BANK_TRANSFER"),
            thb_payout(f"{next(_whole)}.00"), kes_payout(f"{next(_whole)}.00"), kes_payout(f"{next(_whole)}.02"),
            usd_payout(f"{next(_whole)}.00"), khqr(f"{next(_whole)}.00"), khqr(f"{next(_whole)}00", "KHR"))
    ]
    stack.sandbox.pay(reference=stack.attempts(made[0]["referenceNumber"])[-1]["reference"])
    stack.sandbox.pay(qr=made[6]["qrCode"])
    for order, state in ((0, "succeeded"), (2, "succeeded"), (3, "succeeded"), (4, "failed"), (5, "succeeded"), (6, "succeeded")):
        merchant.await_state(made[order], state)
    quote = merchant.call("POST", "/v1/transaction/initiate", json=usd_payout(f"{next(_whole)}.00")).json()["result"]
    assert merchant.call("POST", "/v1/transaction/process", headers={"x-signature": quote["signature"]}).status_code == 201
    merchant.call("POST", f"/v1/transaction/txnId/{made[1]['txnId']}/cancel")
    merchant.fetch(made[7], refresh=True)
    merchant.events(made[0])
    assert merchant.call("POST", "/v1/transaction", json={**thb_qr("500.37"), "referenceNumber": "old-7"}).status_code == 409
    return made


def _lists(at: Installation) -> None:
    """Every filter alone and with two others, those that find much and those that find nothing, of a merchant and of an operator: the
    newest, the page after it, and back."""
    since = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=89)).replace(microsecond=0)
    filters = {
        "status": ("failed", "pending", "reversed"), "currencyId": ("THB", "KHR"), "paymentMethodId": ("THB_BANK", "USD_KHQR"),
        "referenceNumber": ("old-99350", "nobodys"), "from": (since.strftime("%Y-%m-%dT%H:%M:%SZ"),), "inReview": ("true",),
    }
    with psycopg.connect(at.stack.database_url, autocommit=True, row_factory=psycopg.rows.dict_row) as connection:
        connection.execute("SET auto_explain.log_min_duration = -1")
        orders = connection.execute(
            "SELECT m.name AS merchant, reference_number, method, state::text, o.created_at, review IS NOT NULL AS in_review"
            " FROM orders o JOIN merchants m ON m.id = merchant_id ORDER BY o.id DESC").fetchall()
    matches = {
        "status": lambda order, value: order["state"] == value, "currencyId": lambda order, value: order["method"].startswith(value),
        "paymentMethodId": lambda order, value: order["method"] == value,
        "referenceNumber": lambda order, value: order["reference_number"] == value,
        "from": lambda order, value: order["created_at"] >= since, "inReview": lambda order, value: order["in_review"],
    }
    everything = range(len(orders))
    # Where in the list those are that a filter leaves.
    places = {
        (name, value): {place for place in everything if matches[name](orders[place], value)}
        for name, values in filters.items() for value in values
    }
    demo = {place for place in everything if orders[place]["merchant"] == "demo"}
    numbers = [order["reference_number"] for order in orders]
    for names in itertools.chain.from_iterable(itertools.combinations(filters, count) for count in range(4)):
        for values in itertools.product(*(filters[name] for name in names)):
            wanted = dict(zip(names, values))
            left = set(everything).intersection(*(places[each] for each in wanted.items()))
            _pages(at, wanted, [numbers[place] for place in sorted(left)], at.stack.admin_key, "/admin/v1/orders")
            if "inReview" not in wanted:
                _pages(at, wanted, [numbers[place] for place in sorted(left & demo)], at.merchant.token, "/v1/transaction")


def _pages(at: Installation, wanted: dict[str, str], numbers: list[str], token: str | None, path: str) -> None:
    def page(**cursor: str) -> tuple[list[str], bool, list[str]]:
        answer = at.merchant.call("GET", path, token=token, params={**wanted, "limit": 7, **cursor})
        assert answer.status_code == 200, answer.text
        result = answer.json()["result"]
        return [order["referenceNumber"] for order in result["data"]], result["hasMore"], [order["txnId"] for order in result["data"]]

    told, more, ids = page()
    assert (told, more) == (numbers[:7], len(numbers) > 7), (path, wanted)
    if not more:
        return
    told, more, next_ids = page(startingAfter=ids[-1])
    assert (told, more) == (numbers[7:14], len(numbers) > 14), (path, wanted)
    told, more, _ = page(endingBefore=next_ids[-1])
    end = 6 + len(next_ids)
    assert (told, more) == (numbers[max(0, end - 7):end], end > 7), (path, wanted)


def _operators(at: Installation, order: dict[str, Any]) -> None:
    """What operators ask."""
    number = order["txnId"]
    for path in (
        f"/admin/v1/orders/{number}", f"/admin/v1/orders/{number}/events", f"/admin/v1/orders/{number}/decision", "/admin/v1/audit-log",
        "/admin/v1/callbacks/unmatched", "/admin/v1/routing/scores", "/admin/v1/rules/shadow", "/admin/v1/rules/history",
        "/admin/v1/breakers", "/admin/v1/accounts", "/admin/v1/merchants", "/admin/v1/apps",
    ):
        at.admin("GET", path)
    at.merchant.call("GET", "/health", token=at.stack.admin_key)
    at.merchant.call("GET", "/metrics", token=at.stack.admin_key)
    for command in (["order", "list"], ["order", "show", number], ["order", "events", number], ["order", "explain", number], ["check"]):
        at.stack.command(*command)
    # A cap that is new counts what was before it.
    changed = json.loads(json.dumps(at.stack.configuration))
    next(each for each in changed["accounts"] if each["name"] == "payplus-one")["caps"] = [
        {"method": "THB_QR", "per": "day", "amount": "900000000.00"}]
    at.stack.apply(changed)
    at.merchant.create(thb_qr(f"{next(_whole)}.37"))


def _walk(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _walk(part)


def _touched(node: dict[str, Any]) -> float:
    """Rows that a node looked at."""
    removed = sum(node.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Index Recheck"))
    return (node["Actual Rows"] + removed) * node["Actual Loops"]


def test_no_statement_looks_at_more_than_it_needs(installation: Installation) -> None:
    made = _payments(installation)
    _lists(installation)
    _operators(installation, made[0])
    installation.merchant.sign_in()
    installation.merchant.call("POST", "/v1/auth/refresh-token", token=None, headers={"Authorization": installation.merchant.refresh_token})

    def notified() -> bool:
        return installation.stack.value("SELECT count(*) FROM notifications WHERE due_at IS NOT NULL AND tries > 0") > 0

    until("a notification was tried", notified)
    # The last of its statements.
    installation.server.terminate()
    faults: dict[str, str] = {}
    statements = set()
    for query, plan in installation.plans():
        statements.add(query)
        for node in _walk(plan):
            relation = node.get("Relation Name")
            if relation not in BIG:
                continue
            if node["Node Type"] == "Seq Scan" or _touched(node) > TOUCHED_MAX:
                told = f"{node['Node Type']} of {relation}: {_touched(node):.0f} rows"
                faults.setdefault(query, told)
    assert len(statements) > 50, "PostgreSQL did not tell its plans"
    assert not faults, "\n\n".join(f"{told}\n{query}" for query, told in faults.items())
