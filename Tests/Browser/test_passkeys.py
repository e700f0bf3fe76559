"""Passkeys with the browser's own implementation and its virtual authenticator."""

import subprocess

from browser_test import BrowserTest
from server import BINARY

# One request of a page of the server, as the web client makes it.
CALL = """
async (method, path, body) => {
  const answer = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", "X-ClickClack-CSRF": "1" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}
"""

# A whole ceremony: asks for options, lets the authenticator answer, sends the answer.
CEREMONY = """
async ({ kind, optionsPath, optionsBody, finishPath, finishBody }) => {
  const call = %s;
  const asked = await call("POST", optionsPath, optionsBody);
  if (asked.status !== 200) return asked;
  let credential;
  if (kind === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.body.public_key);
    try {
      credential = await navigator.credentials.create({ publicKey });
    } catch (error) {
      return { status: 0, body: { error: error.name } };
    }
  } else {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.body.public_key);
    try {
      credential = await navigator.credentials.get({ publicKey });
    } catch (error) {
      return { status: 0, body: { error: error.name } };
    }
  }
  return call("POST", finishPath, {
    ...finishBody, challenge_id: asked.body.challenge_id, credential: credential.toJSON(),
  });
}
""" % CALL.strip()


class PasskeysTest(BrowserTest):
    def invite(self, name):
        made = subprocess.run(
            [BINARY, "admin", "invite", "create", "--data", self.server.data, "--workspace",
             self.server.workspace["id"], "--name", name], check=True, capture_output=True, text=True)
        return made.stdout.strip()

    def open_with_authenticator(self, session=None):
        """A page whose browser has an authenticator of its own."""
        page = self.open(session, address=f"{self.server.base}/app")
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
                   "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
        authenticator = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        return page, devtools, authenticator

    def ceremony(self, page, kind, options_path, finish_path, options_body=None, finish_body=None):
        return page.evaluate(CEREMONY, {
            "kind": kind, "optionsPath": options_path, "optionsBody": options_body or {}, "finishPath": finish_path,
            "finishBody": finish_body or {}})

    def call(self, page, method, path, body=None):
        return page.evaluate(f"([method, path, body]) => ({CALL})(method, path, body ?? undefined)",
                             [method, path, body])

    def accept(self, page, name):
        token = self.invite(name)
        return self.ceremony(page, "create", "/api/auth/invite/options", "/api/auth/invite/accept",
                             {"token": token}, {"token": token})

    def sign_in(self, page):
        return self.ceremony(page, "get", "/api/auth/passkey/options", "/api/auth/passkey/login")

    def test_an_account_is_made_and_used_with_passkeys(self):
        page, devtools, authenticator = self.open_with_authenticator()
        accepted = self.accept(page, "Ada Lovelace")
        self.assertEqual(accepted["status"], 200, accepted)
        self.assertEqual(accepted["body"]["user"]["display_name"], "Ada Lovelace")
        # From here on the cookie counts.
        listed = self.call(page, "GET", "/api/me/passkeys")
        self.assertEqual([passkey["name"] for passkey in listed["body"]["passkeys"]], ["Passkey"])

        kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
        self.assertEqual([credential["rpId"] for credential in kept], ["localhost"])
        self.assertTrue(kept[0]["isResidentCredential"])

        # The same authenticator is not registered twice.
        again = self.ceremony(page, "create", "/api/me/passkeys/options", "/api/me/passkeys")
        self.assertEqual(again["body"], {"error": "InvalidStateError"})

        self.assertEqual(self.call(page, "POST", "/api/auth/logout")["status"], 204)
        for _ in range(3):
            signed_in = self.sign_in(page)
            self.assertEqual(signed_in["status"], 200, signed_in)
            self.assertEqual(signed_in["body"]["user"]["id"], accepted["body"]["user"]["id"])
        sessions = self.call(page, "GET", "/api/me/sessions")["body"]["sessions"]
        self.assertEqual(sessions[0]["method"], "passkey")

    def test_a_second_authenticator_is_added_and_the_first_removed(self):
        page, devtools, first = self.open_with_authenticator()
        self.assertEqual(self.accept(page, "Bob")["status"], 200)
        devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True}})
        added = self.ceremony(page, "create", "/api/me/passkeys/options", "/api/me/passkeys",
                              finish_body={"name": "Key"})
        self.assertEqual(added["status"], 201, added)
        passkeys = self.call(page, "GET", "/api/me/passkeys")["body"]["passkeys"]
        self.assertEqual([passkey["name"] for passkey in passkeys], ["Passkey", "Key"])
        path = f"/api/me/passkeys/{passkeys[0]['id']}"
        self.assertEqual(self.call(page, "DELETE", path)["status"], 204)
        self.assertEqual(self.call(page, "DELETE", f"/api/me/passkeys/{passkeys[1]['id']}")["status"], 409)
        self.assertEqual(self.sign_in(page)["status"], 200)

    def test_a_passkey_that_was_removed_signs_nobody_in(self):
        page, _, _ = self.open_with_authenticator(self.server.add_person("Cat Claw"))
        added = self.ceremony(page, "create", "/api/me/passkeys/options", "/api/me/passkeys")
        self.assertEqual(added["status"], 201, added)
        self.assertEqual(self.sign_in(page)["status"], 200)
        path = f"/api/me/passkeys/{added['body']['passkey']['id']}"
        self.assertEqual(self.call(page, "DELETE", path)["status"], 204)
        self.assertEqual(self.sign_in(page)["status"], 401)
