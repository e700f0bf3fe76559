"""Signing in by mail and at other services."""

import re

from browser_test import BrowserTest, expect
from mail_server import MailServer
from production_server import ProductionServer


class SignInElsewhereTest(BrowserTest):
    server_class = ProductionServer

    @classmethod
    def setUpClass(cls):
        cls.mails = MailServer()
        cls.addClassCleanup(cls.mails.stop)
        cls.server_arguments = (
            "--public-url", "{base}", "--smtp-url", cls.mails.url, "--smtp-allow-plain=true", "--mail-from", "crab@reef.example",
            "--github-client-id", "reef", "--github-client-secret", "secret")
        super().setUpClass()

    def test_a_link_by_mail(self):
        page = self.open(address=f"{self.server.base}/app")
        page.get_by_role("button", name="Send me a link instead").click()
        expect(page.get_by_label("Password")).to_have_count(0)
        page.get_by_label("E-mail").fill("captain@reef.example")
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_role("status").filter(has_text="on its way")).to_be_visible()
        expect(page.get_by_label("Sign-in code")).to_be_visible()
        self.picture(page, "sign-in-link-sent")
        link = re.search(rf"{re.escape(self.server.base)}/app/magic#\S+", self.mails.next_text()).group()
        page.goto(link)
        expect(page.locator(".sidebar-item").first).to_be_visible()

    def test_other_services(self):
        page = self.open(address=f"{self.server.base}/app")
        github = page.get_by_role("link", name="Continue with GitHub")
        expect(github).to_have_attribute("href", "/api/auth/github/start?return_to=%2Fapp")
        self.picture(page, "sign-in-all-ways")
        # The browser is sent there; what happens then is the server's own test.
        with page.expect_request(lambda request: "github.com/login/oauth/authorize" in request.url):
            github.click()
