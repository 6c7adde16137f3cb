"""A headless Chromium that is driven over its own pipe (the DevTools protocol), to see what a page does."""

import json
import os
import select
import shutil
import subprocess
from contextlib import contextmanager

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_PATIENCE = 300.0  # seconds, far more than a busy machine needs
_ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--disable-background-networking", "--disable-component-update",
    "--enable-unsafe-swiftshader", "--hide-scrollbars", "--window-size=1280,1000", "about:blank",
)  # fmt: skip


class Page:
    """One tab, with all events that came so far; `requests` are the addresses it asked for, `errors` what the console complained of."""

    def __init__(self, write, read):
        self._write, self._read, self._buffer, self._last, self._session = write, read, b"", 0, None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        """The answer to one command; events that come before it are kept."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params} | ({"sessionId": self._session} if self._session else {})
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._last:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, url):
        """Nothing; the page of that address is loaded and its scripts have run."""
        before = len(self.events)
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events[before:]):
            self.events.append(self._next())

    def evaluate(self, expression):
        """The value of an expression of JavaScript, a promise's when it is there."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    @property
    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"]

    @property
    def errors(self):
        found = []
        for event in self.events:
            params = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                found.append(params["exceptionDetails"])
            elif event["method"] == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert", "warning"):
                found.append(params["args"])
            elif event["method"] == "Log.entryAdded" and params["entry"]["level"] == "error":
                found.append(params["entry"])
            elif event["method"] == "Page.javascriptDialogOpening":
                found.append(params)
        return found

    def _next(self):
        while b"\0" not in self._buffer:
            assert select.select([self._read], [], [], _PATIENCE)[0], "Chromium says nothing any more"
            read = os.read(self._read, 1 << 20)
            assert read, "Chromium has ended"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)


@contextmanager
def chromium(folder):
    """A tab of a browser of its own, whose profile is in the folder."""
    (ours_in, theirs_out), (theirs_in, ours_out) = os.pipe(), os.pipe()
    command = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
    process = subprocess.Popen(
        ["bash", "-c", command, CHROMIUM, f"--user-data-dir={folder}", *_ARGUMENTS], pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Page(ours_out, ours_in)
    finally:
        process.kill()
        process.wait()
        os.close(ours_in)
        os.close(ours_out)
