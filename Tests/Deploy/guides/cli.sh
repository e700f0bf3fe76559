# What docs/cli.md takes for granted; sourced by the test that follows it.

admin() { command clickclack admin "$@" --data data; }

before_connect() {
  cat certificate.pem >> authorities.pem
  command clickclack serve --addr 127.0.0.1:443 --data data --tls-cert certificate.pem --tls-key certificate.key \
    --public-url https://chat.example 2> server.log &
  ada=$(admin bootstrap --name Ada --email ada@example.com)
  ann=$(admin user create --name Ann --email ann@example.com --workspace clickclack)
  echo "a long password" | admin user set-password ann@example.com
  admin bot create --workspace clickclack --created-by "$ada" --name robot --plain > token
  until command clickclack healthcheck --url https://chat.example; do sleep 0.1; done
}

# What a person types and pastes.
clickclack() {
  case "$*" in
  *" --link-stdin") admin magic-link create --email ann@example.com | command clickclack "$@" ;;
  *" --email "*)
    mkfifo keys
    script --quiet --return --flush --command "clickclack $*" typescript < keys > /dev/null &
    exec 9> keys
    until grep -q -i password typescript 2>/dev/null; do sleep 0.1; done
    printf 'a long password\n' >&9
    exec 9>&-
    wait $!
    ;;
  *) command clickclack "$@" ;;
  esac
}

# A request of somebody, with a session of its own.
as() {
  code=$(admin magic-link create --email "$1@example.com")
  session=$(curl -s --cacert certificate.pem https://chat.example/api/auth/magic/consume -H "Content-Type: application/json" \
    -d "{\"token\": \"$code\"}" | jq -r .token)
  curl -sS -f -o /dev/null --cacert certificate.pem -H "Authorization: Bearer $session" "https://chat.example$2" "${@:3}"
}

before_scripts() {
  admin magic-link create --email ada@example.com | command clickclack login --server https://chat.example --link-stdin
  workspace=$(command clickclack workspaces list --plain)
  for name in builds alerts reports ops; do
    as ada "/api/workspaces/$workspace/channels" -d "{\"name\": \"$name\"}"
  done
  as ann /api/me -X PATCH -d '{"handle": "ann"}'
  echo "numbers" > report.pdf
  echo "a picture" > chart.png
}

make() { echo "the build is green"; }
pg_dump() { echo "CREATE TABLE $1"; }

after_answering() {
  until [ -n "$(command clickclack threads list --channel ops --plain)" ]; do
    command clickclack send --channel ops "uptime? please" > /dev/null
    sleep 0.2
  done
}

before_searching() { failed=$(command clickclack send "deploy failed" --plain); }
after_searching() { command clickclack reactions list "$failed" | grep -q eyes; }

before_completion() { mkdir -p ~/.zfunc ~/.config/fish/completions ~/.local/share/man/man1; }
