"""What every browser test builds on: one Chromium, a server per class, people with a context of their own."""

import json
import os
import pathlib
import re
import shutil
import time
import unittest
import urllib.parse

from playwright.sync_api import expect, sync_playwright

from server import ROOT, Server

OUTPUT = pathlib.Path(__file__).resolve().parent / "output"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
# Only who waits in vain waits that long, also on a machine with much else to do.
TIMEOUT_MILLISECONDS = 30_000
# While working on the client: takes it from Web/build/development (kept new by Web/scripts/dev.mjs) instead of the binary,
# or, for "production", from Web/build.
BUILDS = {"": None, "production": ROOT / "Web/build"}
FROM_DISK = BUILDS.get(os.environ.get("CLIENT_FROM_DISK", ""), ROOT / "Web/build/development")

expect.set_options(timeout=TIMEOUT_MILLISECONDS)


class BrowserTest(unittest.TestCase):
    """Collects what went wrong in the pages: a test fails when a page threw or broke its security policy."""

    server_class = Server
    server_arguments = ()

    @classmethod
    def setUpClass(cls):
        OUTPUT.mkdir(exist_ok=True)
        cls.server = cls.server_class(*cls.server_arguments)
        cls.addClassCleanup(cls.server.stop)
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = cls.launch()

    @classmethod
    def launch(cls, **options):
        # A page from disk has no address, so Chromium would take the server for a stranger in the local network.
        arguments = ["--no-sandbox"] + (["--disable-features=LocalNetworkAccessChecks"] if FROM_DISK else [])
        browser = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, **options)
        cls.addClassCleanup(browser.close)
        return browser

    def setUp(self):
        self.failures = []
        self.pages = []
        self.addCleanup(self.check_failures)

    def tearDown(self):
        """What the pages showed when a test failed, beside its other pictures."""
        if not self._outcome.success:
            for number, page in enumerate(self.pages):
                if not page.is_closed():
                    self.picture(page, f"failed-{self._testMethodName}-{number}")

    def check_failures(self):
        self.assertEqual(self.failures, [])

    def open(self, session=None, address=None, size=DESKTOP, scheme="light", touch=False, script=None, browser=None):
        """A page of its own browser context, signed in as a session's user or, in development, as the first one."""
        context = (browser or self.browser).new_context(
            viewport=size, color_scheme=scheme, has_touch=touch, reduced_motion="reduce", locale="en-GB")
        self.addCleanup(context.close)
        if session:
            context.add_cookies([self.cookie(session["token"])])
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        # Pictures of other sites are not there in a test.
        context.route(lambda url: not url.startswith(self.server.base) and not url.startswith("data:"),
                      lambda route: route.abort())
        if FROM_DISK:
            context.route(re.compile(r"^http://localhost:\d+/(app|embed|assets)(/|$)"), from_disk)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        self.watch(page)
        self.pages.append(page)
        page.goto(address or self.server.page_of(self.server.general["route_id"]))
        return page

    def watch(self, page):
        page.set_default_timeout(TIMEOUT_MILLISECONDS)
        page.on("pageerror", lambda error: self.failures.append(f"{page.url}: {error}"))
        page.on("console", self.note)

    def note(self, message):
        if message.type == "error" and "Failed to load resource" not in message.text \
                and "WebSocket connection" not in message.text:
            self.failures.append(message.text)

    def cookie(self, token):
        return {"name": "cc_session", "value": token, "url": self.server.base}

    def picture(self, page, name):
        page.screenshot(path=OUTPUT / f"{name}.png")


def eventually(page, value, expected):
    """Waits until what a function returns, such as what the server has, is as expected."""
    deadline = time.monotonic() + TIMEOUT_MILLISECONDS / 1000
    while (found := value()) != expected:
        assert time.monotonic() < deadline, f"{found} never became {expected}"
        page.wait_for_timeout(50)


def from_disk(route):
    files = json.loads((FROM_DISK / "map.json").read_text())
    path = urllib.parse.urlsplit(route.request.url).path
    name = path if path.startswith("/assets/") else "/index.html"
    if name not in files:
        return route.fallback()
    kinds = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "json": "application/json"}
    route.fulfill(body=(FROM_DISK / "files" / files[name]).read_bytes(), content_type=kinds[name.rsplit(".", 1)[1]])


def composer(page):
    return page.locator(".main .composer textarea").last


def send(page, text):
    composer(page).fill(text)
    composer(page).press("Enter")


def message(page, text):
    return page.locator(".main .message").filter(has_text=text)


def until(page, condition):
    """Waits in the page: the policy forbids the evaluation of text that wait_for_function needs there."""
    page.evaluate(f"new Promise((done) => {{ const look = () => ({condition}) ? done() : setTimeout(look, 20); look(); }})")
