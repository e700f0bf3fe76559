"""A virtual authenticator for passkeys, over the DevTools protocol."""


def add_authenticator(page):
    """From now on the page has a device that makes and uses passkeys without asking; returns its DevTools session."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    answer = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})
    return devtools, answer["authenticatorId"]
