"""The server's own TLS, against other people's clients."""

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
import unittest

from live import EventStream, WebSocket
from server import BINARY, Client, Directory, Server, eventually, hang_up, make_certificate, run, trusting


class TLS(unittest.TestCase):
    def start(self, *flags, **options):
        self.directory = Directory(self)
        self.certificate, self.key = make_certificate(self.directory, "server")
        self.server = Server(
            self, "--tls-cert", self.certificate, "--tls-key", self.key, *flags, directory=self.directory, **options)
        return self.server

    def client(self, token=None):
        return Client(self.server.port, token, tls=trusting(self.certificate))

    def test_curl_trusts_it_and_is_told_to_come_back_by_tls_only(self):
        server = self.start()
        answer = run("curl", "--silent", "--show-error", "--include", "--cacert", self.certificate,
                     f"https://localhost:{server.port}/healthz")
        self.assertTrue(answer.startswith("HTTP/1.1 200"), answer)
        self.assertIn("strict-transport-security: max-age=31536000", answer.lower())
        health = subprocess.run(
            [BINARY, "healthcheck", "--addr", f"127.0.0.1:{server.port}", "--tls-cert", self.certificate, "--tls-key",
             self.key], capture_output=True, text=True)
        self.assertEqual((health.returncode, health.stdout), (0, "ok\n"), health.stderr)

    def test_old_versions_and_other_protocols_are_refused(self):
        server = self.start()

        def handshake(*options):
            done = subprocess.run(
                ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-CAfile", self.certificate, *options],
                input="", capture_output=True, text=True, timeout=30)
            return done.stdout + done.stderr

        for version, name in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")]:
            said = handshake(version, "-alpn", "h2,http/1.1")
            self.assertIn("Verify return code: 0 (ok)", said)
            self.assertIn(f"{name}, Cipher is", said.replace("New, ", ""))
            self.assertIn("ALPN protocol: http/1.1", said)
        self.assertIn("alert protocol version", handshake("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"))
        self.assertIn("no application protocol", handshake("-alpn", "h2"))

    def test_requests_sockets_streams_and_uploads_go_through(self):
        server = self.start()
        client = self.client(server.bot_token())
        workspace, channel = client.place()
        live, stream = WebSocket(client, workspace), EventStream(client, workspace)
        self.assertEqual((live.status, stream.status), (101, 200))
        for number in range(20):
            posted = client.post(channel, f"message {number} " + "x" * 4000)
            cursor = posted["event"]["cursor"]
            self.assertEqual(live.next("message.created")["cursor"], cursor)
            self.assertEqual(stream.next("message.created")["cursor"], cursor)
        big = self.directory.path / "big.bin"
        big.write_bytes(bytes(index * 7 % 251 for index in range(1 << 16)) * 160)
        uploaded = json.loads(run(
            "curl", "--silent", "--show-error", "--fail", "--cacert", self.certificate, "-H",
            f"Authorization: Bearer {client.token}", "-F", f"workspace_id={workspace}", "-F", f"file=@{big}",
            f"https://localhost:{server.port}/api/uploads"))
        url = uploaded["upload"].get("url") or f"/api/uploads/{uploaded['upload']['id']}"
        run("curl", "--silent", "--show-error", "--fail", "--cacert", self.certificate, "--limit-rate", "8M", "-H",
            f"Authorization: Bearer {client.token}", "-o", self.directory.path / "back.bin",
            f"https://localhost:{server.port}{url}")
        self.assertEqual((self.directory.path / "back.bin").read_bytes(), big.read_bytes())
        server.signal(15)
        while live.event() is not None:
            pass
        self.assertEqual(live.close_code, 1012)
        self.assertEqual(server.wait(), 0)

    def test_pipelined_and_trickled_requests_are_answered_in_order(self):
        self.start()
        with self.client().socket() as connection:
            request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            connection.sendall(request * 50)
            for byte in request[:-1]:
                connection.sendall(bytes([byte]))
            connection.sendall(request[-1:] + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            received = b""
            while piece := connection.recv(65536):
                received += piece
        self.assertEqual(received.count(b"HTTP/1.1 200"), 52)

    def test_who_does_not_shake_hands_is_dropped(self):
        server = self.start("--tls-handshake-timeout", "1s")
        with socket.create_connection(("127.0.0.1", server.port), 20) as silent:
            begun = time.monotonic()
            try:
                self.assertEqual(silent.recv(1), b"")
            except ConnectionResetError:
                pass
            self.assertLess(time.monotonic() - begun, 15)
        with socket.create_connection(("127.0.0.1", server.port), 20) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            try:
                while piece := plain.recv(4096):
                    answer += piece
            except ConnectionResetError:
                pass
            self.assertNotIn(b"HTTP/1.1 200", answer)
        # A connection that speaks TLS is not hurt by that time.
        with self.client().socket() as connection:
            time.sleep(1.5)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 200"))

    def test_garbage_in_the_middle_ends_that_connection_only(self):
        server = self.start()
        with socket.create_connection(("127.0.0.1", server.port), 20) as raw:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            session = trusting(self.certificate).wrap_bio(incoming, outgoing, server_hostname="localhost")
            while True:
                try:
                    session.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    raw.sendall(outgoing.read())
                    incoming.write(raw.recv(65536))
            raw.sendall(outgoing.read() + b"\x17\x03\x03\x40\x00" + b"\x5a" * 0x4000)
            try:
                while raw.recv(65536):
                    pass
            except ConnectionResetError:
                pass
        self.assertEqual(self.client().request("GET", "/healthz")[0], 200)

    def test_a_new_certificate_is_taken_without_dropping_anyone(self):
        server = self.start()
        old = self.client(server.bot_token())
        workspace, channel = old.place()
        live = WebSocket(old, workspace)
        certificate, key = make_certificate(self.directory, "next")
        shutil.copy(certificate, self.certificate)
        shutil.copy(key, self.key)
        hang_up(server)
        fresh = Client(server.port, old.token, tls=trusting(certificate))
        eventually("the new certificate is shown", lambda: fresh.request("GET", "/healthz")[0] == 200)
        cursor = fresh.post(channel, "after the change")["event"]["cursor"]
        self.assertEqual(live.next("message.created")["cursor"], cursor)
        # What is no certificate changes nothing.
        self.certificate.write_text("no certificate")
        hang_up(server)
        eventually("the mistake is logged", lambda: "the certificate stays as it was" in server.log)
        self.assertEqual(fresh.request("GET", "/healthz")[0], 200)

    def test_mistakes_in_the_files_are_named(self):
        directory = Directory(self)
        certificate, key = make_certificate(directory, "one")
        _, other = make_certificate(directory, "two")
        for files, words in [
            ((directory.path / "none.pem", key), "can't read"), ((certificate, certificate), "can't use the key"),
            ((key, key), "can't use the certificate"), ((certificate, other), "key values mismatch"),
        ]:
            done = subprocess.run(
                [BINARY, "serve", "--addr", "127.0.0.1:0", "--data", directory.path / "data", "--tls-cert", files[0],
                 "--tls-key", files[1]], capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertIn(words, done.stderr)
        alone = subprocess.run(
            [BINARY, "config", "--tls-cert", certificate], capture_output=True, text=True, timeout=30)
        self.assertEqual(alone.returncode, 64)
        self.assertIn("need each other", alone.stderr)

    def test_many_clients_at_once(self):
        self.start()
        failures = []

        def ask():
            try:
                for _ in range(5):
                    assert self.client().request("GET", "/readyz")[0] == 200
            except Exception as error:  # noqa: BLE001: the thread has nobody else to tell
                failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


if __name__ == "__main__":
    unittest.main()
