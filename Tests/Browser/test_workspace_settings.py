"""What owners and moderators do with a workspace."""

import struct
import zlib

from browser_test import PHONE, BrowserTest, composer, expect
from callbacks import Callbacks


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes((200, 67, 44)) * 8 for _ in range(8))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class WorkspaceSettingsTest(BrowserTest):
    server_arguments = ("--callback-allow", "127.0.0.1")

    @classmethod
    def setUpClass(cls):
        cls.callbacks = Callbacks()
        cls.addClassCleanup(cls.callbacks.stop)
        super().setUpClass()

    def section(self, name, session=None, workspace=None, **options):
        route = (workspace or self.server.workspace)["route_id"]
        return self.open(session, f"{self.server.base}/app/workspace/{route}/{name}", **options)

    def new_workspace(self, name):
        return self.server.call("POST", "/api/workspaces", {"name": name})["workspace"]

    def test_general(self):
        workspace = self.new_workspace("Kelp")
        page = self.section("general", workspace=workspace)
        page.get_by_label("Name", exact=True).fill("Kelp Forest")
        page.get_by_label("Short name").fill("kelp-forest")
        page.get_by_role("button", name="Save workspace").click()
        expect(page.locator(".frame-title")).to_have_text("Kelp Forest")
        page.locator("input[type=file]").set_input_files({"name": "icon.png", "mimeType": "image/png", "buffer": png()})
        expect(page.locator(".icon-large img")).to_be_visible()
        self.picture(page, "workspace-general")
        saved = self.server.call("GET", f"/api/workspaces/{workspace['id']}")["workspace"]
        self.assertEqual((saved["name"], saved["slug"]), ("Kelp Forest", "kelp-forest"))
        page.get_by_role("button", name="Remove icon").click()
        expect(page.locator(".icon-large img")).to_have_count(0)
        # A taken short name is refused in the server's words.
        page.get_by_label("Short name").fill(self.server.workspace["slug"])
        page.get_by_role("button", name="Save workspace").click()
        expect(page.get_by_role("alert")).to_be_visible()

    def test_deleting_wants_the_name(self):
        workspace = self.new_workspace("Doomed Pool")
        page = self.section("general", workspace=workspace)
        page.get_by_role("button", name="Delete this workspace").click()
        delete = page.locator("dialog").get_by_role("button", name="Delete this workspace")
        expect(delete).to_be_disabled()
        page.get_by_label("Type Doomed Pool to confirm").fill("doomed pool")
        expect(delete).to_be_disabled()
        page.get_by_label("Type Doomed Pool to confirm").fill("Doomed Pool")
        self.picture(page, "workspace-delete")
        delete.click()
        expect(page.locator(".sidebar-item").first).to_be_visible()
        names = [known["name"] for known in self.server.call("GET", "/api/workspaces")["workspaces"]]
        self.assertNotIn("Doomed Pool", names)

    def test_deleted_while_others_look_at_it(self):
        workspace = self.new_workspace("Ebbing")
        self.server.call("POST", f"/api/workspaces/{workspace['id']}/channels", {"name": "shallows"})
        mona = self.server.add_person("Mona Ebb", workspace["id"])
        self.server.add_person("Mona Ebb")
        page = self.open(mona, f"{self.server.base}/app/{workspace['route_id']}")
        expect(page.locator(".sidebar-head")).to_contain_text("Ebbing")
        expect(page.locator(".shell")).to_have_attribute("data-connection", "live")
        self.server.call("DELETE", f"/api/workspaces/{workspace['id']}")
        expect(page.locator(".toast").filter(has_text="no longer have access")).to_be_visible()
        expect(page.locator(".sidebar-head")).not_to_contain_text("Ebbing")
        expect(page.locator(".sidebar-head")).to_contain_text(self.server.workspace["name"])
        expect(composer(page)).to_be_visible()

    def test_transfer(self):
        workspace = self.new_workspace("Given Away")
        heir = self.server.add_person("Hera Crab", workspace["id"])
        page = self.section("general", workspace=workspace)
        page.get_by_label("New owner").fill("hera")
        page.locator(".people").get_by_role("button", name="Hera Crab").click()
        page.get_by_role("button", name="Transfer ownership").click()
        page.locator("dialog").get_by_role("button", name="Transfer").click()
        expect(page.get_by_role("button", name="Delete this workspace")).to_have_count(0)
        self.assertEqual(self.server.call(
            "GET", f"/api/workspaces/{workspace['id']}", user=heir["user"]["id"])["workspace"]["role"], "owner")

    def test_creating(self):
        page = self.section("general")
        page.get_by_role("button", name="New workspace").click()
        page.locator("dialog").get_by_label("Name").fill("Fresh Water")
        page.locator("dialog").get_by_role("button", name="Create").click()
        expect(page.locator(".sidebar-head")).to_contain_text("Fresh Water")
        expect(composer(page)).to_be_visible()

    def test_members(self):
        workspace = self.new_workspace("Crowd")
        for number in range(55):
            self.server.admin("user", "create", "--name", f"Krill {number:02}", "--email", f"krill{number}@reef.example",
                              "--workspace", workspace["id"])
        mona = self.server.add_person("Mona Reef", workspace["id"])
        page = self.section("members", workspace=workspace)
        people = page.get_by_role("list", name="Members").locator("li")
        expect(people).to_have_count(50)
        expect(page.get_by_text("57 members")).to_be_visible()
        page.get_by_role("button", name="Show more").click()
        expect(people).to_have_count(57)
        page.get_by_label("Find people").fill("mona")
        expect(people).to_have_count(1)

        def manage(name, item):
            page.get_by_role("button", name=f"Manage {name}").click()
            page.get_by_role("menuitem", name=item, exact=True).click()

        manage("Mona Reef", "Make moderator")
        expect(people).to_contain_text("Moderator")
        page.get_by_label("Role", exact=True).select_option("moderator")
        expect(people).to_have_count(1)
        page.get_by_label("Find people").fill("krill")
        expect(page.get_by_text("Nobody is called that.")).to_be_visible()
        # A moderator looks after members, not after moderators and owners.
        page.get_by_label("Role", exact=True).select_option("")
        hers = self.section("members", mona, workspace)
        hers.get_by_label("Find people").fill("krill 07")
        theirs = hers.get_by_role("list", name="Members").locator("li")
        expect(theirs).to_have_count(1)
        hers.get_by_role("button", name="Manage Krill 07").click()
        expect(hers.get_by_role("menuitem", name="Make moderator")).to_have_count(0)
        hers.get_by_role("menuitem", name="Time-out: 1 hour").click()
        expect(hers.get_by_role("list", name="Restricted")).to_contain_text("time-out until")
        hers.get_by_role("button", name="Manage Krill 07").click()
        hers.get_by_role("menuitem", name="Edit note").click()
        hers.get_by_label("Note", exact=True).fill("Pinches")
        hers.locator("dialog").get_by_role("button", name="Save").click()
        expect(theirs).to_contain_text("Pinches")
        hers.get_by_role("button", name="Manage Krill 07").click()
        hers.get_by_role("menuitem", name="Block").click()
        hers.locator("dialog").get_by_role("button", name="Block").click()
        expect(theirs).to_contain_text("blocked")
        self.picture(hers, "members-restricted")
        hers.get_by_role("list", name="Restricted").get_by_role("button", name="Unblock").click()
        hers.get_by_role("list", name="Restricted").get_by_role("button", name="End time-out").click()
        expect(hers.get_by_role("list", name="Restricted")).to_have_count(0)

    def test_members_see_no_moderation(self):
        plain = self.server.add_person("Plain Shrimp")
        page = self.section("members", plain)
        expect(page.get_by_role("list", name="Members").locator("li").first).to_be_visible()
        expect(page.get_by_role("link", name="Invitations")).to_have_count(0)
        page.get_by_role("button", name="Manage Local Captain").click()
        expect(page.get_by_role("menuitem")).to_have_count(1)
        page.goto(page.url.replace("/members", "/invites"))
        expect(page.get_by_text("This takes a role that you don't have here.")).to_be_visible()
        page.goto(page.url.replace("/invites", "/general"))
        expect(page.get_by_label("Short name")).not_to_be_editable()

    def test_revoking_an_invitation(self):
        page = self.section("invites")
        page.get_by_role("button", name="New invitation").click()
        page.get_by_role("button", name="Create link").click()
        link = page.get_by_label("Invitation link", exact=True).last.input_value()
        page.get_by_role("button", name="Copy").click()
        expect(page.locator(".toast")).to_have_text("Copied")
        self.assertEqual(page.evaluate("navigator.clipboard.readText()"), link)
        page.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="Revoke this invitation for a Member").click()
        expect(page.get_by_role("list", name="Invitations")).to_contain_text("revoked")
        other = self.open(None, f"{self.server.base}{link[link.index('/app/'):]}")
        expect(other.get_by_role("alert")).to_be_visible()

    def test_bots(self):
        page = self.section("bots")
        page.get_by_role("button", name="New bot").click()
        page.get_by_label("Name", exact=True).fill("Deployer")
        page.get_by_label("Handle").fill("deployer")
        page.get_by_label("What it may do").select_option("bot:read")
        page.locator("dialog").get_by_role("button", name="Create").click()
        secret = page.get_by_label("Token", exact=True)
        token = secret.input_value()
        self.assertTrue(token.startswith("ccb_"), token)
        self.picture(page, "bot-token")
        page.get_by_role("button", name="Done").click()
        bot = page.get_by_role("list", name="Bots").locator("> li").filter(has_text="Deployer")
        expect(bot).to_contain_text("1 token")
        expect(bot).to_contain_text("never used")
        # Another token with scopes of its own.
        page.get_by_role("button", name="Manage Deployer").click()
        page.get_by_role("menuitem", name="New token").click()
        page.get_by_label("Name of the token").fill("ci")
        page.get_by_label("What it may do").select_option("custom")
        page.get_by_role("checkbox", name="messages:write").check()
        page.locator("dialog").get_by_role("button", name="Create").click()
        expect(page.get_by_label("Token", exact=True)).to_be_visible()
        page.get_by_role("button", name="Done").click()
        expect(bot).to_contain_text("messages:read, messages:write")
        page.get_by_role("button", name="Revoke token ci").click()
        expect(bot).to_contain_text("1 token")
        page.get_by_role("button", name="Manage Deployer").click()
        page.get_by_role("menuitem", name="Setup code").click()
        page.get_by_label("Name of the token").fill("laptop")
        page.locator("dialog").get_by_role("button", name="Create").click()
        code = page.get_by_label("Setup code", exact=True).last.input_value()
        page.get_by_role("button", name="Done").click()
        claimed = self.server.call("POST", "/api/bot-setup-codes/claim", {"code": code})
        self.assertEqual(claimed["bot"]["display_name"], "Deployer")
        page.reload()
        expect(bot).to_contain_text("laptop")
        self.picture(page, "workspace-bots")
        page.get_by_role("button", name="Manage Deployer").click()
        page.get_by_role("menuitem", name="Remove from workspace").click()
        page.locator("dialog").get_by_role("button", name="Remove from workspace").click()
        expect(bot).to_have_count(0)

    def test_integrations(self):
        workspace = self.server.workspace["id"]
        self.server.call("POST", f"/api/workspaces/{workspace}/bots", {"display_name": "Hook Bot"})
        wanda = self.server.add_person("Wanda Wave")
        page = self.section("integrations")
        page.get_by_role("button", name="Install an app").click()
        page.get_by_label("Name of the app").fill("tide-table")
        page.get_by_label("Display name").fill("Tide Table")
        page.locator("dialog").get_by_role("button", name="Install an app").click()
        expect(page.get_by_role("list", name="Apps")).to_contain_text("Tide Table")

        page.get_by_role("button", name="New slash command").click()
        page.get_by_label("Command", exact=True).fill("tide")
        page.get_by_label("Callback address").fill(self.callbacks.address)
        page.locator("dialog").get_by_role("button", name="Create").click()
        first = page.get_by_label("Signing secret").input_value()
        page.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="New secret for /tide").click()
        second = page.get_by_label("Signing secret").input_value()
        self.assertNotEqual(first, second)
        page.get_by_role("button", name="Done").click()

        page.get_by_role("button", name="New subscription").click()
        page.get_by_label("Callback address").fill(self.callbacks.address)
        page.get_by_role("checkbox", name="message.created").check()
        self.picture(page, "new-subscription")
        page.locator("dialog").get_by_role("button", name="Create").click()
        first = page.get_by_label("Signing secret").input_value()
        page.get_by_role("button", name="Done").click()
        page.get_by_role("button", name=f"New secret for {self.callbacks.address}").click()
        second = page.get_by_label("Signing secret").input_value()
        self.assertTrue(first and second and first != second)
        page.get_by_role("button", name="Done").click()
        self.server.post("for the hook")
        page.get_by_role("button", name=f"Deliveries to {self.callbacks.address}").click()
        deliveries = page.get_by_role("list", name="Deliveries")
        refresh = page.locator("dialog").get_by_role("button", name="Try again").or_(
            page.locator("dialog").get_by_role("button", name="Refresh"))
        for _ in range(100):
            if deliveries.count():
                break
            refresh.click()
            page.wait_for_timeout(200)
        expect(deliveries).to_contain_text("message.created")
        expect(deliveries).to_contain_text("200")
        deliveries.get_by_text("Details").first.click()
        expect(deliveries).to_contain_text("thanks")
        self.picture(page, "deliveries")
        page.keyboard.press("Escape")

        page.get_by_role("button", name="Connect an account").click()
        page.get_by_label("Person").fill("wanda")
        page.locator("dialog .people").get_by_role("button", name="Wanda Wave").click()
        page.get_by_label("Service").fill("github")
        page.get_by_label("Account there").fill("42")
        page.locator("dialog").get_by_role("button", name="Connect an account").click()
        expect(page.get_by_role("list", name="Connected accounts")).to_contain_text("Wanda Wave")
        self.picture(page, "workspace-integrations")

        # People see what is there and may end their own account's connection only.
        hers = self.section("integrations", wanda)
        expect(hers.get_by_role("list", name="Slash commands")).to_contain_text("/tide")
        expect(hers.get_by_role("button", name="Install an app")).to_have_count(0)
        hers.get_by_role("button", name="Revoke 42").click()
        hers.locator("dialog").get_by_role("button", name="Revoke").click()
        expect(hers.get_by_text("No accounts are connected.")).to_be_visible()

        for name, text in (("Revoke /tide", "No slash commands."),
                           (f"Revoke {self.callbacks.address}", "No subscriptions.")):
            page.get_by_role("button", name=name).click()
            page.locator("dialog").get_by_role("button", name="Revoke").click()
            expect(page.get_by_text(text)).to_be_visible()
        page.get_by_role("button", name="Uninstall Tide Table").click()
        page.locator("dialog").get_by_role("button", name="Uninstall").click()
        expect(page.get_by_text("No apps are installed.")).to_be_visible()

    def test_audit_log(self):
        workspace = self.new_workspace("Watched")
        for number in range(60):
            self.server.call("PATCH", f"/api/workspaces/{workspace['id']}", {"name": f"Watched {number}"})
        page = self.section("audit", workspace=workspace)
        entries = page.get_by_role("list", name="Audit log").locator("li")
        expect(entries).to_have_count(50)
        expect(entries.first).to_contain_text("workspace.updated")
        expect(entries.first).to_contain_text("name: Watched 59")
        expect(entries.first).to_contain_text("Local Captain")
        self.picture(page, "audit-log")
        page.get_by_role("button", name="Show older").click()
        expect(entries).to_have_count(60)

    def test_on_a_phone(self):
        page = self.section("members", size=PHONE, scheme="dark", touch=True)
        expect(page.get_by_role("list", name="Members").locator("li").first).to_be_visible()
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
        self.picture(page, "members-phone-dark")

    def test_no_such_workspace(self):
        page = self.open(None, f"{self.server.base}/app/workspace/T0000000000000000/general")
        expect(page.get_by_text("There is no such workspace, or you are not in it.")).to_be_visible()
