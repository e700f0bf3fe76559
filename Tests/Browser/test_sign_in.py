"""Every way in, against a server as in production: no development user, nothing for free."""

from authenticator import add_authenticator
from browser_test import PHONE, BrowserTest, expect
from production_server import ProductionServer

PASSWORD = "salt and vinegar 7"


class SignInTest(BrowserTest):
    server_class = ProductionServer

    def person(self, name):
        """Somebody in the workspace with a password; their e-mail address."""
        email = f"{name.split()[0].lower()}@reef.example"
        self.server.admin("user", "create", "--name", name, "--email", email, "--workspace", "clickclack")
        self.server.admin("user", "set-password", email, text=PASSWORD)
        return email

    def door(self, path="/app", **options):
        return self.open(address=f"{self.server.base}{path}", **options)

    def sign_in(self, page, email, password=PASSWORD):
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()

    def test_password(self):
        email = self.person("Ada Pinch")
        page = self.door()
        expect(page.get_by_role("heading", name="Come on in")).to_be_visible()
        expect(page.get_by_role("button", name="Continue as developer")).to_have_count(0)
        self.picture(page, "sign-in-desktop")
        self.sign_in(page, email, "not the password")
        expect(page.get_by_role("alert")).to_be_visible()
        self.picture(page, "sign-in-wrong")
        self.sign_in(page, email)
        expect(page.locator(".sidebar-item").first).to_be_visible()
        cookie = next(cookie for cookie in page.context.cookies() if "session" in cookie["name"])
        self.assertTrue(cookie["httpOnly"])
        page.get_by_role("button", name="Your account").click()
        page.get_by_role("menuitem", name="Sign out").click()
        expect(page.get_by_role("heading", name="Come on in")).to_be_visible()
        self.assertEqual(page.evaluate("fetch('/api/me').then((answer) => answer.status)"), 401)

    def test_code(self):
        email = self.person("Bob Shell")
        code = self.server.admin("magic-link", "create", "--email", email).split()[-1]
        page = self.door(size=PHONE, scheme="dark", touch=True)
        expect(page.get_by_role("button", name="I have a code")).to_be_visible()
        self.picture(page, "sign-in-phone-dark")
        page.get_by_role("button", name="I have a code").click()
        page.get_by_label("Sign-in code").fill("mgt_wrong")
        page.get_by_role("button", name="Use the code").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Sign-in code").fill(code)
        page.get_by_role("button", name="Use the code").click()
        expect(page.locator(".heading h1")).to_be_visible()

    def test_magic_link(self):
        email = self.person("Cleo Kelp")
        code = self.server.admin("magic-link", "create", "--email", email).split()[-1]
        page = self.door(f"/app/magic#{code}")
        expect(page.locator(".sidebar-item").first).to_be_visible()
        self.assertNotIn(code, page.url)
        # It works once.
        other = self.door(f"/app/magic#{code}")
        expect(other.get_by_role("alert")).to_be_visible()
        other.get_by_role("link", name="Go to the sign-in page").click()
        expect(other.get_by_label("E-mail")).to_be_visible()

    def test_reset(self):
        email = self.person("Dora Fin")
        link = self.server.admin("user", "reset-password", email).split()[-1]
        page = self.door(link[link.index("/app/"):])
        expect(page.get_by_role("heading", name="A new password")).to_be_visible()
        self.assertNotIn("pwr_", page.url)
        self.picture(page, "reset-password")
        page.get_by_label("New password").fill("a brand new one 5")
        page.get_by_role("button", name="Set password and sign in").click()
        expect(page.locator(".sidebar-item").first).to_be_visible()
        other = self.door()
        self.sign_in(other, email, "a brand new one 5")
        expect(other.locator(".sidebar-item").first).to_be_visible()

    def test_account_invite_and_passkey(self):
        token = self.server.admin("invite", "create", "--workspace", "clickclack", "--name", "Eve Urchin").split()[-1]
        page = self.door("/app")
        devtools, authenticator = add_authenticator(page)
        page.goto(f"{self.server.base}/app/invite#{token}")
        expect(page.get_by_role("heading", name="Welcome to ClickClack")).to_be_visible()
        expect(page.get_by_label("Your name")).to_have_value("Eve Urchin")
        self.picture(page, "account-invite")
        page.get_by_label("Your name").fill("Eve")
        page.get_by_role("button", name="Make a passkey and join").click()
        expect(page.locator(".sidebar-item").first).to_be_visible()
        self.assertEqual(page.evaluate("fetch('/api/me').then((answer) => answer.json())")["user"]["display_name"], "Eve")
        # The passkey signs in without a name.
        page.get_by_role("button", name="Your account").click()
        page.get_by_role("menuitem", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.locator(".sidebar-item").first).to_be_visible()
        # A second one is refused for the same device, and there is a name for that.
        page.goto(f"{self.server.base}/app/settings/security")
        expect(page.get_by_role("list", name="Passkeys").locator("li")).to_have_count(1)
        page.get_by_role("button", name="Add a passkey").click()
        page.locator("dialog").get_by_role("button", name="Add a passkey").click()
        expect(page.locator("dialog").get_by_role("alert")).to_contain_text("already")
        page.keyboard.press("Escape")
        # Another device.
        devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
        add_authenticator(page)
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_label("Name of the passkey").fill("Key ring")
        page.locator("dialog").get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("list", name="Passkeys").locator("li")).to_have_count(2)
        page.get_by_role("button", name="Rename Key ring").click()
        page.get_by_label("Name of the passkey").fill("Blue key")
        page.locator("dialog").get_by_role("button", name="Save").click()
        expect(page.get_by_role("list", name="Passkeys")).to_contain_text("Blue key")
        self.picture(page, "settings-security")
        page.get_by_role("button", name="Remove Blue key").click()
        page.locator("dialog").get_by_role("button", name="Delete").click()
        expect(page.get_by_role("list", name="Passkeys").locator("li")).to_have_count(1)

    def test_broken_links(self):
        page = self.door("/app/invite#not-a-token")
        expect(page.get_by_role("alert")).to_be_visible()
        for path in ("/app/reset", "/app/magic", "/app/join"):
            page.goto(self.server.base + path)
            expect(page.get_by_role("alert")).to_have_text("This link is not complete.")

    def test_joining_when_signed_out(self):
        captain = self.door()
        self.server.admin("user", "set-password", "captain@reef.example", text=PASSWORD)
        self.sign_in(captain, "captain@reef.example")
        expect(captain.locator(".sidebar-item").first).to_be_visible()
        captain.get_by_role("button", name="Workspace settings").click()
        captain.get_by_role("link", name="Invitations").click()
        captain.get_by_role("button", name="New invitation").click()
        captain.get_by_label("They join as").select_option("guest")
        captain.get_by_label("Valid for").select_option("3600")
        captain.get_by_label("Uses").fill("1")
        captain.get_by_role("button", name="Create link").click()
        link = captain.get_by_label("Invitation link", exact=True).last.input_value()
        self.picture(captain, "invite-created")
        captain.get_by_role("button", name="Done").click()
        self.server.admin("user", "create", "--name", "Finn Drift", "--email", "finn@reef.example")
        self.server.admin("user", "set-password", "finn@reef.example", text=PASSWORD)
        finn = self.door(link[link.index("/app/"):])
        expect(finn.get_by_role("heading", name="Join ClickClack")).to_be_visible()
        self.assertNotIn("#", finn.url)
        self.picture(finn, "join-signed-out")
        # A reload, as after signing in elsewhere, does not forget the invitation.
        finn.reload()
        self.sign_in(finn, "finn@reef.example")
        expect(finn.get_by_text("You join as Finn Drift.")).to_be_visible()
        self.picture(finn, "join-signed-in")
        finn.get_by_role("button", name="Join", exact=True).click()
        expect(finn.locator(".sidebar-head")).to_contain_text("ClickClack")
        captain.reload()
        expect(captain.get_by_role("list", name="Invitations")).to_contain_text("used up")
        # Guests wait to be let in.
        captain.get_by_role("link", name="Members").click()
        expect(captain.get_by_role("list", name="Waiting room")).to_contain_text("Finn Drift")
        self.picture(captain, "members-waiting-room")
        captain.get_by_role("button", name="Let Finn Drift in").click()
        expect(captain.get_by_role("list", name="Waiting room")).to_have_count(0)

    def test_a_password_is_removed(self):
        email = self.person("Hugo Foam")
        page = self.door()
        self.sign_in(page, email)
        expect(page.locator(".sidebar-item").first).to_be_visible()
        page.goto(f"{self.server.base}/app/settings/security")
        remove = page.get_by_role("button", name="Remove password")
        expect(remove).to_be_disabled()
        page.get_by_label("Current password").fill("not the password")
        remove.click()
        page.locator("dialog").get_by_role("button", name="Remove password").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Current password").fill(PASSWORD)
        remove.click()
        page.locator("dialog").get_by_role("button", name="Remove password").click()
        expect(page.locator(".toast")).to_be_visible()
        other = self.door()
        self.sign_in(other, email)
        expect(other.get_by_role("alert")).to_be_visible()

    def test_all_other_sessions_are_ended(self):
        email = self.person("Ines Brine")
        pages = [self.door() for _ in range(3)]
        for page in pages:
            self.sign_in(page, email)
            expect(page.locator(".sidebar-item").first).to_be_visible()
        mine = pages[0]
        mine.goto(f"{self.server.base}/app/settings/security")
        sessions = mine.get_by_role("list", name="Where you are signed in").locator("li")
        expect(sessions).to_have_count(3)
        mine.get_by_role("button", name="End all others").click()
        expect(mine.locator(".toast")).to_have_text("2 sessions ended")
        expect(sessions).to_have_count(1)
        expect(mine.get_by_role("button", name="End all others")).to_have_count(0)
        # The others notice by themselves.
        for page in pages[1:]:
            expect(page.get_by_role("heading", name="Come on in")).to_be_visible()
        mine.goto(f"{self.server.base}/app")
        expect(mine.locator(".sidebar-item").first).to_be_visible()

    def test_sessions(self):
        email = self.person("Gwen Tide")
        first, second = self.door(), self.door(size=PHONE)
        self.sign_in(first, email)
        expect(first.locator(".sidebar-item").first).to_be_visible()
        self.sign_in(second, email)
        expect(second.locator(".heading h1")).to_be_visible()
        first.goto(f"{self.server.base}/app/settings/security")
        sessions = first.get_by_role("list", name="Where you are signed in").locator("li")
        expect(sessions).to_have_count(2)
        expect(sessions.filter(has_text="this one")).to_have_count(1)
        first.get_by_role("button", name="End the session").click()
        expect(sessions).to_have_count(1)
        second.reload()
        expect(second.get_by_role("heading", name="Come on in")).to_be_visible()
        # A new password ends the others too.
        self.sign_in(second, email)
        expect(second.locator(".heading h1")).to_be_visible()
        first.get_by_label("Current password").fill("wrong wrong wrong")
        first.get_by_label("New password", exact=True).fill("deep water 1234")
        first.get_by_label("New password again").fill("deep water 1234")
        first.get_by_role("button", name="Set password").click()
        expect(first.get_by_role("alert")).to_be_visible()
        first.get_by_label("Current password").fill(PASSWORD)
        first.get_by_role("button", name="Set password").click()
        expect(first.get_by_label("New password", exact=True)).to_have_value("")
        second.reload()
        expect(second.get_by_role("heading", name="Come on in")).to_be_visible()
        first.get_by_role("button", name="Sign out everywhere").click()
        first.locator("dialog").get_by_role("button", name="Sign out everywhere").click()
        expect(first.get_by_role("heading", name="Come on in")).to_be_visible()
