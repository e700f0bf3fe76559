extension Schema {
  /// Channels, direct conversations, messages and what hangs on them.
  static let conversations = """
    CREATE TABLE channels (
      id TEXT PRIMARY KEY,
      route_id TEXT NOT NULL UNIQUE,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      name TEXT NOT NULL,
      display_title TEXT NOT NULL DEFAULT '',
      kind TEXT NOT NULL DEFAULT 'public',
      created_at TEXT NOT NULL,
      archived_at TEXT,
      external_managed INTEGER NOT NULL DEFAULT 0 CHECK (external_managed IN (0, 1)),
      external_ref TEXT NOT NULL DEFAULT '',
      external_url TEXT NOT NULL DEFAULT '',
      sidebar_section TEXT NOT NULL DEFAULT '',
      last_seq INTEGER NOT NULL DEFAULT 0,
      UNIQUE (workspace_id, name)
    ) STRICT;

    CREATE TABLE channel_reads (
      user_id TEXT NOT NULL REFERENCES users (id),
      channel_id TEXT NOT NULL REFERENCES channels (id),
      last_read_seq INTEGER NOT NULL,
      last_read_at TEXT NOT NULL,
      PRIMARY KEY (user_id, channel_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE channel_notification_settings (
      user_id TEXT NOT NULL REFERENCES users (id),
      channel_id TEXT NOT NULL REFERENCES channels (id),
      preference TEXT NOT NULL CHECK (preference IN ('all', 'mentions', 'muted')),
      PRIMARY KEY (user_id, channel_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE direct_conversations (
      id TEXT PRIMARY KEY,
      route_id TEXT NOT NULL UNIQUE,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      pair_key TEXT,
      created_at TEXT NOT NULL,
      last_seq INTEGER NOT NULL DEFAULT 0,
      UNIQUE (workspace_id, pair_key)
    ) STRICT;

    CREATE TABLE direct_conversation_members (
      conversation_id TEXT NOT NULL REFERENCES direct_conversations (id),
      user_id TEXT NOT NULL REFERENCES users (id),
      last_read_seq INTEGER NOT NULL DEFAULT 0,
      last_read_at TEXT NOT NULL DEFAULT '',
      hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
      PRIMARY KEY (conversation_id, user_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX direct_conversation_members_user ON direct_conversation_members (user_id);

    CREATE TABLE topics (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      channel_id TEXT REFERENCES channels (id),
      name TEXT NOT NULL,
      created_by TEXT REFERENCES users (id),
      created_at TEXT NOT NULL,
      archived_at TEXT
    ) STRICT;
    CREATE INDEX topics_workspace ON topics (workspace_id);

    CREATE TABLE messages (
      pk INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      route_id TEXT,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      channel_id TEXT REFERENCES channels (id),
      direct_conversation_id TEXT REFERENCES direct_conversations (id),
      author_id TEXT NOT NULL REFERENCES users (id),
      parent_message_id TEXT REFERENCES messages (id),
      thread_root_id TEXT NOT NULL,
      topic_id TEXT REFERENCES topics (id),
      channel_seq INTEGER,
      thread_seq INTEGER,
      body TEXT NOT NULL,
      kind TEXT NOT NULL DEFAULT 'message' CHECK (kind IN ('message', 'agent_commentary', 'agent_tool')),
      turn_id TEXT,
      nonce TEXT,
      quoted_message_id TEXT REFERENCES messages (id),
      quoted_body_snapshot TEXT,
      quoted_author_id TEXT REFERENCES users (id),
      created_at TEXT NOT NULL,
      edited_at TEXT,
      deleted_at TEXT,
      reply_count INTEGER NOT NULL DEFAULT 0,
      last_thread_seq INTEGER NOT NULL DEFAULT 0,
      last_reply_at TEXT,
      last_reply_author_ids TEXT NOT NULL DEFAULT '',
      posts INTEGER NOT NULL DEFAULT 0,
      author_posts INTEGER NOT NULL DEFAULT 0,
      reaction_count INTEGER NOT NULL DEFAULT 0,
      CHECK ((channel_id IS NULL) <> (direct_conversation_id IS NULL)),
      CHECK ((parent_message_id IS NULL) = (channel_seq IS NOT NULL)),
      CHECK ((parent_message_id IS NULL) = (thread_seq IS NULL))
    ) STRICT;
    CREATE UNIQUE INDEX messages_route ON messages (route_id) WHERE route_id IS NOT NULL;
    CREATE UNIQUE INDEX messages_channel_seq ON messages (channel_id, channel_seq)
      WHERE channel_id IS NOT NULL AND channel_seq IS NOT NULL;
    CREATE UNIQUE INDEX messages_direct_seq ON messages (direct_conversation_id, channel_seq)
      WHERE direct_conversation_id IS NOT NULL AND channel_seq IS NOT NULL;
    CREATE UNIQUE INDEX messages_thread_seq ON messages (thread_root_id, thread_seq) WHERE thread_seq IS NOT NULL;
    CREATE UNIQUE INDEX messages_nonce ON messages (author_id, nonce) WHERE nonce IS NOT NULL;
    CREATE INDEX messages_topic ON messages (channel_id, topic_id, channel_seq) WHERE topic_id IS NOT NULL;
    -- One's own messages up to a position, for unread counts (UnreadTally).
    CREATE INDEX messages_own ON messages (channel_id, author_id, channel_seq)
      WHERE channel_id IS NOT NULL AND channel_seq IS NOT NULL;
    CREATE INDEX messages_own_direct ON messages (direct_conversation_id, author_id, channel_seq)
      WHERE direct_conversation_id IS NOT NULL AND channel_seq IS NOT NULL;

    CREATE TABLE reactions (
      message_id TEXT NOT NULL REFERENCES messages (id),
      emoji TEXT NOT NULL,
      user_id TEXT NOT NULL REFERENCES users (id),
      created_at TEXT NOT NULL,
      PRIMARY KEY (message_id, emoji, user_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE pins (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      channel_id TEXT NOT NULL REFERENCES channels (id),
      message_id TEXT NOT NULL UNIQUE REFERENCES messages (id),
      pinned_by TEXT NOT NULL REFERENCES users (id),
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX pins_channel ON pins (channel_id, id);
    """
}
