"""One installation: a database, the sandbox, a configuration, and as many `causeway serve` as a test wants."""

from __future__ import annotations

import copy
import json
import os
import pathlib
import secrets
import subprocess
from typing import Any

import psycopg

from support.api import Merchant
from support.processes import ROOT, Postgres, Program, clean_environment, free_port, programs
from support.sandbox import Sandbox
from support.waiting import until

# Quick enough for tests: every provider delay a fiftieth, and leases that lapse within a test's patience.
QUICK = {
    "CAUSEWAY_POLL_SCALE": "0.02",
    "CAUSEWAY_ANSWER_WAIT": "3s",
    "CAUSEWAY_LEASE": "5s",
    # Several servers of several tests share a PostgreSQL.
    "CAUSEWAY_DATABASE_CONNECTIONS": "4",
}

# Quicker still, where a test waits for a person to be called: that takes the better part of an hour in production.
HASTE = {"CAUSEWAY_POLL_SCALE": "0.002"}


def demo() -> dict[str, Any]:
    """The demo's configuration, as it is committed."""
    return json.loads((ROOT / "deploy" / "demo" / "demo.json").read_text())


class Server(Program):
    """One `causeway serve`."""

    def __init__(self, stack: Stack, port: int, log: pathlib.Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        super().__init__("causeway", ["causeway", "serve"], {**stack.environment, "CAUSEWAY_LISTEN": f"127.0.0.1:{port}"}, log)

    def start(self, **more: str) -> Server:
        self.spawn(**more)
        self.await_answer(f"{self.url}/health/ready")
        return self


class Stack:
    """What a test works with. Everything ends with `close`."""

    def __init__(
        self, postgres: Postgres, template: str, folder: pathlib.Path, sandbox: Sandbox,
        configuration: dict[str, Any] | None = None, environment: dict[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.postgres = postgres
        self.sandbox = sandbox
        self.database = postgres.database(template)
        self.database_url = postgres.url(self.database)
        self.admin_key = secrets.token_hex(32)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "CAUSEWAY_DATABASE_URL": self.database_url,
            "CAUSEWAY_MASTER_KEY": secrets.token_hex(32),
            "CAUSEWAY_ADMIN_KEY": self.admin_key,
            "CAUSEWAY_PUBLIC_URL": self.url,
            **QUICK,
            **(environment or {}),
        }
        self.configuration = configuration or demo()
        self.servers: list[Server] = []
        self.merchants: dict[str, Merchant] = {}
        self.apply(self.configuration)

    # ---- commands ----------------------------------------------------------------------------------------------

    def command(self, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs `causeway …` on this installation."""
        done = subprocess.run(
            [programs() / "causeway", *arguments], env={**clean_environment(), **self.environment, **environment},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
        )
        if check:
            assert done.returncode == 0, f"causeway {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def written(self, configuration: dict[str, Any]) -> pathlib.Path:
        """A configuration as a file, with the sandbox's real address and keys by absolute path."""
        text = json.dumps(configuration).replace("http://127.0.0.1:8090", self.sandbox.url)
        text = text.replace('"../sandbox/', f'"{ROOT}/deploy/sandbox/')
        path = self.folder / "configuration.json"
        path.write_text(text)
        return path

    def apply(self, configuration: dict[str, Any]) -> None:
        """Applies a configuration and keeps the keys of the apps that it makes."""
        credentials = self.folder / f"credentials-{secrets.token_hex(4)}.env"
        self.command("apply", str(self.written(configuration)), "--credentials", str(credentials))
        if credentials.exists():
            told = dict(line.split("=", 1) for line in credentials.read_text().splitlines() if "=" in line)
            if "CAUSEWAY_APP_ID" in told:
                name = configuration["merchants"][0]["name"]
                self.merchants[name] = Merchant(
                    self.url, told["CAUSEWAY_APP_ID"], told["CAUSEWAY_ACCESS_KEY"], told["CAUSEWAY_SECRET_KEY"])

    def without_breakers(self) -> None:
        """For tests whose providers fail as they are told to: breakers, which are tested elsewhere, would keep the others' orders from
        them."""
        rules = self.folder / "without-breakers.json"
        rules.write_text('{"format": 1, "breakers": {"consecutiveFailures": 100, "outcomes": 100, "outcomesMin": 100}}')
        self.command("rules", "apply", str(rules), "--why", "providers fail here as they are told to")

    # ---- servers -----------------------------------------------------------------------------------------------

    def server(self, first: bool = True, **environment: str) -> Server:
        """A server, started. The first has the port that providers call back to."""
        port = self.port if first else free_port()
        server = Server(self, port, self.folder / f"causeway-{len(self.servers)}.log")
        self.servers.append(server)
        return server.start(**environment)

    def merchant(self, name: str = "demo") -> Merchant:
        """A merchant's app, signed in."""
        return self.merchants[name].sign_in()

    def logs(self) -> str:
        return "\n".join(server.text() for server in self.servers)

    def unplug(self, *names: str) -> None:
        """From now on nobody listens where these accounts' providers were; the balances of those that tell any are known from
        before: else no payout would be sent there."""
        def known() -> bool:
            without = self.value(
                "SELECT count(*) FROM provider_accounts p LEFT JOIN provider_account_status s ON s.account_id = p.id"
                " WHERE p.name = ANY (%s) AND p.connector IN ('payplus', 'haipay') AND s.balance IS NULL", list(names))
            return without == 0

        until("their balances are known", known)
        configuration = copy.deepcopy(self.configuration)
        for name in names:
            account(configuration, name)["settings"]["baseURL"] = f"http://127.0.0.1:{free_port()}/nobody"
        # A server reads once to begin with, and once more when it has begun to listen for changes.
        until("the servers have begun", lambda: self.logs().count("directory_read") >= 2 * len(self.servers))
        read = self.logs().count("directory_read")
        self.apply(configuration)
        until("the servers have read it", lambda: self.logs().count("directory_read") >= read + len(self.servers))

    # ---- the database, where the API does not tell ----------------------------------------------------------------

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(statement, parameters).fetchall()

    def value(self, statement: str, *parameters: Any) -> Any:
        return self.rows(statement, *parameters)[0][0]

    def attempts(self, reference_number: str) -> list[dict[str, Any]]:
        """An order's attempts, in order."""
        found = self.rows(
            "SELECT a.ordinal, p.name, a.reference, a.state::text, a.reason FROM attempts a"
            " JOIN orders o ON o.id = a.order_id JOIN provider_accounts p ON p.id = a.account_id"
            " WHERE o.reference_number = %s ORDER BY a.ordinal", reference_number)
        return [dict(zip(("ordinal", "account", "reference", "state", "reason"), row)) for row in found]

    def counts(self) -> dict[str, int]:
        """How much is stored: bad input adds nothing. (Events and callbacks may still come for orders before.)"""
        tables = ("orders", "attempts", "idempotency_keys", "merchants", "apps", "provider_accounts", "refresh_tokens")
        return {table: self.value(f"SELECT count(*) FROM {table}") for table in tables}

    def close(self) -> None:
        for server in self.servers:
            server.kill()
        if not self.postgres.is_gone:
            self.postgres.drop(self.database)


def account(configuration: dict[str, Any], name: str) -> dict[str, Any]:
    """One provider account of a configuration, to change."""
    return next(account for account in configuration["accounts"] if account["name"] == name)


def with_grace(seconds: int = 1) -> dict[str, Any]:
    """The demo, told that "not found" some time after sending proves that a payment never arrived."""
    configuration = copy.deepcopy(demo())
    for entry in configuration["accounts"]:
        # What a payer is shown is not sent anywhere: there is nothing that could have been lost.
        if entry["connector"] != "bakong":
            entry["settings"]["notFoundGraceSeconds"] = seconds
    return configuration


def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")
