#!/bin/sh
# Lays out what a system gets besides the program itself, made by the program and from the documentation.
# Usage: files.sh PROGRAM TARGET, where TARGET stands for /usr
set -eu

program=$1
target=$2
root=$(cd "$(dirname "$0")/../.." && pwd)

install -D -m 755 "$program" "$target/bin/clickclack"
mkdir -p "$target/share/man/man1" "$target/share/bash-completion/completions" \
  "$target/share/zsh/vendor-completions" "$target/share/fish/vendor_completions.d" "$target/share/doc/clickclack/examples"
"$program" manual | gzip -9n > "$target/share/man/man1/clickclack.1.gz"
"$program" completions bash > "$target/share/bash-completion/completions/clickclack"
"$program" completions zsh > "$target/share/zsh/vendor-completions/_clickclack"
"$program" completions fish > "$target/share/fish/vendor_completions.d/clickclack.fish"
for name in operations configuration cli security; do
  install -m 644 "$root/docs/$name.md" "$target/share/doc/clickclack/$name.md"
done
install -m 644 "$root/deploy/package/copyright" "$target/share/doc/clickclack/copyright"
cp -r "$root/deploy/nginx" "$root/deploy/caddy" "$root/deploy/monitoring" "$target/share/doc/clickclack/examples/"
find "$target" -type d -exec chmod 755 {} +
find "$target/share" -type f -exec chmod 644 {} +
