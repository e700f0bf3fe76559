extension Schema {
  /// Uploads and where they are attached. The bytes are in the blob store, under `blob`.
  ///
  /// `used_at` is when an upload was first attached or made an icon; until then it is pending. `unused_since` is the
  /// queue of the clean-up: set while no live message and no icon shows the upload.
  static let uploads = """
    CREATE TABLE uploads (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      owner_id TEXT NOT NULL REFERENCES users (id),
      blob TEXT NOT NULL UNIQUE,
      nonce TEXT,
      filename TEXT NOT NULL,
      content_type TEXT NOT NULL,
      byte_size INTEGER NOT NULL,
      width INTEGER NOT NULL DEFAULT 0,
      height INTEGER NOT NULL DEFAULT 0,
      duration_ms INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL,
      used_at TEXT,
      unused_since TEXT
    ) STRICT;
    CREATE UNIQUE INDEX uploads_nonce ON uploads (owner_id, nonce) WHERE nonce IS NOT NULL;
    CREATE INDEX uploads_pending ON uploads (owner_id, workspace_id) WHERE used_at IS NULL;
    CREATE INDEX uploads_unused ON uploads (unused_since) WHERE unused_since IS NOT NULL;
    CREATE INDEX uploads_workspace ON uploads (workspace_id);

    CREATE TABLE message_attachments (
      message_id TEXT NOT NULL REFERENCES messages (id),
      upload_id TEXT NOT NULL REFERENCES uploads (id),
      position INTEGER NOT NULL,
      created_at TEXT NOT NULL,
      PRIMARY KEY (message_id, upload_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX message_attachments_upload ON message_attachments (upload_id);

    ALTER TABLE messages ADD COLUMN attachment_count INTEGER NOT NULL DEFAULT 0;
    """
}
