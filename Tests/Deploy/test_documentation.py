"""Follows docs/operations.md, block by block, on an empty Debian 12, and compares what the commands print."""

import os
import re
import shutil
import subprocess
import unittest

from chroot import Chroot
from server import ROOT, Directory, Process, make_certificate, run
from test_package import only

DOCUMENT = ROOT / "docs/operations.md"
SUPPORT = ROOT / "Tests/Deploy/debian"

# What the package depends on, and what the commands are about.
PACKAGES = ["adduser", "ca-certificates", "curl", "init-system-helpers", "libargon2-1", "libcurl4", "libssl3", "libstdc++6",
            "openssl", "sqlite3"]

# A block of commands, with what prepares for it before and what it prints after.
BLOCK = re.compile(
    r"(?:<!-- prepare: (?P<prepare>[a-z-]+) -->\n)|(?:^```sh\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?)",
    re.MULTILINE | re.DOTALL)


def matches(expected, printed):
    """Whether the text is what was expected, in which `...` stands for anything, as a line for any lines."""
    pattern = ""
    for line in expected.strip().split("\n"):
        if line == "...":
            pattern += r"(?:.*\n)*"
        else:
            pattern += r"[ \t]*".join(
                ".*".join(re.escape(part) for part in word.split("...")) for word in re.split(r"[ \t]+", line)) + r"[ \t]*\n"
    return re.fullmatch(pattern, printed.strip() + "\n") is not None


class Matching(unittest.TestCase):
    def test_what_differs_is_found(self):
        self.assertTrue(matches("a ... c\n...\nend", "a b c\n1\n2\nend\n"))
        self.assertTrue(matches("usr_...", "usr_1"))
        self.assertFalse(matches("a", "b"))
        self.assertFalse(matches("a", "a\nb"))
        self.assertFalse(matches("a\nb", "a"))


@unittest.skipUnless(os.geteuid() == 0, "a root file system can only be made by root")
class Runbook(unittest.TestCase):
    def test_every_block_does_what_the_document_says(self):
        # All that needs the network: afterwards the machine is alone with itself.
        chroot = Chroot(self, PACKAGES)
        (chroot.path / "root/work").mkdir()
        shutil.copy(only("*.deb"), chroot.path / "root/work")
        certificate, key = make_certificate(Directory(self), "own", host="chat.example")
        shutil.copy(certificate, chroot.path / "root/work/fullchain.pem")
        shutil.copy(key, chroot.path / "root/work/privkey.pem")
        for name in ["systemctl", "journalctl"]:
            shutil.copy(SUPPORT / name, chroot.path / "usr/local/bin" / name)
            (chroot.path / "usr/local/bin" / name).chmod(0o755)
        shutil.copy(SUPPORT / "prepare.sh", chroot.path / "root/prepare.sh")

        blocks = list(BLOCK.finditer(DOCUMENT.read_text()))
        self.assertGreater(len(blocks), 25)
        script = ["set -euo pipefail", "cd /root/work", ". /root/prepare.sh"]
        for number, block in enumerate(blocks):
            code = block["code"] or f"prepare_{block['prepare'].replace('-', '_')}\n"
            (chroot.path / f"root/block-{number}.sh").write_text(code)
            script.append(f"echo {number} > /root/reached; . /root/block-{number}.sh > /root/output-{number} 2>&1")
        (chroot.path / "root/all.sh").write_text("\n".join(script) + "\nsystemctl stop clickclack\n")
        words = chroot.words("bash", "/root/all.sh", environment={"HOME": "/root", "LC_ALL": "C.UTF-8",
                                                                 "DEBIAN_FRONTEND": "noninteractive"})
        # Loopback of its own: the document's ports are free there, and no process outlives the test.
        alone = ["unshare", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        done = subprocess.run([str(word) for word in alone + words], capture_output=True, text=True, timeout=600)
        reached = int((chroot.path / "root/reached").read_text())

        def output(number):
            path = chroot.path / f"root/output-{number}"
            return path.read_text() if path.exists() else ""

        last = blocks[reached]
        log = chroot.path / "var/log/clickclack.log"
        self.assertEqual(
            (done.returncode, reached), (0, len(blocks) - 1),
            f"after block {reached}:\n{last['code'] or last['prepare']}\n{output(reached)}\n{done.stderr}\n"
            f"{log.read_text()[-2000:] if log.exists() else ''}")
        for number, block in enumerate(blocks):
            if block["output"] is not None:
                with self.subTest(block=number):
                    self.assertTrue(
                        matches(block["output"], output(number)),
                        f"{block['code']}\nprinted\n{output(number)}\ninstead of\n{block['output']}")

    def test_all_commands_are_in_blocks_that_are_run(self):
        fences = re.findall(r"^```(\w*)$", DOCUMENT.read_text(), re.MULTILINE)
        self.assertLessEqual(set(fences), {"", "sh", "text", "toml", "ini"})
        count = len([block for block in BLOCK.finditer(DOCUMENT.read_text()) if block["code"]])
        self.assertEqual(fences.count("sh"), count)


if __name__ == "__main__":
    unittest.main()
