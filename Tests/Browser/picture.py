"""Takes docs/images/web.png, the picture of the README: `.venv/bin/python picture.py` after `make build` or `make web`."""

from browser_test import ROOT, BrowserTest, composer, expect, message

PEOPLE = ["Ada Pinch", "Bo Barnacle", "Coral Reyes", "Finn Tidewell", "Marina Kelp"]
CODE = """Found it. The tide table forgot the leap second:

```swift
func nextTide(after now: Instant) -> Tide {
  let lunarDay = Duration.seconds(89_428)
  return Tide(at: now.advanced(by: lunarDay / 2))
}
```"""


class Picture(BrowserTest):
    def test_picture(self):
        server = self.server
        people = {name.split()[0]: server.add_person(name) for name in PEOPLE}
        ids = {name: session["user"]["id"] for name, session in people.items()}
        space = server.workspace["id"]
        server.call("PATCH", f"/api/workspaces/{space}", {"name": "Tide Pool"})
        channels = {}
        for name, section in [("moulting", ""), ("release-crew", ""), ("tide-tables", "Engineering"),
                              ("web-client", "Engineering"), ("snacks", "Off duty")]:
            channels[name] = server.call("POST", f"/api/workspaces/{space}/channels", {"name": name})["channel"]
            if section:
                server.call("PATCH", f"/api/channels/{channels[name]['id']}", {"sidebar_section": section})
        crew = channels["release-crew"]["id"]

        def say(who, text):
            return server.post(text, ids[who], crew)

        def react(one, emoji, *who):
            for name in who:
                server.call("POST", f"/api/messages/{one['id']}/reactions", {"emoji": emoji}, ids[name])

        say("Marina", "Good morning, crew! Release day. Three things are left on the list:")
        todo = say("Marina", "- [x] survive 500 crashes without losing a message\n- [x] two browsers, one killed server\n- [ ] a picture for the README")
        react(todo, "🦀", "Ada", "Bo", "Finn")
        react(todo, "🎉", "Coral")
        say("Bo", "The tides were off by a second all night. @finn was that us or the moon?")
        code = say("Finn", CODE)
        react(code, "🌊", "Bo", "Marina", "Ada")
        react(code, "👏", "Coral")
        for who, text in [("Ada", "Does that hold for spring tides?"), ("Finn", "It does: the moon is patient, we only have to be exact."),
                          ("Coral", "Merged. The table is right until 2038."), ("Ada", "That is somebody else's shift :) Thank you!")]:
            server.call("POST", f"/api/messages/{code['id']}/thread/replies", {"body": text}, ids[who])
        say("Coral", "Then I shell the champagne tonight. **Nobody pinches the last glass.**")
        say("Ada", "> off by a second all night\n\nThat explains why the crabs were late.")
        say("Bo", "They always walk around the problem.")
        for name, count in [("snacks", 3), ("tide-tables", 1)]:
            for number in range(count):
                server.post(f"Kelp chips {number}", ids["Bo"], channels[name]["id"])
        for who in ("Marina", "Bo"):
            direct = server.call("POST", "/api/dms", {"workspace_id": space, "member_ids": [ids[who]]}, ids["Ada"])["conversation"]
            if who == "Marina":
                server.call("POST", f"/api/dms/{direct['id']}/messages", {"body": "Ready when you are"}, ids[who])
        others = [self.open(people[name]) for name in ("Marina", "Bo")]
        for page in others:
            expect(composer(page)).to_be_visible()
        for scheme, name in (("light", "web"), ("dark", "web-dark")):
            page = self.open(people["Ada"], server.page_of(channels["release-crew"]["route_id"]),
                             size={"width": 1360, "height": 850}, scheme=scheme)
            expect(message(page, "walk around")).to_be_visible()
            message(page, "Found it").locator(".thread-link").click()
            expect(page.locator(".right .message").filter(has_text="somebody else")).to_be_visible()
            expect(page.locator(".right code .hljs-keyword").first).to_be_visible()
            page.mouse.move(5, 840)
            page.evaluate("() => document.activeElement.blur()")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=ROOT / f"docs/images/{name}.png")


if __name__ == "__main__":
    import unittest
    unittest.main(argv=["picture", "Picture.test_picture"])
