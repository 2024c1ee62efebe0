"""The running server against `openapi.yaml`: no 5xx, no status, type or answer that the contract does not tell.

Against any other installation (which it fills with rubbish):
CAUSEWAY_URL=… CAUSEWAY_APP_ID=… CAUSEWAY_ACCESS_KEY=… CAUSEWAY_SECRET_KEY=… CAUSEWAY_ADMIN_KEY=… pytest test_contract.py
The same run again: CONTRACT_SEED=… with the seed that was printed.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import re
import subprocess
import sys

import pytest
import requests

from support.api import Merchant
from support.processes import ROOT, clean_environment

CHECKS = "no_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# The whole is to take less than three minutes; what is left out by the clock is another run's seed.
SECONDS_MAX = 120
EXAMPLES_MAX = 25


@pytest.fixture
def target(request: pytest.FixtureRequest) -> tuple[Merchant, str]:
    """A signed-in app and the admin key: of the installation in the environment, else of one's own."""
    if "CAUSEWAY_URL" in os.environ:
        names = ("URL", "APP_ID", "ACCESS_KEY", "SECRET_KEY")
        merchant = Merchant(*[os.environ[f"CAUSEWAY_{name}"] for name in names]).sign_in()
        return merchant, os.environ["CAUSEWAY_ADMIN_KEY"]
    stack = request.getfixturevalue("make_stack")()
    stack.server()
    return stack.merchant(), stack.admin_key


@pytest.mark.timeout(240)
def test_the_server_keeps_its_contract(target: tuple[Merchant, str]) -> None:
    merchant, admin_key = target
    seed = os.environ.get("CONTRACT_SEED") or str(random.SystemRandom().randrange(1 << 31))
    print(f"CONTRACT_SEED={seed}")
    environment = {
        **clean_environment(), "CONTRACT_TOKEN": merchant.token or "", "CONTRACT_ADMIN_KEY": admin_key,
        "PYTHONPATH": str(pathlib.Path(__file__).parent), "SCHEMATHESIS_HOOKS": "support.contract_hooks",
    }
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", str(ROOT / "openapi.yaml"), "--url", merchant.url,
         "--checks", CHECKS, "--max-examples", str(EXAMPLES_MAX), "--max-time", str(SECONDS_MAX), "--seed", seed,
         "--continue-on-failure", "--request-timeout", "30", "--warnings", "off", "--no-color",
         "--generation-database", "none", "--suppress-health-check", "all"],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=230, check=False)
    print(done.stdout[-20_000:])
    assert done.returncode == 0, f"schemathesis, seed {seed}: {done.stdout[-8_000:]}{done.stderr[-2_000:]}"
    assert requests.get(f"{merchant.url}/health/ready", timeout=5).status_code == 200


def test_the_server_serves_the_contract(target: tuple[Merchant, str]) -> None:
    merchant, _ = target
    answer = requests.get(f"{merchant.url}/openapi.yaml", timeout=5)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/yaml"
    assert answer.content == (ROOT / "openapi.yaml").read_bytes()


def test_the_documented_commands_work_as_pasted(make_stack) -> None:
    """Every block of docs/api.md, in order, in one shell."""
    stack = make_stack(CAUSEWAY_ANSWER_WAIT="10s")
    stack.server()
    merchant = stack.merchants["demo"]
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.S)
    environment = {
        **clean_environment(), "CAUSEWAY_URL": stack.url, "CAUSEWAY_ADMIN_KEY": stack.admin_key, "CAUSEWAY_APP_ID": merchant.app,
        "CAUSEWAY_ACCESS_KEY": merchant.access_key, "CAUSEWAY_SECRET_KEY": merchant.secret_key,
    }
    done = subprocess.run(
        ["bash", "-eu"], input="\n".join(blocks), capture_output=True, text=True, timeout=90, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    problems = [answer["code"] for answer in answers if "code" in answer]
    # The mistake that the page shows, and a payout that can no longer be taken back.
    assert problems == ["fields_invalid", "state_conflict"], done.stdout
    made = [answer["result"] for answer in answers if answer["status"] == 201 and "txnId" in answer.get("result", {})]
    assert [order["status"] in ("processing", "pending", "succeeded") for order in made] == [True] * 3, done.stdout
