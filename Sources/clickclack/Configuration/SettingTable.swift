import Runtime

extension Setting {
  private static let kibibyte = 1024
  private static let mebibyte = 1024 * 1024
  private static let day = Duration.seconds(86_400)

  /// Every setting there is, in the order of the documentation.
  static let all: [Setting] = [
    Setting(
      "addr", .server, \.address, .address,
      "Where to listen: an address and a port, every interface without an address, or `unix:/path`."),
    Setting(
      "data", .server, \.dataDirectory, .path,
      "Directory for the database `clickclack.db` and uploads; made if missing."),
    Setting(
      "auto_migrate", .server, \.isAutoMigrating, .boolean,
      "Migrate the database when the server starts; if false, a server refuses to start on an old schema."),
    Setting(
      "public_url", .server, \.publicURL, .origin,
      "Origin at which people reach the server, for links, OAuth and cookies; empty if it is used on its own address."),

    Setting(
      "tls_cert", .tls, \.tlsCertificateFile, .path,
      "PEM file with the server's certificate and those that vouch for it; with it all connections speak TLS 1.2 or "
        + "1.3. Read again on SIGHUP."),
    Setting("tls_key", .tls, \.tlsKeyFile, .path, "PEM file with the certificate's key. Read again on SIGHUP."),
    Setting(
      "tls_handshake_timeout", .tls, \.tlsHandshakeTimeout, .duration(.seconds(1)...(.seconds(60))),
      "How long a client may take to agree on encryption."),
    Setting(
      "hsts_max_age", .tls, \.hstsMaxAge, .duration(.seconds(0)...day * 730),
      "How long browsers shall come by TLS only (Strict-Transport-Security), if the server speaks TLS itself; 0s to not "
        + "tell them."),

    Setting(
      "dev_bootstrap", .access, \.isDevBootstrap, .boolean,
      "Development only: make a first user, workspace and channel, and let local requests without credentials act as "
        + "that user. Other machines are refused."),
    Setting(
      "cookie_namespace", .access, \.cookieNamespace, .cookieNamespace,
      "Keeps the session cookies of several servers on one host apart: up to 32 lower-case letters, digits and "
        + "hyphens."),
    Setting(
      "allowed_origins", .access, \.allowedOrigins,
      .list("urls", parse: { text throws(BadValue) in try WebOrigin(parsing: text) }, text: \.text),
      "Origins, besides the server's own, whose pages may send changes with a session cookie."),
    Setting(
      "callback_allow", .access, \.callbackAllow,
      .list(
        "hosts or address ranges", parse: { text throws(BadValue) in try CallbackTarget(parsing: text) }, text: \.text),
      "Destinations that slash commands and event subscriptions may call although they are private, and by plain "
        + "http."),
    Setting(
      "session_lifetime", .access, \.sessionLifetime, .duration(.seconds(60)...day * 3650),
      "How long a sign-in lasts."),
    Setting(
      "magic_link_lifetime", .access, \.magicLinkLifetime, .duration(.seconds(60)...day * 7),
      "How long a magic link can be used."),
    Setting(
      "invite_lifetime", .access, \.inviteLifetime, .duration(.seconds(60)...day * 365),
      "How long an invitation can be used with which somebody new makes an account."),
    Setting(
      "passkey_verification", .access, \.passkeyVerification, .choice,
      "Whether authenticators have to make sure who is there, by a PIN, a finger or a face; if `preferred`, they do when "
        + "they can."),
    Setting(
      "passkeys_per_user_max", .access, \.passkeysPerUserMax, .integer(1...100), "Most passkeys of one person."),
    Setting(
      "passkey_challenge_lifetime", .access, \.passkeyChallengeLifetime, .duration(.seconds(30)...(.seconds(3600))),
      "How long a browser has to answer when a passkey is registered or used."),
    Setting(
      "passkey_challenges_max", .access, \.passkeyChallengesMax, .integer(16...1_000_000),
      "Most registrations and sign-ins with passkeys under way; further ones are answered with 503."),
    Setting(
      "passwords", .access, \.arePasswordsEnabled, .boolean,
      "Let people sign in with an e-mail address and a password."),
    Setting(
      "password_reset_lifetime", .access, \.passwordResetLifetime, .duration(.seconds(60)...day * 7),
      "How long a link to set a new password can be used."),
    Setting(
      "password_hash_memory", .access, \.passwordHashMemoryBytes, .bytes(7 * mebibyte...1024 * mebibyte),
      "Memory that hashing one password takes (Argon2id); existing passwords are hashed anew when they are used."),
    Setting(
      "password_hash_passes", .access, \.passwordHashPasses, .integer(1...100),
      "Passes over that memory; more take longer."),
    Setting(
      "password_hash_threads", .access, \.passwordHashThreadCount, .integer(1...64),
      "Passwords that are hashed at a time, each with its memory."),
    Setting(
      "password_hash_queue_max", .access, \.passwordHashQueueMax, .integer(0...10_000),
      "Most passwords that wait to be hashed; further sign-ins are answered with 503."),

    Setting(
      "smtp_url", .mail, \.smtpURL, .smtpAddress,
      "Mail server for sign-in links, which people then may ask for: `smtp://host:port`, where STARTTLS is required, or "
        + "`smtps://host`. Needs `public_url` and `mail_from`. Empty: no mail."),
    Setting("smtp_username", .mail, \.smtpUsername, .text, "Account at the mail server; empty for none."),
    Setting("smtp_password", .mail, \.smtpPassword, .text, isSecret: true, "Password of that account."),
    Setting("mail_from", .mail, \.mailFrom, .mailAddress, "Address from which mail is sent."),
    Setting(
      "smtp_allow_plain", .mail, \.isPlainSMTPAllowed, .boolean,
      "Talk to a mail server on this machine without encryption; refused for others."),
    Setting(
      "smtp_ca_file", .mail, \.smtpAuthorityFile, .path,
      "File with the certificate authorities of the mail server; empty for the system's."),
    Setting(
      "magic_link_sign_up", .mail, \.isSignUpByMailAllowed, .boolean,
      "Send links also to addresses that nobody has; who opens one becomes a user."),

    Setting(
      "github_client_id", .providers, \.github.clientID, .text,
      "Identifier of the OAuth app at GitHub; with it people can sign in there."),
    Setting(
      "github_client_secret", .providers, \.github.clientSecret, .text, isSecret: true,
      "Secret of the OAuth app at GitHub."),
    Setting(
      "github_url", .providers, \.github.url, .providerURL,
      "A GitHub Enterprise Server instead of `https://github.com`."),
    Setting(
      "github_api_url", .providers, \.github.apiURL, .providerURL,
      "The API of a GitHub Enterprise Server, such as `https://github.example/api/v3`."),
    Setting(
      "github_allowed_orgs", .providers, \.github.allowedOrganizations, .words("organisations"),
      "Organisations at GitHub whose members may sign in; everybody if empty."),
    Setting(
      "github_moderator_orgs", .providers, \.github.moderatorOrganizations, .words("organisations"),
      "Organisations at GitHub whose members join as moderators."),
    Setting(
      "newcomer_role", .providers, \.newcomerRole, .choice,
      "What people become who are new when they sign in by another service: nothing, a guest in the waiting room, or a "
        + "member."),
    Setting(
      "newcomer_workspace", .providers, \.newcomerWorkspace, .text,
      "Workspace that they join, by id or slug; the oldest one if empty."),
    Setting(
      "sign_in_timeout", .providers, \.signInTimeout, .duration(.seconds(1)...(.seconds(3600))),
      "How long people may take at the other service."),
    Setting(
      "sign_ins_pending_max", .providers, \.signInsPendingMax, .integer(1...1_000_000),
      "Most sign-ins under way at other services; further ones are answered with 503."),
    Setting(
      "proxy_header", .providers, \.proxy.header, .fieldName,
      "Header field in which a trusted proxy says, in a signed token, who is signed in, such as "
        + "`Cf-Access-Jwt-Assertion`; none if empty."),
    Setting(
      "proxy_issuer", .providers, \.proxy.issuer, .providerURL, "Issuer of the proxy's tokens, letter by letter."),
    Setting("proxy_audience", .providers, \.proxy.audience, .text, "For whom the proxy's tokens are made."),
    Setting(
      "proxy_keys_url", .providers, \.proxy.keysURL, .providerURL,
      "Where the keys of the proxy's tokens are (JWKS); found out from the issuer if empty."),
    Setting(
      "proxy_trusted", .providers, \.proxy.trusted,
      .list(
        "address ranges", parse: { text throws(BadValue) in try AddressRange(parsing: text) }, text: \.text),
      "Addresses of proxies in front of the server: what they add to `proxy_client_field` tells where a client is, and "
        + "nobody else may send the field with the token."),
    Setting(
      "proxy_client_field", .providers, \.proxy.clientField, .choice,
      "Header field to which the proxies add where a client is. They must add to it or replace it, or clients could "
        + "invent addresses."),

    Setting("metrics", .observability, \.isMetricsEnabled, .boolean, "Serve Prometheus metrics at `/metrics`."),
    Setting("log_level", .observability, \.logLevel, .choice, "Least severe level that is logged."),
    Setting(
      "log_format", .observability, \.logFormat, .choice,
      "How log lines look on standard error; `auto` is text on a terminal and JSON otherwise."),
    Setting(
      "otlp_endpoint", .observability, \.otlpEndpoint, .optionalServerURL,
      "Collector that spans are sent to by OTLP/HTTP as JSON, such as `http://127.0.0.1:4318`; `/v1/traces` is added. It "
        + "may be at a private address. Empty: no tracing."),
    Setting(
      "otlp_headers", .observability, \.otlpHeaders,
      .list(
        "name=value", parse: { text throws(BadValue) in try CollectorHeader(parsing: text) }, text: \.text),
      isSecret: true,
      "Header fields for the collector, such as credentials; in values `%2C` stands for a comma and `%25` for a percent "
        + "sign."),
    Setting(
      "otlp_service_name", .observability, \.otlpServiceName, .text, "Under which name the collector files the spans."),
    Setting(
      "trace_sample_ratio", .observability, \.traceSampleRatio, .ratio,
      "Part of all traces that is recorded. Which ones follows from the trace's identifier, unless a trusted proxy "
        + "(`proxy_trusted`) says."),
    Setting(
      "trace_queue_max", .observability, \.traceQueueMax, .integer(512...1_000_000),
      "Most spans that wait for the collector; further ones are dropped and counted."),

    Setting("loops", .threads, \.loopCount, .integer(0...256), "Event loops, one thread each; 0 means one per core."),
    Setting(
      "reader_threads", .threads, \.readerThreadCount, .integer(1...64),
      "Threads that read from the database, one connection each."),
    Setting(
      "blocking_threads", .threads, \.blockingThreadCount, .integer(1...64),
      "Threads that read and write uploaded files."),
    Setting(
      "blocking_queue_max", .threads, \.blockingQueueMax, .integer(1...1_000_000),
      "Most reads and writes of files that wait for a thread; further ones are answered with 503."),
    Setting(
      "grace_period", .threads, \.gracePeriod, .duration(.seconds(0)...(.seconds(600))),
      "How long running requests may take to finish after the signal to stop."),

    Setting(
      "header_timeout", .http, \.headerTimeout, .duration(.seconds(1)...(.seconds(600))),
      "How long a request's header may take to arrive."),
    Setting(
      "body_timeout", .http, \.bodyTimeout, .duration(.seconds(1)...(.seconds(3600))),
      "How long a whole JSON body, a WebSocket message or the next 16 KiB of an upload may take."),
    Setting(
      "idle_timeout", .http, \.idleTimeout, .duration(.seconds(1)...(.seconds(3600))),
      "How long a connection is kept between requests."),
    Setting(
      "write_timeout", .http, \.writeTimeout, .duration(.seconds(1)...(.seconds(3600))),
      "How long a response may wait for a peer to take its next 16 KiB."),
    Setting(
      "header_bytes_max", .http, \.headerBytesMax, .bytes(kibibyte...mebibyte),
      "Largest request line and header together."),
    Setting(
      "header_count_max", .http, \.headerCountMax, .integer(8...1000), "Most header fields of a request."),
    Setting(
      "body_bytes_max", .http, \.bodyBytesMax, .bytes(kibibyte...64 * mebibyte), "Largest JSON body of a request."),
    Setting(
      "bodies_bytes_max", .http, \.bodiesBytesMax, .bytes(mebibyte...65_536 * mebibyte),
      "Most bytes of request bodies and WebSocket messages in memory, all together; beyond them 503 or 1013."),
    Setting(
      "answers_bytes_max", .http, \.answersBytesMax, .bytes(mebibyte...65_536 * mebibyte),
      "Most bytes of large answers that wait for clients to take them, of all connections together; further reads get 503."
    ),
    Setting(
      "connections_max", .http, \.connectionsMax, .integer(1...1_000_000),
      "Most connections at a time; fewer if the limit on open files does not allow for them. Further ones get 503."),
    Setting(
      "connections_per_address_max", .http, \.connectionsPerAddressMax, .integer(1...1_000_000),
      "Most connections of one peer address; this machine is exempt. Further ones get 503."),

    Setting(
      "websocket_message_bytes_max", .realtime, \.websocketMessageBytesMax, .bytes(kibibyte...16 * mebibyte),
      "Largest WebSocket message that is accepted."),
    Setting(
      "websocket_input_bytes_per_second", .realtime, \.websocketInputBytesPerSecond, .bytes(kibibyte...4 * mebibyte),
      "Bytes, with what they inflate to, that a client may send on a WebSocket; ten seconds' worth at once, then 1008."),
    Setting(
      "websocket_input_frames_per_second", .realtime, \.websocketInputFramesPerSecond, .integer(1...10_000),
      "Frames, pings and pongs included, that a client may send on a WebSocket; ten seconds' worth at once, then 1008."),
    Setting(
      "websocket_ping_interval", .realtime, \.websocketPingInterval, .duration(.seconds(1)...(.seconds(3600))),
      "How often a quiet WebSocket is pinged."),
    Setting(
      "websocket_dead_peer_timeout", .realtime, \.websocketDeadPeerTimeout, .duration(.seconds(2)...(.seconds(7200))),
      "How long a WebSocket may be silent before it is closed; must exceed the ping interval."),
    Setting(
      "outbound_backlog_bytes_max", .realtime, \.outboundBacklogBytesMax, .bytes(16 * kibibyte...256 * mebibyte),
      "Unsent bytes a connection may have before it is closed with 1013."),
    Setting(
      "compression_threshold", .realtime, \.compressionThresholdBytes, .bytes(0...mebibyte),
      "Smallest JSON response that is compressed."),
    Setting(
      "event_ring_max", .realtime, \.eventRingMax, .integer(16...1_000_000),
      "Recent events that each active workspace keeps in memory for reconnecting clients."),
    Setting(
      "event_rings_bytes_max", .realtime, \.eventRingsBytesMax, .bytes(mebibyte...64 * 1024 * mebibyte),
      "Bytes of memory that the recent events of all workspaces take together, about."),
    Setting(
      "replay_max", .realtime, \.replayMax, .integer(1...1_000_000),
      "Most events that a reconnecting client is sent; beyond them it is told to start afresh (4001)."),
    Setting(
      "replays_concurrent_max", .realtime, \.replaysConcurrentMax, .integer(1...100_000),
      "Most reconnecting clients that are sent what they missed from the database at a time; others wait."),
    Setting(
      "replays_per_user_max", .realtime, \.replaysPerUserMax, .integer(1...100_000),
      "Most of them of one person, and no more than half of all. Further ones wait."),

    Setting(
      "upload_bytes_max", .storage, \.uploadBytesMax, .bytes(kibibyte...64 * 1024 * mebibyte),
      "Largest file that may be uploaded."),
    Setting(
      "unused_upload_lifetime", .storage, \.unusedUploadLifetime, .duration(.seconds(60)...day * 3650),
      "How long an uploaded file is kept that no message and no icon shows, and those of a deleted workspace."),
    Setting(
      "upload_user_bytes_max", .storage, \.uploadUserBytesMax, .bytes(0...1024 * 1024 * 1024 * mebibyte),
      "Most bytes that the uploads of one person may take, in all workspaces together; 0 for no limit."),
    Setting(
      "upload_workspace_bytes_max", .storage, \.uploadWorkspaceBytesMax, .bytes(0...1024 * 1024 * 1024 * mebibyte),
      "Most bytes that the uploads of one workspace may take; 0 for no limit."),
    Setting(
      "uploads_concurrent_max", .storage, \.uploadsConcurrentMax, .integer(1...100_000),
      "Most uploads under way at a time; fewer if the limit on open files does not allow for them. Further "
        + "ones get 503."),
    Setting(
      "downloads_concurrent_max", .storage, \.downloadsConcurrentMax, .integer(1...100_000),
      "Most downloads of uploads under way at a time; fewer if the limit on open files does not allow for "
        + "them. Further ones get 503."),
    Setting(
      "downloads_per_user_max", .storage, \.downloadsPerUserMax, .integer(1...100_000),
      "Most downloads of one person under way at a time, and no more than half of all. Further ones get 429."),
    Setting(
      "database_log_bytes_max", .storage, \.databaseLogBytesMax, .bytes(mebibyte...16 * 1024 * mebibyte),
      "Bytes of SQLite's write-ahead log beyond which a write waits a moment for readers so that the log can start over."
    ),
    Setting(
      "writer_queue_max", .storage, \.writerQueueMax, .integer(1...1_000_000),
      "Most writes that wait for the database; further ones are answered with 503."),
    Setting(
      "writer_group_max", .storage, \.writerGroupMax, .integer(1...4096),
      "Most writes that share one transaction and one flush to disk."),
    Setting(
      "jobs_concurrent_max", .storage, \.jobsConcurrentMax, .integer(1...256),
      "Most background jobs that run at the same time."),
    Setting(
      "job_lease", .storage, \.jobLease, .duration(.seconds(1)...(.seconds(600))),
      "How long a running job stays with a server that gives no sign of life, such as one that was killed."),

    Setting(
      "pushover_token", .notifications, \.pushoverToken, .text, isSecret: true,
      "Token of an application at Pushover; without one nobody is notified there."),
    Setting(
      "pushover_url", .notifications, \.pushoverURL, .serverURL,
      "Where notifications are posted; another service may speak Pushover's protocol, also on a private address."),

    Setting("server", .client, \.client.server, .serverURL, "Server to talk to."),
    Setting("token", .client, \.client.token, .text, isSecret: true, "Session or bot token."),
    Setting(
      "user_id", .client, \.client.userID, .text, "User to act as on a development server; `--user` for short."),
    Setting(
      "workspace", .client, \.client.workspace, .text, "Workspace by id or slug; the first one if empty."),
    Setting(
      "channel", .client, \.client.channel, .text,
      "Channel by id or name, with or without `#`; `general` or else the first one if empty."),
  ]
}
