#!/bin/sh
# Makes an archive for any machine with the program's libraries, and its checksum.
# Usage: archive.sh PROGRAM VERSION DIRECTORY
set -eu

program=$1
version=$2
directory=$3
root=$(cd "$(dirname "$0")/../.." && pwd)

mkdir -p "$directory"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name=clickclack-$version-linux-$(uname -m)
sh "$root/deploy/package/files.sh" "$program" "$work/$name"
mkdir -p "$work/$name/share/doc/clickclack/examples/systemd"
install -m 644 "$root"/deploy/systemd/* "$work/$name/share/doc/clickclack/examples/systemd/"
# Made twice from the same program, it has the same bytes.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" -C "$work" -cf - "$name" |
  gzip -9n > "$directory/$name.tar.gz"
(cd "$directory" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
