extension Schema {
  /// Users, their credentials, workspaces and who belongs to them.
  static let people = """
    CREATE TABLE users (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('human', 'bot')),
      owner_user_id TEXT REFERENCES users (id),
      display_name TEXT NOT NULL,
      handle TEXT NOT NULL DEFAULT '',
      former_handle TEXT,
      avatar_url TEXT NOT NULL DEFAULT '',
      email TEXT,
      pushover_enabled INTEGER NOT NULL DEFAULT 0 CHECK (pushover_enabled IN (0, 1)),
      pushover_user_key TEXT NOT NULL DEFAULT '',
      appearance TEXT,
      created_at TEXT NOT NULL,
      deleted_at TEXT,
      bootstrap INTEGER NOT NULL DEFAULT 0 CHECK (bootstrap IN (0, 1))
    ) STRICT;
    CREATE UNIQUE INDEX users_handle ON users (handle) WHERE handle <> '';
    CREATE INDEX users_email ON users (email) WHERE email IS NOT NULL;
    CREATE INDEX users_owner ON users (owner_user_id) WHERE owner_user_id IS NOT NULL;
    CREATE UNIQUE INDEX users_bootstrap ON users (bootstrap) WHERE bootstrap = 1;

    CREATE TABLE sessions (
      id TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id),
      token_hash BLOB NOT NULL UNIQUE,
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL,
      revoked_at TEXT
    ) STRICT;
    CREATE INDEX sessions_user ON sessions (user_id);

    CREATE TABLE magic_links (
      id TEXT PRIMARY KEY,
      email TEXT NOT NULL,
      display_name TEXT NOT NULL DEFAULT '',
      token_hash BLOB NOT NULL UNIQUE,
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL,
      used_at TEXT
    ) STRICT;
    CREATE INDEX magic_links_expiry ON magic_links (expires_at);

    CREATE TABLE workspaces (
      id TEXT PRIMARY KEY,
      route_id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      slug TEXT NOT NULL UNIQUE,
      icon_url TEXT NOT NULL DEFAULT '',
      created_at TEXT NOT NULL,
      deleted_at TEXT
    ) STRICT;

    CREATE TABLE workspace_members (
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      user_id TEXT NOT NULL REFERENCES users (id),
      role TEXT NOT NULL CHECK (role IN ('owner', 'moderator', 'member', 'guest', 'bot')),
      joined_at TEXT NOT NULL,
      timeout_until TEXT,
      blocked_at TEXT,
      moderation_note TEXT NOT NULL DEFAULT '',
      moderation_by TEXT REFERENCES users (id),
      moderation_at TEXT,
      PRIMARY KEY (workspace_id, user_id)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX workspace_members_owner ON workspace_members (workspace_id) WHERE role = 'owner';
    CREATE INDEX workspace_members_user ON workspace_members (user_id);

    CREATE TABLE guest_posts (
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      user_id TEXT NOT NULL REFERENCES users (id),
      posted_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX guest_posts_member ON guest_posts (workspace_id, user_id, posted_at);

    CREATE TABLE workspace_invites (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      token_hash BLOB NOT NULL UNIQUE,
      created_by TEXT REFERENCES users (id),
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL,
      used_at TEXT
    ) STRICT;

    CREATE TABLE audit_log (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      actor_user_id TEXT NOT NULL,
      action TEXT NOT NULL,
      target_type TEXT NOT NULL,
      target_id TEXT NOT NULL,
      metadata TEXT NOT NULL DEFAULT '{}',
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_log_workspace ON audit_log (workspace_id, id);
    """
}
