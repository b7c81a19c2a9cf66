"""A headless Chromium, driven through chromedriver by plain HTTP (W3C WebDriver). It reaches nothing but files."""
import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
SILENT = ("--headless=new", "--no-first-run", "--disable-background-networking", "--disable-component-update",
          "--disable-default-apps", "--disable-sync", "--disable-domain-reliability", "--no-default-browser-check",
          "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars",
          "--host-resolver-rules=MAP * ~NOTFOUND")


def why_impossible():
    """Why there is no browser here; empty where there is one."""
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            return f"{program} is not installed"
    return ""


class Browser:
    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="tern-chromium.", ignore_cleanup_errors=True)
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = next(found.group(1) for found in map(re.compile(r"successfully on port (\d+)").search, self.driver.stdout) if found)
        self.base = f"http://127.0.0.1:{port}"
        words = [*SILENT, f"--user-data-dir={self.profile.name}"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
        wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": words, "binary": shutil.which("chromium")},
                  "goog:loggingPrefs": {"browser": "ALL"}}
        self.session = ""
        made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = "/session/" + made["sessionId"]

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()
            self.profile.cleanup()

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + self.session + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as problem:
            raise AssertionError(json.load(problem)["value"]["message"]) from problem

    def open(self, file, width=1280, height=1600, dark=False):
        self.command("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("POST", "/url", {"url": "file://" + file})

    def command(self, name, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def run(self, script, *arguments):
        """What `script`, the body of a function, returns."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)}/click", {})

    def keys(self, selector, text):
        self.ask("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def complaints(self):
        """What the page has said on its console."""
        return [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]

    def screenshot(self, file):
        """The whole page."""
        picture = self.command("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        with open(file, "wb") as out:
            out.write(base64.b64decode(picture["data"]))
