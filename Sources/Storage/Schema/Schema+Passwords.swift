extension Schema {
  /// Where sessions come from, passwords, and the links that reset them.
  static let passwords = """
    ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN last_used_at TEXT;

    CREATE TABLE passwords (
      user_id TEXT PRIMARY KEY REFERENCES users (id),
      hash TEXT NOT NULL,
      changed_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE password_resets (
      token_hash BLOB PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id),
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX password_resets_user ON password_resets (user_id);
    CREATE INDEX password_resets_expiry ON password_resets (expires_at);
    """
}
