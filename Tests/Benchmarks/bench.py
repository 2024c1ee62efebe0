"""Measures Causeway against nginx and pgbench in one run, and writes docs/performance.md. Called by deploy/bench.sh.

Ratios, where there are any: figures alone say more about the machine than about the program.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEnd"))

import psycopg  # noqa: E402
import requests  # noqa: E402

from support.processes import (  # noqa: E402
    Postgres, Program, clean_environment, free_port, postgres_programs, programs)
from support.sandbox import Sandbox  # noqa: E402
from support.stack import Server, Stack, demo  # noqa: E402

SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
# Of latency under half load: a machine that others share, or a disk, may stop for some ten milliseconds in any of them.
WINDOWS = 5
ORDER = {
    "currencyId": "THB", "paymentMethodId": "THB_QR", "amount": "AMOUNT", "referenceNumber": "bench-REFERENCE",
    "counterparty": {"name": "Somchai Jaidee", "bankCode": "KBANK", "accountNumber": "1234567890"},
}


def say(text: str) -> None:
    print(text, flush=True)


class DurablePostgres(Postgres):
    """A private server that keeps what it commits: the price of a commit is part of the measurement."""

    def start(self) -> None:
        self._script("start")


@dataclasses.dataclass
class Load:
    """What wrk saw."""

    requests: int
    seconds: float
    p50: float
    p90: float
    p99: float
    errors: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def wrk(url: str, script: str, *arguments: str, connections: int, seconds: int = SECONDS) -> Load:
    threads = min(2, connections)
    done = subprocess.run(
        ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s", "-s", str(HERE / script), url,
         "--", *arguments],
        capture_output=True, text=True, check=False, timeout=seconds + 60)
    found = re.search(r"result (.*)", done.stdout)
    assert done.returncode == 0 and found, done.stdout + done.stderr
    told = dict(pair.split("=") for pair in found[1].split())
    load = Load(int(told["requests"]), *(float(told[name]) for name in ("seconds", "p50", "p90", "p99")), int(told["errors"]))
    if load.errors:
        say(f"  {load.errors} errors of {load.requests}: {done.stderr.strip()[:300]}")
    return load


def cpu_seconds(pid: int) -> float:
    """What a process and its children have used of the processors."""
    total = 0.0
    pids = [pid]
    while pids:
        one = pids.pop()
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(") ", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        for task in pathlib.Path(f"/proc/{one}/task").iterdir():
            pids += [int(child) for child in (task / "children").read_text().split()]
    return total


def resident_mb(pid: int) -> float:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


# ---- the server alone -------------------------------------------------------------------------------------------------


class Nginx:
    """nginx that answers every request the same, from memory."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.port = free_port()
        folder.mkdir()
        folder.chmod(0o755)
        (folder / "nginx.conf").write_text(f"""
            daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
            worker_rlimit_nofile 16384;
            events {{ worker_connections 12000; }}
            http {{
                access_log off; default_type application/json; keepalive_requests 100000000;
                client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
                uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
                server {{ listen 127.0.0.1:{self.port}; location / {{ return 200 '{{"status":"live"}}'; }} }}
            }}
        """)
        self.process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                if requests.get(f"http://127.0.0.1:{self.port}/", timeout=1).status_code == 200:
                    return
            except requests.RequestException:
                assert time.monotonic() < deadline, (folder / "error.log").read_text()
                time.sleep(0.05)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def per_cpu_second(url: str, pid: int) -> float:
    before = cpu_seconds(pid)
    load = wrk(url, "get.lua", connections=64)
    return load.requests / (cpu_seconds(pid) - before)


def against_nginx(server: Server, folder: pathlib.Path) -> tuple[float, float]:
    """Requests per CPU-second of GET /health/live and of nginx, in turns."""
    nginx = Nginx(folder / "nginx")
    try:
        wrk(f"{server.url}/health/live", "get.lua", connections=64, seconds=1)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(per_cpu_second(f"http://127.0.0.1:{nginx.port}/", nginx.process.pid))
            ours.append(per_cpu_second(f"{server.url}/health/live", server.pid))
        return statistics.median(ours), statistics.median(theirs)
    finally:
        nginx.close()


# ---- one durable commit ------------------------------------------------------------------------------------------------


