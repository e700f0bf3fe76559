extension Schema {
  /// Apps and what they are bound to: commands, callbacks, outside accounts, and the deliveries that wait for them.
  static let integrations = """
    CREATE TABLE app_installations (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      app_slug TEXT NOT NULL,
      display_name TEXT NOT NULL,
      bot_user_id TEXT NOT NULL REFERENCES users (id),
      config TEXT NOT NULL,
      created_by TEXT NOT NULL REFERENCES users (id),
      created_at TEXT NOT NULL,
      revoked_at TEXT,
      setup_nonce TEXT
    ) STRICT;
    CREATE INDEX app_installations_workspace ON app_installations (workspace_id, id) WHERE revoked_at IS NULL;
    CREATE INDEX app_installations_bot ON app_installations (bot_user_id);
    CREATE UNIQUE INDEX app_installations_nonce ON app_installations (workspace_id, created_by, setup_nonce)
      WHERE setup_nonce IS NOT NULL;

    CREATE TABLE slash_commands (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      app_installation_id TEXT REFERENCES app_installations (id),
      command TEXT NOT NULL,
      description TEXT NOT NULL,
      callback_url TEXT NOT NULL,
      signing_secret TEXT NOT NULL,
      bot_user_id TEXT NOT NULL REFERENCES users (id),
      created_by TEXT NOT NULL REFERENCES users (id),
      created_at TEXT NOT NULL,
      revoked_at TEXT
    ) STRICT;
    CREATE UNIQUE INDEX slash_commands_active ON slash_commands (workspace_id, command) WHERE revoked_at IS NULL;
    CREATE INDEX slash_commands_installation ON slash_commands (app_installation_id);
    CREATE INDEX slash_commands_bot ON slash_commands (bot_user_id);

    CREATE TABLE slash_invocations (
      id TEXT PRIMARY KEY,
      command_id TEXT NOT NULL REFERENCES slash_commands (id),
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      channel_id TEXT NOT NULL REFERENCES channels (id),
      user_id TEXT NOT NULL REFERENCES users (id),
      text TEXT NOT NULL,
      payload TEXT NOT NULL,
      response_status INTEGER NOT NULL DEFAULT 0,
      response_body TEXT,
      error TEXT,
      created_at TEXT NOT NULL,
      completed_at TEXT
    ) STRICT;
    CREATE INDEX slash_invocations_command ON slash_invocations (command_id, id);

    CREATE TABLE event_subscriptions (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      app_installation_id TEXT REFERENCES app_installations (id),
      event_types TEXT NOT NULL,
      callback_url TEXT NOT NULL,
      signing_secret TEXT NOT NULL,
      created_by TEXT NOT NULL REFERENCES users (id),
      created_at TEXT NOT NULL,
      revoked_at TEXT,
      scanned_cursor TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_subscriptions_active ON event_subscriptions (workspace_id, id) WHERE revoked_at IS NULL;
    CREATE INDEX event_subscriptions_installation ON event_subscriptions (app_installation_id);

    CREATE TABLE event_deliveries (
      subscription_id TEXT NOT NULL REFERENCES event_subscriptions (id),
      event_cursor TEXT NOT NULL,
      event_id TEXT NOT NULL,
      event_type TEXT NOT NULL,
      request TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      due_at TEXT NOT NULL,
      PRIMARY KEY (subscription_id, event_cursor)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX event_deliveries_due ON event_deliveries (due_at, subscription_id);

    CREATE TABLE event_delivery_attempts (
      id TEXT PRIMARY KEY,
      subscription_id TEXT NOT NULL REFERENCES event_subscriptions (id),
      event_id TEXT NOT NULL,
      event_type TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      request TEXT NOT NULL,
      response_status INTEGER NOT NULL,
      response_body TEXT NOT NULL,
      error TEXT NOT NULL,
      created_at TEXT NOT NULL,
      completed_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_delivery_attempts_subscription ON event_delivery_attempts (subscription_id, id);

    CREATE TABLE connected_accounts (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      user_id TEXT NOT NULL REFERENCES users (id),
      provider TEXT NOT NULL,
      provider_account_id TEXT NOT NULL,
      display_name TEXT NOT NULL,
      scopes TEXT NOT NULL,
      metadata TEXT NOT NULL,
      created_at TEXT NOT NULL,
      revoked_at TEXT
    ) STRICT;
    CREATE UNIQUE INDEX connected_accounts_active
      ON connected_accounts (workspace_id, provider, provider_account_id) WHERE revoked_at IS NULL;

    CREATE TABLE bot_setup_codes (
      id TEXT PRIMARY KEY,
      code_hash BLOB NOT NULL UNIQUE,
      bot_user_id TEXT NOT NULL REFERENCES users (id),
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      token_name TEXT NOT NULL,
      scopes TEXT NOT NULL,
      defaults TEXT NOT NULL,
      created_by TEXT NOT NULL REFERENCES users (id),
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX bot_setup_codes_bot ON bot_setup_codes (bot_user_id, workspace_id);
    CREATE INDEX bot_setup_codes_expiry ON bot_setup_codes (expires_at);

    CREATE TABLE bot_commands (
      id TEXT PRIMARY KEY,
      workspace_id TEXT NOT NULL REFERENCES workspaces (id),
      bot_user_id TEXT NOT NULL REFERENCES users (id),
      command TEXT NOT NULL,
      description TEXT NOT NULL,
      args_hint TEXT NOT NULL,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX bot_commands_name ON bot_commands (workspace_id, bot_user_id, command);
    CREATE INDEX bot_commands_bot ON bot_commands (bot_user_id);
    """
}
