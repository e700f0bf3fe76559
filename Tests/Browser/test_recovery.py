"""Nothing is lost and nothing doubled: whatever happens to the server, the network, the page or the machine."""

import re

from browser_test import BrowserTest, composer, expect, message, send

RECONNECT_MILLISECONDS = 40_000
# As behind a proxy that lets no WebSocket through.
NO_WEBSOCKETS = """
window.socketsTried = 0;
window.WebSocket = class {
  constructor() {
    window.socketsTried += 1;
    setTimeout(() => this.onclose?.({ code: 1006 }));
  }
  close() {}
};
"""
# Connections whose other end can be made to fall silent, as after a change of networks.
SILENT_WEBSOCKETS = """
window.silent = false;
window.sockets = [];
const Real = window.WebSocket;
window.WebSocket = class extends Real {
  constructor(address) {
    super(address);
    window.sockets.push(this);
    for (const type of ["message", "close", "error"]) {
      this.addEventListener(type, (event) => {
        if (window.silent && window.sockets.indexOf(this) <= window.silentUpTo) event.stopImmediatePropagation();
      }, true);
    }
  }
};
"""


def texts(page, prefix):
    found = [text.strip() for text in page.locator(".main .message .prose").all_text_contents()]
    return [text for text in found if text.startswith(prefix)]


class RecoveryTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.bob = cls.server.add_person("Bob Shell")

    def connected(self, page):
        expect(composer(page)).to_be_visible()
        expect(page.locator(".shell")).to_have_attribute("data-connection", "live")

    def numbered(self, page, prefix, count):
        """The messages with a prefix are there, each once, in order; the list draws only what is near the view."""
        expect(message(page, f"{prefix} {count - 1}")).to_have_count(1, timeout=RECONNECT_MILLISECONDS)
        found = texts(page, prefix)
        self.assertEqual(found, [f"{prefix} {number}" for number in range(count)][-len(found):])

    def test_the_server_is_killed_and_restarted(self):
        ada = self.open(self.ada)
        bob = self.open(self.bob)
        send(ada, "before the crash")
        expect(message(bob, "before the crash")).to_have_count(1)
        self.server.kill()
        expect(ada.locator(".banner")).to_be_visible()
        send(ada, "during the crash")
        expect(ada.locator(".message.failed")).to_be_visible()
        self.picture(ada, "connection-lost")
        self.server.start()
        # It is sent by itself once the connection is back, and only once.
        expect(message(bob, "during the crash")).to_have_count(1, timeout=RECONNECT_MILLISECONDS)
        expect(ada.locator(".message.failed")).to_have_count(0)
        expect(ada.locator(".banner")).to_have_count(0)
        for number in range(20):
            send(ada, f"after {number}")
        for page in (ada, bob):
            self.numbered(page, "after", 20)
            expect(message(page, "during the crash")).to_have_count(1)

    def test_killed_while_sending_editing_and_reacting(self):
        ada, bob = self.open(self.ada), self.open(self.bob)
        self.connected(ada)
        self.connected(bob)
        kept = self.server.post("to be changed", self.ada["user"]["id"])
        expect(message(bob, "to be changed")).to_have_count(1)
        for number in range(30):
            send(ada, f"burst {number}")
            if number == 12:
                self.server.kill()
        expect(ada.locator(".message.failed").first).to_be_visible()
        self.server.start()
        for page in (ada, bob):
            self.numbered(page, "burst", 30)
            expect(page.locator(".banner")).to_have_count(0, timeout=RECONNECT_MILLISECONDS)
        expect(ada.locator(".message.pending")).to_have_count(0)
        stored = self.server.call("GET", f"/api/channels/{self.server.general['id']}/messages?limit=100")["messages"]
        self.assertEqual([one["body"] for one in stored if one["body"].startswith("burst")],
                         [f"burst {number}" for number in range(30)])
        # What others changed while nobody was connected is seen, too.
        self.server.kill()
        expect(bob.locator(".banner")).to_be_visible()
        self.server.start()
        self.server.call("PATCH", f"/api/messages/{kept['id']}", {"body": "was changed"}, self.ada["user"]["id"])
        self.server.call("POST", f"/api/messages/{kept['id']}/reactions", {"emoji": "🦀"}, self.ada["user"]["id"])
        for page in (ada, bob):
            page.locator(".scroller").first.evaluate("box => box.scrollTop = 0")
            expect(message(page, "was changed").locator(".reaction")).to_have_text(
                "🦀1", timeout=RECONNECT_MILLISECONDS)

    def test_an_event_stream_when_websockets_fail(self):
        bob = self.open(self.bob, script=NO_WEBSOCKETS)
        self.connected(bob)
        self.assertGreater(bob.evaluate("window.socketsTried"), 1)
        expect(bob.locator(".shell")).to_have_attribute("data-transport", "sse")
        ada = self.open(self.ada)
        for number in range(5):
            send(ada, f"streamed {number}")
        self.numbered(bob, "streamed", 5)
        send(bob, "and back")
        expect(message(ada, "and back")).to_have_count(1)
        expect(message(bob, "and back")).to_have_count(1)
        self.server.kill()
        expect(bob.locator(".banner")).to_be_visible()
        self.server.start()
        self.server.post("streamed again", self.ada["user"]["id"])
        expect(message(bob, "streamed again")).to_have_count(1, timeout=RECONNECT_MILLISECONDS)

    def test_a_stream_gives_way_to_a_websocket(self):
        page = self.open(self.bob, script="window.Real = window.WebSocket;" + NO_WEBSOCKETS)
        self.connected(page)
        expect(page.locator(".shell")).to_have_attribute("data-transport", "sse")
        page.evaluate("() => { window.WebSocket = window.Real; }")
        expect(page.locator(".shell")).to_have_attribute("data-transport", "websocket", timeout=RECONNECT_MILLISECONDS)
        self.server.post("over the socket", self.ada["user"]["id"])
        expect(message(page, "over the socket")).to_have_count(1)

    def test_a_connection_that_died_silently(self):
        page = self.open(self.bob, script=SILENT_WEBSOCKETS)
        self.connected(page)
        self.server.post("before the silence", self.ada["user"]["id"])
        expect(message(page, "before the silence")).to_have_count(1)
        page.evaluate("() => { window.silent = true; window.silentUpTo = window.sockets.length - 1; }")
        self.server.post("into the void", self.ada["user"]["id"])
        page.wait_for_timeout(2_500)
        self.assertEqual(message(page, "into the void").count(), 0)
        # Coming back to the page makes it look.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(message(page, "into the void")).to_have_count(1, timeout=RECONNECT_MILLISECONDS)
        self.server.post("and alive", self.ada["user"]["id"])
        expect(message(page, "and alive")).to_have_count(1)

    def test_back_from_the_back_forward_cache(self):
        page = self.open(self.bob)
        self.connected(page)
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
        self.server.post("while it was away", self.ada["user"]["id"])
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        expect(message(page, "while it was away")).to_have_count(1)

    def test_truly_back_from_the_back_forward_cache(self):
        # Playwright turns the cache off.
        page = self.open(self.bob, browser=self.launch(ignore_default_args=["--disable-back-forward-cache"]))
        self.connected(page)
        page.evaluate("() => { window.kept = true; addEventListener('pageshow', (event) => { window.restored = event.persisted; }); }")
        page.goto(f"{self.server.base}/assets/favicon.svg")
        self.server.post("while the page was frozen", self.ada["user"]["id"])
        page.go_back(wait_until="commit")
        expect(message(page, "while the page was frozen")).to_have_count(1, timeout=RECONNECT_MILLISECONDS)
        if not page.evaluate("() => window.kept === true && window.restored === true"):
            self.skipTest("this browser keeps no page")
        self.connected(page)
        self.server.post("and after it", self.ada["user"]["id"])
        expect(message(page, "and after it")).to_have_count(1)

    def test_after_the_sleep_of_the_machine(self):
        # Timers stand still and the connection is dead without a word, as when a lid is closed.
        page = self.open(self.bob, script=SILENT_WEBSOCKETS + """
window.slept = 0;
const now = Date.now.bind(Date);
Date.now = () => now() + window.slept;
""")
        self.connected(page)
        page.evaluate("() => { window.silent = true; window.silentUpTo = window.sockets.length - 1; }")
        self.server.post("during the night", self.ada["user"]["id"])
        page.evaluate("() => { window.slept = 8 * 3600 * 1000; }")
        expect(message(page, "during the night")).to_have_count(1, timeout=RECONNECT_MILLISECONDS)
        self.connected(page)

    def test_the_network_goes_and_comes(self):
        page = self.open(self.bob)
        self.connected(page)
        page.context.set_offline(True)
        expect(page.locator(".banner")).to_contain_text("You are offline")
        self.server.post("while offline", self.ada["user"]["id"])
        send(page, "written offline")
        expect(page.locator(".message.failed")).to_have_count(1)
        page.context.set_offline(False)
        expect(message(page, "while offline")).to_have_count(1, timeout=RECONNECT_MILLISECONDS)
        expect(page.locator(".message.failed")).to_have_count(0, timeout=RECONNECT_MILLISECONDS)
        expect(message(page, "written offline")).to_have_count(1)

    def test_what_was_on_its_way_survives_a_reload(self):
        page = self.open(self.bob)
        self.connected(page)
        page.context.route("**/api/channels/*/messages", lambda route: route.abort())
        send(page, "kept over a reload")
        expect(page.locator(".message.failed")).to_have_count(1)
        page.context.unroute("**/api/channels/*/messages")
        page.reload()
        expect(message(page, "kept over a reload")).to_have_count(1)
        expect(page.locator(".message.pending")).to_have_count(0)

    def test_an_answer_that_was_lost(self):
        page = self.open(self.bob)
        self.connected(page)
        lost = []

        def lose(route):
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch().status)
                return route.abort()
            return route.continue_()

        page.context.route("**/api/channels/*/messages", lose)
        send(page, "said once")
        expect(message(page, "said once")).to_have_count(1)
        expect(page.locator(".message.pending")).to_have_count(0)
        self.assertEqual(lost, [201])
        stored = self.server.call("GET", f"/api/channels/{self.server.general['id']}/messages?limit=100")["messages"]
        self.assertEqual(len([one for one in stored if one["body"] == "said once"]), 1)

    def test_tabs_stay_in_step(self):
        one = self.open(self.bob)
        self.connected(one)
        channel = self.server.call(
            "POST", f"/api/workspaces/{self.server.workspace['id']}/channels", {"name": "shoals"})["channel"]
        two = one.context.new_page()
        self.watch(two)
        two.goto(one.url)
        self.connected(two)
        composer(two).fill("half a thought")
        expect(composer(one)).to_have_value("half a thought")
        composer(one).fill("")
        expect(composer(two)).to_have_value("")
        for number in range(3):
            self.server.post(f"shoal {number} @bob", self.ada["user"]["id"], channel["id"])
        for tab in (one, two):
            expect(tab.locator(".sidebar-item").filter(has_text="shoals")).to_have_class(re.compile("unread"))
            expect(tab).to_have_title(re.compile(r"^(•|\(\d+\))"))
        one.bring_to_front()
        one.locator(".sidebar-item").filter(has_text="shoals").click()
        expect(two.locator(".sidebar-item").filter(has_text="shoals")).not_to_have_class(re.compile("unread"))

    def test_a_newer_client_is_offered(self):
        page = self.open(self.bob)
        self.connected(page)
        page.context.route("**/assets/build.json", lambda route: route.fulfill(json={"build": "newer"}))
        page.context.set_offline(True)
        expect(page.locator(".banner")).to_be_visible()
        page.context.set_offline(False)
        expect(page.locator(".banner")).to_contain_text("new version", timeout=RECONNECT_MILLISECONDS)
        page.locator(".banner").get_by_role("button", name="Reload").click()
        expect(composer(page)).to_be_visible()

    def test_a_session_that_ended_elsewhere(self):
        session = self.server.add_person("Eve Urchin")
        page = self.open(session)
        self.connected(page)
        self.server.call("DELETE", "/api/me/sessions?all=true", token=session["token"])
        expect(page.get_by_role("heading", name="Come on in")).to_be_visible()
        self.assertNotIn("general", page.content())

    def test_a_browser_that_keeps_nothing(self):
        page = self.open(self.ada, script="Storage.prototype.setItem = () => { throw new DOMException('full'); };")
        self.connected(page)
        send(page, "nothing is kept")
        expect(message(page, "nothing is kept")).to_have_count(1)
        expect(page.locator(".message.pending")).to_have_count(0)

    def test_a_page_without_its_server(self):
        page = self.open(self.bob)
        self.connected(page)
        page.context.route("**/api/**", lambda route: route.abort())
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("can't be reached")
        page.context.unroute("**/api/**")
        page.get_by_role("button", name="Try again").click()
        expect(composer(page)).to_be_visible()


