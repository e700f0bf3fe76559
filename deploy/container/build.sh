#!/bin/sh
# Builds the program in the Swift image and assembles the root file system. Usage: build.sh VERSION TARGET
set -eu

apt-get update -qq
apt-get install -y -qq --no-install-recommends make >/dev/null
make build VERSION="$1"
strip --strip-all .build/release/clickclack -o /clickclack
sh deploy/container/rootfs.sh /clickclack "$2"
