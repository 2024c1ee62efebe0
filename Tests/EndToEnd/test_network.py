"""Attacks from the network: who may only connect, or has keys of an own, keeps nobody else from being served."""

from __future__ import annotations

import collections
import concurrent.futures
import contextlib
import os
import socket

import requests

from support.api import Merchant, kes_payout
from support.processes import programs
from support.stack import Server, Stack
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
    stack = make_stack()
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
        assert descriptors(server) <= 192
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
