extension Schema {
  /// The job queue, the administrators of the server, and what notifications and quotas of uploads look up.
  ///
  /// A job is unfinished until `ended_at` is set. While it runs it is leased: `leased_until` is renewed by the server
  /// that runs it, and a job whose lease has passed belongs to a server that is gone.
  static let jobs = """
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      unique_key TEXT,
      payload TEXT NOT NULL,
      state TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      max_attempts INTEGER NOT NULL,
      repeat_seconds INTEGER,
      again INTEGER NOT NULL DEFAULT 0,
      run_at TEXT NOT NULL,
      lease_holder TEXT,
      leased_until TEXT,
      last_error TEXT NOT NULL DEFAULT '',
      created_at TEXT NOT NULL,
      ended_at TEXT
    ) STRICT;
    CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE ended_at IS NULL;
    CREATE INDEX jobs_waiting ON jobs (run_at, id) WHERE ended_at IS NULL AND leased_until IS NULL;
    CREATE INDEX jobs_leased ON jobs (leased_until) WHERE leased_until IS NOT NULL;
    CREATE INDEX jobs_ended ON jobs (state, ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX jobs_state ON jobs (state, id);

    CREATE TABLE server_administrators (
      user_id TEXT PRIMARY KEY REFERENCES users (id),
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE INDEX users_pushover ON users (id) WHERE pushover_enabled = 1;

    CREATE INDEX uploads_owner_bytes ON uploads (owner_id, byte_size);
    CREATE INDEX uploads_workspace_bytes ON uploads (workspace_id, byte_size);
    """
}
