"""Waiting on conditions, never on luck."""

import time
from typing import Callable, TypeVar

T = TypeVar("T")


def until(what: str, condition: Callable[[], T], seconds: float = 15.0, every: float = 0.05) -> T:
    """Asks until `condition` gives something true, and returns that; fails with `what` and the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        last = condition()
        if last:
            return last
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds} s: {what}; last seen: {last!r}")
        time.sleep(every)


def throughout(what: str, condition: Callable[[], bool], seconds: float, every: float = 0.05) -> None:
    """Fails when `condition` stops holding within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert condition(), f"did not hold for {seconds} s: {what}"
        time.sleep(every)
