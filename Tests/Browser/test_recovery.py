"""Nothing is lost and nothing doubled when the server dies."""

from browser_test import BrowserTest, composer, expect, message, send


class RecoveryTest(BrowserTest):
    def test_the_server_is_killed_and_restarted(self):
        ada = self.open(self.server.add_person("Ada Pinch"))
        bob = self.open(self.server.add_person("Bob Shell"))
        send(ada, "before the crash")
        expect(message(bob, "before the crash")).to_have_count(1)
        self.server.kill()
        expect(ada.locator(".banner")).to_be_visible()
        send(ada, "during the crash")
        expect(ada.locator(".message.failed")).to_be_visible()
        self.picture(ada, "connection-lost")
        self.server.start()
        # It is sent by itself once the connection is back, and only once.
        expect(message(bob, "during the crash")).to_have_count(1, timeout=40_000)
        expect(ada.locator(".message.failed")).to_have_count(0)
        expect(ada.locator(".banner")).to_have_count(0)
        for number in range(20):
            send(ada, f"after {number}")
        for page in (ada, bob):
            expect(message(page, "after 19")).to_have_count(1)
            expect(message(page, "during the crash")).to_have_count(1)
            texts = page.locator(".main .message .prose").all_text_contents()
            after = [text.strip() for text in texts if text.startswith("after")]
            self.assertEqual(after, [f"after {number}" for number in range(20)][-len(after):])
