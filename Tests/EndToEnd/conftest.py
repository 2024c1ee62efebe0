"""Fixtures. A worker has one PostgreSQL; a test file has one installation, and a test may make others."""

from __future__ import annotations

import itertools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import Any, Callable, Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support.api import Merchant  # noqa: E402
from support.processes import ROOT, Postgres, clean_environment, programs  # noqa: E402
from support.sandbox import Sandbox  # noqa: E402
from support.stack import Stack, worker  # noqa: E402


def pytest_sessionstart(session: pytest.Session) -> None:
    for name in ("causeway", "sandbox"):
        if not (programs() / name).exists():
            raise pytest.UsageError(f"{programs() / name} is not there: swift build")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A failure shows the ends of the servers' logs."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        for stack in getattr(item, "stacks", []):
            for server in stack.servers:
                report.sections.append((f"log of {server.url}", server.tail(30)))


@pytest.fixture(scope="session")
def folder() -> Iterator[pathlib.Path]:
    """Where this worker keeps its files."""
    base = os.environ.get("CAUSEWAY_TEST_DIRECTORY")
    made = pathlib.Path(tempfile.mkdtemp(prefix=f"e2e-{worker()}-", dir=base))
    made.chmod(0o711)
    yield made
    if os.environ.get("CAUSEWAY_KEEP_FILES") != "1":
        shutil.rmtree(made, ignore_errors=True)


def _postgres(folder: pathlib.Path) -> Iterator[Postgres]:
    server = Postgres(folder)
    server.start()
    try:
        yield server
    finally:
        server.destroy()


@pytest.fixture(scope="session")
def postgres(folder: pathlib.Path) -> Iterator[Postgres]:
    yield from _postgres(folder / "postgres")


@pytest.fixture
def own_postgres(folder: pathlib.Path, request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A PostgreSQL that a test may stop."""
    yield from _postgres(folder / f"postgres-{request.node.name}")


def migrated(postgres: Postgres) -> str:
    """A database with the schema, to copy."""
    name = postgres.database()
    done = subprocess.run(
        [programs() / "causeway", "migrate"], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=ROOT,
        env={**clean_environment(), "CAUSEWAY_DATABASE_URL": postgres.url(name)}, timeout=60, check=False)
    assert done.returncode == 0, f"causeway migrate: {done.returncode}\n{done.stdout}{done.stderr}"
    return name


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    return migrated(postgres)


@pytest.fixture(scope="session")
def sandbox(folder: pathlib.Path) -> Iterator[Sandbox]:
    """The providers. Tests tell their own entries apart by reference, account and amount."""
    made = Sandbox(folder)
    made.start()
    made.settings(payoutDelayMs=100)
    yield made
    made.program.kill()


@pytest.fixture
def own_sandbox(folder: pathlib.Path, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Providers that a test may stop or slow down."""
    home = folder / f"sandbox-{request.node.name}"
    home.mkdir()
    made = Sandbox(home)
    made.start()
    yield made
    made.program.kill()


_homes = itertools.count()
MakeStack = Callable[..., Stack]


@pytest.fixture
def make_stack(
    postgres: Postgres, template: str, sandbox: Sandbox, folder: pathlib.Path, request: pytest.FixtureRequest
) -> Iterator[MakeStack]:
    """Makes installations that end with the test."""
    made: list[Stack] = []
    request.node.stacks = made

    def make(
        configuration: dict[str, Any] | None = None, sandbox: Sandbox = sandbox, postgres: Postgres = postgres,
        **environment: str,
    ) -> Stack:
        copied = template if postgres.folder == folder / "postgres" else migrated(postgres)
        # Numbered: the beginnings of two tests' names may be alike, and one's log is no word of the other's.
        home = folder / f"{next(_homes)}-{request.node.name[:60].replace('/', '_')}"
        stack = Stack(postgres, copied, home, sandbox, configuration, environment)
        made.append(stack)
        return stack

    yield make
    for stack in made:
        stack.close()


@pytest.fixture(scope="module")
def shared(
    postgres: Postgres, template: str, sandbox: Sandbox, folder: pathlib.Path, request: pytest.FixtureRequest
) -> Iterator[Stack]:
    """A test file's installation with one server: the demo's configuration. Which of a file's tests share one is chance; where providers
    fail in them, the file says `BREAKERS = False`."""
    stack = Stack(postgres, template, folder / request.module.__name__, sandbox)
    if not getattr(request.module, "BREAKERS", True):
        stack.without_breakers()
    stack.server()
    yield stack
    stack.close()


@pytest.fixture(scope="module")
def merchant(shared: Stack) -> Merchant:
    return shared.merchant()


@pytest.fixture(autouse=True)
def _no_test_leaves_a_behaviour(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a failed test told the shared sandbox to do would otherwise make the next ones fail."""
    yield
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox").clear_behaviour()


@pytest.fixture(autouse=True)
def _logs_of_shared(request: pytest.FixtureRequest) -> None:
    if "shared" in request.fixturenames and "make_stack" not in request.fixturenames:
        request.node.stacks = [request.getfixturevalue("shared")]
