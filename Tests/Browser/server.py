"""A real server on a port of its own, which tests may kill and start again."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("SERVER_BINARY", ROOT / ".build/debug/clickclack"))
READY_SECONDS = 30


class Server:
    def __init__(self, *arguments):
        self.arguments = arguments
        self.data = tempfile.mkdtemp(prefix="clickclack-browser-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base = f"http://localhost:{self.port}"
        self.process = None
        self.start()
        self.look_around()

    def look_around(self):
        self.me = self.call("GET", "/api/me")["user"]
        self.workspace = self.call("GET", "/api/workspaces")["workspaces"][0]
        channels = self.call("GET", f"/api/workspaces/{self.workspace['id']}/channels")["channels"]
        self.general = next(channel for channel in channels if channel["name"] == "general")

    def start(self):
        log = open(pathlib.Path(self.data) / "server.log", "ab")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--addr", f"127.0.0.1:{self.port}", "--data", self.data, "--dev-bootstrap=true",
             "--log-level", "warning", *self.arguments], stderr=log, stdout=log)
        log.close()
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.base}/readyz", timeout=2).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((pathlib.Path(self.data) / "server.log").read_text())
                time.sleep(0.05)

    def kill(self):
        """Ends it as a crash would."""
        self.process.kill()
        self.process.wait()

    def shut_down(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()

    def stop(self):
        self.shut_down()
        shutil.rmtree(self.data, ignore_errors=True)

    def call(self, method, path, body=None, user=None, token=None):
        """One request of the API, as the first user, another one, or the holder of a session or a token."""
        headers = {"Content-Type": "application/json"}
        if user:
            headers["X-ClickClack-User"] = user
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, method=method, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def add_person(self, name, workspace=None):
        """A member of the workspace: the user and a session token for a browser's cookie."""
        email = f"{name.lower().replace(' ', '.')}@reef.example"
        link = self.call("POST", "/api/auth/magic/request", {"email": email, "display_name": name})["token"]
        session = self.call("POST", "/api/auth/magic/consume", {"token": link})
        subprocess.run(
            [BINARY, "admin", "member", "add", "--data", self.data, "--workspace",
             workspace or self.workspace["id"], "--user", session["user"]["id"]], check=True, capture_output=True)
        return session

    def post(self, text, user=None, channel=None):
        path = f"/api/channels/{channel or self.general['id']}/messages"
        return self.call("POST", path, {"body": text}, user)["message"]

    def page_of(self, target):
        """The address of a channel, conversation or thread in the client."""
        return f"{self.base}/app/{self.workspace['route_id']}/{target}"

    def admin(self, *arguments, text=None):
        """Runs `clickclack admin` beside the server and returns what it printed."""
        done = subprocess.run(
            [BINARY, "admin", *arguments, "--data", self.data], check=True, capture_output=True, input=text, text=True)
        return done.stdout.strip()
