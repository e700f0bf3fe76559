@testable import HTTP

/// Media types, Accept-Encoding and lists of tokens: normal forms stay as they are, weights are within bounds.
func fuzzMediaType(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let accepted = AcceptEncoding(["Accept-Encoding": text])
  for coding in ["gzip", "identity", "br", "*"] {
    invariant((0...1000).contains(accepted.weightThousandths(of: coding)), "a weight out of bounds")
  }
  invariant(!accepted.prefersGzip || accepted.weightThousandths(of: "gzip") > 0, "gzip although it is not accepted")
  let headers: HTTPHeaders = ["Connection": text]
  _ = headers.contains("connection", token: "close")

  guard let type = MediaType(parsing: text) else { return }
  invariant(type.essence == type.essence.lowercased(), "upper case")
  invariant(type.essence.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "a type that can't be sent")
  invariant(type.parameters.count <= MediaType.parameterCountMax, "too many parameters")
  invariant(MediaType(parsing: type.essence)?.essence == type.essence, "the essence is no type")
  let written = type.parameters.reduce(type.essence) { text, parameter in
    text + ";\(parameter.name)=\""
      + parameter.value.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
  }
  let again = MediaType(parsing: written)
  invariant(again == type, "a type does not survive")
}
