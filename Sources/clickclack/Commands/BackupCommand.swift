import Glibc
import Storage

/// `clickclack backup`: copies the database to a file while the server runs.
enum BackupCommand {
  static let declaration = CommandDeclaration(
    name: "backup", summary: "Copy the database to a file, also while the server runs.",
    discussion: "The copy is the state of one instant and never replaces a file. Uploads are files in the data "
      + "directory and are copied separately.",
    options: SettingOptions.data.declarations + [
      OptionDeclaration(name: "out", valueName: "path", help: "File to write; it must not exist.", isRequired: true)
    ],
    action: { arguments, context in
      let configuration = try context.configuration(.data, arguments).configuration
      let target = try arguments.required("out")
      let engine = try ExistingDatabase(configuration).engine
      try reserve(target)
      do {
        try SQLiteConnection(path: engine.path, readOnly: true).backup(to: target)
        try synchronise(target)
      } catch {
        unlink(target)
        throw error
      }
      try context.print("backup written to \(target)\n")
    })

  /// Makes the file, readable by its owner only, and fails if it exists: of two backups to one path, one loses.
  private static func reserve(_ path: String) throws(CommandFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileReading.failure("create", path) }
    close(descriptor)
  }

  private static func synchronise(_ path: String) throws(CommandFailure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileReading.failure("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileReading.failure("flush", path) }
  }
}
