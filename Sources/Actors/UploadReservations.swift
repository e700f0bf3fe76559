import Storage
import Synchronization

/// Counts the bytes of uploads that are under way, so that uploads side by side can't pass a quota together. Callable on
/// any thread.
public final class UploadReservations: Sendable {
  /// What is reserved for a person and for a workspace.
  public struct Totals: Sendable, Equatable {
    /// Of the person, this upload included.
    public var userBytes: Int64 = 0
    /// Of the workspace, this upload included.
    public var workspaceBytes: Int64 = 0
  }

  private struct State {
    var users: [UserID: Int64] = [:]
    var workspaces: [WorkspaceID: Int64] = [:]
  }
  private let state = Mutex(State())

  /// Nothing is under way.
  public init() {}

  /// Reserves room; every reservation is paired with one `release` of as many bytes.
  ///
  /// Reserve before reading what is stored, and release after storing: whoever looks then counts an upload once or, for a
  /// moment, twice, and never not at all.
  /// - Returns: What is reserved now.
  public func reserve(_ bytes: Int64, of owner: UserID, in workspaceID: WorkspaceID) -> Totals {
    state.withLock { state in
      state.users[owner, default: 0] += bytes
      state.workspaces[workspaceID, default: 0] += bytes
      return Totals(
        userBytes: state.users[owner, default: 0], workspaceBytes: state.workspaces[workspaceID, default: 0])
    }
  }

  /// Gives room back.
  public func release(_ bytes: Int64, of owner: UserID, in workspaceID: WorkspaceID) {
    state.withLock { state in
      let (user, workspace) = (state.users[owner, default: 0], state.workspaces[workspaceID, default: 0])
      state.users[owner] = user > bytes ? user - bytes : nil
      state.workspaces[workspaceID] = workspace > bytes ? workspace - bytes : nil
    }
  }
}
