"""What a service manager offers: sockets, readiness, a watchdog. And a change of servers under load."""

import os
import signal
import socket
import sys
import threading
import time
import unittest

from live import WebSocket
from server import BINARY, Client, Directory, Process, Server, eventually, hang_up, run

# Does what systemd does before it runs a service with sockets (sd_listen_fds(3)).
PASSING = "import os,sys; os.dup2(int(sys.argv[1]), 3); os.environ['LISTEN_FDS']='1'; " \
    "os.environ['LISTEN_PID']=str(os.getpid()); os.execv(sys.argv[2], sys.argv[2:])"


class Manager:
    """Hears what a service says (sd_notify(3))."""

    def __init__(self, test, directory):
        self.path = str(directory.path / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(30)
        self.socket.bind(self.path)
        test.addCleanup(self.socket.close)

    def hear(self):
        return self.socket.recv(4096).decode().split("\n")


class ServiceManager(unittest.TestCase):
    def test_readiness_reloading_life_and_stopping_are_said(self):
        directory = Directory(self)
        manager = Manager(self, directory)
        server = Server(
            self, directory=directory, environment={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"})
        self.assertIn("READY=1", manager.hear())
        times = []
        while len(times) < 4:
            if manager.hear() == ["WATCHDOG=1"]:
                times.append(time.monotonic())
        self.assertLess(max(b - a for a, b in zip(times, times[1:])), 5)
        hang_up(server)
        said = []
        while "READY=1" not in said:
            said += manager.hear()
        self.assertTrue([line for line in said if line.startswith("MONOTONIC_USEC=")])
        self.assertIn("RELOADING=1", said)
        server.signal(signal.SIGTERM)
        while "STOPPING=1" not in manager.hear():
            pass
        self.assertEqual(server.wait(), 0)

    def test_an_abstract_name_and_somebody_elses_watchdog(self):
        directory = Directory(self)
        name = f"clickclack-{os.getpid()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hears:
            hears.settimeout(30)
            hears.bind("\0" + name)
            Server(self, directory=directory,
                   environment={"NOTIFY_SOCKET": "@" + name, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"})
            self.assertIn("READY=1", hears.recv(4096).decode())
            hears.settimeout(1)
            with self.assertRaises(TimeoutError):
                hears.recv(4096)

    def test_sockets_meant_for_another_process_are_left_alone(self):
        server = Server(self, environment={"LISTEN_FDS": "1", "LISTEN_PID": "1"})
        self.assertEqual(Client(server.port).request("GET", "/healthz")[0], 200)

    def test_systemd_starts_it_with_the_first_client(self):
        directory = Directory(self)
        port = Server(self, directory=directory, wait=False, address="127.0.0.1:0")
        port.end()
        path = directory.path / "activated"
        activate = Process(
            self, ["systemd-socket-activate", "-l", path, BINARY, "serve", "--data", directory.path / "data"],
            directory.path / "activate.log")

        def ask():
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(20)
                client.connect(str(path))
                client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return client.recv(4096).startswith(b"HTTP/1.1 200")

        eventually("the first client is answered", lambda: activate.alive() and ask())
        run(BINARY, "healthcheck", "--addr", f"unix:{path}")
        activate.signal(signal.SIGTERM)
        self.assertEqual(activate.wait(), 0)
        # It is not the server's to remove.
        self.assertTrue(path.exists())

    def test_servers_change_under_load_without_a_failed_request_or_a_lost_event(self):
        directory = Directory(self)
        shared = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.addCleanup(shared.close)
        port = shared.getsockname()[1]
        passing = [sys.executable, "-c", PASSING, str(shared.fileno())]

        def start():
            server = Server(
                self, "--log-level", "warning", directory=directory, address="127.0.0.1:1", words=passing,
                pass_fds=[shared.fileno()])
            return server

        server = start()
        client = Client(port, None)
        eventually("the server answers", lambda: server.alive() and client.request("GET", "/readyz")[0] == 200)
        client.token = server.bot_token()
        workspace, channel = client.place()
        stop = threading.Event()
        failures, sent, seen = [], [], []

        def write(writer):
            number = 0
            while not stop.is_set():
                number += 1
                try:
                    sent.append(client.post(channel, f"{writer} {number}", nonce=f"{writer}-{number}")["event"]["cursor"])
                except Exception as error:  # noqa: BLE001: every failure counts
                    failures.append(repr(error))

        def follow(started):
            cursor = None
            while True:
                live = WebSocket(client, workspace, after=cursor)
                if live.status != 101:
                    failures.append(f"status {live.status}")
                started.set()
                while event := live.event():
                    if event.get("cursor"):
                        cursor = event["cursor"]
                    if event.get("type") == "message.created":
                        seen.append(event["cursor"])
                    if stop.is_set() and len(seen) >= len(sent) and finished.is_set():
                        return
                live.close()
                if finished.is_set():
                    return

        finished, started = threading.Event(), threading.Event()
        follower = threading.Thread(target=follow, args=(started,), daemon=True)
        follower.start()
        self.assertTrue(started.wait(30))
        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for writer in writers:
            writer.start()
        for _ in range(3):
            goal = len(sent) + 40
            eventually("messages are written", lambda: len(sent) >= goal)
            server.signal(signal.SIGTERM)
            self.assertEqual(server.wait(), 0)
            server = start()
        goal = len(sent) + 40
        eventually("messages are written", lambda: len(sent) >= goal)
        stop.set()
        for writer in writers:
            writer.join(30)
        finished.set()
        client.post(channel, "the last one")
        follower.join(30)
        self.assertFalse(follower.is_alive())
        self.assertEqual(failures, [])
        self.assertEqual(sorted(set(sent) - set(seen)), [])
        self.assertEqual(len(seen), len(set(seen)))


if __name__ == "__main__":
    unittest.main()
