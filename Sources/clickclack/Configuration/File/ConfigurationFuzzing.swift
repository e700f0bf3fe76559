/// Feeds any bytes to the parsers of configuration files; a fuzzer calls it and looks for traps, leaks and hangs.
///
/// Malformed input is expected and not an error here: the property is that both parsers return or throw.
public func fuzzConfigurationFile(_ bytes: UnsafeRawBufferPointer) {
  let document = [UInt8](bytes)
  _ = Result { () throws(ConfigurationSyntaxError) in try TOMLParser.parse(document) }
  _ = Result { () throws(ConfigurationSyntaxError) in try JSONReader.parse(document) }
}
