#!/bin/sh
# Gathers the static libraries that the program is linked with in a directory that the linker searches first; what is not
# there stays shared. Usage: static-libraries.sh DIRECTORY; then build with PKG_CONFIG_PATH=DIRECTORY and -LDIRECTORY.
set -eu

directory=$1
mkdir -p "$directory"

# package, file in it, name for the linker
while read -r package file name; do
  path=$(dpkg -L "$package" | grep "/$file\$") || {
    echo "$package has no $file" >&2
    exit 1
  }
  ln -sf "$path" "$directory/$name"
done <<LIST
libuv1-dev libuv_a.a libuv.a
libsqlite3-dev libsqlite3.a libsqlite3.a
zlib1g-dev libz.a libz.a
LIST

# SwiftPM passes on the system's own library directory, which would come before this one.
for name in libuv sqlite3 zlib openssl libssl libcrypto libargon2 libcurl; do
  sed 's/-L[^ ]*//g' "$(pkg-config --variable=pcfiledir "$name")/$name.pc" > "$directory/$name.pc"
done
