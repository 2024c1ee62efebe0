"""Attacks from the network: who may only connect, or has keys of an own, keeps nobody else from being served."""

from __future__ import annotations

import collections
import concurrent.futures
import contextlib
import http.server
import json
import os
import socket
import threading

import requests

from support.api import Merchant, kes_payout
from support.processes import programs
from support.stack import Server, Stack, account, demo
from support.waiting import until

# Step 16 from a start of its own: no two files use an amount of each other's on the sandbox that they share.
_whole = iter(range(6_011, 90_000, 16))


# ---- descriptors -------------------------------------------------------------------------------------------------------------


def limited(stack: Stack, descriptors: int) -> Server:
    """The first server, with so many descriptors and no way to more."""
    server = Server(stack, stack.port, stack.folder / "causeway-limited.log")
    server.arguments = ["prlimit", f"--nofile={descriptors}:{descriptors}", str(programs() / "causeway"), "serve"]
    stack.servers.append(server)
    return server.start()


def descriptors(server: Server) -> int:
    return len(os.listdir(f"/proc/{server.pid}/fd"))


def test_connections_do_not_take_the_descriptors_that_payments_need(make_stack) -> None:
    """Every payment under way needs a connection to its provider besides the caller's."""
    stack = make_stack(CAUSEWAY_REACTORS="4")
    server = limited(stack, 256)
    merchant = stack.merchant()
    callers = [merchant.at(server.url) for _ in range(20)]
    for caller in callers:
        assert caller.call("GET", "/v1/currencies").status_code == 200
    with contextlib.ExitStack() as crowd:
        for _ in range(500):
            crowd.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
        # Those turned away are held for a moment, so that they can read why.
        until("the crowd is in", lambda: requests_are_refused(server), seconds=10)
        assert descriptors(server) <= 224
        with concurrent.futures.ThreadPoolExecutor(len(callers)) as pool:
            drafts = [kes_payout(f"{next(_whole)}.00") for _ in callers]
            orders = list(pool.map(lambda both: both[0].create(both[1]), zip(callers, drafts)))
    states = collections.Counter(order["status"] for order in orders)
    assert not states["failed"], orders


def requests_are_refused(server: Server) -> bool:
    try:
        return requests.get(f"{server.url}/health/live", timeout=5).status_code == 503
    except requests.RequestException:
        return True


# ---- addresses behind a proxy ------------------------------------------------------------------------------------------------


def guess(stack: Stack, address: str, times: int) -> list[int]:
    """Wrong keys for ever another app, as a reverse proxy passes them on from an address."""
    with requests.Session() as session:
        return [
            session.post(
                f"{stack.url}/v1/auth/generate-token/ap_{number:026}", timeout=10,
                json={"accessKey": "a", "secretKey": "b"}, headers={"X-Forwarded-For": address}).status_code
            for number in range(times)]


def sign_in(merchant: Merchant, address: str) -> requests.Response:
    return merchant.call(
        "POST", f"/v1/auth/generate-token/{merchant.app}", token=None, headers={"X-Forwarded-For": address},
        json={"accessKey": merchant.access_key, "secretKey": merchant.secret_key})


def test_who_guesses_keys_through_a_proxy_locks_out_only_itself(make_stack) -> None:
    stack = make_stack(CAUSEWAY_TRUSTED_PROXIES="127.0.0.0/8, 10.1.0.0/16")
    stack.server()
    merchant = stack.merchants["demo"]
    # What stands before the proxies' own words anybody can have written.
    codes = guess(stack, "198.51.100.9, 203.0.113.7, 10.1.2.3", 120)
    assert codes[0] == 401 and codes[-1] == 429
    assert sign_in(merchant, "203.0.113.7").status_code == 429
    assert sign_in(merchant, "198.51.100.9").status_code == 201
    refreshed = merchant.call(
        "POST", "/v1/auth/refresh-token", token=None,
        headers={"X-Forwarded-For": "198.51.100.9", "Authorization": sign_in(merchant, "198.51.100.9").json()["result"]["refreshToken"]})
    assert refreshed.status_code == 201


def test_nobody_but_a_proxy_says_where_a_request_comes_from(make_stack) -> None:
    stack = make_stack()
    stack.server()
    assert guess(stack, "203.0.113.7", 120)[-1] == 429
    assert sign_in(stack.merchants["demo"], "198.51.100.9").status_code == 429


def test_the_addresses_of_callbacks_are_compared_behind_a_proxy(make_stack) -> None:
    configuration = demo()
    account(configuration, "haipay")["callbackAddresses"] = ["203.0.113.0/24"]
    stack = make_stack(configuration, CAUSEWAY_TRUSTED_PROXIES="127.0.0.1")
    stack.server()
    accounts = requests.get(f"{stack.url}/health", timeout=10).json()["accounts"]
    number = next(entry["id"] for entry in accounts if entry["name"] == "haipay")
    codes = [
        requests.post(f"{stack.url}/webhooks/{number}", json={}, timeout=10, headers={"X-Forwarded-For": told}).json()["code"]
        for told in ("203.0.113.7", "198.51.100.9", "203.0.113.7, 198.51.100.9", "", "203.0.113.7, nonsense")]
    # One comes from the provider, and has no signature.
    assert codes == ["callback_unverified"] + ["callback_address_refused"] * 4


# ---- notifications -----------------------------------------------------------------------------------------------------------


class Listener:
    """A merchant's web server that answers, or that takes and never answers."""

    def __init__(self, hangs: bool = False) -> None:
        self.received: list[str] = []
        self.over = threading.Event()
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                listener.received.append(body["txnId"])
                if hangs:
                    listener.over.wait()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 512
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/notifications"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


def test_a_merchant_that_hangs_keeps_only_its_own_notifications_waiting(make_stack) -> None:
    stack = make_stack(CAUSEWAY_REACTORS="1")
    stack.apply({"merchants": [{"name": "rival", "displayName": "Rival", "apps": [{"name": "till"}]}]})
    stack.server()
    merchant, rival = stack.merchant(), stack.merchant("rival")
    with Listener(hangs=True) as hanging, Listener() as answering:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(
                lambda _: rival.at(stack.url).create(kes_payout(f"{next(_whole)}.00", notifyUrl=hanging.url)), range(60)))
        until("what hangs is under way", lambda: len(hanging.received) >= 8)
        assert stack.value("SELECT count(*) FROM notifications") > 100
        order = merchant.create(kes_payout(f"{next(_whole)}.00", notifyUrl=answering.url))
        until("the other merchant is told", lambda: order["txnId"] in answering.received, seconds=8)
        assert len(hanging.received) < 64
