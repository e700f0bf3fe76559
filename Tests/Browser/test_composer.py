"""Writing: completion, formatting, preview, commands, quotes, topics, typing."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from browser_test import PHONE, BrowserTest, composer, expect, message, send


class Callback(BaseHTTPRequestHandler):
    """An integration that answers slash commands."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked["text"] == "break":
            status, body = 500, {"text": "no"}
        else:
            kind = "in_channel" if asked["text"] == "aloud" else "ephemeral"
            status, body = 200, {"response_type": kind, "text": f"**Tide** is high: {asked['text']}"}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class ComposerTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        os.environ["CLICKCLACK_CALLBACK_ALLOW"] = "127.0.0.1"
        try:
            super().setUpClass()
        finally:
            del os.environ["CLICKCLACK_CALLBACK_ALLOW"]
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.bob = cls.server.add_person("Bob Shell")
        cls.handle("ada", cls.ada)
        cls.handle("bob", cls.bob)

    @classmethod
    def handle(cls, name, person):
        cls.server.call("PATCH", "/api/me", {"handle": name}, person["user"]["id"])

    def option(self, page, text):
        return page.get_by_role("option").filter(has_text=text)

    def caret(self, box):
        return box.evaluate("box => [box.selectionStart, box.selectionEnd]")

    def test_a_mention_is_completed_with_the_keyboard(self):
        page = self.open(self.ada)
        box = composer(page)
        box.press_sequentially("Hello @bo")
        expect(self.option(page, "Bob Shell")).to_have_attribute("aria-selected", "true")
        active = box.get_attribute("aria-activedescendant")
        self.assertEqual(page.get_by_role("option").first.get_attribute("id"), active)
        self.assertEqual(page.get_by_role("listbox").get_attribute("id"), box.get_attribute("aria-controls"))
        self.picture(page, "completion-mention")
        box.press("Enter")
        expect(box).to_have_value("Hello @bob ")
        expect(page.get_by_role("listbox")).to_have_count(0)
        box.press("Enter")
        bob = self.open(self.bob)
        expect(message(bob, "Hello @bob")).to_have_class("message mentions-me")

    def test_escape_leaves_a_name_alone(self):
        page = self.open(self.ada)
        box = composer(page)
        box.press_sequentially("@b")
        expect(page.get_by_role("listbox")).to_be_visible()
        box.press("Escape")
        expect(page.get_by_role("listbox")).to_have_count(0)
        box.press_sequentially("o")
        expect(page.get_by_role("listbox")).to_have_count(0)
        expect(box).to_have_value("@bo")
        box.fill("")

    def test_the_directory_is_searched_page_by_page(self):
        for number in range(30):
            person = self.server.add_person(f"Crowd{number:02} Member")
            self.handle(f"crowd{number:02}", person)
        page = self.open(self.ada)
        # Nobody is known but who wrote: the server is asked for the others.
        page.route("**/members?limit=200", lambda route: route.fulfill(json={"members": [], "has_more": False}))
        page.reload()
        box = composer(page)
        box.press_sequentially("@crowd")
        expect(page.get_by_role("option")).to_have_count(20)
        for _ in range(21):
            box.press("ArrowDown")
        expect(page.get_by_role("option")).to_have_count(30)
        box.press("Escape")
        box.fill("")

    def test_channels_and_emoji_are_completed(self):
        workspace = self.server.workspace["id"]
        pool = self.server.call("POST", f"/api/workspaces/{workspace}/channels", {"name": "tidepool"})["channel"]
        link = f"[#tidepool](/app/{self.server.workspace['route_id']}/{pool['route_id']})"
        page = self.open(self.ada)
        box = composer(page)
        box.press_sequentially("in #tide")
        expect(self.option(page, "tidepool")).to_be_visible()
        box.press("Tab")
        expect(box).to_have_value(f"in {link} ")
        box.press_sequentially(":crab")
        expect(self.option(page, "crab").first).to_be_visible()
        self.option(page, "crab").first.click()
        expect(box).to_have_value(f"in {link} 🦀")
        expect(box).to_be_focused()
        box.press("Enter")
        # What was written leads there.
        message(page, "in #tidepool 🦀").get_by_role("link", name="#tidepool").click()
        expect(page.locator(".main").get_by_role("heading", name="tidepool").first).to_be_visible()
        self.assertTrue(page.url.endswith(pool["route_id"]), page.url)

    def test_formatting_keeps_the_selection_and_undo(self):
        page = self.open(self.ada)
        box = composer(page)
        box.press_sequentially("some words")
        box.press("Control+Shift+ArrowLeft")
        box.press("Control+b")
        expect(box).to_have_value("some **words**")
        self.assertEqual(self.caret(box), [7, 12])
        page.get_by_role("button", name="Italic").click()
        expect(box).to_have_value("some **_words_**")
        box.press("Control+z")
        expect(box).to_have_value("some **words**")
        box.press("Control+z")
        expect(box).to_have_value("some words")
        box.press("Control+a")
        page.get_by_role("button", name="Bulleted list").click()
        expect(box).to_have_value("- some words")
        box.press("End")
        box.press("Shift+Enter")
        box.press_sequentially("more")
        expect(box).to_have_value("- some words\n- more")
        box.fill("")

    def test_the_format_bar_is_one_stop_for_the_keyboard(self):
        page = self.open(self.ada)
        page.get_by_role("button", name="Bold").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("button", name="Italic")).to_be_focused()
        page.keyboard.press("End")
        expect(page.get_by_role("button", name="Block of code")).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("button", name="Bold")).to_be_focused()

    def test_the_preview_is_what_is_shown_later(self):
        page = self.open(self.ada, size=PHONE, scheme="dark")
        box = composer(page)
        box.fill("A **preview** with `code`\n\n- and a list\n\n```swift\nlet tide = 1\n```")
        page.locator(".main .composer-preview-toggle").click()
        preview = page.locator(".composer-preview .prose")
        expect(preview.locator(".hljs-keyword")).to_have_text("let")
        shown = preview.inner_html()
        self.picture(page, "composer-preview-phone")
        page.get_by_role("button", name="Send", exact=True).click()
        sent = message(page, "A preview with").last.locator(".prose")
        expect(sent.locator(".hljs-keyword")).to_have_text("let")
        self.assertEqual(sent.inner_html(), shown)
        expect(box).to_be_visible()
        expect(box).to_have_value("")

    def test_shift_enter_makes_a_line_and_the_box_grows(self):
        page = self.open(self.ada)
        box = composer(page)
        before = box.bounding_box()["height"]
        box.press_sequentially("one")
        box.press("Shift+Enter")
        box.press_sequentially("two")
        box.press("Shift+Enter")
        expect(box).to_have_value("one\ntwo\n")
        self.assertGreater(box.bounding_box()["height"], before + 20)
        box.press_sequentially("three lines")
        box.press("Enter")
        expect(message(page, "three lines")).to_have_count(1)
        self.assertEqual(box.bounding_box()["height"], before)

    def test_an_address_pasted_over_words_is_a_link(self):
        page = self.open(self.ada)
        box = composer(page)
        box.fill("read the docs")
        box.press("Control+Shift+ArrowLeft")
        page.evaluate("navigator.clipboard.writeText('https://reef.example/a')")
        box.press("Control+v")
        expect(box).to_have_value("read the [docs](https://reef.example/a)")
        box.fill("")

    def test_drafts_follow_to_other_tabs(self):
        page = self.open(self.bob)
        other = page.context.new_page()
        other.goto(page.url)
        expect(composer(other)).to_be_visible()
        composer(page).fill("half a thought")
        expect(composer(other)).to_have_value("half a thought")
        composer(other).fill("")
        expect(composer(page)).to_have_value("")

    def test_drafts_belong_to_an_account(self):
        page = self.open(self.ada)
        composer(page).fill("only mine")
        page.context.add_cookies([self.cookie(self.bob["token"])])
        page.reload()
        expect(page.locator(".rail-account")).to_be_visible()
        expect(composer(page)).to_have_value("")
        page.context.add_cookies([self.cookie(self.ada["token"])])
        page.reload()
        expect(composer(page)).to_have_value("only mine")
        composer(page).fill("")

    def test_a_message_is_quoted(self):
        self.server.post("The tide is out", self.bob["user"]["id"])
        page = self.open(self.ada)
        original = message(page, "The tide is out").last
        original.hover()
        original.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Quote").click()
        expect(page.locator(".composer-quote")).to_contain_text("Bob Shell")
        expect(composer(page)).to_be_focused()
        composer(page).press("Escape")
        expect(page.locator(".composer-quote")).to_have_count(0)
        original.hover()
        original.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Quote").click()
        send(page, "It will be back")
        expect(message(page, "It will be back").locator(".quote-text")).to_have_text("The tide is out")
        expect(page.locator(".composer-quote")).to_have_count(0)

    def test_a_reply_is_quoted_in_its_thread(self):
        root = self.server.post("How deep is it?", self.bob["user"]["id"])
        self.server.call("POST", f"/api/messages/{root['id']}/thread/replies", {"body": "Nine fathoms"}, self.bob["user"]["id"])
        page = self.open(self.ada)
        message(page, "How deep is it?").locator(".thread-link").click()
        thread = page.locator(".right")
        reply = thread.locator(".message").filter(has_text="Nine fathoms")
        reply.hover()
        reply.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Quote").click()
        expect(thread.locator(".composer-quote")).to_contain_text("Nine fathoms")
        expect(page.locator(".main .composer-quote")).to_have_count(0)
        box = thread.locator("textarea")
        expect(box).to_be_focused()
        box.fill("Not more?")
        box.press("Enter")
        mine = thread.locator(".message").filter(has_text="Not more?")
        expect(mine.locator(".quote-text")).to_have_text("Nine fathoms")
        expect(thread.locator(".message.pending")).to_have_count(0)
        expect(thread.locator(".composer-quote")).to_have_count(0)

    def test_leaving_asks_while_a_file_is_on_its_way(self):
        page = self.open(self.ada)
        # Browsers only ask people who did something with the page.
        composer(page).click()
        held = []
        page.context.route("**/api/uploads*", lambda route: held.append(route))
        page.locator(".main input[type=file]").first.set_input_files(
            {"name": "shells.txt", "mimeType": "text/plain", "buffer": b"many"})
        expect(page.locator(".tray-card")).to_be_visible()
        asked = []
        def answer(dialog):
            asked.append(dialog.type)
            dialog.dismiss()
        page.on("dialog", answer)
        page.evaluate("() => void setTimeout(() => location.reload())")
        for _ in range(600):
            if asked:
                break
            page.wait_for_timeout(50)
        self.assertEqual(asked, ["beforeunload"])
        expect(page.locator(".tray-card")).to_be_visible()
        for route in held:
            route.continue_()
        page.context.unroute("**/api/uploads*")
        expect(page.locator(".tray-card progress")).to_have_count(0)
        page.reload()
        expect(page.locator(".tray-card")).to_contain_text("shells.txt")
        self.assertEqual(asked, ["beforeunload"])
        page.locator(".tray-remove").click()

    def test_posting_to_a_topic(self):
        page = self.open(self.ada)
        page.get_by_role("button", name="Topic", exact=True).click()
        page.get_by_role("menuitem", name="New topic").click()
        page.get_by_label("Name of the topic").fill("Deploys")
        page.locator("dialog").get_by_role("button", name="Create").click()
        expect(page.locator(".topic-chip")).to_have_text("Topic: Deploys")
        send(page, "on topic")
        expect(message(page, "on topic")).to_have_count(1)
        expect(page.locator(".message.pending")).to_have_count(0)
        page.reload()
        # It stays chosen until one chooses otherwise.
        expect(page.locator(".topic-chip")).to_have_text("Topic: Deploys")
        page.get_by_role("button", name="Post without a topic").click()
        expect(page.locator(".topic-chip")).to_have_count(0)
        send(page, "off topic")
        expect(message(page, "off topic")).to_have_count(1)
        expect(page.locator(".message.pending")).to_have_count(0)
        messages = self.server.call("GET", f"/api/channels/{self.server.general['id']}/messages")["messages"]
        topics = self.server.call("GET", f"/api/workspaces/{self.server.workspace['id']}/topics")["topics"]
        posted = {one["body"]: one.get("topic_id") for one in messages}
        self.assertEqual(posted["on topic"], topics[0]["id"])
        self.assertIsNone(posted["off topic"])

    def test_commands_and_their_answers(self):
        workspace = self.server.workspace["id"]
        made = self.server.call("POST", f"/api/workspaces/{workspace}/bots", {
            "display_name": "Harbour", "handle": "harbour", "scopes": ["bot:write"]}, self.server.me["id"])
        callback = HTTPServer(("127.0.0.1", 0), Callback)
        threading.Thread(target=callback.serve_forever, daemon=True).start()
        self.addCleanup(callback.server_close)
        self.addCleanup(callback.shutdown)
        self.server.call("POST", f"/api/workspaces/{workspace}/slash-commands", {
            "command": "/tide", "description": "How high is it", "bot_user_id": made["bot"]["id"],
            "callback_url": f"http://127.0.0.1:{callback.server_port}/"})
        self.server.call("PUT", "/api/bots/self/commands", {
            "commands": [{"command": "/moor", "description": "Moor a ship", "args_hint": "[ship]"}]},
            token=made["bot_token"]["token"])
        page, bob = self.open(self.ada), self.open(self.bob)
        box = composer(page)
        box.press_sequentially("/")
        expect(self.option(page, "/tide")).to_contain_text("How high is it")
        expect(self.option(page, "/moor [ship]")).to_contain_text("Harbour")
        self.picture(page, "completion-commands")
        box.press_sequentially("ti")
        box.press("Enter")
        expect(box).to_have_value("/tide ")
        box.press_sequentially("today")
        box.press("Enter")
        answer = page.locator(".command-answer")
        expect(answer).to_contain_text("Only you can see this")
        expect(answer.locator("strong")).to_have_text("Tide")
        expect(box).to_have_value("")
        self.picture(page, "command-answer")
        answer.get_by_role("button", name="Dismiss").click()
        send(page, "/tide aloud")
        expect(message(bob, "Tide is high: aloud")).to_have_count(1)
        expect(message(bob, "today")).to_have_count(0)
        send(page, "/tide break")
        expect(answer).to_contain_text("/tide did not work.")
        expect(box).to_have_value("/tide break")
        answer.get_by_role("button", name="Dismiss").click()
        # What nobody registered, and what bots read, is a message.
        send(page, "/moor Argo")
        expect(message(bob, "/moor Argo")).to_have_count(1)

    def test_typing_is_shown_where_it_happens_and_ends(self):
        root = self.server.post("Threads have typing", self.bob["user"]["id"])
        route = self.server.call("POST", f"/api/messages/{root['id']}/route")["message"]["route_id"]
        ada = self.open(self.ada, self.server.page_of(route))
        bob = self.open(self.bob, self.server.page_of(route))
        reply = ada.locator(".right .composer textarea")
        expect(bob.locator(".right .composer textarea")).to_be_visible()
        ada.wait_for_function("document.querySelector('.banner') === null")
        reply.press_sequentially("thinking")
        expect(bob.locator(".right .typing")).to_contain_text("Ada Pinch is typing")
        expect(bob.locator(".main .typing")).not_to_contain_text("Ada")
        reply.fill("")
        expect(bob.locator(".right .typing")).not_to_contain_text("Ada", timeout=3_000)
        composer(ada).press_sequentially("/secret")
        composer(ada).fill("")
        expect(bob.locator(".main .typing")).not_to_contain_text("Ada")

    def test_editing_has_the_same_tools(self):
        page = self.open(self.ada)
        send(page, "to be changed")
        expect(page.locator(".message.pending")).to_have_count(0)
        composer(page).press("ArrowUp")
        editor = page.locator(".message .composer textarea")
        editor.press("Control+a")
        editor.press("Control+b")
        expect(editor).to_have_value("**to be changed**")
        editor.press("Enter")
        expect(message(page, "to be changed").locator("strong")).to_have_text("to be changed")
        expect(composer(page)).to_be_focused()
        composer(page).press("ArrowUp")
        expect(editor).to_be_focused()
        editor.press_sequentially(" @bo")
        expect(self.option(page, "Bob Shell")).to_be_visible()
        editor.press("Escape")
        expect(editor).to_be_visible()
        editor.press("Escape")
        expect(editor).to_have_count(0)
