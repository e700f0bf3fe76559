# What README.md and docs/api.md take for granted; sourced by the test that follows them.

# Builds take minutes, and dist/clickclack is built: what is left of it is what the program does then.
make() {
  case "$*" in
  serve)
    .build/release/clickclack serve --dev-bootstrap=true 2> server.log &
    until .build/release/clickclack healthcheck > /dev/null 2>&1; do sleep 0.1; done
    ;;
  test) ;;
  *) return 1 ;;
  esac
}

# After the event stream was opened: something that it shows.
until_shown() {
  until grep -q "^data:" "$1"; do
    curl -s -o /dev/null -H "Authorization: Bearer $token" "$server/api/channels/$channel/messages" -d '{"body": "again"}'
    sleep 0.2
  done
}

after_listening() { until_shown output-events; }

before_api() { TOKEN=$token; }
