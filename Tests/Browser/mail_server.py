"""Just enough of a mail server to read what the server sends (RFC 5321)."""

import email
import queue
import socketserver
import threading


class MailServer:
    def __init__(self):
        self.mails = queue.Queue()
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.answer("220 reef")
                while line := self.rfile.readline():
                    verb = line.split()[0].upper() if line.split() else b""
                    if verb == b"DATA":
                        self.answer("354 go on")
                        text = b""
                        while (part := self.rfile.readline()) != b".\r\n":
                            text += part
                        mailbox.mails.put(email.message_from_bytes(text))
                    self.answer("221 bye" if verb == b"QUIT" else "250 reef")
                    if verb == b"QUIT":
                        return

            def answer(self, text):
                self.wfile.write(text.encode() + b"\r\n")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next_text(self):
        """The text of the next mail, which may still be on its way."""
        mail = self.mails.get(timeout=20)
        part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
        return part.get_payload(decode=True).decode()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
