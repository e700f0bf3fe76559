# Brings about what a chapter of docs/operations.md is about; sourced by the test that follows the document.

prepare_certificate() { ls fullchain.pem privkey.pem; }

prepare_newer_schema() {
  sqlite3 -cmd ".timeout 10000" /var/lib/clickclack/clickclack.db \
    "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (999, 'future', 'x', 'then')"
}

prepare_older_package() {
  mkdir older
  cp ./clickclack_*.deb older/
}

prepare_stopped() { systemctl stop clickclack; }

# A volume of its own, filled to the last byte by something else.
prepare_full_disk() {
  code=$(chat admin magic-link create --email ada@example.org)
  token=$(curl -s -H "Content-Type: application/json" http://127.0.0.1:8080/api/auth/magic/consume \
    -d "{\"token\": \"$code\"}" -D - -o /dev/null | sed -n 's/^[Ss]et-[Cc]ookie: [^=]*=\([^;]*\);.*/\1/p')
  systemctl stop clickclack
  mv /var/lib/clickclack /var/lib/clickclack.full
  mkdir /var/lib/clickclack
  mount -t tmpfs -o size=32m,mode=700,uid="$(id -u clickclack)",gid="$(id -g clickclack)" tmpfs /var/lib/clickclack
  cp -a /var/lib/clickclack.full/. /var/lib/clickclack/
  systemctl start clickclack
  dd if=/dev/zero of=/var/lib/clickclack/filler bs=4096 2>/dev/null || true
}

prepare_roomy_disk() { rm /var/lib/clickclack/filler; }

# Somebody forgot to end a transaction.
prepare_locked() {
  sleep infinity | sqlite3 -cmd "BEGIN IMMEDIATE" /var/lib/clickclack/clickclack.db &
  until ! sqlite3 /var/lib/clickclack/clickclack.db "BEGIN IMMEDIATE" 2>/dev/null; do sleep 0.1; done
}
