"""Channels and direct conversations as a whole: made, changed, private, closed."""

import urllib.error

from browser_test import PHONE, BrowserTest, composer, expect, message, send


class ChannelsTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.bob = cls.server.add_person("Bob Shell")
        cls.cleo = cls.server.add_person("Cleo Brine")

    def channel(self, name, user=None, **fields):
        path = f"/api/workspaces/{self.server.workspace['id']}/channels"
        return self.server.call("POST", path, {"name": name, **fields}, user)["channel"]

    def item(self, page, name):
        return page.locator(".sidebar-item").filter(has_text=name)

    def menu(self, page, label, entry):
        page.get_by_role("button", name=label, exact=True).click()
        page.get_by_role("menuitem", name=entry).click()

    def test_a_channel_is_made_renamed_and_archived(self):
        owner = self.open()
        bob = self.open(self.bob)
        expect(composer(bob)).to_be_visible()
        owner.get_by_role("button", name="New channel").click()
        owner.get_by_label("Name").fill("tide-tables")
        owner.get_by_label("Section").fill("Seafaring")
        owner.get_by_role("button", name="Create").click()
        expect(owner.locator(".heading h1")).to_have_text("tide-tables")
        expect(bob.locator(".sidebar-section").filter(has_text="Seafaring")).to_contain_text("tide-tables")
        self.menu(owner, "Channel settings", "Edit channel")
        owner.get_by_label("Title").fill("Tides")
        owner.get_by_label("Section").fill("Moon")
        owner.get_by_role("button", name="Save").click()
        expect(owner.locator("dialog")).to_have_count(0)
        expect(bob.locator(".sidebar-section").filter(has_text="Moon")).to_contain_text("Tides")
        self.menu(owner, "Channel settings", "Archive channel")
        owner.locator("dialog").get_by_role("button", name="Archive channel").click()
        expect(owner.locator(".heading .tag")).to_have_text("Archived")
        expect(bob.locator(".sidebar-section").filter(has_text="Moon")).to_have_count(0)
        self.menu(owner, "Channel settings", "Take out of the archive")
        expect(self.item(bob, "Tides")).to_be_visible()

    def test_private_channels_come_and_go(self):
        ada, bob = self.open(self.ada), self.open(self.bob)
        cleo = self.open(self.cleo)
        expect(composer(bob)).to_be_visible()
        expect(composer(cleo)).to_be_visible()
        ada.get_by_role("button", name="New channel").click()
        ada.get_by_label("Name").fill("deep-water")
        ada.get_by_label("Private").check()
        ada.get_by_role("button", name="Create").click()
        expect(ada.locator(".heading h1")).to_have_text("deep-water")
        ada.get_by_role("button", name="Members", exact=True).click()
        ada.get_by_label("Add somebody").fill("bob")
        ada.locator(".people button").filter(has_text="Bob Shell").click()
        expect(ada.locator(".members")).to_contain_text("Bob Shell")
        self.picture(ada, "members-light")
        ada.locator("dialog").get_by_role("button", name="Close", exact=True).click()
        self.item(bob, "deep-water").click()
        send(ada, "only for us")
        expect(message(bob, "only for us")).to_be_visible()
        expect(self.item(cleo, "deep-water")).to_have_count(0)
        # Removed while looking at it.
        ada.get_by_role("button", name="Members", exact=True).click()
        ada.get_by_role("button", name="Remove Bob Shell").click()
        expect(bob.locator(".heading h1")).to_have_text("general")
        expect(self.item(bob, "deep-water")).to_have_count(0)
        expect(bob.locator(".toast")).to_contain_text("not open to you any more")
        ada.locator("dialog").get_by_role("button", name="Close", exact=True).click()
        self.menu(ada, "Channel settings", "Leave channel")
        ada.locator("dialog").get_by_role("button", name="Leave channel").click()
        expect(self.item(ada, "deep-water")).to_have_count(0)
        expect(ada.locator(".heading h1")).to_have_text("general")

    def test_direct_conversations_with_several_people(self):
        ada, bob = self.open(self.ada), self.open(self.bob)
        expect(composer(bob)).to_be_visible()
        ada.get_by_role("button", name="New direct message").click()
        for name in ("Bob Shell", "Cleo Brine"):
            ada.get_by_label("Find a person").fill(name.split()[0])
            ada.locator(".people button").filter(has_text=name).click()
        self.picture(ada, "new-direct-light")
        ada.get_by_role("button", name="Start with 2 people").click()
        expect(ada.locator(".heading h1")).to_have_text("Bob Shell, Cleo Brine")
        send(ada, "the three of us")
        self.item(bob, "Cleo Brine").click()
        expect(message(bob, "the three of us")).to_be_visible()

    def test_a_direct_conversation_is_closed_and_comes_back(self):
        ada, bob = self.open(self.ada), self.open(self.bob)
        ada.get_by_role("button", name="New direct message").click()
        ada.get_by_label("Find a person").fill("bob")
        ada.locator(".people button").filter(has_text="Bob Shell").click()
        ada.get_by_role("button", name="Start").click()
        expect(ada.locator(".heading h1")).to_have_text("Bob Shell")
        send(ada, "psst")
        directs = ada.locator(".sidebar-item").filter(has=ada.locator(".avatar")).filter(has_text="Bob Shell").filter(
            has_not_text="Cleo")
        expect(directs).to_have_count(1)
        self.menu(ada, "Conversation", "Close conversation")
        expect(directs).to_have_count(0)
        expect(ada.locator(".heading h1")).to_have_text("general")
        # From the profile it is opened again, with what was said.
        self.server.post("I am Bob", self.bob["user"]["id"])
        message(ada, "I am Bob").locator(".message-author").click()
        ada.get_by_role("button", name="Send a message").click()
        expect(message(ada, "psst")).to_be_visible()
        expect(directs).to_have_count(1)
        # Closed once more, a message brings it back by itself.
        self.menu(ada, "Conversation", "Close conversation")
        expect(directs).to_have_count(0)
        expect(composer(bob)).to_be_visible()
        bob.locator(".sidebar-item").filter(has_text="Ada Pinch").filter(has_not_text="Cleo").click()
        send(bob, "psst yourself")
        expect(directs.locator(".badge")).to_contain_text("1")

    def test_newcomers_see_who_is_here(self):
        ada = self.open(self.ada)
        self.server.post("hello from Ada", self.ada["user"]["id"])
        expect(composer(ada)).to_be_visible()
        expect(ada.locator(".banner")).to_have_count(0)
        bob = self.open(self.bob)
        message(bob, "hello from Ada").locator(".message-author").click()
        # Ada answers Bob's hello well before she would repeat hers.
        expect(bob.locator(".profile .presence-active")).to_be_visible()
        self.picture(bob, "profile-light")

    def test_topics(self):
        channel = self.channel("reef-works")
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]))
        bob = self.open(self.bob, self.server.page_of(channel["route_id"]), size=PHONE, scheme="dark", touch=True)
        send(ada, "about nothing")
        for name in ("Deploys", "Nets"):
            self.menu(ada, "Channel settings", "New topic")
            ada.get_by_label("Name of the topic").fill(name)
            ada.get_by_role("button", name="Create").click()
            expect(ada.get_by_role("button", name=name, exact=True, pressed=True)).to_be_visible()
            send(ada, f"about {name}")
            expect(message(ada, f"about {name}")).to_have_count(1)
            expect(ada.locator(".message.pending")).to_have_count(0)
        expect(message(ada, "about Deploys")).to_have_count(0)
        self.picture(ada, "topics-light")
        # Bob learns of the topics by their messages, and filters by one.
        expect(message(bob, "about Nets")).to_be_visible()
        bob.locator(".topics").get_by_role("button", name="Deploys").click()
        expect(message(bob, "about Deploys")).to_be_visible()
        expect(message(bob, "about Nets")).to_have_count(0)
        send(bob, "reply about Deploys")
        expect(message(bob, "reply about Deploys")).to_have_count(1)
        expect(message(ada, "reply about Deploys")).to_have_count(0)
        ada.locator(".topics").get_by_role("button", name="Deploys").click()
        expect(message(ada, "reply about Deploys")).to_have_count(1)
        self.picture(bob, "topics-phone-dark")
        ada.locator(".topics").get_by_role("button", name="All").click()
        expect(message(ada, "about nothing")).to_have_count(1)
        expect(message(ada, "about")).to_have_count(4)
        expect(ada.locator(".message.pending")).to_have_count(0)

    def test_pins(self):
        channel = self.channel("pinboard")
        self.server.post("read me first", self.ada["user"]["id"], channel["id"])
        self.server.post("and me", self.ada["user"]["id"], channel["id"])
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]))
        bob = self.open(self.bob, self.server.page_of(channel["route_id"]))
        expect(message(bob, "read me first")).to_be_visible()
        message(ada, "read me first").hover()
        message(ada, "read me first").get_by_role("button", name="More").click()
        ada.get_by_role("menuitem", name="Pin", exact=True).click()
        expect(message(bob, "read me first").locator(".message-marks")).to_contain_text("Pinned")
        bob.get_by_role("button", name="Pins (1)").click()
        expect(bob.locator(".pinned")).to_contain_text("read me first")
        self.picture(bob, "pins-light")
        message(ada, "read me first").hover()
        message(ada, "read me first").get_by_role("button", name="More").click()
        expect(ada.get_by_role("menuitem", name="Pin", exact=True)).to_have_count(0)
        ada.keyboard.press("Escape")
        bob.locator(".pinned").get_by_role("button", name="Unpin").click()
        expect(bob.locator(".pinned")).to_have_count(0)
        expect(message(ada, "read me first").locator(".message-marks")).to_have_count(0)

    def test_muted_channels_stay_calm(self):
        channel = self.channel("chatter")
        ada = self.open(self.ada, self.server.page_of(channel["route_id"]))
        expect(composer(ada)).to_be_visible()
        ada.get_by_role("button", name="Channel settings").click()
        ada.get_by_role("menuitemradio", name="Muted").click()
        expect(self.item(ada, "chatter")).to_have_class("sidebar-item selected muted")
        self.item(ada, "general").click()
        self.server.post("noise", self.bob["user"]["id"], channel["id"])
        self.server.post("signal", self.bob["user"]["id"])
        expect(message(ada, "signal")).to_be_visible()
        expect(self.item(ada, "chatter")).to_have_class("sidebar-item muted")
        ada.reload()
        self.item(ada, "chatter").click()
        ada.get_by_role("button", name="Channel settings").click()
        expect(ada.get_by_role("menuitemradio", name="Muted")).to_be_checked()

    def test_only_the_owner_changes_channels(self):
        ada = self.open(self.ada)
        ada.get_by_role("button", name="Channel settings").click()
        expect(ada.get_by_role("menuitemradio", name="All messages")).to_be_visible()
        expect(ada.get_by_role("menuitem", name="Edit channel")).to_have_count(0)
        with self.assertRaises(urllib.error.HTTPError):
            self.server.call("PATCH", f"/api/channels/{self.server.general['id']}", {"name": "x"}, self.ada["user"]["id"])
