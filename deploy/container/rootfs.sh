#!/bin/sh
# Assembles the root file system of the container: the program, the libraries that it needs, certificate authorities,
# and a user. No shell, no package manager. Usage: rootfs.sh PROGRAM TARGET
set -eu

program=$1
target=$2
user=10001

mkdir -p "$target/etc/ssl/certs" "$target/usr/bin" "$target/var/lib/clickclack" "$target/tmp"
install -m 755 "$program" "$target/usr/bin/clickclack"

# "name => /path (address)", and "/path (address)" for the loader.
ldd "$program" | sed -n -e 's|.*=> \(/[^ ]*\) (.*|\1|p' -e 's|^[[:space:]]*\(/[^ ]*\) (.*|\1|p' | sort -u |
  while read -r library; do
    install -D -m 755 "$(readlink -f "$library")" "$target$library"
  done

cp -L /etc/ssl/certs/ca-certificates.crt "$target/etc/ssl/certs/ca-certificates.crt"
echo "hosts: files dns" > "$target/etc/nsswitch.conf"
printf 'root:x:0:0::/:/sbin/nologin\nclickclack:x:%s:%s::/var/lib/clickclack:/sbin/nologin\n' $user $user \
  > "$target/etc/passwd"
printf 'root:x:0:\nclickclack:x:%s:\n' $user > "$target/etc/group"
chown $user:$user "$target/var/lib/clickclack"
chmod 700 "$target/var/lib/clickclack"
chmod 1777 "$target/tmp"
