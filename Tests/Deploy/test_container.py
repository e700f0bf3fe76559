"""The image, without a container engine: its files assembled by its own script and run as the image runs them."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import yaml

from chroot import Chroot
from live import WebSocket
from server import BINARY, ROOT, Client, Directory, Process, eventually, free_port, run

CONTAINER = ROOT / "deploy/container"
BYTES_MAX = 60 << 20
USER = "10001:10001"
LIBRARIES = ["libssl3", "libcurl4", "libargon2-1", "libstdc++6", "ca-certificates"]


def image():
    """What the last stage of the Dockerfile sets: its instructions by name."""
    text = (CONTAINER / "Dockerfile").read_text().replace("\\\n", " ")
    last = text[text.rindex("\nFROM ") + 1:]
    found = {}
    for line in last.splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            found.setdefault(name, []).append(rest)
    return found


def ignored_by(pattern):
    """A line of .dockerignore as a regular expression: it names what it matches, and everything below."""
    parts = {"**/": "(?:.*/)?", "*": "[^/]*"}
    words = re.split(r"(\*\*/|\*)", pattern.strip("/"))
    return re.compile("".join(parts.get(word) or re.escape(word) for word in words) + "(?:/|$)")


class Dockerfile(unittest.TestCase):
    def test_hadolint_finds_nothing(self):
        run(pathlib.Path(sys.executable).parent / "hadolint", CONTAINER / "Dockerfile")

    def test_the_scripts_can_be_parsed(self):
        for script in [*CONTAINER.glob("*.sh"), *(ROOT / "deploy/package").iterdir()]:
            if script.name not in ("copyright", "lintian-overrides"):
                run("sh", "-n", script)

    def test_the_image_is_not_root_and_checks_itself(self):
        last = image()
        self.assertEqual(last["FROM"], ["scratch"])
        self.assertEqual(last["USER"], [USER])
        self.assertEqual(last["VOLUME"], ["/var/lib/clickclack"])
        check = last["HEALTHCHECK"][0]
        self.assertEqual(json.loads(check[check.index("["):]), ["/usr/bin/clickclack", "healthcheck"])

    def test_nothing_private_is_sent_to_the_builder(self):
        ignored = (ROOT / ".dockerignore").read_text().split()
        self.assertLessEqual({".git", ".build", "data", "deploy/container/.env"}, set(ignored))

    def test_the_builder_is_sent_all_that_a_build_takes(self):
        patterns = [ignored_by(line) for line in (ROOT / ".dockerignore").read_text().split()]
        context = Directory(self).path
        for name in run("git", "-C", ROOT, "ls-files").splitlines():
            if not any(pattern.match(name) for pattern in patterns) and (ROOT / name).exists():
                (context / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, context / name)
        # The steps of build.sh before the compiler's, and what it reads first: the package's description, with all targets' paths.
        run("make", "-C", context, "stamp", "web", "static", "VERSION=v1", f"STATIC={context}/static")
        description = run("swift", "package", "--package-path", context, "describe", env={
            **os.environ, "PKG_CONFIG_PATH": str(context / "static")})
        self.assertIn("Name: clickclack", description)


class Compose(unittest.TestCase):
    def load(self, name):
        return yaml.safe_load((CONTAINER / name).read_text())

    def variables(self):
        """What .env.example sets, and what it only shows."""
        text = (CONTAINER / ".env.example").read_text()
        return dict(re.findall(r"^#? ?([A-Z_]+)=(.*)$", text, re.MULTILINE))

    def test_the_server_understands_its_environment(self):
        production = self.load("compose.yaml")["services"]["clickclack"]
        development = self.load("compose.dev.yaml")["services"]["clickclack"]
        shown = {name: value for name, value in self.variables().items() if name.startswith("CLICKCLACK_")}
        shown["CLICKCLACK_SMTP_PASSWORD"] = "x"
        for environment in [shown | production["environment"], development["environment"]]:
            done = subprocess.run([BINARY, "config"], env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(development["command"][0], "serve")
        run(BINARY, "config", *development["command"][1:], env={})

    def test_what_compose_refers_to_is_there(self):
        for name in ["compose.yaml", "compose.dev.yaml"]:
            compose = self.load(name)
            text = (CONTAINER / name).read_text()
            self.assertLessEqual(set(re.findall(r"\$\{([A-Z_]+)", text)), set(self.variables()))
            for service in compose["services"].values():
                for volume in service.get("volumes", []):
                    source = volume.split(":")[0]
                    if source.startswith("."):
                        self.assertTrue((CONTAINER / source).exists(), source)
                    else:
                        self.assertIn(source, compose["volumes"])
                if "build" in service:
                    context = CONTAINER / service["build"]["context"]
                    self.assertTrue((context / service["build"]["dockerfile"]).exists())
        upstream = self.load("compose.yaml")["services"]["caddy"]["environment"]["UPSTREAM"]
        self.assertEqual(upstream, "clickclack:" + image()["EXPOSE"][0])

    def resolved(self, text):
        """What the files mean to Compose 1.29, which Debian has and which runs no engine for that."""
        directory = Directory(self)
        shutil.copy(CONTAINER / ".env.example", directory.path / ".env")
        # It is of the time before projects had their name in the file.
        self.assertRegex(text, "(?m)^name: ")
        file = directory.write("compose.yaml", re.sub("(?m)^name: .*\n", "", text))
        done = subprocess.run(
            ["docker-compose", "--project-directory", directory.path, "--file", file, "--profile", "postgres", "config"],
            env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else None, done.stderr

    def test_compose_understands_the_files(self):
        for name in ["compose.yaml", "compose.dev.yaml"]:
            text = (CONTAINER / name).read_text()
            found, said = self.resolved(text)
            self.assertIsNotNone(found, said)
            services = yaml.safe_load(found)["services"]
            self.assertEqual(set(services), set(self.load(name)["services"]))
            # A mistake would be found.
            self.assertIsNone(self.resolved(text.replace("    volumes:\n", "    volums:\n"))[0])
        services = yaml.safe_load(self.resolved((CONTAINER / "compose.yaml").read_text())[0])["services"]
        self.assertEqual(services["caddy"]["environment"]["SITE_ADDRESS"], "chat.example")
        self.assertEqual(services["clickclack"]["environment"]["CLICKCLACK_PUBLIC_URL"], "https://chat.example")

    def test_production_is_locked_in(self):
        server = self.load("compose.yaml")["services"]["clickclack"]
        self.assertTrue(server["read_only"])
        self.assertEqual(server["cap_drop"], ["ALL"])
        self.assertNotIn("ports", server)


@unittest.skipUnless(os.geteuid() == 0, "a root file system can only be made by root")
class RootFileSystem(unittest.TestCase):
    def test_the_server_runs_in_it_without_rights_on_read_only_files(self):
        builder = Chroot(self, LIBRARIES)
        shutil.copy(BINARY, builder.path / "tmp/clickclack")
        shutil.copy(CONTAINER / "rootfs.sh", builder.path / "tmp/rootfs.sh")
        builder.run("sh", "/tmp/rootfs.sh", "/tmp/clickclack", "/rootfs")
        root = builder.path / "rootfs"
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())
        print(f"the image has {size / 1e6:.1f} MB, the program {BINARY.stat().st_size / 1e6:.1f} MB", file=sys.stderr)
        self.assertLess(size, BYTES_MAX)
        self.assertEqual({path.name for path in (root / "usr/bin").iterdir()}, {"clickclack"})
        self.assertFalse((root / "bin").exists())

        last = image()
        environment = dict(re.findall(r"(\w+)=(\S+)", last["ENV"][0]))
        command = json.loads(last["ENTRYPOINT"][0]) + json.loads(last["CMD"][0])
        port = free_port()
        environment["CLICKCLACK_ADDR"] = f"127.0.0.1:{port}"
        (root / "proc").mkdir()
        chroot = Chroot.__new__(Chroot)
        chroot.path = root
        limits = {"user": USER, "read_only": True, "writable": ["/var/lib/clickclack"], "environment": environment}
        directory = Directory(self)
        server = Process(self, chroot.words(*command, **limits), directory.path / "server.log")
        eventually("the server answers", lambda: server.alive() and Client(port).request("GET", "/readyz")[0] == 200)
        check = last["HEALTHCHECK"][0]
        self.assertEqual(chroot.run(*json.loads(check[check.index("["):]), **limits), "ok\n")
        self.assertTrue(server.log.split("\n")[0].startswith("clickclack is serving") or '"level"' in server.log)
        captain = chroot.run("/usr/bin/clickclack", "admin", "bootstrap", "--email", "ada@example.org", **limits).strip()
        token = chroot.run(
            "/usr/bin/clickclack", "admin", "bot", "create", "--workspace", "clickclack", "--created-by", captain, "--name",
            "robot", "--plain", **limits).strip()
        client = Client(port, token)
        workspace, channel = client.place()
        live = WebSocket(client, workspace)
        cursor = client.post(channel, "from a container")["event"]["cursor"]
        self.assertEqual(live.next("message.created")["cursor"], cursor)
        server.signal(15)
        self.assertEqual(server.wait(), 0)
        self.assertEqual({path.name for path in root.iterdir()},
                         {"etc", "lib", "lib64", "proc", "tmp", "usr", "var"} & {p.name for p in root.iterdir()})
        self.assertTrue((root / "var/lib/clickclack/clickclack.db").exists())


if __name__ == "__main__":
    unittest.main()