def insert_statement() -> str:
    """The statement that `initiate` runs, from its one place in the sources."""
    for source in sorted((ROOT / "Sources" / "Orchestration" / "Store").glob("OrderStore*.swift")):
        found = re.search(r'func inserting\(.*?"""\n(.*?)"""', source.read_text(), re.S)
        if found:
            # What it does besides for accounts with caps.
            return found[1].replace("\\(counting)", "")
    raise AssertionError("the statement that inserts an order is not in Sources/Orchestration/Store")


def pgbench_script(stack: Stack, folder: pathlib.Path) -> pathlib.Path:
    """The same statement with the same values, but for the numbers that must differ."""
    columns = ("merchant_id", "app_id", "method", "amount", "state", "counterparty", "redirect_url", "description", "metadata", "decision")
    row = stack.rows(
        f"SELECT {', '.join(f'o.{name}::text' for name in columns)}, e.detail::text FROM orders o JOIN order_events e ON e.order_id = o.id"
        " WHERE o.state = 'initiated' AND e.number = 1 LIMIT 1")[0]
    told = dict(zip((*columns, "event"), row))

    def quoted(value: str | None) -> str:
        return "NULL" if value is None else "'" + value.replace("'", "''") + "'"

    # What a quote leaves empty (attempt, idempotency key) is not here.
    # pgbench takes a colon before a letter for one of its variables: JSON has none after white space is gone, casts have two.
    number = "lpad((:n::bigint * 1000 + :client_id)::text, 12, '0')"
    values = {
        1: f"('01900000-0000-7000-8000-' || {number})", 2: quoted(told["merchant_id"]), 3: quoted(told["app_id"]),
        4: f"('pgbench-' || {number})", 5: quoted(told["method"]), 6: told["amount"], 7: quoted(told["state"]), 8: quoted(told["counterparty"]), 9: "NULL",
        10: quoted(told["redirect_url"]), 11: quoted(told["description"]), 12: quoted(told["metadata"]), 13: quoted(told["decision"]),
        14: "now()", 15: "(now() + interval '15 minutes')", 16: "(now() + interval '15 minutes')", 17: "0",
        23: quoted(told["event"]),
    }
    statement = re.sub(r"\$(\d+)", lambda found: values.get(int(found[1]), "NULL"), insert_statement())
    path = folder / "insert.sql"
    path.write_text(f"\\set n :n + 1\n{statement.strip()};\n")
    return path


def pgbench_rate(stack: Stack, script: pathlib.Path, clients: int, offset: int) -> float:
    done = subprocess.run(
        [postgres_programs() / "pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={min(2, clients)}",
         f"--time={SECONDS}", f"--define=n={offset}", f"--file={script}", stack.database_url],
        capture_output=True, text=True, check=False, timeout=SECONDS + 60, env=clean_environment())
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert done.returncode == 0 and found, done.stdout + done.stderr
    return float(found[1])


