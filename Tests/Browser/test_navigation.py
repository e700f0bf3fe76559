"""Getting around: switcher, keys, search, links, notifications, badges."""

from browser_test import PHONE, BrowserTest, composer, expect, message, send, until

NOTIFICATIONS = """
window.shown = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, options) { this.title = title; Object.assign(this, options); window.shown.push(this); }
  close() {}
};
"""


class NavigationTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.bob = cls.server.add_person("Bob Shell")
        for session, handle in ((cls.ada, "ada"), (cls.bob, "bob")):
            cls.server.call("PATCH", "/api/me", {"handle": handle}, session["user"]["id"])

    def channel(self, name):
        path = f"/api/workspaces/{self.server.workspace['id']}/channels"
        return self.server.call("POST", path, {"name": name})["channel"]

    def item(self, page, name):
        return page.locator(".sidebar-item").filter(has=page.get_by_text(name, exact=True))

    def test_the_switcher_goes_anywhere(self):
        self.channel("lighthouse-keepers")
        ada = self.open(self.ada)
        expect(composer(ada)).to_be_focused()
        ada.keyboard.press("Control+k")
        box = ada.get_by_role("combobox")
        expect(box).to_be_focused()
        box.fill("lthk")
        expect(ada.get_by_role("option").first).to_contain_text("lighthouse-keepers")
        self.picture(ada, "switcher-light")
        box.press("Enter")
        expect(ada.locator(".heading h1")).to_have_text("lighthouse-keepers")
        # People too, with whom there is no conversation yet.
        ada.keyboard.press("Control+k")
        ada.get_by_role("combobox").fill("shell")
        expect(ada.get_by_role("option").filter(has_text="Bob Shell")).to_be_visible()
        ada.get_by_role("combobox").press("Enter")
        expect(ada.locator(".heading h1")).to_have_text("Bob Shell")
        # Another workspace.
        other = self.server.call("POST", "/api/workspaces", {"name": "Kelp Forest"})["workspace"]
        member = ["--workspace", other["id"], "--user", self.ada["user"]["id"]]
        self.server.admin("member", "add", *member)
        ada.reload()
        expect(ada.locator(".rail").get_by_role("button", name="Kelp Forest")).to_be_visible()
        ada.keyboard.press("Control+k")
        ada.get_by_role("combobox").fill("kelp")
        expect(ada.get_by_role("option").first).to_contain_text("Kelp Forest")
        ada.get_by_role("combobox").press("Enter")
        expect(ada.locator(".rail").get_by_role("button", name="Kelp Forest")).to_have_attribute("aria-current", "true")
        self.assertIn(other["route_id"], ada.url)
        ada.go_back()
        expect(ada.locator(".heading h1")).to_have_text("Bob Shell")
        # Arrow keys, and Escape gives the focus back.
        ada.keyboard.press("Control+k")
        ada.get_by_role("combobox").press("ArrowDown")
        expect(ada.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
        ada.keyboard.press("Escape")
        expect(ada.locator("dialog")).to_have_count(0)
        expect(composer(ada)).to_be_focused()

    def test_keys_and_their_sheet(self):
        self.channel("general-b")
        ada = self.open(self.ada)
        expect(composer(ada)).to_be_visible()
        expect(self.item(ada, "general-b")).to_be_visible()
        ada.keyboard.press("Alt+ArrowDown")
        expect(ada.locator(".heading h1")).to_have_text("general-b")
        ada.keyboard.press("Alt+ArrowUp")
        expect(ada.locator(".heading h1")).to_have_text("general")
        # In the composer it is only a letter.
        composer(ada).press_sequentially("?")
        expect(composer(ada)).to_have_value("?")
        composer(ada).fill("")
        ada.locator(".scroller").focus()
        ada.keyboard.press("?")
        expect(ada.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Jump to a channel or person")
        self.picture(ada, "shortcuts-light")
        ada.get_by_label("Keys without Ctrl or Alt").uncheck()
        ada.keyboard.press("Escape")
        ada.locator(".scroller").focus()
        ada.keyboard.press("?")
        expect(ada.locator("dialog")).to_have_count(0)
        ada.keyboard.press("Control+/")
        expect(ada.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()

    def test_next_unread(self):
        quiet, loud = self.channel("quiet-bay"), self.channel("rough-bay")
        ada = self.open(self.ada, self.server.page_of(quiet["route_id"]))
        expect(composer(ada)).to_be_visible()
        self.server.post("waves", self.bob["user"]["id"], loud["id"])
        expect(self.item(ada, "rough-bay")).to_have_class("sidebar-item unread")
        for _ in range(2):
            ada.keyboard.press("Alt+Shift+ArrowDown")
            if ada.locator(".heading h1").text_content() == "rough-bay":
                break
        expect(ada.locator(".heading h1")).to_have_text("rough-bay")

    def test_mentions_from_before_and_from_now(self):
        channel = self.channel("mentions")
        bob = self.bob["user"]["id"]
        mia = self.server.add_person("Mia Whelk")
        self.server.call("PATCH", "/api/me", {"handle": "mia"}, mia["user"]["id"])
        self.server.post("not @mia@example.org nor https://x.example/@mia", bob, channel["id"])
        self.server.post("first @mia", bob, channel["id"])
        self.server.post("nobody", bob, channel["id"])
        page = self.open(mia)
        # Nothing told of this one while the page was open.
        expect(self.item(page, "mentions").locator(".badge")).to_contain_text("1")
        self.server.post("second, @mia!", bob, channel["id"])
        expect(self.item(page, "mentions").locator(".badge")).to_contain_text("2")
        expect(page).to_have_title("(2) general · " + self.server.workspace["name"])
        expect(page.locator('link[rel="icon"]')).to_have_attribute("href", "/assets/favicon-badge.svg")
        page.reload()
        expect(self.item(page, "mentions").locator(".badge")).to_contain_text("2")
        self.item(page, "mentions").click()
        expect(page.locator(".message.mentions-me")).to_have_count(2)
        expect(self.item(page, "mentions").locator(".badge")).to_have_count(0)
        expect(page.locator('link[rel="icon"]')).to_have_attribute("href", "/assets/favicon.svg")
        self.picture(page, "mentions-light")

    def test_mentions_in_threads(self):
        channel = self.channel("whirlpool")
        root = self.server.post("Who knows?", self.ada["user"]["id"], channel["id"])
        for number in range(60):
            self.server.post(f"and then {number}", self.ada["user"]["id"], channel["id"])
        bob = self.open(self.bob)
        other = bob.context.new_page()
        self.watch(other)
        other.goto(self.server.page_of(self.server.general["route_id"]))
        for page in (bob, other):
            expect(page.locator(".shell")).to_have_attribute("data-connection", "live")
        badge = lambda page: self.item(page, "whirlpool").locator(".badge")
        expect(badge(bob)).to_have_count(0)
        self.server.call(
            "POST", f"/api/messages/{root['id']}/thread/replies", {"body": "ask @bob"}, self.ada["user"]["id"])
        for page in (bob, other):
            expect(badge(page)).to_contain_text("1 unread")
        bob.bring_to_front()
        self.item(bob, "whirlpool").click()
        # The thread is far up, and there is a way to it.
        bob.get_by_role("button", name="You are mentioned in a thread").click()
        expect(bob.locator(".right .message").filter(has_text="ask @bob")).to_be_visible()
        for page in (bob, other):
            expect(badge(page)).to_have_count(0)
        expect(bob.locator(".jump-thread")).to_have_count(0)

    def test_counts_are_the_same_in_every_tab(self):
        channel = self.channel("two-tabs")
        for number in range(3):
            self.server.post(f"tab message {number}", self.bob["user"]["id"], channel["id"])
        first = self.open(self.ada)
        second = first.context.new_page()
        second.goto(self.server.page_of(self.server.general["route_id"]))
        elsewhere = self.open(self.ada)
        for page in (first, second, elsewhere):
            expect(self.item(page, "two-tabs")).to_have_class("sidebar-item unread")
        first.bring_to_front()
        self.item(first, "two-tabs").click()
        expect(message(first, "tab message 2")).to_be_visible()
        for page in (second, elsewhere):
            expect(self.item(page, "two-tabs")).to_have_class("sidebar-item")

    def test_the_new_line_and_the_way_to_the_latest(self):
        channel = self.channel("long-story")
        for number in range(30):
            self.server.post(f"chapter {number}", self.bob["user"]["id"], channel["id"])
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]))
        expect(message(ada, "chapter 0")).to_be_visible()
        ada.locator(".jump").click()
        expect(message(ada, "chapter 29")).to_be_in_viewport()
        expect(ada.locator(".jump")).to_have_count(0)
        self.item(ada, "general").click()
        expect(ada.locator(".heading h1")).to_have_text("general")
        for number in range(30, 60):
            self.server.post(f"chapter {number}", self.bob["user"]["id"], channel["id"])
        expect(self.item(ada, "long-story")).to_contain_text("30 unread")
        self.item(ada, "long-story").click()
        # It lands where the new ones begin.
        expect(ada.locator(".new-line")).to_be_in_viewport()
        expect(message(ada, "chapter 30")).to_be_in_viewport()
        expect(ada.locator(".jump")).to_contain_text("new message")
        self.picture(ada, "new-line-light")
        ada.locator(".jump").click()
        expect(message(ada, "chapter 59")).to_be_in_viewport()
        expect(self.item(ada, "long-story")).to_have_class("sidebar-item selected")

    def test_the_new_line_is_found_far_back(self):
        channel = self.channel("saga")
        bob = self.bob["user"]["id"]
        self.server.post("once upon a time", bob, channel["id"])
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]))
        expect(message(ada, "once upon a time")).to_be_visible()
        expect(self.item(ada, "saga")).to_have_class("sidebar-item selected")
        self.item(ada, "general").click()
        expect(ada.locator(".heading h1")).to_have_text("general")
        for number in range(180):
            self.server.post(f"verse {number}.", bob, channel["id"])
        expect(self.item(ada, "saga")).to_contain_text("180 unread")
        # A page that was loaded afresh, too.
        ada.reload()
        expect(self.item(ada, "saga")).to_contain_text("180 unread")
        self.item(ada, "saga").click()
        expect(ada.locator(".new-line")).to_be_in_viewport()
        expect(message(ada, "verse 0.")).to_be_in_viewport()
        ada.locator(".jump").click()
        expect(message(ada, "verse 179.")).to_be_in_viewport()
        expect(self.item(ada, "saga")).to_have_class("sidebar-item selected")

    def test_search_filters_and_pages(self):
        channel, other = self.channel("find-here"), self.channel("find-there")
        for number in range(40):
            self.server.post(f"barnacle {number}", self.bob["user"]["id"], channel["id"])
        self.server.post("barnacle by Ada", self.ada["user"]["id"], channel["id"])
        self.server.post("barnacle elsewhere", self.ada["user"]["id"], other["id"])
        ada = self.open(self.ada)
        expect(composer(ada)).to_be_visible()
        ada.keyboard.press("Control+f")
        box = ada.get_by_role("searchbox", name="Search messages")
        box.fill("barnacle")
        box.press("Enter")
        results = ada.locator(".result")
        expect(results).to_have_count(30)
        ada.get_by_role("button", name="Show more").click()
        expect(results).to_have_count(42)
        ada.get_by_text("Filters").click()
        ada.get_by_label("Where").select_option(label="#find-there")
        expect(results).to_have_count(1)
        ada.get_by_label("Where").select_option(label="Everywhere")
        expect(results).to_have_count(30)
        ada.get_by_label("From").select_option(label="Ada Pinch")
        expect(results).to_have_count(2)
        self.picture(ada, "search-filters-light")
        ada.get_by_label("Until").fill("2020-01-01")
        expect(results).to_have_count(0)
        ada.get_by_label("Until").fill("")
        results.filter(has_text="by Ada").click()
        expect(message(ada, "barnacle by Ada")).to_be_in_viewport()
        expect(ada.locator(".message.landed")).to_contain_text("barnacle by Ada")

    def test_a_copied_link_lands_on_its_message(self):
        channel = self.channel("links")
        for number in range(5):
            self.server.post(f"before {number}", self.bob["user"]["id"], channel["id"])
        self.server.post("link to this", self.bob["user"]["id"], channel["id"])
        for number in range(120):
            self.server.post(f"after {number}", self.bob["user"]["id"], channel["id"])
        bob = self.open(self.bob, self.server.page_of(channel["route_id"]))
        expect(message(bob, "after 119")).to_be_visible()
        bob.locator(".scroller").evaluate("box => box.scrollTop = 0")
        expect(message(bob, "link to this")).to_be_visible()
        message(bob, "link to this").hover()
        message(bob, "link to this").get_by_role("button", name="More").click()
        bob.get_by_role("menuitem", name="Copy link").click()
        expect(bob.locator(".toast")).to_contain_text("Link copied")
        address = bob.evaluate("navigator.clipboard.readText()")
        ada = self.open(self.ada, address)
        expect(message(ada, "link to this").first).to_be_in_viewport()

    def test_a_link_to_no_message_leads_to_its_channel(self):
        address = self.server.page_of(self.server.general["route_id"])
        ada = self.open(self.ada, f"{address}?message=msg_00000000000000000000000000")
        expect(ada.locator(".toast")).to_contain_text("no such message")
        expect(ada.locator(".heading h1")).to_have_text("general")
        expect(composer(ada)).to_be_visible()

    def test_quotes_lead_to_what_they_quote(self):
        channel = self.channel("quotes")
        self.server.post("the quoted words", self.bob["user"]["id"], channel["id"])
        for number in range(60):
            self.server.post(f"between {number}", self.bob["user"]["id"], channel["id"])
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]))
        expect(composer(ada)).to_be_visible()
        message(ada, "the quoted words").wait_for(state="attached") if message(ada, "the quoted words").count() else None
        ada.locator(".scroller").evaluate("box => box.scrollTop = 0")
        expect(message(ada, "the quoted words")).to_be_visible()
        message(ada, "the quoted words").hover()
        message(ada, "the quoted words").get_by_role("button", name="More").click()
        ada.get_by_role("menuitem", name="Quote").click()
        expect(ada.locator(".composer-quote")).to_contain_text("the quoted words")
        send(ada, "well said")
        reply = message(ada, "well said")
        expect(reply.locator(".quote")).to_contain_text("the quoted words")
        expect(reply).to_be_in_viewport()
        reply.locator(".quote").click()
        expect(ada.locator(".message.landed")).to_contain_text("the quoted words")
        expect(ada.locator(".message.landed")).to_be_in_viewport()

    def test_browser_notifications(self):
        channel = self.channel("bells")
        ada = self.open(self.ada)
        ada.add_init_script(NOTIFICATIONS)
        ada.reload()
        expect(composer(ada)).to_be_visible()
        ada.get_by_role("button", name="Your account").click()
        ada.get_by_role("menuitem", name="Turn on notifications").click()
        expect(ada.locator(".toast")).to_contain_text("Notifications are on")
        expect(ada.locator(".banner")).to_have_count(0)
        self.server.post("ding", self.bob["user"]["id"], channel["id"])
        until(ada, "window.shown.length === 1")
        self.assertEqual(ada.evaluate("[shown[0].title, shown[0].body]"), ["Bob Shell in #bells", "ding"])
        # Only mentions from now on.
        self.server.call("PATCH", f"/api/channels/{channel['id']}/notification-settings", {"preference": "mentions"},
                         self.ada["user"]["id"])
        ada.reload()
        expect(composer(ada)).to_be_visible()
        ada.evaluate("Notification.permission = 'granted'")
        expect(ada.locator(".banner")).to_have_count(0)
        self.server.post("dong", self.bob["user"]["id"], channel["id"])
        self.server.post("dong @ada", self.bob["user"]["id"], channel["id"])
        until(ada, "window.shown.length > 0")
        self.assertEqual(ada.evaluate("shown.map((one) => one.body)"), ["dong @ada"])
        ada.evaluate("shown[0].onclick()")
        expect(ada.locator(".heading h1")).to_have_text("bells")

    def test_new_messages_are_announced(self):
        channel = self.channel("spoken")
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]))
        expect(composer(ada)).to_be_visible()
        expect(ada.locator(".banner")).to_have_count(0)
        expect(ada.locator(".beginning")).to_be_visible()
        self.server.post("listen to this", self.bob["user"]["id"], channel["id"])
        expect(ada.locator(".announcer")).to_have_text("Bob Shell: listen to this")
        send(ada, "my own words")
        expect(message(ada, "my own words")).to_have_count(1)
        expect(ada.locator(".announcer")).to_have_text("Bob Shell: listen to this")

    def test_code_is_copied(self):
        channel = self.channel("code")
        self.server.post("```python\nprint('crab')\n```", self.bob["user"]["id"], channel["id"])
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]))
        block = ada.locator(".code-block")
        expect(block.locator(".hljs-string")).to_have_text("'crab'")
        block.hover()
        block.get_by_role("button", name="Copy").click()
        expect(block.locator(".code-copy")).to_have_text("Copied")
        self.assertEqual(ada.evaluate("navigator.clipboard.readText()").strip(), "print('crab')")
        self.picture(ada, "code-light")

    def test_agents_show_what_they_do(self):
        channel = self.channel("agents")
        bot = self.server.call("POST", f"/api/workspaces/{self.server.workspace['id']}/bots", {
            "display_name": "Hermit", "scopes": ["bot:write", "agent_activity:write"]})
        token = bot["bot_token"]["token"]

        def act(path, body):
            import json
            import urllib.request
            request = urllib.request.Request(self.server.base + path, method="POST", data=json.dumps(body).encode(), headers={
                "Content-Type": "application/json", "Authorization": f"Bearer {token}"})
            urllib.request.urlopen(request, timeout=20).close()

        page = f"/api/channels/{channel['id']}/messages"
        ada = self.open(self.ada)
        expect(self.item(ada, "agents")).to_be_visible()
        expect(ada.locator(".banner")).to_have_count(0)
        act(page, {"body": "Looking at the logs", "kind": "agent_commentary", "turn_id": "t1"})
        act(page, {"body": "grep -c error server.log", "kind": "agent_tool", "turn_id": "t1"})
        self.server.post("general news", self.bob["user"]["id"])
        expect(message(ada, "general news")).to_be_visible()
        # Activity is nothing to be read.
        expect(self.item(ada, "agents")).to_have_class("sidebar-item")
        self.item(ada, "agents").click()
        head = ada.locator(".activity-head")
        expect(head).to_contain_text("Hermit worked through 2 steps")
        act("/api/realtime/ephemeral", {
            "workspace_id": self.server.workspace["id"], "channel_id": channel["id"], "type": "agent.progress",
            "payload": {"text": "Counting errors"}})
        expect(ada.locator(".agent-progress")).to_contain_text("Hermit: Counting errors")
        head.click()
        expect(ada.locator(".activity-steps li")).to_have_count(2)
        self.picture(ada, "agent-light")
        act(page, {"body": "There are **3** errors."})
        expect(message(ada, "There are 3 errors.")).to_be_visible()
        expect(ada.locator(".agent-progress")).to_have_count(0)

    def test_reactions_in_a_skin_tone(self):
        text = self.server.post("tone this", self.bob["user"]["id"])["body"]
        ada = self.open(self.ada)
        message(ada, text).hover()
        message(ada, text).get_by_role("button", name="Add a reaction").first.click()
        ada.get_by_role("radio", name="Medium dark").click()
        self.picture(ada, "emoji-light")
        # All of Unicode's, in groups.
        ada.locator(".emoji-groups").get_by_role("button", name="Animals and nature").click()
        expect(ada.get_by_role("button", name="flamingo", exact=True)).to_be_attached()
        expect(ada.locator("[data-group='2']")).to_be_in_viewport()
        self.assertGreater(ada.locator(".emoji-grid button").count(), 1_500)
        ada.get_by_placeholder("Search emoji").fill("thumbs up")
        ada.locator(".emoji-grid button").first.click()
        expect(message(ada, text).locator(".reaction")).to_have_text("👍🏾1")
        # The tone and the emoji are remembered.
        message(ada, text).hover()
        message(ada, text).get_by_role("button", name="Add a reaction").first.click()
        expect(ada.get_by_role("radio", name="Medium dark")).to_be_checked()
        expect(ada.locator(".emoji-grid button").first).to_have_text("👍🏾")

    def test_the_phone_reaches_it_all(self):
        channel = self.channel("pocket")
        self.server.post("small words", self.bob["user"]["id"], channel["id"])
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]), size=PHONE, scheme="dark", touch=True)
        expect(message(ada, "small words")).to_be_visible()
        ada.get_by_role("button", name="Open the sidebar").click()
        expect(self.item(ada, "pocket")).to_be_visible()
        ada.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
        self.picture(ada, "sidebar-phone-dark")
        ada.locator(".sidebar-jump").click()
        ada.get_by_role("combobox").fill("gen")
        self.picture(ada, "switcher-phone-dark")
        ada.get_by_role("option").filter(has_text="general").first.click()
        expect(ada.locator(".heading h1")).to_have_text("general")
        self.assertLessEqual(ada.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
