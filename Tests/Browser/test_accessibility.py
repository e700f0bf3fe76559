"""No violations of axe's rules in any view, the keyboard alone, and small or zoomed windows (WCAG 2.2 AA)."""

import importlib.resources

from browser_test import DESKTOP, PHONE, BrowserTest, composer, expect, message

AXE = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE), ("dark", PHONE)]


class AccessibilityTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.bob = cls.server.add_person("Bob Shell")
        ada, bob = cls.ada["user"]["id"], cls.bob["user"]["id"]
        cls.root = cls.server.post("A **question** with `code`, a [link](https://example.org) and @bob", ada)
        cls.server.call("POST", f"/api/messages/{cls.root['id']}/thread/replies", {"body": "An answer"}, bob)
        cls.server.call("POST", f"/api/messages/{cls.root['id']}/reactions", {"emoji": "🦀"}, bob)
        cls.server.post("```swift\nlet crab = \"red\" // sideways\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> said\n\n- [x] done", bob)
        gone = cls.server.post("to be deleted", bob)
        cls.server.call("DELETE", f"/api/messages/{gone['id']}", user=bob)
        cls.server.call("POST", f"/api/channels/{cls.server.general['id']}/pins", {"message_id": cls.root["id"]}, ada)
        cls.server.call("POST", "/api/dms", {"workspace_id": cls.server.workspace["id"], "member_ids": [ada]}, bob)

    def check(self, page, what, without=()):
        page.evaluate(AXE + "; undefined")
        found = page.evaluate(
            "async (tags) => (await axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).violations", RULES)
        self.assertEqual([], [
            f"{what}: {one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}" for one in found if one["id"] not in without
            for node in one["nodes"]])

    def views(self, scheme, size):
        phone = size is PHONE
        page = self.open(self.bob, size=size, scheme=scheme, touch=phone)
        expect(message(page, "A question")).to_be_visible()
        expect(page.locator("code .hljs-keyword")).to_have_count(1)
        name = f"{'phone' if phone else 'desktop'} {scheme}"
        self.check(page, f"{name}: timeline")
        if phone:
            page.get_by_role("button", name="Open the sidebar").click()
            expect(page.locator(".sidebar-item").first).to_be_in_viewport()
            self.check(page, f"{name}: sidebar")
            self.picture(page, f"axe-{name}-sidebar".replace(" ", "-"))
            page.keyboard.press("Escape")
        message(page, "A question").locator(".thread-link").click()
        expect(page.locator(".right .message").filter(has_text="An answer")).to_be_visible()
        self.check(page, f"{name}: thread")
        self.picture(page, f"axe-{name}-thread".replace(" ", "-"))
        for pane, ready in (("pins", ".pinned"), ("search&q=question", ".result"), (f"profile&user={self.ada['user']['id']}", ".profile")):
            page.goto(self.server.page_of(self.server.general["route_id"]) + f"?pane={pane}")
            expect(page.locator(ready).first).to_be_visible()
            self.check(page, f"{name}: {pane}")
            self.picture(page, f"axe-{name}-{pane.split('&')[0]}".replace(" ", "-"))
        return page

    def test_no_violations_light_desktop(self):
        self.views(*LOOKS[0])

    def test_no_violations_dark_desktop(self):
        page = self.views(*LOOKS[1])
        page.get_by_role("button", name="Your account").click()
        expect(page.get_by_role("menu")).to_be_visible()
        # A menu floats above the landmarks.
        self.check(page, "menu", without=("region",))
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Your account")).to_be_focused()

    def test_no_violations_light_phone(self):
        self.views(*LOOKS[2])

    def test_no_violations_dark_phone(self):
        self.views(*LOOKS[3])

    def test_settings_and_administration(self):
        # The first user manages and administers everything.
        workspace = self.server.workspace["route_id"]
        pages = [f"settings/{name}" for name in ("profile", "appearance", "notifications", "security", "bots")]
        pages += [f"workspace/{workspace}/{name}" for name in ("general", "members", "invites", "bots", "integrations", "audit")]
        pages += ["admin/overview", "admin/jobs"]
        for scheme, size in (LOOKS[0], LOOKS[3]):
            page = self.open(size=size, scheme=scheme, touch=size is PHONE)
            expect(message(page, "A question")).to_be_visible()
            for name in pages:
                page.goto(f"{self.server.base}/app/{name}")
                expect(page.locator(".frame-content h1, .frame-content h2").first).to_be_visible()
                page.wait_for_load_state("networkidle")
                self.check(page, f"{name} {scheme}")

    def test_while_writing(self):
        for scheme, size in LOOKS:
            page = self.open(self.bob, size=size, scheme=scheme, touch=size is PHONE)
            box = composer(page)
            box.fill("**bold** words in #")
            box.press("End")
            box.press_sequentially("gen")
            expect(page.get_by_role("option").first).to_be_visible()
            self.check(page, f"suggestions {scheme}", without=("region",))
            box.press("Escape")
            page.locator(".main form.composer").get_by_role("button", name="Preview").click()
            expect(page.locator(".composer-preview strong")).to_be_visible()
            self.check(page, f"preview {scheme}")
            page.locator(".main form.composer").get_by_role("button", name="Preview").click()
            self.picture(page, f"composer-{'phone' if size is PHONE else 'desktop'}-{scheme}")
            box.fill("")
            # A message that is pointed at or has the focus, and one that is changed.
            mine = message(page, "said")
            mine.locator("p").first.click()
            page.locator(".main .scroller").focus()
            page.keyboard.press("ArrowUp")
            expect(page.locator(".message-actions").first).to_be_visible()
            self.check(page, f"toolbar {scheme}")
            composer(page).focus()
            composer(page).press("ArrowUp")
            expect(page.locator(".message.editing")).to_be_visible()
            self.check(page, f"editing {scheme}")

    def test_signing_in(self):
        for scheme, size in LOOKS:
            page = self.open({"token": "no-such-session"}, size=size, scheme=scheme)
            expect(page.get_by_role("heading", name="Come on in")).to_be_visible()
            expect(page.locator(".card .skeleton")).to_have_count(0)
            self.check(page, f"sign-in {scheme}")

    def test_dialogs_and_pickers(self):
        page = self.open(self.bob)
        opener = page.get_by_role("button", name="New channel")
        opener.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        self.check(page, "dialog")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(opener).to_be_focused()
        emoji = page.locator(".main form.composer").get_by_role("button", name="Emoji")
        emoji.click()
        expect(page.locator(".emoji-grid button").first).to_be_visible()
        self.check(page, "emoji", without=("region",))
        page.keyboard.press("Escape")
        expect(emoji).to_be_focused()

    def test_messages_by_keyboard(self):
        page = self.open(self.bob)
        expect(message(page, "A question")).to_be_visible()
        page.locator(".main .scroller").focus()
        page.keyboard.press("ArrowUp")
        expect(page.locator(".main .message").last).to_be_focused()
        for _ in range(2):
            page.keyboard.press("ArrowUp")
        focused = message(page, "A question")
        expect(focused).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        expect(focused).to_be_focused()
        # Into the message: its link, its reactions, its actions.
        reply = focused.get_by_role("button", name="Reply in thread")
        for _ in range(12):
            page.keyboard.press("Tab")
            if reply.evaluate("(button) => button === document.activeElement"):
                break
        expect(reply).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".right textarea")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".right")).to_have_count(0)
        # The toolbar was gone meanwhile: its message has the focus again.
        expect(focused).to_be_focused()
        expect(reply).to_be_visible()

    def test_new_messages_are_announced(self):
        page = self.open(self.bob)
        expect(page.locator(".shell")).to_have_attribute("data-connection", "live")
        expect(message(page, "A question")).to_be_visible()
        self.server.post("heard by *everyone*", self.ada["user"]["id"])
        expect(page.locator(".announcer")).to_contain_text("Ada Pinch: heard by")

    def test_narrow_and_zoomed_windows_reflow(self):
        for width, height in ((320, 640), (360, 740), (640, 400)):
            page = self.open(self.bob, size={"width": width, "height": height})
            expect(message(page, "A question")).to_be_visible()
            for address in ("", "?pane=search&q=question", "?pane=pins"):
                page.goto(self.server.page_of(self.server.general["route_id"]) + address)
                expect(page.locator(".heading").first).to_be_visible()
                wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
                self.assertLessEqual(wide, 0, f"{width} {address}")
            self.picture(page, f"reflow-{width}")
