"""The archive and the Debian package, as they are made: checked, installed, started, upgraded and purged."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tarfile
import unittest

from chroot import Chroot
from live import WebSocket
from server import BINARY, ROOT, Client, Directory, Process, Server, eventually, free_port, run

DIST = ROOT / "dist"
# What every Debian 12 and Ubuntu 24.04 has, and what the package depends on.
COMMON = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
DEPENDED_ON = {"libssl.so.3": "libssl3", "libcrypto.so.3": "libssl3", "libcurl.so.4": "libcurl4",
               "libargon2.so.1": "libargon2-1"}
# The versions of symbols that the libraries of Debian 12 have.
NEWEST = {"GLIBC": [2, 36], "GLIBCXX": [3, 4, 30], "OPENSSL": [3, 0, 0], "CURL_OPENSSL": [4], "GCC": [12, 0, 0]}
BYTES_MAX = 60 << 20


def only(pattern):
    found = sorted(DIST.glob(pattern))
    assert len(found) == 1, f"{pattern} in {DIST}: {found}; run make release"
    return found[0]


@unittest.skipUnless(os.geteuid() == 0, "a root file system can only be made by root")
class Package(unittest.TestCase):
    def test_the_program_needs_only_what_the_package_depends_on(self):
        dynamic = run("objdump", "-p", DIST / "clickclack")
        needed = set(re.findall(r"NEEDED\s+(\S+)", dynamic))
        self.assertEqual(needed - COMMON - set(DEPENDED_ON), set())
        depends = run("dpkg-deb", "--field", only("*.deb"), "Depends")
        for library in needed - COMMON:
            self.assertRegex(depends, rf"(^|[ ,]){re.escape(DEPENDED_ON[library])}\b")
        self.assertNotIn("not found", run("ldd", DIST / "clickclack"))
        # Ubuntu 24.04 has the same or newer versions of all these than Debian 12.
        for name, newest in NEWEST.items():
            for version in re.findall(rf"\b{name}_([0-9.]+)", dynamic):
                self.assertLessEqual([int(part) for part in version.split(".")], newest, f"{name}_{version}")
        self.assertNotIn(".symtab", run("readelf", "--section-headers", "--wide", DIST / "clickclack"))
        self.assertLess((DIST / "clickclack").stat().st_size, BYTES_MAX)
        version = run(DIST / "clickclack", "version").strip()
        self.assertIn(run("git", "-C", ROOT, "rev-parse", "--short", "HEAD").strip()[:7], version)

    def test_the_names_that_ubuntu_has_for_the_libraries_will_do(self):
        chroot = Chroot(self)
        shutil.copy(only("*.deb"), chroot.path / "tmp/clickclack.deb")
        chroot.run("apt-get", "update", "-qq")
        # Packages of Ubuntu 24.04 by name and version, without what is in them.
        for name, version in [("libssl3t64", "3.0.13-0ubuntu3"), ("libcurl4t64", "8.5.0-2ubuntu10")]:
            old = name.removesuffix("t64")
            tree = Directory(self).path
            (tree / "DEBIAN").mkdir(mode=0o755)
            architecture = run("dpkg", "--print-architecture").strip()
            (tree / "DEBIAN/control").write_text(
                f"Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: nobody\n"
                f"Conflicts: {old}\nDescription: {old} by another name\n")
            run("dpkg-deb", "--build", tree, chroot.path / f"tmp/{name}.deb")
            chroot.run("dpkg", "--install", f"/tmp/{name}.deb")
        plan = chroot.run("apt-get", "install", "--simulate", "-y", "--no-install-recommends", "/tmp/clickclack.deb")
        self.assertRegex(plan, r"(?m)^Inst clickclack ")
        self.assertNotRegex(plan, r"(?m)^(Inst|Remv) lib(ssl3|curl4)")

    def test_the_archive_has_what_it_promises(self):
        archive = only("*.tar.gz")
        digest, name = (DIST / (archive.name + ".sha256")).read_text().split()
        self.assertEqual((digest, name), (hashlib.sha256(archive.read_bytes()).hexdigest(), archive.name))
        run("sha256sum", "--check", "--strict", f"{archive.name}.sha256", cwd=DIST)
        directory = Directory(self)
        with tarfile.open(archive) as tar:
            tar.extractall(directory.path, filter="data")
        root = directory.path / archive.name.removesuffix(".tar.gz")
        for name in ["bin/clickclack", "share/man/man1/clickclack.1.gz", "share/bash-completion/completions/clickclack",
                     "share/zsh/vendor-completions/_clickclack", "share/fish/vendor_completions.d/clickclack.fish",
                     "share/doc/clickclack/operations.md", "share/doc/clickclack/examples/nginx/clickclack.conf",
                     "share/doc/clickclack/examples/systemd/clickclack.service"]:
            self.assertTrue((root / name).stat().st_size > 0, name)
        run(root / "bin/clickclack", "version")
        run("bash", "-n", root / "share/bash-completion/completions/clickclack")
        run("mandoc", "-T", "lint", "-W", "error", root / "share/man/man1/clickclack.1.gz")

    def test_lintian_finds_no_error(self):
        done = subprocess.run(
            ["lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0", str(only("*.deb"))],
            capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("\nE:", "\n" + done.stdout)

    def test_it_is_installed_started_upgraded_and_purged(self):
        chroot = Chroot(self)
        package = only("*.deb")
        shutil.copy(package, chroot.path / "tmp/clickclack.deb")
        chroot.install(["/tmp/clickclack.deb"])
        user = chroot.run("id", "-u", "clickclack").strip()
        self.assertTrue(0 < int(user) < 1000)
        configuration = chroot.path / "etc/clickclack/clickclack.toml"
        status = configuration.stat()
        self.assertEqual((status.st_uid, oct(status.st_mode & 0o777)), (0, "0o640"))
        self.assertEqual(oct((chroot.path / "var/lib/clickclack").stat().st_mode & 0o777), "0o700")
        self.assertTrue((chroot.path / "etc/systemd/system/multi-user.target.wants/clickclack.service").is_symlink())
        self.assertTrue(chroot.fails("test", "-e", "/etc/systemd/system/sockets.target.wants/clickclack.socket"))

        # Started as the unit starts it, but for the port.
        port = free_port()
        configuration.write_text(configuration.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{port}"))
        unit = (chroot.path / "lib/systemd/system/clickclack.service").read_text()
        command = re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)[1].split()
        for program in re.findall(r"^Exec\w+=(\S+)", unit, re.MULTILINE):
            chroot.run("test", "-x", program)
        directory = Directory(self)

        def start():
            server = Process(self, chroot.words(
                *command, user="clickclack:clickclack", read_only=True, writable=["/var/lib/clickclack"]),
                directory.path / "server.log")
            eventually("the server answers", lambda: server.alive() and Client(port).request("GET", "/readyz")[0] == 200)
            return server

        def as_server(*words):
            return chroot.run("clickclack", *words, "--config", "/etc/clickclack/clickclack.toml",
                              user="clickclack:clickclack")

        server = start()
        self.assertEqual(as_server("healthcheck"), "ok\n")
        captain = as_server("admin", "bootstrap", "--email", "ada@example.org").strip()
        token = as_server("admin", "bot", "create", "--workspace", "clickclack", "--created-by", captain, "--name", "robot",
                          "--plain").strip()
        client = Client(port, token)
        _, channel = client.place()
        client.post(channel, "before the upgrade")
        server.signal(15)
        self.assertEqual(server.wait(), 0)

        # The operator's changes stay when the package is installed again.
        chroot.run("dpkg", "--install", "/tmp/clickclack.deb")
        self.assertIn(f"127.0.0.1:{port}", configuration.read_text())
        server = start()
        found = client.json("GET", f"/api/channels/{channel}/messages")
        self.assertIn("before the upgrade", str(found))
        server.signal(15)
        self.assertEqual(server.wait(), 0)

        chroot.run("dpkg", "--remove", "clickclack")
        self.assertTrue((chroot.path / "var/lib/clickclack/clickclack.db").exists())
        self.assertTrue(configuration.exists())
        chroot.run("dpkg", "--purge", "clickclack")
        for path in ["var/lib/clickclack", "etc/clickclack", "usr/bin/clickclack", "lib/systemd/system/clickclack.service"]:
            self.assertFalse((chroot.path / path).exists(), path)


class Units(unittest.TestCase):
    # Of 10, where 10 is a service that may do everything.
    EXPOSURE_MAX = 2.0

    def setUp(self):
        self.directory = Directory(self)
        program = self.directory.path / "usr/bin/clickclack"
        program.parent.mkdir(parents=True)
        shutil.copy(BINARY, program)
        units = self.directory.path / "lib/systemd/system"
        units.mkdir(parents=True)
        for name in ["clickclack.service", "clickclack.socket"]:
            text = (ROOT / "deploy/systemd" / name).read_text()
            # Where the program of this test is, and no manual pages of a package that is not installed.
            text = text.replace("/usr/bin/clickclack", str(program))
            (units / name).write_text(re.sub("^Documentation=.*\n", "", text, flags=re.MULTILINE))
        self.units = units

    def test_systemd_finds_no_mistake(self):
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", self.units / "clickclack.service", self.units / "clickclack.socket"],
            capture_output=True, text=True)
        said = [line for line in done.stderr.splitlines() if "clickclack" in line]
        self.assertEqual((done.returncode, said), (0, []), done.stderr)

    def test_the_service_is_locked_in(self):
        done = subprocess.run(
            ["systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={int(self.EXPOSURE_MAX * 10)}",
             self.units / "clickclack.service"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)
        exposure = float(re.search(r"exposure level for clickclack.service: ([0-9.]+)", done.stdout)[1])
        self.assertLessEqual(exposure, self.EXPOSURE_MAX)

    def test_the_server_calls_the_kernel_only_as_the_unit_allows(self):
        groups = {}
        for line in run("systemd-analyze", "--no-pager", "syscall-filter").splitlines():
            if line.startswith("@"):
                name = line.strip()
                groups[name] = set()
            elif line.startswith("    ") and not line.strip().startswith("#"):
                groups[name].add(line.strip())

        def calls(name):
            return {call for entry in groups[name] for call in (calls(entry) if entry in groups else {entry})}

        unit = (self.units / "clickclack.service").read_text()
        allowed = set(calls("@default"))
        for word in re.findall(r"^SystemCallFilter=(\S+)$", unit, re.MULTILINE):
            allowed = allowed - calls(word[1:]) if word.startswith("~") else allowed | calls(word)
        self.assertGreater(len(allowed), 200)
        self.assertNotIn("mount", allowed)

        trace = self.directory.path / "calls"
        server = Server(self, "--metrics", words=["strace", "-f", "-qq", "-o", trace])
        client = Client(server.port, server.bot_token())
        workspace, channel = client.place()
        live = WebSocket(client, workspace)
        cursor = client.post(channel, "under observation")["event"]["cursor"]
        self.assertEqual(live.next("message.created")["cursor"], cursor)
        run("curl", "--silent", "--fail", "-H", f"Authorization: Bearer {client.token}", "-F", f"workspace_id={workspace}",
            "-F", f"file=@{ROOT}/README.md", f"http://127.0.0.1:{server.port}/api/uploads")
        client.request("GET", "/metrics")
        # strace passes the signal on.
        os.kill(int(run("pgrep", "-P", str(server.process.pid)).split()[0]), signal.SIGTERM)
        self.assertEqual(server.wait(), 0)
        made = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.MULTILINE))
        self.assertTrue(made & {"fdatasync", "fsync"})
        # SQLite gives its files to the database's owner when root runs it, which the unit does not.
        self.assertEqual(made - allowed - {"fchown"}, set())

    def test_the_configuration_is_understood_and_within_the_units_bounds(self):
        text = (ROOT / "deploy/systemd/clickclack.toml").read_text()
        # What is commented out must be right, too.
        for line in re.findall(r"^# (\w+ = .+)$", text, re.MULTILINE):
            name = line.split(" = ")[0]
            text = re.sub(rf"^{name} = .*\n", "", text, flags=re.MULTILINE) + line + "\n"
        path = self.directory.write("clickclack.toml", text)
        self.assertIn("chat.example", run(BINARY, "config", "--config", path, env={}))
        unit = (ROOT / "deploy/systemd/clickclack.service").read_text()
        self.assertGreater(int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]), 10)
        self.assertIn("StateDirectory=clickclack\n", unit)


if __name__ == "__main__":
    unittest.main()
