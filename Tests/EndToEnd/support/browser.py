"""A headless Chromium, spoken to over its DevTools protocol: two pipes, messages that end with a zero byte."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import time
from typing import Any, Callable

PATIENCE = 20.0


class Browser:
    """One browser. Pages are its tabs."""

    def __init__(self, folder: pathlib.Path) -> None:
        program = shutil.which("chromium")
        assert program, "no chromium on the PATH: deploy/install.sh tests"
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        self._log = folder / "chromium.log"
        log = open(self._log, "wb")
        # The browser reads descriptor 3 and writes 4. Its own sandbox works neither for root nor in many containers, and
        # only pages of ours are opened here.
        self._process = subprocess.Popen(
            ["bash", "-c", 'exec "$0" "$@" 3<&"$IN" 4>&"$OUT"', program, "--headless", "--remote-debugging-pipe",
             "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
             "--disable-component-update", "--hide-scrollbars", "--force-color-profile=srgb", "--lang=en-US",
             f"--user-data-dir={folder / 'chromium'}", "--no-sandbox", "about:blank"],
            env={**os.environ, "IN": str(theirs_in), "OUT": str(theirs_out), "HOME": str(folder)},
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        os.close(theirs_in)
        os.close(theirs_out)
        self._buffer = b""
        self._number = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._pages: dict[str, Page] = {}

    def page(self, **options: Any) -> Page:
        """A new tab in a profile of its own."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, **options)
        self._pages[session] = page
        page.begin()
        return page

    def close(self) -> None:
        self._process.kill()
        self._process.wait(timeout=10)
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """A command, and its result."""
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while number not in self._answers:
            assert time.monotonic() < end, f"the browser does not answer {method}"
            self.listen(0.5)
        answer = self._answers.pop(number)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def listen(self, seconds: float) -> None:
        """Takes in what the browser tells, for so long at most until it tells something."""
        if not select.select([self._in], [], [], seconds)[0]:
            return
        chunk = os.read(self._in, 1 << 20)
        assert chunk, f"the browser has ended: {self._log.read_text(errors='replace')[-2000:]}"
        *messages, self._buffer = (self._buffer + chunk).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self._answers[message["id"]] = message
            elif message.get("sessionId") in self._pages:
                self._pages[message["sessionId"]].hear(message["method"], message["params"])


class Page:
    """One tab."""

    def __init__(
        self, browser: Browser, session: str, width: int = 360, height: int = 740, scale: float = 2, language: str = "en",
        script: bool = True, dark: bool = False,
    ) -> None:
        self._browser = browser
        self._session = session
        self._size = (width, height, scale)
        self._language = language
        self._script = script
        self._dark = dark
        # What was wrong in the page's eyes, policy violations too.
        self.complaints: list[str] = []
        # All that was asked for, by address.
        self.requests: list[str] = []

    def begin(self) -> None:
        width, height, scale = self._size
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 600)
        self._call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if self._dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self._call("Network.setExtraHTTPHeaders", headers={"Accept-Language": self._language})
        self._call("Emulation.setScriptExecutionDisabled", value=not self._script)

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **parameters)

    def hear(self, method: str, told: dict[str, Any]) -> None:
        if method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(told["args"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])

    def open(self, url: str) -> None:
        told = self._call("Page.navigate", url=url)
        assert "errorText" not in told, told
        self.until("the page is there", lambda: self.run("document.readyState") == "complete" and self.url == url)

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression; also where the page itself may run none."""
        told = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, f"{expression}: {told['exceptionDetails']}"
        return told["result"].get("value")

    @property
    def url(self) -> str:
        return self.run("location.href")

    @property
    def phase(self) -> str:
        return self.run("document.querySelector('main')?.dataset.phase ?? ''")

    @property
    def text(self) -> str:
        """What a person reads, on one line."""
        return " ".join(self.run("document.body.innerText").split())

    def until(self, what: str, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Until `condition` gives something true; a page that is just leaving gives nothing."""
        end = time.monotonic() + seconds
        last: Any = None
        while time.monotonic() < end:
            try:
                last = condition()
            except AssertionError as error:
                last = error
            else:
                if last:
                    return last
            self._browser.listen(0.05)
        raise AssertionError(f"not within {seconds} s: {what}; last seen: {last!r}; {self.complaints}")

    def screenshot(self, path: pathlib.Path) -> pathlib.Path:
        """The whole page as PNG."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        told = self._call(
            "Page.captureScreenshot", format="png", captureBeyondViewport=True, clip={**size, "scale": 1})
        path.write_bytes(base64.b64decode(told["data"]))
        return path
