import Runtime

/// A destination that callbacks may reach although it is private: a host name or a block of addresses.
enum CallbackTarget: Equatable, Sendable {
  case host(String)
  case range(AddressRange)

  /// Reads `intranet.example` or `10.0.0.0/8`; host names are kept in lower case.
  init(parsing text: String) throws(BadValue) {
    if text.contains("/") || IPAddress(text) != nil {
      self = .range(try AddressRange(parsing: text))
    } else {
      guard WebOrigin.isHostName(text) else { throw BadValue("must hold host names or addresses, not '\(text)'") }
      self = .host(text.lowercased())
    }
  }

  var text: String {
    switch self {
    case .host(let name): name
    case .range(let range): range.text
    }
  }
}
