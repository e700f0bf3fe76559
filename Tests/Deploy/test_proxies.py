"""The proxies' configurations in deploy/, run by the real proxies in front of the real server."""

import http.client
import json
import os
import ssl
import subprocess
import unittest

from live import EventStream, WebSocket
from server import BINARY, ROOT, Client, Directory, Process, Server, eventually, free_port, make_certificate, run, trusting


class ProxyTests:
    """What holds behind each proxy; `front` starts it and returns the port on which it speaks TLS."""

    def address(self):
        """Where the server listens; None for a port of 127.0.0.1."""
        return None

    def setUp(self):
        self.directory = Directory(self)
        self.certificate, self.key = make_certificate(self.directory, "proxy")
        self.port = free_port()
        self.server = Server(
            self, "--metrics", "--public-url", f"https://localhost:{self.port}", "--proxy-trusted", "127.0.0.1,::1",
            "--websocket-ping-interval", "1s", "--websocket-dead-peer-timeout", "10s", directory=self.directory,
            address=self.address())
        self.client = Client(self.port, self.server.bot_token(), tls=trusting(self.certificate))
        self.proxy = self.front()
        eventually("the proxy answers", lambda: self.proxy.alive() and self.client.request("GET", "/readyz")[0] == 200)

    def replaced(self, text, *pairs):
        """The file as it is shipped, but for names and ports of this test; each must be there."""
        for old, new in pairs:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return text

    def test_events_come_by_websocket_and_stream_at_once(self):
        workspace, channel = self.client.place()
        live, stream = WebSocket(self.client, workspace), EventStream(self.client, workspace)
        self.assertEqual((live.status, stream.status), (101, 200))
        for number in range(10):
            cursor = self.client.post(channel, f"message {number}")["event"]["cursor"]
            self.assertEqual(live.next("message.created")["cursor"], cursor)
            # The proxy holds nothing back: the next message is written only when this one came.
            self.assertEqual(stream.next("message.created")["cursor"], cursor)

    def test_quiet_sockets_are_pinged_through_the_proxy_and_stay(self):
        workspace, channel = self.client.place()
        live = WebSocket(self.client, workspace)
        pings = 0
        while pings < 5:
            opcode, payload = live.frame()
            if opcode == 9:
                pings += 1
                live.send(10, payload)
        cursor = self.client.post(channel, "after a while")["event"]["cursor"]
        self.assertEqual(live.next("message.created")["cursor"], cursor)

    def test_large_files_go_up_and_come_back(self):
        workspace, _ = self.client.place()
        big = self.directory.path / "big.bin"
        big.write_bytes(os.urandom(1 << 20) * 95)
        url = f"https://localhost:{self.port}"
        answer = json.loads(run(
            "curl", "--silent", "--show-error", "--fail", "--cacert", self.certificate, "-H",
            f"Authorization: Bearer {self.client.token}", "-F", f"workspace_id={workspace}", "-F", f"file=@{big}",
            f"{url}/api/uploads"))
        path = answer["upload"].get("url") or f"/api/uploads/{answer['upload']['id']}"
        back = self.directory.path / "back.bin"
        run("curl", "--silent", "--show-error", "--fail", "--cacert", self.certificate, "-H",
            f"Authorization: Bearer {self.client.token}", "-o", back, url + path)
        self.assertEqual(back.read_bytes(), big.read_bytes())
        # Beyond what the server takes the proxy refuses it, or passes on the refusal.
        big.write_bytes(b"x" * (102 << 20))
        status = run(
            "curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", self.certificate,
            "-H", f"Authorization: Bearer {self.client.token}", "-F", f"workspace_id={workspace}", "-F", f"file=@{big}",
            f"{url}/api/uploads")
        self.assertIn(status, ("413", "400"))

    def sign_in(self, headers):
        """Signs in from 127.0.0.2; the addresses that the list of sessions shows."""
        token = self.server.command("admin", "magic-link", "create", "--email", "ada@example.org").strip()
        connection = http.client.HTTPSConnection(
            "localhost", self.port, context=trusting(self.certificate), source_address=("127.0.0.2", 0))
        connection.request("POST", "/api/auth/magic/consume", json.dumps({"token": token}), {
            "Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200, answer.read())
        cookie = answer.headers["Set-Cookie"]
        answer.read()
        self.assertIn("Secure", cookie)
        connection.request("GET", "/api/me/sessions", headers={"Cookie": cookie.split(";")[0]})
        answer = connection.getresponse()
        sessions = json.loads(answer.read())["sessions"]
        connection.close()
        return json.dumps(sessions)

    def test_the_server_knows_where_clients_are_and_believes_no_inventions(self):
        self.assertIn("127.0.0.2", self.sign_in({}))
        shown = self.sign_in({
            "X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.8", "X-Real-IP": "203.0.113.7"})
        self.assertIn("127.0.0.2", shown)
        self.assertNotIn("203.0.113", shown)

    def test_pages_of_other_origins_change_nothing(self):
        token = self.server.command("admin", "magic-link", "create", "--email", "ada@example.org").strip()
        status, _, _ = self.client.request(
            "POST", "/api/auth/magic/consume", {"token": token}, {"Origin": "https://evil.example"})
        self.assertEqual(status, 403)
        status, _, _ = self.client.request(
            "POST", "/api/auth/magic/consume", {"token": token}, {"Origin": f"https://localhost:{self.port}"})
        self.assertEqual(status, 200)

    def test_pages_of_other_origins_do_not_listen(self):
        token = self.server.command("admin", "magic-link", "create", "--email", "ada@example.org").strip()
        _, headers, _ = self.client.request("POST", "/api/auth/magic/consume", {"token": token})
        cookie = headers["Set-Cookie"].split(";")[0]
        workspace, _ = self.client.place()
        for origin, status in [("https://evil.example", 403), (f"https://localhost:{self.port}", 101)]:
            client = Client(self.port, tls=trusting(self.certificate), headers={"Cookie": cookie, "Origin": origin})
            live = WebSocket(client, workspace)
            self.assertEqual(live.status, status, origin)
            live.close()

    def test_metrics_are_not_public_and_the_page_is(self):
        self.assertEqual(self.client.request("GET", "/metrics")[0], 404)
        way = ["--unix-socket", self.address().removeprefix("unix:")] if self.address() else []
        url = f"http://127.0.0.1:{self.server.port or 80}/metrics"
        self.assertIn("clickclack_connections", run("curl", "--silent", "--fail", *way, url))
        status, headers, body = self.client.request("GET", "/")
        self.assertEqual(status, 200)
        self.assertIn(b"<html", body[:1000].lower())
        self.assertEqual(headers.get_all("Strict-Transport-Security"), ["max-age=31536000"])

    def test_sockets_are_told_to_reconnect_when_the_server_stops(self):
        workspace, _ = self.client.place()
        # The server may not have got round to subscribing it when it is told to stop.
        live = WebSocket(self.client, workspace)
        self.server.signal(15)
        while live.event() is not None:
            pass
        self.assertEqual(live.close_code, 1012)
        self.assertEqual(self.server.wait(), 0)


class Nginx(ProxyTests, unittest.TestCase):
    def front(self):
        site = self.replaced(
            (ROOT / "deploy/nginx/clickclack.conf").read_text(),
            ("127.0.0.1:8080", self.address() or f"127.0.0.1:{self.server.port}"),
            ("listen 80;", f"listen 127.0.0.1:{free_port()};"), ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            ("server_name chat.example;", "server_name localhost;"),
            ("/etc/letsencrypt/live/chat.example/fullchain.pem", str(self.certificate)),
            ("/etc/letsencrypt/live/chat.example/privkey.pem", str(self.key)))
        path = self.directory.path
        self.directory.write("site.conf", site)
        # Its workers reach the test's files as whoever runs the test.
        user = "user root;" if os.geteuid() == 0 else ""
        main = self.directory.write("nginx.conf", f"""
            pid {path}/nginx.pid; error_log {path}/error.log; worker_processes 2; {user}
            events {{ worker_connections 1024; }}
            http {{
              access_log off; client_body_temp_path {path}/body; proxy_temp_path {path}/proxy;
              fastcgi_temp_path {path}/fastcgi; uwsgi_temp_path {path}/uwsgi; scgi_temp_path {path}/scgi;
              include {path}/site.conf;
            }}""")
        run("nginx", "-t", "-c", main, "-p", path)
        return Process(self, ["nginx", "-c", main, "-p", path, "-g", "daemon off;"], path / "nginx.log")

    def test_it_speaks_tls_1_2_at_least(self):
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.assertEqual(Client(self.port, tls=context).request("GET", "/healthz")[0], 200)


class NginxByUnixSocket(Nginx):
    def address(self):
        return f"unix:{self.directory.path}/server.sock"


class Origins(unittest.TestCase):
    def test_nobody_is_let_in_by_a_wildcard(self):
        for word in ["*", "https://*", "https://*.chat.example", "null", "file://"]:
            done = subprocess.run(
                [BINARY, "config", "--allowed-origins", word], env={}, capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 64, word)
            self.assertIn("'--allowed-origins' must b", done.stderr)


class Caddy(ProxyTests, unittest.TestCase):
    def front(self):
        site = self.replaced(
            (ROOT / "deploy/caddy/Caddyfile").read_text(),
            ("{$SITE_ADDRESS:chat.example} {", "{$SITE_ADDRESS:chat.example} {\n\ttls %s %s" % (self.certificate, self.key)))
        main = self.directory.write("Caddyfile", "{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + site)
        path = self.directory.path
        return Process(
            self, ["caddy", "run", "--adapter", "caddyfile", "--config", main], path / "caddy.log",
            env={"PATH": os.environ["PATH"], "HOME": str(path), "XDG_DATA_HOME": str(path), "XDG_CONFIG_HOME": str(path),
                 "SITE_ADDRESS": f"https://localhost:{self.port}", "UPSTREAM": f"127.0.0.1:{self.server.port}"})

    def test_the_shipped_file_is_valid(self):
        run("caddy", "validate", "--adapter", "caddyfile", "--config", ROOT / "deploy/caddy/Caddyfile",
            env={"PATH": os.environ["PATH"], "HOME": str(self.directory.path)})


if __name__ == "__main__":
    unittest.main()
