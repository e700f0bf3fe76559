extension Schema {
  /// Links by which people who have an account join a workspace.
  static let inviteLinks = """
    CREATE TABLE workspace_invite_links (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      token_hash BLOB NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('member', 'guest')),
      created_by TEXT NOT NULL REFERENCES users (id),
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL,
      max_uses INTEGER NOT NULL CHECK (max_uses > 0),
      uses INTEGER NOT NULL DEFAULT 0 CHECK (uses BETWEEN 0 AND max_uses),
      revoked_at TEXT
    ) STRICT;
    CREATE INDEX workspace_invite_links_workspace ON workspace_invite_links (workspace_id, id);
    """
}
