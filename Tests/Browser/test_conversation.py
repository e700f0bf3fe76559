"""People chat with each other."""

from browser_test import PHONE, BrowserTest, composer, expect, message, send


class ConversationTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.bob = cls.server.add_person("Bob Shell")

    def test_two_people_chat(self):
        ada = self.open(self.ada)
        bob = self.open(self.bob, size=PHONE, scheme="dark", touch=True)
        expect(composer(bob)).to_be_visible()
        send(ada, "Hello **Bob**")
        expect(message(bob, "Hello Bob").locator("strong")).to_have_text("Bob")
        send(bob, "Hello Ada")
        expect(message(ada, "Hello Ada")).to_have_count(1)
        expect(ada.locator(".message.pending")).to_have_count(0)
        self.picture(ada, "chat-desktop-light")
        self.picture(bob, "chat-phone-dark")

    def test_what_is_typed_is_seen(self):
        ada, bob = self.open(self.ada), self.open(self.bob)
        expect(composer(bob)).to_be_visible()
        ada.wait_for_function("document.querySelector('.banner') === null")
        composer(ada).press_sequentially("something long", delay=20)
        expect(bob.locator(".typing")).to_contain_text("Ada Pinch is typing")

    def test_edit_and_delete(self):
        ada, bob = self.open(self.ada), self.open(self.bob)
        send(ada, "A mistkae")
        expect(message(bob, "A mistkae")).to_be_visible()
        expect(ada.locator(".message.pending")).to_have_count(0)
        composer(ada).press("ArrowUp")
        editor = ada.locator(".message .composer textarea")
        expect(editor).to_have_value("A mistkae")
        editor.fill("A mistake")
        editor.press("Enter")
        expect(message(bob, "A mistake").locator(".edited")).to_be_visible()
        message(ada, "A mistake").hover()
        message(ada, "A mistake").get_by_role("button", name="More").click()
        ada.get_by_role("menuitem", name="Delete").click()
        ada.locator("dialog").get_by_role("button", name="Delete").click()
        expect(message(bob, "A mistake")).to_have_count(0)
        expect(message(bob, "This message was deleted.")).to_have_count(1)

    def test_reactions(self):
        text = self.server.post("React to this", self.ada["user"]["id"])["body"]
        ada, bob = self.open(self.ada), self.open(self.bob)
        message(bob, text).hover()
        message(bob, text).get_by_role("button", name="Add a reaction").first.click()
        bob.get_by_placeholder("Search emoji").fill("crab")
        bob.locator(".emoji-grid button").first.click()
        expect(message(ada, text).locator(".reaction")).to_have_text("🦀1")
        message(ada, text).locator(".reaction").click()
        expect(message(bob, text).locator(".reaction")).to_have_text("🦀2")

    def test_threads_have_addresses(self):
        root = self.server.post("A question", self.ada["user"]["id"])
        ada, bob = self.open(self.ada), self.open(self.bob)
        message(ada, "A question").hover()
        message(ada, "A question").get_by_role("button", name="Reply in thread").click()
        reply = ada.locator(".right .composer textarea")
        reply.fill("An answer")
        reply.press("Enter")
        expect(message(bob, "A question").locator(".thread-count")).to_have_text("1 reply")
        message(bob, "A question").locator(".thread-link").click()
        expect(bob.locator(".right .message").filter(has_text="An answer")).to_be_visible()
        expect(bob).to_have_url(f"{self.server.base}/app/{self.server.workspace['route_id']}/"
                                f"{self.server.call('POST', '/api/messages/' + root['id'] + '/route')['message']['route_id']}")
        bob.reload()
        expect(bob.locator(".right .message").filter(has_text="An answer")).to_be_visible()
        bob.go_back()
        expect(bob.locator(".right")).to_have_count(0)

    def test_a_draft_survives_a_reload(self):
        ada = self.open(self.ada)
        composer(ada).fill("not finished")
        ada.reload()
        expect(composer(ada)).to_have_value("not finished")
        composer(ada).fill("")

    def test_unread_marks(self):
        channel = self.server.call(
            "POST", f"/api/workspaces/{self.server.workspace['id']}/channels", {"name": "tides"})["channel"]
        bob = self.open(self.bob)
        item = bob.locator(".sidebar-item").filter(has_text="tides")
        expect(item).to_be_visible()
        self.server.post("High tide", self.ada["user"]["id"], channel["id"])
        expect(item).to_have_class("sidebar-item unread")
        item.click()
        expect(bob.locator(".new-line")).to_be_visible()
        expect(item).to_have_class("sidebar-item selected")

    def test_markup_is_only_text(self):
        page = self.open(self.bob)
        self.server.post('<img src=x onerror="window.hacked=1"> [x](javascript:window.hacked=1) odd', self.ada["user"]["id"])
        expect(message(page, "odd")).to_be_visible()
        self.assertEqual(message(page, "odd").locator(".prose img").count(), 0)
        self.assertIsNone(page.evaluate("window.hacked ?? null"))
        hrefs = message(page, "odd").locator(".prose a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        self.assertEqual(hrefs, [])

    def test_search_lands_on_the_message(self):
        for number in range(150):
            self.server.post(f"filler {number}", self.ada["user"]["id"])
        self.server.post("the mother of pearl", self.ada["user"]["id"])
        for number in range(150):
            self.server.post(f"more filler {number}", self.ada["user"]["id"])
        page = self.open(self.bob)
        expect(composer(page)).to_be_visible()
        page.locator(".sidebar-find").click()
        page.locator(".right input[type=search]").fill("pearl")
        page.locator(".right input[type=search]").press("Enter")
        page.locator(".result").filter(has_text="pearl").click()
        expect(message(page, "the mother of pearl")).to_be_in_viewport()
        # What is loaded around it meanwhile must not move it.
        expect(page.locator(".right .result")).to_have_count(1)
        page.wait_for_load_state("networkidle")
        expect(message(page, "the mother of pearl")).to_be_in_viewport()
        self.picture(page, "search")
        page.locator(".jump").click()
        expect(message(page, "more filler 149")).to_be_in_viewport()
        # All of it is read now, so that the next visit begins at the end.
        expect(page.locator(".sidebar-item").filter(has_text="general")).to_have_class("sidebar-item selected")

    def test_a_message_near_the_end_stays_where_it_is(self):
        ada = self.ada["user"]["id"]
        channel = self.server.call(
            "POST", f"/api/workspaces/{self.server.workspace['id']}/channels", {"name": "deep"})["channel"]
        for number in range(40):
            self.server.post(f"a shell {number}", ada, channel["id"])
        found = self.server.post("the last lobster", ada, channel["id"])
        self.server.post("a shell after it", ada, channel["id"])
        page = self.open(self.bob, f"{self.server.page_of(channel['route_id'])}?message={found['id']}")
        expect(message(page, "the last lobster")).to_be_in_viewport()
        expect(message(page, "a shell after it")).to_be_in_viewport()
        page.wait_for_load_state("networkidle")
        place = message(page, "the last lobster").bounding_box()["y"]
        for number in range(4):
            self.server.post(f"after all {number}", ada, channel["id"])
        expect(message(page, "after all 3")).to_have_count(1)
        self.assertAlmostEqual(message(page, "the last lobster").bounding_box()["y"], place, delta=2)