class ResynchronisationTest(BrowserTest):
    server_arguments = ("--replay-max", "20")

    def test_too_much_was_missed(self):
        ada = self.server.add_person("Ada Pinch")
        page = self.open(self.server.add_person("Bob Shell"))
        expect(composer(page)).to_be_visible()
        first = self.server.post("known before", ada["user"]["id"])
        expect(message(page, "known before")).to_have_count(1)
        page.context.set_offline(True)
        expect(page.locator(".banner")).to_be_visible()
        self.server.call("PATCH", f"/api/messages/{first['id']}", {"body": "changed meanwhile"}, ada["user"]["id"])
        other = self.server.call(
            "POST", f"/api/workspaces/{self.server.workspace['id']}/channels", {"name": "made-meanwhile"})["channel"]
        for number in range(60):
            self.server.post(f"missed {number}", ada["user"]["id"])
        self.server.post("elsewhere", ada["user"]["id"], other["id"])
        send(page, "written meanwhile")
        page.context.set_offline(False)
        expect(message(page, "written meanwhile")).to_have_count(1, timeout=RECONNECT_MILLISECONDS)
        expect(page.locator(".message.pending")).to_have_count(0)
        expect(page.locator(".banner")).to_have_count(0)
        expect(page.locator(".sidebar-item").filter(has_text="made-meanwhile")).to_have_class(re.compile("unread"))
        found = texts(page, "missed")
        self.assertEqual(found, [f"missed {number}" for number in range(60)][-len(found):])
        self.server.post("live again", ada["user"]["id"])
        expect(message(page, "live again")).to_have_count(1)
        page.locator(".scroller").first.evaluate("box => box.scrollTop = 0")
        expect(message(page, "changed meanwhile")).to_have_count(1)
