extension Schema {
  /// Channels for their members only.
  ///
  /// `private_name` makes a channel private. Its `name` is then its identifier: names of public channels stay unique
  /// in a workspace by the constraint that was there, and a private channel takes no name away from anybody, which would
  /// tell that it exists. Slugs never contain an underscore, identifiers do.
  static let privateChannels = """
    ALTER TABLE channels ADD COLUMN private_name TEXT;
    ALTER TABLE channels ADD COLUMN created_by TEXT REFERENCES users (id);
    CREATE INDEX channels_private_creator ON channels (created_by, workspace_id) WHERE private_name IS NOT NULL;

    CREATE TABLE channel_members (
      channel_id TEXT NOT NULL REFERENCES channels (id),
      user_id TEXT NOT NULL REFERENCES users (id),
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      added_by TEXT NOT NULL REFERENCES users (id),
      added_at TEXT NOT NULL,
      PRIMARY KEY (channel_id, user_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX channel_members_user ON channel_members (user_id, workspace_id);
    CREATE INDEX channel_members_workspace ON channel_members (workspace_id);
    """
}
