"""Debian's chromium, without a window, spoken to over its DevTools pipe: messages of JSON that end with a zero byte.

Source: https://chromedevtools.github.io/devtools-protocol/
"""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

ARGUMENTS = [
    "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--metrics-recording-only", "--mute-audio", "--force-color-profile=srgb",
    "--font-render-hinting=none",
]


class Gone(Exception):
    """The browser ended, or says nothing any more."""


class PageFault(Exception):
    """What was asked of a page threw."""


class Browser:
    """A browser with one page."""

    def __init__(self, executable, timeout=60):
        self.timeout = timeout
        self.events = []
        self.number = 0
        self.rest = b""
        self.folder = tempfile.mkdtemp(prefix="assay-browser-")
        orders, self.write_end = os.pipe()
        self.read_end, answers = os.pipe()
        command = [executable, *ARGUMENTS, f"--user-data-dir={self.folder}"]
        if os.geteuid() == 0:
            # Its sandbox refuses root; the pages are ours.
            command.append("--no-sandbox")

        def connect():
            # First out of the way, since one of them may be 3 or 4 itself.
            ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (orders, answers)]
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            [*command, "about:blank"], preexec_fn=connect, close_fds=False, stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log)
        os.close(orders)
        os.close(answers)
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            self.call(f"{domain}.enable")

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(10)
        except (Gone, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, **parameters):
        """What the browser answers; events that come before are kept."""
        number = self.send(method, **parameters)
        while True:
            answer = self.receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise Gone(f"{method}: {answer['error'].get('message')}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def send(self, method, **parameters):
        """Sends an order; the number of its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        return self.number

    def wait(self, method):
        """Waits for an event."""
        for _ in range(100_000):
            for index, event in enumerate(self.events):
                if event["method"] == method:
                    return self.events.pop(index)
            message = self.receive()
            if "method" in message:
                self.events.append(message)
        raise Gone(f"no {method}")

    def receive(self):
        end = time.monotonic() + self.timeout
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.read_end], [], [], max(0, end - time.monotonic()))
            block = os.read(self.read_end, 1 << 20) if ready else b""
            if not block:
                raise Gone("the browser says nothing" if not ready else "the browser ended")
            self.rest += block
        line, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(line)
        if message.get("method") == "Page.javascriptDialogOpening":
            # Nothing goes on before it is closed, not even loading; its own answer is nobody's.
            self.send("Page.handleJavaScriptDialog", accept=False)
        return message

    def evaluate(self, expression):
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise PageFault(details.get("exception", {}).get("description") or details.get("text"))
        return answer["result"].get("value")

    def open(self, url, width, scheme="light", media="", height=800):
        """Opens a page in a window of a width, for readers who prefer a scheme."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def key(self, name, shift=False):
        """Presses a key."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27}
        event = {"key": name, "code": name, "windowsVirtualKeyCode": codes[name], "modifiers": 8 if shift else 0}
        text = {"text": "\r"} if name == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **event, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def click(self, x, y):
        """Clicks at a place of the window."""
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text):
        """Types a text."""
        for character in text:
            self.call("Input.dispatchKeyEvent", type="char", text=character)

    def picture(self, path, most=5000):
        """A picture of the page from its top."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], most), "scale": 1}
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        path.write_bytes(base64.b64decode(data))

    def print(self, path):
        """The page on paper."""
        data = base64.b64decode(
            self.call("Page.printToPDF", printBackground=False, preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)["data"])
        path.write_bytes(data)
        return data
