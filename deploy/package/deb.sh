#!/bin/sh
# Makes the Debian package. Usage: deb.sh PROGRAM VERSION DIRECTORY
set -eu

program=$1
version=$2
directory=$3
root=$(cd "$(dirname "$0")/../.." && pwd)

# A Debian version begins with a digit; what git says of an untagged commit does not.
case "$version" in
v[0-9]*) version=${version#v} ;;
[0-9]*.*) ;;
*) version="0.0.0+git$version" ;;
esac
version=$(printf %s "$version" | tr -- -_ ++)
architecture=$(dpkg --print-architecture)
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}"

mkdir -p "$directory"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree/DEBIAN" "$work/debian"
chmod 755 "$tree"
sh "$root/deploy/package/files.sh" "$program" "$tree/usr"
install -D -m 644 "$root/deploy/systemd/clickclack.service" "$tree/lib/systemd/system/clickclack.service"
install -D -m 644 "$root/deploy/systemd/clickclack.socket" "$tree/lib/systemd/system/clickclack.socket"
install -D -m 640 "$root/deploy/systemd/clickclack.toml" "$tree/etc/clickclack/clickclack.toml"
install -D -m 644 "$root/deploy/package/lintian-overrides" "$tree/usr/share/lintian/overrides/clickclack"

maintainer="ClickClack maintainers <maintainers@clickclack.invalid>"
printf 'clickclack (%s) unstable; urgency=medium\n\n  * Built from %s.\n\n -- %s  %s\n' \
  "$version" "$version" "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" |
  gzip -9n > "$tree/usr/share/doc/clickclack/changelog.gz"

# The shared libraries that the program asks for, and the versions that have what it uses.
printf 'Source: clickclack\n\nPackage: clickclack\nArchitecture: any\n' > "$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "$tree/usr/bin/clickclack" 2>"$work/warnings" | sed -n 's/^shlibs:Depends=//p')
[ -n "$libraries" ] || {
  cat "$work/warnings" >&2
  exit 1
}
# Ubuntu 24.04 has the same libraries under new names, from the transition to a 64-bit time_t.
libraries=$(printf %s "$libraries" | sed -E 's/\b(libssl3|libcurl4)( \([^)]*\))?(,|$)/\1\2 | \1t64\2\3/g')

cat > "$tree/DEBIAN/control" <<CONTROL
Package: clickclack
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -ks --exclude=DEBIAN "$tree" | cut -f1)
Depends: $libraries, adduser, init-system-helpers (>= 1.54~)
Recommends: ca-certificates
Section: net
Priority: optional
Description: self-hosted team chat server
 Workspaces, channels, threads, direct messages, bots, live events and search,
 in one program with one directory of data: no database server, no message
 broker, no cache to run. The same program is a command line client.
CONTROL
echo /etc/clickclack/clickclack.toml > "$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do
  install -m 755 "$root/deploy/package/$script" "$tree/DEBIAN/$script"
done
(cd "$tree" && find usr lib -type f -exec md5sum {} + | LC_ALL=C sort -k 2 > DEBIAN/md5sums)
chmod 644 "$tree/DEBIAN/md5sums" "$tree/DEBIAN/control" "$tree/DEBIAN/conffiles"
dpkg-deb --root-owner-group --build "$tree" "$directory/clickclack_${version}_$architecture.deb" >/dev/null
