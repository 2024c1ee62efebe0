"""Secrets and personal data stay in: nothing of them in the logs, nor readable in the database."""

from __future__ import annotations

import base64
import subprocess

import requests

from support.api import kes_payout, thb_payout, thb_qr
from support.processes import ROOT, clean_environment, postgres_programs

PERSON = {
    "name": "Wanjiru Kamau", "bankCode": "0001", "accountNumber": "254798765432", "phone": "254798765432",
    "email": "wanjiru.kamau@example.com", "userId": "customer-4711",
}
THAI = {"name": "Malee Suksawat", "bankCode": "KBANK", "accountNumber": "9876501234"}


def spellings(text: str) -> set[str]:
    """How a text may stand in a dump: as it is, in hexadecimal (bytea), in base 64."""
    raw = text.encode()
    return {text, raw.hex(), raw.hex().upper(), base64.b64encode(raw).decode().rstrip("=")[:-1]}


def test_nothing_leaks(make_stack) -> None:
    stack = make_stack()
    server = stack.server(CAUSEWAY_LOG="debug")
    merchant = stack.merchant()
    for ending in ("00", "02", "05", "07", "09", "18"):
        merchant.create(kes_payout(f"612.{ending}", counterparty=dict(PERSON)))
        merchant.create(thb_payout(f"613.{ending}", counterparty=dict(THAI)))
    merchant.create(thb_qr("614.00", metadata={"note": "hello"}))
    merchant.call("POST", "/v1/transaction", json=kes_payout("615.001", counterparty={**PERSON, "email": "x"}))
    merchant.call("POST", "/v1/auth/generate-token/" + merchant.app, json={"accessKey": merchant.access_key, "secretKey": "x"})
    done = merchant.create(kes_payout("616.00", counterparty=dict(PERSON)))
    merchant.await_state(done, "succeeded")
    answers = merchant.call("GET", "/v1/transaction?limit=100").text + merchant.call("GET", f"/v1/transaction/txnId/{done['txnId']}/events").text
    health = requests.get(f"{stack.url}/health", timeout=5).text + requests.get(f"{stack.url}/metrics", timeout=5).text

    dump = subprocess.run(
        [postgres_programs() / "pg_dump", stack.database_url], capture_output=True, text=True, timeout=60, check=True,
        env=clean_environment()).stdout
    assert done["referenceNumber"] in dump, "the dump has the order"

    keys = (ROOT / "deploy" / "sandbox" / "haipay_merchant_private.b64").read_text().strip()
    provider_secrets = ["sandbox-payplus-key-one-0123456789abcdef", "sandbox-haipay-secret-0123456789abcdef", keys[100:164]]
    own_secrets = [
        merchant.access_key, merchant.secret_key, merchant.token, merchant.refresh_token, stack.admin_key,
        stack.environment["CAUSEWAY_MASTER_KEY"], stack.database_url.split(":")[2].split("@")[0]]
    personal = [*[PERSON[name] for name in ("name", "accountNumber", "email")], THAI["name"], THAI["accountNumber"]]
    places = {"log": server.text(), "database": dump, "health and metrics": health, "list and events": answers}
    found = [
        f"{kind} in {place}: {secret[:12]}…"
        for place, text in places.items()
        for kind, secrets in (("provider's secret", provider_secrets), ("our secret", own_secrets), ("personal data", personal))
        for secret in secrets
        if any(spelling in text for spelling in spellings(secret))
    ]
    assert not found, "\n".join(found)
