"""Uploads and what is shown of them."""

import os
import re

from browser_test import PHONE, BrowserTest, composer, expect, message, send
from files import chosen, png, wav

SWIFT = b"import Foundation\n\nfunc hello() {\n  // greet\n  print(1)\n}\n\nhello()\nhello()\n"


class FilesTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        os.environ["CLICKCLACK_UPLOAD_BYTES_MAX"] = "200KiB"
        try:
            super().setUpClass()
        finally:
            del os.environ["CLICKCLACK_UPLOAD_BYTES_MAX"]
        cls.ada = cls.server.add_person("Ada Pinch")
        cls.bob = cls.server.add_person("Bob Shell")

    def choose(self, page, *files):
        page.locator(".main .composer input[type=file]").set_input_files(list(files))

    def settled(self, page, count):
        expect(page.locator(".tray-card[data-state=done]")).to_have_count(count)

    def test_every_kind_of_file_has_its_card(self):
        ada = self.open(self.ada)
        self.choose(
            ada, chosen("reef.png", "image/png", png(640, 400)), chosen("tall.png", "image/png", png(100, 300, 190)),
            chosen("beep.wav", "audio/wav", wav()), chosen("plan.pdf", "application/pdf", b"%PDF-1.4"),
            chosen("hello.swift", "text/x-swift", SWIFT), chosen("film.webm", "video/webm", b"no film"),
            chosen("things.zip", "application/zip", b"PK" * 99))
        self.settled(ada, 7)
        expect(ada.locator(".tray-card img")).to_have_count(2)
        self.picture(ada, "files-tray")
        send(ada, "All kinds of files")
        expect(ada.locator(".tray")).to_have_count(0)
        for scheme, size in (("light", None), ("dark", PHONE)):
            page = self.open(self.bob, scheme=scheme, **({"size": size} if size else {}))
            shown = message(page, "All kinds of files")
            expect(shown.locator(".attachment-image")).to_have_count(2)
            # The room for pictures is known before they are loaded.
            expect(shown.locator(".attachment-image img").first).to_have_attribute("width", "420")
            expect(shown.locator(".attachment-image img").first).to_have_attribute("height", "263")
            expect(shown.locator("audio")).to_have_count(1)
            expect(shown.locator("video")).to_have_attribute("aria-label", "film.webm")
            expect(shown.locator(".file-pdf").get_by_role("link", name="Open plan.pdf")).to_be_visible()
            expect(shown.locator(".file-archive .file-facts")).to_contain_text("198")
            code = shown.locator(".file-code")
            expect(code.locator(".hljs-keyword").first).to_have_text("import")
            expect(code).not_to_contain_text("hello()\nhello()")
            shown.get_by_role("button", name="Show more lines").click()
            expect(code).to_contain_text("hello()\nhello()")
            self.picture(page, f"files-{scheme}")
        with page.expect_download() as download:
            shown.get_by_role("link", name="Download hello.swift").click()
        self.assertEqual(download.value.suggested_filename, "hello.swift")

    def test_pictures_are_shown_large(self):
        ada = self.open(self.ada)
        for name in ("first.png", "second.png"):
            self.choose(ada, chosen(name, "image/png", png(300, 200)))
            self.settled(ada, 1)
            composer(ada).press("Enter")
            expect(ada.locator(f"article:not(.pending) img[alt='{name}']")).to_be_visible()
        expect(ada.locator(".attaching")).to_have_count(0)
        thumbnail = ada.get_by_role("button", name="Show first.png larger")
        thumbnail.click()
        box = ada.locator(".lightbox")
        expect(box.locator(".lightbox-name")).to_have_text("first.png")
        ada.keyboard.press("ArrowRight")
        expect(box.locator(".lightbox-name")).to_have_text("second.png")
        expect(box.get_by_role("button", name="Next picture")).to_be_disabled()
        ada.keyboard.press("+")
        expect(box.locator(".lightbox-zoom")).to_have_text("150%")
        ada.keyboard.press("0")
        expect(box.locator(".lightbox-zoom")).to_have_text("100%")
        self.picture(ada, "lightbox")
        with ada.expect_download() as download:
            box.get_by_role("link", name="Download second.png").click()
        self.assertEqual(download.value.suggested_filename, "second.png")
        ada.keyboard.press("Escape")
        expect(box).to_have_count(0)
        expect(thumbnail).to_be_focused()

    def test_a_message_may_be_files_alone(self):
        ada, bob = self.open(self.ada), self.open(self.bob)
        self.choose(ada, chosen("alone.txt", "text/plain", b"one line"))
        composer(ada).press("Enter")
        expect(bob.locator(".file-name", has_text="alone.txt")).to_be_visible()
        expect(bob.locator(".message").filter(has_text="alone.txt").last.locator(".message-body")).to_have_count(0)
        expect(bob.locator(".file-code", has_text="one line")).to_be_visible()

    def test_dropped_and_pasted_files(self):
        page = self.open(self.ada)
        make = """(kind) => {
          const data = new DataTransfer();
          data.items.add(new File(["dropped"], kind + ".txt", { type: "text/plain" }));
          return data;
        }"""
        expect(composer(page)).to_be_visible()
        data = page.evaluate_handle(make, "dropped")
        page.dispatch_event(".main .timeline", "dragenter", {"dataTransfer": data})
        expect(page.locator(".drop-zone")).to_contain_text("general")
        self.picture(page, "files-drop")
        page.dispatch_event(".main .timeline", "drop", {"dataTransfer": data})
        expect(page.locator(".drop-zone")).to_have_count(0)
        composer(page).evaluate(
            "(box, make) => box.dispatchEvent(new ClipboardEvent('paste', "
            "{ clipboardData: eval(make)('pasted'), bubbles: true, cancelable: true }))".replace("eval(make)", f"({make})"),
            "")
        self.settled(page, 2)
        expect(page.locator(".tray-name")).to_have_text(["dropped.txt", "pasted.txt"])
        page.get_by_role("button", name="Remove dropped.txt").click()
        page.get_by_role("button", name="Remove pasted.txt").click()
        expect(page.locator(".tray")).to_have_count(0)

    def test_progress_and_cancelling(self):
        page = self.open(self.ada)
        held = []
        page.route("**/api/uploads?*", lambda route: held.append(route))
        self.choose(page, chosen("slow.png", "image/png", png(80, 80)))
        expect(page.get_by_role("progressbar", name="Upload of slow.png")).to_be_visible()
        composer(page).fill("with a slow file")
        composer(page).press("Enter")
        # It waits for the file instead of going without it.
        expect(page.locator(".composer-note")).to_have_text("Sends when the upload is done…")
        self.picture(page, "files-progress")
        held.pop().continue_()
        expect(message(page, "with a slow file").locator("img[alt='slow.png']")).to_be_visible()
        self.choose(page, chosen("unwanted.txt", "text/plain", b"x"))
        page.get_by_role("button", name="Cancel the upload of unwanted.txt").click()
        expect(page.locator(".tray")).to_have_count(0)

    def test_a_failed_upload_is_repeated_with_its_nonce(self):
        page = self.open(self.ada)
        nonces = []

        def fail_once(route):
            nonces.append(re.search("nonce=([0-9a-f]+)", route.request.url)[1])
            # The file arrives, the answer does not.
            if len(nonces) == 1:
                route.fetch()
                return route.abort()
            return route.continue_()
        page.route("**/api/uploads?*", fail_once)
        self.choose(page, chosen("again.txt", "text/plain", b"x"))
        expect(page.locator(".tray-error")).to_have_text("The server can't be reached.")
        expect(page.locator(".composer-note")).to_contain_text("Remove or repeat")
        page.get_by_role("button", name="Upload again.txt again").click()
        self.settled(page, 1)
        self.assertEqual(nonces[0], nonces[1])
        page.get_by_role("button", name="Remove again.txt").click()

    def test_what_is_too_large_is_said_in_plain_words(self):
        page = self.open(self.ada)
        self.choose(page, chosen("huge.bin", "application/octet-stream", b"x" * 400_000),
                    chosen("small.txt", "text/plain", b"x"))
        expect(page.locator(".tray-error")).to_have_text("Too large: it has 400 kB, and this server takes up to 205 kB.")
        expect(page.locator(".tray-card[data-state=done]")).to_have_count(1)
        self.picture(page, "files-too-large")
        page.get_by_role("button", name="Remove huge.bin").click()
        page.get_by_role("button", name="Remove small.txt").click()

    def test_finished_uploads_survive_a_reload(self):
        page = self.open(self.ada)
        self.choose(page, chosen("kept.png", "image/png", png(60, 60)))
        self.settled(page, 1)
        page.reload()
        self.settled(page, 1)
        expect(page.locator(".tray-card img")).to_have_js_property("naturalWidth", 60)
        send(page, "after the reload")
        expect(message(page, "after the reload").locator("img[alt='kept.png']")).to_be_visible()
        expect(page.locator(".tray")).to_have_count(0)

    def test_files_are_attached_after_a_failure_and_a_reload(self):
        page, bob = self.open(self.ada), self.open(self.bob)
        self.choose(page, chosen("durable.txt", "text/plain", b"still here"))
        self.settled(page, 1)
        page.route("**/attachments", lambda route: route.abort())
        send(page, "a durable file")
        shown = message(page, "a durable file")
        expect(shown.locator(".message-failed")).to_contain_text("The files are not attached yet.")
        expect(message(bob, "a durable file")).to_have_count(1)
        self.picture(page, "files-not-attached")
        page.reload()
        expect(shown.locator(".message-failed")).to_be_visible()
        page.unroute("**/attachments")
        shown.get_by_role("button", name="Attach again").click()
        expect(shown.locator(".message-failed")).to_have_count(0)
        expect(message(bob, "a durable file").locator(".file-name")).to_have_text("durable.txt")
        expect(message(page, "a durable file")).to_have_count(1)
        self.assertIsNone(page.evaluate("Object.keys(sessionStorage).find((key) => key.startsWith('clickclack.outbox')) ?? null"))

    def test_replies_have_files_too(self):
        root = self.server.post("A thread for files", self.bob["user"]["id"])
        route = self.server.call("POST", f"/api/messages/{root['id']}/route")["message"]["route_id"]
        page = self.open(self.ada, self.server.page_of(route))
        page.locator(".right .composer input[type=file]").set_input_files(
            [chosen("reply.png", "image/png", png(90, 60))])
        self.settled(page, 1)
        page.locator(".right .composer textarea").press("Enter")
        expect(page.locator(".right .message img[alt='reply.png']")).to_be_visible()
        self.picture(page, "files-thread")
