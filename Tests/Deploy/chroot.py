"""Root file systems of an empty Debian 12, for tests that install things into one."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from server import ROOT, run

CACHE = pathlib.Path(os.environ.get("DEPLOY_CACHE", ROOT / ".build/deploy"))
SUITE = "bookworm"
MIRROR = os.environ.get("DEPLOY_MIRROR", "http://deb.debian.org/debian")


def base():
    """An archive of Debian's smallest system, made once."""
    return cached(SUITE, lambda tree: run("debootstrap", "--variant=minbase", SUITE, tree, MIRROR))


def cached(name, fill):
    archive = CACHE / f"{name}.tar"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        tree = tempfile.mkdtemp(prefix="clickclack-debian-")
        try:
            fill(tree)
            partial = archive.with_suffix(".partial")
            run("tar", "--one-file-system", "-C", tree, "-cf", partial, ".")
            partial.rename(archive)
        finally:
            shutil.rmtree(tree)
    return archive


class Chroot:
    """An empty Debian 12 in a directory, with mounts of its own, gone after the test."""

    def __init__(self, test=None, packages=(), path=None):
        self.path = pathlib.Path(path or tempfile.mkdtemp(prefix="clickclack-root-"))
        if test:
            test.addCleanup(shutil.rmtree, self.path)
        archive = cached(f"{SUITE}-" + "-".join(sorted(packages)), lambda tree: Chroot(path=tree).install(packages)) \
            if packages else base()
        run("tar", "-C", self.path, "-xf", archive)
        # It is the root of users without rights, too.
        self.path.chmod(0o755)
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        # No service is started in it (invoke-rc.d).
        policy = self.path / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)

    def install(self, packages):
        """Installs packages of Debian, or files of packages with what they depend on."""
        self.run("apt-get", "update", "-qq")
        self.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages,
                 environment={"DEBIAN_FRONTEND": "noninteractive"})

    def words(self, *command, user=None, read_only=False, writable=(), environment=None):
        """The command line that runs a program in it. Mounts end with the program."""
        script = 'mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && '
        for path in writable:
            script += f'mount --bind "$0{path}" "$0{path}" && '
        if read_only:
            script += 'mount -o remount,bind,ro "$0" && '
        identity = f"--userspec={user}" if user else "--userspec=0:0"
        script += f'exec chroot {identity} "$0" "$@"'
        variables = [f"{name}={value}" for name, value in
                     {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **(environment or {})}.items()]
        return ["env", "-i", *variables, "unshare", "--mount", "sh", "-c", script, self.path, *command]

    def run(self, *command, **options):
        return run(*self.words(*command, **options))

    def fails(self, *command, **options):
        return subprocess.run(
            [str(word) for word in self.words(*command, **options)], capture_output=True, text=True).returncode != 0