def settle_down(stack: Stack) -> None:
    """As a database is that has been up for long: its log goes into files that are there already, not into new ones."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def commit_times(stack: Stack, script: pathlib.Path, folder: pathlib.Path, rate: float, offset: int) -> tuple[float, float]:
    """What two durable commits in a row take at a rate, p50 and p99 in milliseconds, with nothing else on the machine: the floor of
    a payment, which waits for two."""
    twice = folder / "twice.sql"
    twice.write_text(script.read_text() * 2)
    done = subprocess.run(
        [postgres_programs() / "pgbench", "--no-vacuum", "--protocol=prepared", "--client=16", "--jobs=2", f"--rate={rate:.0f}",
         f"--time={2 * SECONDS}", f"--define=n={offset}", f"--file={twice}", "--log", f"--log-prefix={folder}/commits", stack.database_url],
        capture_output=True, text=True, check=False, timeout=2 * SECONDS + 60, env=clean_environment())
    assert done.returncode == 0, done.stdout + done.stderr
    # client, number, microseconds since it was due, script, second, microsecond, how late it began
    rows = [line.split() for log in folder.glob("commits.*") for line in log.read_text().splitlines()]
    times = sorted((int(row[2]) - int(row[6])) / 1000 for row in rows)
    return times[len(times) // 2], times[len(times) * 99 // 100]


def order_load(server: Server, token: str, path: str, *, connections: int, pause: int = 0, seconds: int = SECONDS) -> Load:
    return wrk(server.url, "post.lua", path, token, json.dumps(ORDER), str(pause), connections=connections, seconds=seconds)


def best(rates: dict[int, float]) -> tuple[int, float]:
    clients = max(rates, key=rates.__getitem__)
    return clients, rates[clients]


# ---- a whole payment -----------------------------------------------------------------------------------------------------


def provider_time(stack: Stack, seconds: int, pace: float) -> list[float]:
    """The sandbox's own time for a deposit, in milliseconds, as a client beside Causeway sees it."""
    import jwt

    key = "sandbox-payplus-key-one-0123456789abcdef"
    session = requests.Session()
    session.trust_env = False
    times = []
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1
        claims = {
            "merchantId": "demo-one", "transactionId": f"direct{os.getpid()}x{number}", "amount": 2_000_000 - number, "type": "QR",
            "callbackUrl": "http://127.0.0.1:9/none", "timestamp": int(time.time() * 1000),
        }
        body = {**claims, "signature": jwt.encode(dict(sorted(claims.items())), key, algorithm="HS256")}
        began = time.perf_counter()
        session.post(f"{stack.sandbox.url}/payplus/api/v1/deposit", json=body, headers={"x-api-key": key}, timeout=10)
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(pace)
    return sorted(times)


def provider_times(server: Server, admin_key: str) -> dict[str, float] | None:
    """What Causeway saw of its providers, from its health page."""
    health = requests.get(f"{server.url}/health", headers={"Authorization": f"Bearer {admin_key}"}, timeout=5).json()
    for account in health["accounts"]:
        if account["name"] == "payplus-one" and account["latencyP50Ms"] is not None:
            return {"p50": account["latencyP50Ms"], "p99": account["latencyP99Ms"]}
    return None


# ---- routing ---------------------------------------------------------------------------------------------------------------


def eighteen() -> list[dict]:
    """Accounts beside the demo's two for THB_QR, which play no part but in decisions."""
    template = next(each for each in demo()["accounts"] if each["name"] == "payplus-two")
    return [{**copy.deepcopy(template), "name": f"more-{number}", "priority": 100 + number} for number in range(18)]


def fifty_rules() -> dict:
    """As in Tests/Benchmarks/Decisions: forty-nine that look at everything and match nothing before the one that does."""
    refusing = [{
        "name": f"r{number}", "strategy": "priority", "when": {
            "methods": ["THB_QR"], "amount": {"currency": "THB", "minimum": f"{number + 1}.00"}, "banks": ["KBANK", "SCB"],
            "customers": {"from": 0, "to": 99}, "metadata": {f"k{number}": ["a", "b"]},
            "times": [{"zone": "Asia/Bangkok", "from": "00:00", "to": "23:59"}]}} for number in range(49)]
    return {"format": 1, "rules": [*refusing, {"name": "last", "strategy": "adaptive"}]}


CASE = {
    "paymentMethodId": "THB_QR", "amount": "AMOUNT", "bankCode": "KBANK", "customerId": "customer-1234567",
    "metadata": {"channel": "web", "campaign": "spring"},
}


def decisions() -> list[Line]:
    """A decision by itself, on one core."""
    say("A decision over 20 accounts and 50 rules ...")
    told = subprocess.run([programs() / "routing-decisions"], check=True, capture_output=True, text=True, timeout=300).stdout
    say("  " + told.strip().replace("\n", "\n  "))
    times = {name: float(figure) for name, figure in re.findall(r"^(\w+): ([\d.]+) µs$", told, re.M)}
    later, grown = re.search(r"^adaptive after .*: ([\d.]+) µs, (\d+) kB", told, re.M).groups()
    learned = max(times.pop("adaptive"), float(later))
    slowest = max(times, key=times.__getitem__)
    what = "a decision over 20 accounts and 50 rules, one core"
    return [
        Line(f"{what}: the slowest of {', '.join(f'`{name}`' for name in times)}", f"{times[slowest]:.1f} µs", "10 µs", times[slowest] < 10),
        Line(f"{what}: `adaptive`, by evidence of all accounts and four banks", f"{learned:.1f} µs", "10 µs", learned < 10),
        Line("memory that 1000 times the history adds to it", f"{grown} kB", "none to speak of", int(grown) < 1024),
    ]


