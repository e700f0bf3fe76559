"""The page of the server's administrators."""

import re

from browser_test import PHONE, BrowserTest, composer, expect, send


class AdministrationTest(BrowserTest):
    def administration(self, section="overview", session=None, **options):
        return self.open(session, f"{self.server.base}/app/admin/{section}", **options)

    def test_overview_is_live(self):
        page = self.administration()
        connections = page.locator(".chart").filter(has_text="WebSockets")
        expect(connections.locator(".series-1 strong")).to_have_text("0")
        chat = self.open()
        for number in range(5):
            send(chat, f"message {number}")
        expect(connections.locator(".series-1 strong")).to_have_text("1")
        total = page.locator(".figure").filter(has_text="Messages").locator("dd")
        expect(total).not_to_have_text("0")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        expect(page.locator(".chart-line").first).to_have_attribute("d", re.compile("M.+L.+L.+L"))
        for title in ("Connections", "Messages per second", "Writes per second", "Deliveries per second", "Jobs", "Disk"):
            expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        self.picture(page, "admin-overview")
        # A server that is gone is said to be gone, and the figures stay.
        self.server.kill()
        expect(page.get_by_text("The server does not answer.")).to_be_visible()
        expect(connections).to_be_visible()
        self.server.start()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        chat.close()

    def test_dark_and_on_a_phone(self):
        page = self.administration(size=PHONE, scheme="dark", touch=True)
        expect(page.locator(".chart").first).to_be_visible()
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
        self.picture(page, "admin-phone-dark")

    def test_jobs(self):
        page = self.administration("jobs")
        jobs = page.get_by_role("list", name="Jobs").locator("li")
        expect(jobs).not_to_have_count(0)
        sweep = jobs.filter(has_text="uploads.unused")
        expect(sweep).to_contain_text("Pending")
        page.get_by_role("button", name="Discard uploads.unused").click()
        page.locator("dialog").get_by_role("button", name="Discard").click()
        expect(sweep).to_contain_text("Discarded")
        expect(page.get_by_role("button", name="Discard uploads.unused")).to_have_count(0)
        self.picture(page, "admin-jobs")
        page.get_by_label("State").select_option("discarded")
        expect(sweep).to_have_count(1)
        page.get_by_role("button", name="Retry uploads.unused").click()
        expect(page.get_by_text("No jobs. All is done.")).to_be_visible()
        page.get_by_label("State").select_option("")
        expect(sweep).not_to_contain_text("Discarded")

    def test_others_are_refused(self):
        ada = self.server.add_person("Ada Pinch")
        page = self.administration(session=ada)
        expect(page.get_by_text("Only administrators of the server see this page.")).to_be_visible()
        page.get_by_role("link", name="Back to the chat").click()
        expect(composer(page)).to_be_visible()
        # Administrators find it from their settings.
        captain = self.open(None, f"{self.server.base}/app/settings")
        captain.get_by_role("link", name="Server administration").click()
        expect(captain.get_by_role("heading", name="Overview")).to_be_visible()
