"""A real server, and what it takes to talk to one: for the tests of its deployment."""

import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import ssl
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("DEPLOY_BINARY", ROOT / ".build/release/clickclack"))
PATIENCE = 30


def eventually(what, attempt, seconds=PATIENCE):
    """Waits until `attempt` returns something true; what it raises counts as not yet."""
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        try:
            result = attempt()
            if result:
                return result
        except (OSError, http.client.HTTPException, AssertionError) as error:
            last = error
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} seconds" + (f"; {last}" if last else ""))


def free_port():
    """A port that nobody listens on, and that the kernel gives to no connection before the test's program listens."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10_000, max(first, 10_100))
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue


def run(*words, **options):
    """Runs a program to its end; its output. Fails with what it said."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


class Directory:
    """A directory that goes away with the test."""

    def __init__(self, test):
        holder = tempfile.TemporaryDirectory(prefix="clickclack-deploy-")
        test.addCleanup(holder.cleanup)
        self.path = pathlib.Path(holder.name)
        # Whom a proxy runs as must reach its files.
        self.path.chmod(0o755)

    def write(self, name, text):
        path = self.path / name
        path.write_text(text)
        return path


class Process:
    """A program that runs beside the test and ends with it."""

    def __init__(self, test, words, log, **options):
        self.log_path = log
        self.log_file = open(log, "ab")
        self.process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=self.log_file, stderr=self.log_file, **options)
        test.addCleanup(self.end)

    @property
    def log(self):
        return pathlib.Path(self.log_path).read_text(errors="replace")

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=PATIENCE):
        return self.process.wait(seconds)

    def alive(self):
        assert self.process.poll() is None, f"ended with {self.process.returncode}: {self.log}"
        return True

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log_file.close()


class Server(Process):
    """A server with a workspace, a person and a bot, in production mode."""

    def __init__(self, test, *flags, address=None, environment=None, wait=True, directory=None, words=None, **options):
        self.directory = directory or Directory(test)
        self.data = self.directory.path / "data"
        self.port = None
        if address is None:
            self.port = free_port()
            address = f"127.0.0.1:{self.port}"
        self.environment = {"PATH": os.environ["PATH"], **(environment or {})}
        if not self.data.exists():
            self.captain = self.command("admin", "bootstrap", "--email", "ada@example.org").strip()
        command = (words or []) + [BINARY, "serve", "--addr", address, "--data", self.data, *flags]
        super().__init__(test, command, self.directory.path / "server.log", env=self.environment, **options)
        if wait and self.port:
            eventually("the server listens", lambda: self.alive() and self.connects())

    def connects(self):
        with socket.create_connection(("127.0.0.1", self.port), 5):
            return True

    def command(self, *words, **options):
        """Runs a command of the program on the server's data."""
        return run(BINARY, *words, "--data", self.data, env={"PATH": os.environ["PATH"]}, **options)

    def bot_token(self, name="robot"):
        made = self.command(
            "admin", "bot", "create", "--workspace", "clickclack", "--created-by", self.captain, "--name", name, "--plain")
        return made.strip()


class Client:
    """Requests over one way to a server: a port, plain or by TLS."""

    def __init__(self, port, token=None, tls=None, host="localhost", headers=None):
        self.port, self.token, self.tls, self.host = port, token, tls, host
        self.headers = headers or {}

    def connection(self, timeout=PATIENCE):
        if self.tls:
            return http.client.HTTPSConnection(self.host, self.port, context=self.tls, timeout=timeout)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def request(self, method, path, body=None, headers=None):
        """One request on a connection of its own: status, header fields, body."""
        connection = self.connection()
        with contextlib.closing(connection):
            fields = {"Host": self.host, **self.headers, **(headers or {})}
            if self.token:
                fields["Authorization"] = f"Bearer {self.token}"
            if isinstance(body, dict):
                fields.setdefault("Content-Type", "application/json")
                body = json.dumps(body)
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def json(self, method, path, body=None, headers=None):
        status, _, text = self.request(method, path, body, headers)
        assert status < 300, f"{method} {path} answered {status}: {text[:300]}"
        return json.loads(text) if text else {}

    def place(self):
        """The first workspace and its first channel."""
        workspace = self.json("GET", "/api/workspaces")["workspaces"][0]["id"]
        channel = self.json("GET", f"/api/workspaces/{workspace}/channels")["channels"][0]["id"]
        return workspace, channel

    def post(self, channel, body, nonce=None):
        fields = {"body": body, **({"nonce": nonce} if nonce else {})}
        return self.json("POST", f"/api/channels/{channel}/messages", fields)

    def socket(self):
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        return self.tls.wrap_socket(plain, server_hostname=self.host) if self.tls else plain


def make_certificate(directory, name, host="localhost", days=2):
    """A self-signed certificate: the paths of it and its key."""
    certificate, key = directory.path / f"{name}.pem", directory.path / f"{name}.key"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", days,
        "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1", "-keyout", key, "-out", certificate)
    return certificate, key


def trusting(certificate):
    return ssl.create_default_context(cafile=str(certificate))


def hang_up(process):
    process.signal(signal.SIGHUP)
