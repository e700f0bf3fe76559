"""What somebody changes of their own account."""

import re

from browser_test import PHONE, BrowserTest, composer, eventually, expect, message


class SettingsTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.bob = cls.server.add_person("Bob Shell")

    def settings(self, section, session=None, **options):
        return self.open(session or self.ada, f"{self.server.base}/app/settings/{section}", **options)

    def of_ada(self):
        return self.server.call("GET", "/api/me", user=self.ada["user"]["id"])["user"]

    def test_they_are_reached_from_the_chat_and_lead_back(self):
        page = self.open(self.bob)
        expect(composer(page)).to_be_visible()
        # Nothing of them is loaded with the chat.
        loaded = lambda: page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
        self.assertFalse([name for name in loaded() if re.search(r"/(Settings|pages)-", name)])
        page.get_by_role("button", name="Your account").click()
        page.get_by_role("menuitem", name="Settings").click()
        expect(page.get_by_role("heading", name="Profile")).to_be_visible()
        self.assertTrue([name for name in loaded() if "/pages-" in name])
        page.get_by_role("link", name="Security").click()
        expect(page.get_by_role("heading", name="Security")).to_be_visible()
        expect(page).to_have_title(re.compile("^Security"))
        page.go_back()
        expect(page.get_by_role("heading", name="Profile")).to_be_visible()
        expect(page.get_by_role("link", name="Server administration")).to_have_count(0)
        page.get_by_role("link", name="Back to the chat").click()
        expect(composer(page)).to_be_visible()

    def test_profile(self):
        self.server.post("Who am I?", self.ada["user"]["id"])
        page = self.settings("profile")
        handle = page.get_by_label("Handle")
        handle.fill("-bad")
        expect(page.get_by_text("beginning with a letter or digit.")).to_be_visible()
        expect(page.get_by_role("button", name="Save profile")).to_be_disabled()
        handle.fill("@Ada-P")
        page.get_by_label("Picture address").fill("ftp://example.com/a.png")
        expect(page.get_by_role("button", name="Save profile")).to_be_disabled()
        page.get_by_label("Picture address").fill("https://example.com/ada.png")
        page.get_by_label("Display name").fill("Ada Lovelace")
        page.get_by_role("button", name="Save profile").click()
        expect(handle).to_have_value("ada-p")
        self.picture(page, "settings-profile")
        self.assertEqual((self.of_ada()["display_name"], self.of_ada()["avatar_url"]),
                         ("Ada Lovelace", "https://example.com/ada.png"))
        # What the server refuses is said in its words.
        self.server.call("PATCH", "/api/me", {"handle": "taken"}, self.bob["user"]["id"])
        handle.fill("taken")
        page.get_by_role("button", name="Save profile").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(message(self.open(self.bob), "Who am I?")).to_contain_text("Ada Lovelace")

    def test_appearance(self):
        page = self.settings("appearance")
        for choice, attribute, value in (
                ("Dark", "theme", "dark"), ("Iris", "board", "iris"), ("Compact", "density", "compact"),
                ("Outlined", "layout", "outlined")):
            page.get_by_role("radio", name=choice).check()
            expect(page.locator("html")).to_have_attribute(f"data-{attribute}", value)
        self.picture(page, "settings-appearance-dark")
        eventually(page, lambda: self.of_ada()["appearance_preferences"], {
            "color_mode": "dark", "board_theme": "iris", "density": "compact", "message_layout": "outlined"})
        # It follows the account to another browser, and is there before the first paint of the next page.
        other = self.open(self.ada)
        expect(other.locator("html")).to_have_attribute("data-board", "iris")
        expect(composer(other)).to_be_visible()
        self.picture(other, "chat-iris-dark-compact")
        other.reload(wait_until="commit")
        expect(other.locator("html")).to_have_attribute("data-theme", "dark")
        page.get_by_role("radio", name="As the system").check()
        page.get_by_role("radio", name="Signal").check()
        page.get_by_role("radio", name="Comfortable").check()
        page.get_by_role("radio", name="Plain").check()
        # Without a choice it is as the system is.
        for scheme in ("light", "dark", "light"):
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        eventually(page, lambda: self.of_ada()["appearance_preferences"], {})

    def test_notifications(self):
        page = self.settings("notifications")
        page.get_by_label("Send to Pushover").check()
        page.get_by_label("User key").fill("short")
        expect(page.get_by_text("A user key has 30 letters and digits.")).to_be_visible()
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
        page.get_by_label("User key").fill("a1" * 15)
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".toast")).to_have_text("Saved")
        self.assertEqual(self.of_ada()["notification_settings"],
                         {"pushover_enabled": True, "pushover_user_key": "a1" * 15})
        page.get_by_label("Notifications of general").select_option("muted")
        self.picture(page, "settings-notifications")
        page.reload()
        expect(page.get_by_label("Notifications of general")).to_have_value("muted")

    def test_notifications_of_the_browser(self):
        page = self.settings("notifications", self.bob)
        page.context.grant_permissions(["notifications"])
        page.reload()
        page.get_by_role("button", name="Turn on").click()
        expect(page.get_by_text("On in this browser.")).to_be_visible()
        page.reload()
        page.get_by_role("button", name="Turn off").click()
        expect(page.get_by_text("On in this browser.")).to_have_count(0)

    def test_own_bots(self):
        workspace = self.server.workspace["id"]
        self.server.call("POST", f"/api/workspaces/{workspace}/bots",
                         {"display_name": "Ada's claw", "owner_user_id": self.ada["user"]["id"]}, self.ada["user"]["id"])
        page = self.settings("bots")
        bots = page.get_by_role("list", name="Your bots")
        expect(bots).to_contain_text("Ada's claw")
        expect(bots).to_contain_text("1 token")
        page.get_by_role("button", name="Manage Ada's claw").click()
        page.get_by_role("menuitem", name="Delete bot").click()
        page.locator("dialog").get_by_role("button", name="Delete bot").click()
        expect(page.get_by_text("No bots yet.")).to_be_visible()

    def test_a_part_that_can_not_be_loaded(self):
        page = self.open(self.bob)
        expect(composer(page)).to_be_visible()
        page.route("**/assets/pages-*.css", lambda route: route.abort())
        page.get_by_role("button", name="Your account").click()
        page.get_by_role("menuitem", name="Settings").click()
        expect(page.get_by_role("alert")).to_contain_text("Loading the page again helps")
        page.unroute("**/assets/pages-*.css")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("heading", name="Profile")).to_be_visible()
        # The page told the console, as it should.
        self.failures = [text for text in self.failures if "style sheet could not be loaded" not in text]

    def test_the_focus_stays_when_its_row_goes(self):
        link = self.server.call("POST", "/api/auth/magic/request", {"email": "bob.shell@reef.example"})["token"]
        self.server.call("POST", "/api/auth/magic/consume", {"token": link})
        page = self.settings("security", self.bob)
        sessions = page.get_by_role("list", name="Where you are signed in")
        end = sessions.get_by_role("button", name="End the session").first
        end.focus()
        page.keyboard.press("Enter")
        expect(sessions.locator("li")).to_have_count(1)
        expect(sessions).to_be_focused()

    def test_on_a_phone(self):
        page = self.settings("security", self.bob, size=PHONE, scheme="dark", touch=True)
        expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
        self.picture(page, "settings-phone-dark")
        page.get_by_role("link", name="Appearance").click()
        expect(page.get_by_role("radio", name="Moss")).to_be_visible()
        self.picture(page, "settings-appearance-phone")
