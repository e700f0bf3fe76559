import Storage

/// The fields of an upload's form, as far as they have arrived.
struct UploadForm {
  /// The longest value of a field, in bytes.
  static let valueBytesMax = 1024
  /// Largest width, height and duration that are believed.
  private static let numberMax: Int64 = 1 << 31

  /// A field that the form may have besides the file.
  private enum Field: String {
    case workspaceID = "workspace_id"
    case width
    case height
    case durationMilliseconds = "duration_ms"
  }

  private var values: [Field: [UInt8]] = [:]
  private var current: Field?

  /// A field begins. Those that mean nothing here are skipped.
  mutating func begin(_ part: MultipartPart) throws(StoreError) {
    current = Field(rawValue: part.name)
    guard let current else { return }
    guard values.updateValue([], forKey: current) == nil else { throw .invalid("the form has two \(part.name) fields") }
  }

  /// Some of the field's value.
  mutating func append(_ bytes: ArraySlice<UInt8>) throws(StoreError) {
    guard let current else { return }
    values[current, default: []] += bytes
    guard values[current, default: []].count <= Self.valueBytesMax else {
      throw .invalid("\(current.rawValue) is longer than \(Self.valueBytesMax) bytes")
    }
  }

  /// The workspace that the form names, if it does.
  var workspaceID: String? { MessageText.optional(text(.workspaceID)) }
  /// In pixels; 0 when it is missing or no number.
  var width: Int64 { number(.width) }
  /// In pixels; 0 when it is missing or no number.
  var height: Int64 { number(.height) }
  /// 0 when it is missing or no number.
  var durationMilliseconds: Int64 { number(.durationMilliseconds) }

  private func text(_ field: Field) -> String? { values[field].map { String(decoding: $0, as: UTF8.self) } }

  private func number(_ field: Field) -> Int64 {
    guard let text = MessageText.optional(text(field)), let value = Int64(text), (0..<Self.numberMax).contains(value)
    else { return 0 }
    return value
  }
}
