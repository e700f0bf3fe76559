/// The schema of the database: ordered steps, each the SQL of one feature. A released step never changes.
public enum Schema {
  /// Every step, in order.
  public static let migrations: [Migration] = [
    Migration(version: 1, name: "people", script: people),
    Migration(version: 2, name: "conversations", script: conversations),
    Migration(version: 3, name: "events", script: events),
    Migration(version: 4, name: "search", script: search),
    Migration(version: 5, name: "bots", script: bots),
    Migration(version: 6, name: "uploads", script: uploads),
    Migration(version: 7, name: "integrations", script: integrations),
    Migration(version: 8, name: "jobs", script: jobs),
    Migration(version: 9, name: "identities", script: identities),
    Migration(version: 10, name: "passwords", script: passwords),
    Migration(version: 11, name: "passkeys", script: passkeys),
    Migration(version: 12, name: "private_channels", script: privateChannels),
    Migration(version: 13, name: "workspace_invites", script: inviteLinks),
  ]
}
