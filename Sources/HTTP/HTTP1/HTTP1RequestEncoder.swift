/// Turns a request into bytes, for tools and tests (RFC 9112 section 3).
public enum HTTP1RequestEncoder {
  /// A whole request: head, Content-Length where there is a body, and the body. The head needs its Host field.
  /// Throws when a field may not be sent.
  public static func bytes(_ head: HTTPRequestHead, body: [UInt8]? = nil) throws(HTTPFieldError) -> [UInt8] {
    var output: [UInt8] = []
    output.append(text: head.method.rawValue)
    output.append(ASCII.space)
    output.append(text: head.target)
    output.append(literal: " HTTP/1.1\r\n")
    try HTTPFieldEncoding.append(head.headers, to: &output)
    if head.requestsUpgrade { output.append(literal: "Connection: Upgrade\r\n") }
    if let body {
      output.append(literal: "Content-Length: ")
      output.append(decimal: body.count)
      output.append(literal: "\r\n")
    }
    if !head.keepsAlive { output.append(literal: "Connection: close\r\n") }
    output.append(literal: "\r\n")
    if let body { output.append(contentsOf: body) }
    return output
  }
}
