extension Schema {
  /// People's accounts at services with which they sign in.
  static let identities = """
    CREATE TABLE identities (
      id TEXT PRIMARY KEY,
      issuer TEXT NOT NULL,
      subject TEXT NOT NULL,
      user_id TEXT NOT NULL REFERENCES users (id),
      email TEXT NOT NULL,
      created_at TEXT NOT NULL,
      last_used_at TEXT NOT NULL,
      UNIQUE (issuer, subject)
    ) STRICT;
    CREATE INDEX identities_user ON identities (user_id);
    """
}
