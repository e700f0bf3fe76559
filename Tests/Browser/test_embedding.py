"""Threads and channels inside other pages."""

from browser_test import BrowserTest, expect


class EmbeddingTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.root = cls.server.post("An embedded question", cls.ada["user"]["id"])
        cls.server.call("POST", f"/api/messages/{cls.root['id']}/thread/replies", {"body": "An embedded answer"})
        route = cls.server.call("POST", f"/api/messages/{cls.root['id']}/route")["message"]["route_id"]
        workspace = cls.server.workspace["route_id"]
        cls.thread = f"{cls.server.base}/embed/thread/{workspace}/{route}"
        cls.channel = f"{cls.server.base}/embed/channel/{workspace}/{cls.server.general['route_id']}"

    def framed(self, address):
        """A page of the server's own origin with a frame in it."""
        page = self.open(self.ada, f"{self.server.base}/healthz")
        page.evaluate("""(address) => {
          const frame = document.createElement("iframe");
          frame.src = address;
          frame.style = "width: 700px; height: 600px";
          document.body.replaceChildren(frame);
        }""", address)
        return page, page.frame_locator("iframe")

    def test_a_thread(self):
        page, frame = self.framed(self.thread)
        expect(frame.locator(".right .message").filter(has_text="An embedded question")).to_be_visible()
        expect(frame.locator(".right .message").filter(has_text="An embedded answer")).to_be_visible()
        expect(frame.locator(".rail, .sidebar")).to_have_count(0)
        expect(frame.get_by_role("button", name="Close")).to_be_hidden()
        frame.locator("textarea").last.fill("Said in a frame")
        frame.locator("textarea").last.press("Enter")
        expect(frame.locator(".right .message").filter(has_text="Said in a frame")).to_have_count(1)
        frame.locator("textarea").last.press("Escape")
        expect(frame.locator(".right .message").filter(has_text="Said in a frame")).to_be_visible()
        self.picture(page, "embedded-thread")

    def test_a_channel(self):
        page, frame = self.framed(self.channel)
        expect(frame.locator(".main .message").filter(has_text="An embedded question")).to_be_visible()
        expect(frame.locator(".rail, .sidebar")).to_have_count(0)
        frame.locator(".thread-link").click()
        expect(frame.locator(".right .message").filter(has_text="An embedded answer")).to_be_visible()
        frame.locator(".right").get_by_role("button", name="Close").or_(
            frame.locator(".right").get_by_role("button", name="Back")).locator("visible=true").click()
        expect(frame.locator(".main .message").filter(has_text="An embedded question")).to_be_visible()
        self.picture(page, "embedded-channel")

    def test_not_in_pages_of_others(self):
        for address in (self.thread, self.channel, f"{self.server.base}/app"):
            page = self.open(self.ada, f"{self.server.base}/healthz")
            other = self.server.base.replace("localhost", "127.0.0.1")
            page.context.unroute_all()
            page.goto(f"{other}/healthz")
            with page.expect_event("console", lambda message: "frame" in message.text.lower()):
                page.evaluate("""(address) => {
                  const frame = document.createElement("iframe");
                  frame.src = address;
                  document.body.replaceChildren(frame);
                }""", address)
            self.failures.clear()
