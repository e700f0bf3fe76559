extension Schema {
  /// Bots' tokens; the bots themselves are users.
  static let bots = """
    CREATE TABLE bot_tokens (
      id TEXT PRIMARY KEY,
      bot_user_id TEXT NOT NULL REFERENCES users (id),
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      owner_user_id TEXT REFERENCES users (id),
      name TEXT NOT NULL,
      token_hash BLOB NOT NULL UNIQUE,
      scopes TEXT NOT NULL,
      created_by TEXT REFERENCES users (id),
      created_at TEXT NOT NULL,
      last_used_at TEXT,
      revoked_at TEXT,
      setup_nonce TEXT
    ) STRICT;
    CREATE INDEX bot_tokens_bot ON bot_tokens (bot_user_id);
    CREATE INDEX bot_tokens_workspace ON bot_tokens (workspace_id);
    CREATE UNIQUE INDEX bot_tokens_nonce ON bot_tokens (workspace_id, created_by, setup_nonce)
      WHERE setup_nonce IS NOT NULL;
    """
}
