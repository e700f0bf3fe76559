/// A file that somebody uploaded to a workspace.
public struct Upload: Sendable, Equatable, JSONWritable {
  /// `upl_` and a ULID.
  public let id: String
  /// Where.
  public let workspaceID: WorkspaceID
  /// Who uploaded it.
  public let ownerID: UserID
  /// The owner's own key against uploading twice.
  public let nonce: String?
  /// Its name, as people see it.
  public let filename: String
  /// The media type that the client gave; it is not what the file is served as.
  public let contentType: String
  /// Its size in bytes.
  public let byteSize: Int64
  /// The width of an image or a video in pixels; 0 when it is not known.
  public let width: Int64
  /// The height of an image or a video in pixels; 0 when it is not known.
  public let height: Int64
  /// How long a recording plays, in milliseconds; 0 when it is not known.
  public let durationMilliseconds: Int64
  /// When it was uploaded.
  public let createdAt: String
  /// The key of its bytes in the blob store.
  public let blob: String

  /// The columns of the table alias `u` that `init(row:)` reads.
  static let columns = """
    u.id, u.workspace_id, u.owner_id, u.nonce, u.filename, u.content_type, u.byte_size, u.width, u.height, \
    u.duration_ms, u.created_at, u.blob
    """

  init(id: String, _ draft: UploadDraft, in workspaceID: WorkspaceID, of ownerID: UserID, createdAt: Timestamp) {
    self.id = id
    self.workspaceID = workspaceID
    self.ownerID = ownerID
    nonce = draft.nonce
    filename = draft.filename
    contentType = draft.contentType
    byteSize = draft.byteSize
    width = draft.width
    height = draft.height
    durationMilliseconds = draft.durationMilliseconds
    self.createdAt = createdAt.text
    blob = draft.blob
  }

  init(row: borrowing SQLRow) {
    id = row.text(0)
    workspaceID = row.text(1)
    ownerID = row.text(2)
    nonce = row.optionalText(3)
    filename = row.text(4)
    contentType = row.text(5)
    // A damaged row may say anything.
    byteSize = max(0, row.int(6))
    width = row.int(7)
    height = row.int(8)
    durationMilliseconds = row.int(9)
    createdAt = row.text(10)
    blob = row.text(11)
  }

  /// Writes the contract's Upload object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("id", id)
      json.field("workspace_id", workspaceID)
      json.field("owner_id", ownerID)
      json.field("nonce", ifPresent: nonce)
      json.field("filename", filename)
      json.field("content_type", contentType)
      json.field("byte_size", byteSize)
      json.field("width", width)
      json.field("height", height)
      json.field("duration_ms", durationMilliseconds)
      json.field("created_at", createdAt)
    }
  }
}

/// What is known of an upload whose bytes are in the blob store and whose row is not written yet.
public struct UploadDraft: Sendable {
  /// The longest file name, in bytes.
  public static let filenameBytesMax = 255
  /// The name of files whose own name says nothing.
  public static let filenameDefault = "file"

  /// The key of the bytes.
  public let blob: String
  /// How many there are.
  public let byteSize: Int64
  /// The name, made harmless.
  public let filename: String
  /// The media type that the client gave.
  public let contentType: String
  /// The owner's own key against uploading twice.
  public var nonce: String?
  /// In pixels; 0 when it is not known.
  public var width: Int64 = 0
  /// In pixels; 0 when it is not known.
  public var height: Int64 = 0
  /// 0 when it is not known.
  public var durationMilliseconds: Int64 = 0

  /// Describes a finished blob.
  public init(blob: String, byteSize: Int64, filename: String, contentType: String) {
    self.blob = blob
    self.byteSize = byteSize
    self.filename = Self.harmless(filename)
    self.contentType = contentType
  }

  /// The last component of a path, without control characters and without marks that reorder text, which would let an
  /// extension look like another one.
  static func harmless(_ filename: String) -> String {
    let last = filename.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    var scalars = String.UnicodeScalarView()
    for scalar in last.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: continue
      default: scalars.append(scalar)
      }
    }
    // Trimmed again, since what was cut may have ended in white space.
    let short = PlainText.prefix(PlainText.trimmed(String(scalars)), bytesMax: filenameBytesMax)
    let name = PlainText.trimmed(short)
    return PlainText.visible(name).isEmpty || name == "." || name == ".." ? filenameDefault : name
  }
}
