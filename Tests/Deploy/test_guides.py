"""Runs the commands of the other documents, and reads their files with the real program."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from chroot import Chroot
from server import BINARY, ROOT, Directory, make_certificate, run
from test_documentation import PACKAGES, SUPPORT
from test_package import only

GUIDES = ROOT / "Tests/Deploy/guides"
# Commands of those who work on the program, which take minutes or never end; `make lint` and the like are targets below.
FOR_DEVELOPERS = {"benchmarks.md", "web-client.md"}
# What runs until it is interrupted, by how it begins, and where the test looks for what it printed.
BESIDE = {
    ".build/release/clickclack tail": "output-tail", "curl -N": "output-events", "# Answer what is asked.": "output-answers"}


def blocks(path, language="sh"):
    return re.findall(rf"^```{language}\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL)


@unittest.skipUnless(os.geteuid() == 0, "only root can have a network of its own")
class Guides(unittest.TestCase):
    def follow(self, support, steps, directory=None):
        """Runs blocks in one shell, with functions of `support` before and after some, on a machine without a network."""
        directory = directory or Directory(self)
        path = directory.path
        shutil.copy(BINARY, path / "clickclack")
        (path / "bin").mkdir()
        (path / "bin/clickclack").symlink_to(path / "clickclack")
        (path / ".build/release").mkdir(parents=True)
        (path / ".build/release/clickclack").symlink_to(path / "clickclack")
        directory.write("hosts", "127.0.0.1 localhost chat.example\n")
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", path / "authorities.pem")
        script = [f". {GUIDES / support}"]
        for number, (before, code, after) in enumerate(steps):
            block = directory.write(f"block-{number}.sh", code)
            output = next((name for start, name in BESIDE.items() if code.startswith(start)), None)
            script.append(f"echo {number} > reached; {before or ':'}")
            script.append(f"(. {block}) > {output} 2>&1 &" if output else f". {block}")
            script.append(after or ":")
        main = directory.write("all.sh", "\n".join(["set -euo pipefail", "shopt -s expand_aliases", *script]) + "\n")
        alone = ("ip link set lo up && mount --bind hosts /etc/hosts && "
                 "mount --bind authorities.pem /etc/ssl/certs/ca-certificates.crt && exec bash all.sh")
        done = subprocess.run(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", alone], cwd=path, text=True,
            env={"PATH": f"{path}/bin:{os.environ['PATH']}", "HOME": str(path), "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        reached = int((path / "reached").read_text()) if (path / "reached").exists() else -1
        log = path / "server.log"
        self.assertEqual(
            (done.returncode, reached), (0, len(steps) - 1),
            f"{main}: after\n{steps[reached][1]}\n{done.stdout}\n{log.read_text()[-2000:] if log.exists() else ''}")
        return directory, done.stdout

    def test_the_readme_and_the_first_request_of_the_api(self):
        here = blocks(ROOT / "README.md")[:-2]
        self.assertTrue(here[-1].startswith("curl -N"))
        steps = [("", code, "after_listening" if code.startswith("curl -N") else "") for code in here]
        # Browsers have the class that the script takes; node has it from a package.
        script, = blocks(ROOT / "README.md", "js")
        program = ("globalThis.WebSocket = require('/usr/share/nodejs/ws');\n"
                   "const {workspace, cursor, token} = process.env;\nconst socket = " + script.strip() + "\n"
                   "socket.onerror = error => { console.error(error.message); process.exit(1) };\n"
                   "socket.onmessage = ({data}) => { console.log('by script: ' + data); process.exit(0) };\n")
        directory = Directory(self)
        directory.write("listen.js", program)
        # From the beginning of the log there is something to be sent.
        steps.append(("", "workspace=$workspace token=$token cursor= node listen.js\n", ""))
        api, = blocks(ROOT / "docs/api.md")
        steps.append(("before_api", api, ""))
        steps.append(("", "until grep -q 'the build is green' output-tail; do sleep 0.1; done\n", ""))
        _, said = self.follow("readme.sh", steps, directory)
        self.assertIn("the build is green", said)
        self.assertIn("by script: {", said)

    def test_the_command_line(self):
        directory = Directory(self)
        certificate, key = make_certificate(directory, "certificate", host="chat.example")
        self.assertEqual((certificate.name, key.name), ("certificate.pem", "certificate.key"))
        found = blocks(ROOT / "docs/cli.md")
        hooks = {
            "clickclack login": ("before_connect", ""), "# Post what": ("before_scripts", ""),
            "# Answer what": ("", "after_answering"), "clickclack dms": ("before_searching", "after_searching"),
            "source": ("before_completion", "")}
        steps, used = [], set()
        for code in found:
            start = next((start for start in hooks if code.startswith(start)), None)
            used.add(start)
            before, after = hooks.get(start, ("", ""))
            steps.append((before, code, after))
        self.assertLessEqual(set(hooks), used)
        self.follow("cli.sh", steps, directory)
        for name in [".zfunc/_clickclack", ".config/fish/completions/clickclack.fish", ".local/share/man/man1/clickclack.1"]:
            self.assertGreater((directory.path / name).stat().st_size, 1000)

    def test_the_readme_deploys(self):
        chroot = Chroot(self, PACKAGES)
        (chroot.path / "root/work/dist").mkdir(parents=True)
        shutil.copy(only("*.deb"), chroot.path / "root/work/dist")
        shutil.copy(SUPPORT / "systemctl", chroot.path / "usr/local/bin/systemctl")
        (chroot.path / "usr/local/bin/systemctl").chmod(0o755)
        script = ["set -euo pipefail", "cd /root/work", 'make() { [ "$*" = release ]; }',
                  'sudo() { if [ "$1" = -u ]; then shift; runuser -u "$@"; else "$@"; fi; }']
        for code in blocks(ROOT / "README.md")[-2:]:
            script.append(code.replace("sudo -u clickclack ", "sudo -u clickclack -- "))
        script.append("clickclack healthcheck && systemctl stop clickclack")
        (chroot.path / "root/all.sh").write_text("\n".join(script) + "\n")
        words = chroot.words("bash", "/root/all.sh", environment={"HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"})
        said = run("unshare", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", 'ip link set lo up && exec "$@"', "sh",
                   *words)
        self.assertRegex(said, r"usr_\w+\nmgt_\w+\nok\n$")


class Documents(unittest.TestCase):
    def test_every_command_is_run_by_a_test(self):
        run_here = {"README.md", "api.md", "cli.md", "operations.md"}
        for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
            if blocks(path):
                self.assertIn(path.name, run_here | FOR_DEVELOPERS)
            # A block without a language is a drawing.
            for language, text in re.findall(r"^```(\w*)\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL):
                if not language:
                    self.assertNotRegex(text, r"(?m)^(sudo|clickclack|curl|make) [a-z-]", path.name)

    def test_every_target_of_make_is_there(self):
        named = set()
        for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
            text = path.read_text()
            named |= set(re.findall(r"`make ([a-z][a-z-]*)", text))
            for block in blocks(path):
                named |= set(re.findall(r"^make ([a-z][a-z-]*)", block, re.MULTILINE))
        self.assertGreater(len(named), 8)
        for target in named:
            run("make", "--directory", ROOT, "--dry-run", target)

    def test_the_scripts_of_the_benchmarks_can_be_run(self):
        named = set()
        for block in blocks(ROOT / "docs/benchmarks.md"):
            named |= set(re.findall(r"^(Benchmarks/\S+)", block, re.MULTILINE))
        self.assertGreaterEqual(named, {"Benchmarks/peers/run", "Benchmarks/connections", "Benchmarks/start"})
        for name in named:
            self.assertIn("--", run(ROOT / name, "--help"))
        printed = run(ROOT / "Benchmarks/start", "--server", BINARY, "--repeat", 1)
        self.assertRegex(printed, r"^an empty directory: \d+ ms .*\na used directory: \d+ ms .*\n$")

    def test_the_two_files_of_the_configuration_mean_the_same(self):
        directory = Directory(self)
        printed = []
        for language in ["toml", "json"]:
            text, = blocks(ROOT / "docs/configuration.md", language)
            path = directory.write(f"one.{language}", text)
            values = json.loads(run(BINARY, "config", "--config", path, "--json", env={}))
            printed.append(json.dumps(values).replace(str(path), "FILE"))
        # The line numbers differ.
        first, second = (re.sub(r"FILE(:\d+)?", "FILE", text) for text in printed)
        self.assertEqual(first, second)
        self.assertIn("https://chat.example", first)

    def test_the_server_understands_the_settings_of_the_runbook(self):
        directory = Directory(self)
        found = blocks(ROOT / "docs/operations.md", "toml")
        self.assertGreater(len(found), 3)
        for number, text in enumerate(found):
            path = directory.write(f"{number}.toml", 'public_url = "https://chat.example"\n' + text)
            run(BINARY, "config", "--config", path, env={})

    def test_the_kernel_has_the_settings_of_the_runbook(self):
        text, = blocks(ROOT / "docs/operations.md", "ini")
        found = dict(re.findall(r"^([a-z0-9_.]+) = (.+)$", text, re.MULTILINE))
        self.assertGreater(len(found), 5)
        for name, value in found.items():
            path = pathlib.Path("/proc/sys") / name.replace(".", "/")
            # Firewalls bring a part of the kernel of their own.
            if name.startswith("net.netfilter") and not path.exists():
                continue
            self.assertEqual(len(path.read_text().split()), len(value.split()), name)


if __name__ == "__main__":
    sys.exit(unittest.main())
