"""What the README tells a stranger to paste, pasted as it stands."""

from __future__ import annotations

import json
import os
import re
import subprocess

from support.processes import ROOT, clean_environment, programs
from support.stack import Stack


def readme_session() -> str:
    """The commands of the README's session, in order."""
    text = (ROOT / "README.md").read_text()
    part = re.search(r"<!-- session -->(.*?)<!-- /session -->", text, re.S)
    assert part, "README.md has no session"
    return "\n\n".join(block.strip() for block in re.findall(r"```sh\n(.*?)```", part[1], re.S))


def test_make_up_prints_the_readmes_session() -> None:
    assert readme_session() == (ROOT / "deploy" / "demo" / "session.sh").read_text().strip()


def test_the_pasted_session_moves_money_both_ways(make_stack) -> None:
    stack = make_stack(CAUSEWAY_ANSWER_WAIT="10s")
    stack.server()
    merchant = stack.merchants["demo"]
    clone = stack.folder / "clone"
    (clone / ".local").mkdir(parents=True)
    (clone / ".local" / "demo.env").write_text("\n".join([
        f"CAUSEWAY_URL={stack.url}", f"SANDBOX_URL={stack.sandbox.url}", f"CAUSEWAY_ADMIN_KEY={stack.admin_key}",
        f"CAUSEWAY_APP_ID={merchant.app}", f"CAUSEWAY_ACCESS_KEY={merchant.access_key}",
        f"CAUSEWAY_SECRET_KEY={merchant.secret_key}", ""]))
    for shell in ("bash", "sh"):
        done = subprocess.run(
            [shell, "-eu"], input=readme_session(), capture_output=True, text=True, timeout=60, cwd=clone, check=False,
            env=clean_environment())
        assert done.returncode == 0, done.stdout + done.stderr
        check_session(done.stdout)


def check_session(output: str) -> None:
    documents = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    results = [document["result"] for document in documents if "result" in document]
    assert any(isinstance(result, list) and {"THB", "KES"} <= {entry.get("code") for entry in result} for result in results)
    assert any(isinstance(result, list) and "THB_QR" in {entry.get("id") for entry in result} for result in results)
    orders = [result for result in results if isinstance(result, dict) and "txnId" in result]
    statuses = [(order["paymentMethodId"], order["status"]) for order in orders]
    assert ("THB_QR", "pending") in statuses and ("THB_QR", "succeeded") in statuses, statuses
    assert ("KES_EWALLET", "succeeded") in statuses and ("KES_EWALLET", "failed") in statuses, statuses
    payin = next(order for order in orders if order["status"] == "pending" and order["paymentMethodId"] == "THB_QR")
    assert payin["qrCode"].startswith("000201") and payin["paymentUrl"] and payin["expiresAt"]
    failed = next(order for order in orders if order["status"] == "failed")
    assert " " in failed["reason"]["detail"]
    pages = [result for result in results if isinstance(result, dict) and "data" in result]
    assert len(pages[0]["data"]) >= 3


def test_the_quick_start_adds_a_merchant_with_an_account_of_its_own(make_stack) -> None:
    text = (ROOT / "docs" / "quick-start.md").read_text().partition("## 5. ")[2]
    commands = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.S))
    # Where make up puts things; here they are elsewhere.
    commands = re.sub(r"^(PATH=|export ).*\n", "", commands, flags=re.M)
    assert "CAUSEWAY_DATABASE_URL" not in commands and "causeway apply" in commands
    stack = make_stack()
    stack.server()
    done = subprocess.run(
        ["sh", "-eu"], input=commands, capture_output=True, text=True, timeout=60, cwd=stack.folder, check=False,
        env={**stack.environment, "PATH": f"{programs()}:{os.environ['PATH']}", "CAUSEWAY_URL": stack.url,
             "CAUSEWAY_SHARE": str(ROOT), "SANDBOX_URL": stack.sandbox.url})
    assert done.returncode == 0, done.stdout + done.stderr
    duka, demo = done.stdout.rpartition("By rule 'duka'")[2].split("By rule 'others'")
    assert re.search(r"^1 +duka-payplus ", duka, re.M) and not re.search(r"^2 ", duka, re.M), duka
    assert re.search(r"^1 +payplus-one ", demo, re.M) and re.search(r"^out +duka-payplus +not_in_rule", demo, re.M), demo
    assert "CAUSEWAY_SECRET_KEY=" in (stack.folder / "keys.env").read_text()
