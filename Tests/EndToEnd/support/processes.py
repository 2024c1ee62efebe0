"""What the tests start: a private PostgreSQL, the sandbox's providers, and `causeway serve`, each on free ports."""

from __future__ import annotations

import itertools
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
from typing import Iterator

import psycopg
import requests

from support.waiting import until

ROOT = pathlib.Path(__file__).resolve().parents[3]


def programs() -> pathlib.Path:
    """Where `causeway` and `sandbox` were built."""
    told = os.environ.get("CAUSEWAY_PROGRAMS")
    return pathlib.Path(told) if told else ROOT / ".build" / "debug"


def _ports() -> Iterator[int]:
    """This worker's own share of 10,000 to 29,999, round and round from a start of its own: below the ephemeral range, so that no
    outgoing connection takes one while its owner restarts, and never another worker's."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = 20_000 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    start = random.SystemRandom().randrange(share)
    for number in itertools.count(start):
        yield 10_000 + worker * share + number % share


_next_port = _ports()


def free_port() -> int:
    """A port of the loopback that nobody has now, and that this run gives to nobody else for long."""
    for port in _next_port:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError("never reached")


def clean_environment() -> dict[str, str]:
    """The environment without what could change a server's mind."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAUSEWAY_", "SANDBOX_", "PG"))}
    kept.update({"no_proxy": "*", "NO_PROXY": "*"})
    return kept


class Postgres:
    """A private server that keeps nothing."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.is_gone = False
        self._counter = 0

    def _script(self, *arguments: str) -> str:
        done = subprocess.run(
            [ROOT / "deploy" / "postgres.sh", arguments[0], self.folder, *arguments[1:]],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )
        assert done.returncode == 0, f"postgres.sh {arguments[0]}: {done.stderr}"
        return done.stdout.strip()

    def start(self) -> None:
        self._script("start", "--ephemeral")

    def stop(self) -> None:
        self._script("stop")

    def destroy(self) -> None:
        self.is_gone = True
        self._script("destroy")

    def url(self, database: str = "causeway") -> str:
        base = self._script("url")
        return base.rsplit("/", 1)[0] + "/" + database

    def database(self, template: str | None = None) -> str:
        """A new database, empty or a copy of `template`."""
        self._counter += 1
        name = f"test_{os.getpid()}_{self._counter}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            copied = f' TEMPLATE "{template}"' if template else ""
            connection.execute(f'CREATE DATABASE "{name}"{copied}')
        return name

    def drop(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Program:
    """A process of ours with its log."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str], log: pathlib.Path) -> None:
        self.name = name
        self.arguments = [str(programs() / arguments[0]), *arguments[1:]]
        self.environment = environment
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self, **more: str) -> None:
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.arguments, env={**clean_environment(), **self.environment, **more}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, cwd=ROOT,
            )

    def await_answer(self, url: str, seconds: float = 15.0) -> None:
        """Until `url` answers 200."""

        def answers() -> bool:
            assert self.process and self.process.poll() is None, f"{self.name} ended at once: {self.tail()}"
            try:
                return requests.get(url, timeout=2).status_code == 200
            except requests.RequestException:
                return False

        until(f"{self.name} answers on {url}: {self.tail()}", answers, seconds)

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.alive():
            os.kill(self.pid, number)

    def wait(self, seconds: float = 20.0) -> int:
        """Until it has ended; its exit status, negative for a signal."""
        assert self.process
        return self.process.wait(seconds)

    def kill(self) -> None:
        """As a crash would."""
        if self.process:
            self.signal(signal.SIGKILL)
            self.wait()

    def terminate(self, seconds: float = 40.0) -> int:
        """As a deployment would."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.text().splitlines()[-lines:])


def postgres_programs() -> pathlib.Path:
    """Where PostgreSQL's own programs are."""
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if versions:
        return versions[-1]
    found = shutil.which("pg_dump")
    assert found, "pg_dump is not here"
    return pathlib.Path(found).parent