def simulated(stack: Stack, server: Server) -> Line:
    """Decisions over HTTP, on all cores, which the load generator shares."""
    say("POST /admin/v1/routing/simulate ...")
    configuration = demo()
    configuration["accounts"] += eighteen()
    stack.apply(configuration)
    rules = stack.folder / "rules.json"
    rules.write_text(json.dumps(fifty_rules()))
    stack.command("rules", "apply", str(rules), "--why", "a measurement")
    deadline = time.monotonic() + 10
    while True:
        answer = requests.post(
            f"{server.url}/admin/v1/routing/simulate", headers={"Authorization": f"Bearer {stack.admin_key}"}, timeout=5,
            json={**CASE, "amount": "500"})
        assert answer.status_code == 200, answer.text
        told = answer.json()["result"]
        if told["rule"] == "last" and len(told["candidates"]) == 20:
            break
        assert time.monotonic() < deadline, told
        time.sleep(0.05)
    rates = {}
    for connections in (16, 64):
        load = wrk(
            server.url, "post.lua", "/admin/v1/routing/simulate", stack.admin_key, json.dumps(CASE), "0", "200", connections=connections)
        assert load.errors == 0
        rates[connections] = load.rate
    _, rate = best(rates)
    return Line(
        f"`POST /admin/v1/routing/simulate` over 20 accounts and 50 rules, {len(os.sched_getaffinity(0))} cores", f"{rate:,.0f} per second")


# ---- memory and start ------------------------------------------------------------------------------------------------------


