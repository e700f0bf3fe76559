import Storage

/// Finds the `WorkspaceActor` of each workspace and hands it what the writer committed.
public final class Realtime: Sendable {
  /// Makes an empty directory of workspaces.
  public init() {}

  /// Publishes an event that is not stored, such as typing, to the live subscribers who may see it.
  public func publish(ephemeral event: Event) {}
}
