extension Schema {
  /// Passkeys, and what an invitation needs to become a person with one.
  ///
  /// The handle is what an authenticator knows its user by. All passkeys of a person share one, so that an authenticator
  /// replaces what it has instead of keeping two.
  static let passkeys = """
    CREATE TABLE passkeys (
      id TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id),
      credential_id BLOB NOT NULL UNIQUE,
      user_handle BLOB NOT NULL,
      public_key BLOB NOT NULL,
      signature_count INTEGER NOT NULL,
      backup_eligible INTEGER NOT NULL CHECK (backup_eligible IN (0, 1)),
      backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
      transports TEXT NOT NULL,
      name TEXT NOT NULL,
      created_at TEXT NOT NULL,
      last_used_at TEXT
    ) STRICT;
    CREATE INDEX passkeys_user ON passkeys (user_id);

    ALTER TABLE workspace_invites ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
    ALTER TABLE workspace_invites ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
    ALTER TABLE workspace_invites ADD COLUMN used_by TEXT REFERENCES users (id);
    ALTER TABLE workspace_invites ADD COLUMN revoked_at TEXT;
    CREATE INDEX workspace_invites_workspace ON workspace_invites (workspace_id);
    """
}