def with_idle_connections(server: Server, count: int) -> float:
    """Resident memory with that many connections that have each made one request and now rest."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count + 200:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count + 200, count + 200))
    else:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count + 200, hard))
    request = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    connections = []
    try:
        for number in range(count):
            # Loopback addresses in turn: one address has some 28,000 ports to the same listener.
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=(f"127.0.0.{2 + number % 8}", 0))
            connection.sendall(request)
            connections.append(connection)
            answer = connection.recv(1024)
            assert b" 200 " in answer, answer
        time.sleep(1)
        return resident_mb(server.pid)
    finally:
        for connection in connections:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def start_up_ms(stack: Stack) -> float:
    """From exec to the first 200 of /health/ready."""
    port = free_port()
    server = Program(
        "causeway", ["causeway", "serve"], {**stack.environment, "CAUSEWAY_LISTEN": f"127.0.0.1:{port}"}, stack.folder / "start.log")
    request = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    began = time.perf_counter()
    server.spawn()
    try:
        while True:
            assert server.alive() and time.perf_counter() - began < 20, server.tail()
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                    connection.sendall(request)
                    if b" 200 " in connection.recv(256):
                        return (time.perf_counter() - began) * 1000
            except OSError:
                pass
            time.sleep(0.001)
    finally:
        server.terminate()


# ---- all of it -------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Line:
    what: str
    figure: str
    goal: str = ""
    reached: bool | None = None


@contextlib.contextmanager
def installation(folder: pathlib.Path) -> Iterator[Stack]:
    """A database that keeps what it commits, a sandbox, and Causeway with the demo's accounts."""
    postgres = DurablePostgres(folder / "postgres")
    postgres.start()
    sandbox = Sandbox(folder)
    stack = None
    try:
        sandbox.start()
        template = postgres.database()
        subprocess.run(
            [programs() / "causeway", "migrate"], check=True, capture_output=True, cwd=ROOT,
            env={**clean_environment(), "CAUSEWAY_DATABASE_URL": postgres.url(template)})
        environment = {
            # Nobody pays these deposits: asking about them would begin after five seconds and be measured too.
            "CAUSEWAY_POLL_SCALE": "100", "CAUSEWAY_ANSWER_WAIT": "10s", "CAUSEWAY_LEASE": "40s", "CAUSEWAY_LOG": "error",
            # The program's own default, which the tests' is not.
            "CAUSEWAY_DATABASE_CONNECTIONS": str(max(2, min(16, 32 // len(os.sched_getaffinity(0))))),
        }
        stack = Stack(postgres, template, folder / "stack", sandbox, copy.deepcopy(demo()), environment)
        yield stack
    finally:
        if stack:
            stack.close()
        sandbox.program.kill()
        postgres.destroy()


def routing(folder: pathlib.Path) -> list[Line]:
    """What routing takes, alone."""
    with installation(folder) as stack:
        return [simulated(stack, stack.server()), *decisions()]


def measure(folder: pathlib.Path) -> list[Line]:
    lines: list[Line] = []
    with installation(folder) as stack:
        say("Start-up ...")
        start = statistics.median(start_up_ms(stack) for _ in range(10))
        lines.append(Line("from exec to ready, migrated database (median of 10)", f"{start:.0f} ms", "200 ms", start <= 200))
        server = stack.server()
        merchant = stack.merchant()
        token = merchant.token
        time.sleep(2)
        rest = resident_mb(server.pid)
        lines.append(Line("resident memory at rest", f"{rest:.0f} MB", "40 MB", rest <= 40))

        say(f"GET /health/live against nginx, {ROUNDS} rounds of {SECONDS} s each ...")
        ours, theirs = against_nginx(server, folder)
        lines.append(Line(
            "`GET /health/live` / nginx `return 200`, requests per CPU-second", f"{ours / theirs:.2f} ({ours:,.0f} / {theirs:,.0f})", "0.8",
            ours / theirs >= 0.8))

        say("10,000 idle connections ...")
        idle = with_idle_connections(server, 10_000)
        lines.append(Line("resident memory with 10,000 idle connections", f"{idle:.0f} MB", "120 MB", idle <= 120))

        say("POST /v1/transaction/initiate against pgbench with the same statement ...")
        first = merchant.call("POST", "/v1/transaction/initiate", json={**ORDER, "amount": "1000", "referenceNumber": "bench-first"})
        assert first.status_code == 201, first.text
        script = pgbench_script(stack, folder)
        order_load(server, token, "/v1/transaction/initiate", connections=64, seconds=2)
        initiate: dict[int, float] = {}
        bench: dict[int, float] = {}
        offset = 0
        for clients in (8, 16, 32, 64):
            offset += 1_000_000
            bench[clients] = pgbench_rate(stack, script, clients, offset)
            load = order_load(server, token, "/v1/transaction/initiate", connections=4 * clients)
            assert load.errors == 0
            initiate[4 * clients] = load.rate
            say(f"  pgbench {clients} clients: {bench[clients]:,.0f}/s; initiate {4 * clients} connections: {load.rate:,.0f}/s")
        (_, ours), (clients, theirs) = best(initiate), best(bench)
        lines.append(Line(
            f"`POST /v1/transaction/initiate` / pgbench's best ({clients} clients), both one durable commit",
            f"{ours / theirs:.2f} ({ours:,.0f} / {theirs:,.0f} per second)", "0.6", ours / theirs >= 0.6))

        say("POST /v1/transaction with a sandbox that answers at once ...")
        whole = {}
        for connections in (16, 64):
            load = order_load(server, merchant.sign_in().token, "/v1/transaction", connections=connections)
            assert load.errors == 0
            whole[connections] = load.rate
        _, rate = best(whole)
        lines.append(Line("`POST /v1/transaction`, whole payments, PayPlus deposits", f"{rate:,.0f} per second"))

        say("Latency under half of that load ...")
        connections = 32
        cycle = 1000 * connections / (rate / 2)
        settle_down(stack)
        # A connection's turn is its pause and its answer's time: with both it is half of the load.
        answer = order_load(server, merchant.sign_in().token, "/v1/transaction", connections=connections, pause=round(cycle), seconds=2).p50
        pause = max(1, round(cycle - answer))
        direct = provider_time(stack, 3, 0.005)
        windows = [
            order_load(server, merchant.sign_in().token, "/v1/transaction", connections=connections, pause=pause) for _ in range(WINDOWS)]
        assert all(window.errors == 0 for window in windows)
        own = provider_times(server, stack.admin_key)
        p50, p99 = direct[len(direct) // 2], direct[min(len(direct) - 1, len(direct) * 99 // 100)]
        for window in windows:
            say(f"  {window.rate:,.0f} per second: p50 {window.p50:.1f} ms, p90 {window.p90:.1f} ms, p99 {window.p99:.1f} ms")
        say(f"  the sandbox alone, idle: p50 {p50:.1f} ms, p99 {p99:.1f} ms; as Causeway saw it: {own}")
        seen = own or {"p50": p50, "p99": p99}
        half = statistics.median(window.rate for window in windows)
        added50 = max(0.0, statistics.median(window.p50 for window in windows) - seen["p50"])
        added99, worst99 = (max(0.0, of(window.p99 for window in windows) - seen["p99"]) for of in (statistics.median, max))
        commit50, commit99 = commit_times(stack, script, folder, half, 9_000_000)
        lines.append(Line(
            f"added to the provider's own time at {half:,.0f} per second (half load), median of {WINDOWS} windows",
            f"p50 {added50:.1f} ms, p99 {added99:.1f} ms (the worst window {worst99:.1f} ms)", "5 ms at p99", added99 <= 5))
        lines.append(Line(
            "two durable commits in a row at that rate, which a payment waits for, by pgbench alone on the machine",
            f"p50 {commit50:.1f} ms, p99 {commit99:.1f} ms"))
        lines.append(Line("resident memory after all of this", f"{resident_mb(server.pid):.0f} MB"))
        lines.append(simulated(stack, server))
        return lines + decisions()


def machine() -> str:
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    version = subprocess.run([postgres_programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores of {model[1].strip() if model else platform.machine()}, {memory:.0f} GB, "
            f"Linux {platform.release().split('-')[0]}, PostgreSQL {version}")


def report(lines: list[Line]) -> str:
    rows = "\n".join(
        f"| {line.what} | {line.figure} | {line.goal} | {'' if line.reached is None else 'yes' if line.reached else 'no'} |" for line in lines)
    return f"""# Performance

One run of `make bench` on {datetime.date.today().isoformat()}: {machine()}. Load generator, providers, PostgreSQL and Causeway share the machine.

| what | figure | to reach | reached |
|---|---|---|---|
{rows}

How it is measured ([Tests/Benchmarks](../Tests/Benchmarks)):

- nginx answers `return 200` with the same body from one worker; both serve 64 keep-alive connections of wrk in turns, {ROUNDS} times {SECONDS} s. What counts
  is requests per second of processor time that the server used, which other programs on the machine change little.
- pgbench runs the very statement that `initiate` runs, read from `Sources/Orchestration/Store`, prepared, on the same database with `fsync` and
  `synchronous_commit` on; the best of 8 to 64 clients counts. Causeway's rate includes HTTP, the token, reading and checking the body, routing and
  the answer.
- A whole payment is `POST /v1/transaction` of a PayPlus deposit, from the body to what the payer is shown: a commit before the signed call to the
  provider, and one after its answer.
- The line below it is the floor of that: pgbench alone with 16 clients, each running the statement of `initiate` twice, one commit after the other.
- Under half load wrk pauses at random between requests, in {WINDOWS} windows of {SECONDS} s; what the provider took, as Causeway's health page shows it, is taken off.
- Start-up is from `exec` to the first 200 of `/health/ready`.
- A decision is `Router.decide` with a question made anew each time: 49 rules with seven conditions each match nothing, the 50th does; in processor time, the
  best of five times 50,000. `adaptive` goes by evidence of all accounts and four banks. Over HTTP, `simulate` reads the payment from JSON, decides by a copy of that evidence, and writes the
  explanation, which is some 3 kB.
"""


def main() -> int:
    for tool in ("wrk", "nginx"):
        assert shutil.which(tool), f"{tool} is not here: deploy/bench.sh installs it"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="causeway-bench-"))
    folder.chmod(0o711)
    part = os.environ.get("BENCH_ONLY", "")
    assert part in ("", "routing"), f"there is no part {part}: BENCH_ONLY is routing, or not set"
    try:
        lines = routing(folder) if part else measure(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not part:
        (ROOT / "docs" / "performance.md").write_text(report(lines))
    say("")
    for line in lines:
        verdict = "" if line.reached is None else f"  to reach {line.goal}: {'yes' if line.reached else 'NO'}"
        say(f"{line.what}: {line.figure}{verdict}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
