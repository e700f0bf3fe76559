@testable import HTTP

/// URL-encoded forms and queries: bounded, without NUL, and what was read survives writing and reading again.
func fuzzForm(_ bytes: [UInt8]) {
  guard let form = outcome({ () throws(HTTPParseError) in try URLEncodedParameters(parsing: bytes) }) else { return }
  invariant(form.pairs.count <= URLEncodedParameters.countMaxDefault, "too many pairs")
  invariant(form.pairs.allSatisfy { !$0.name.utf8.contains(0) && !$0.value.utf8.contains(0) }, "an encoded NUL")
  let again = outcome { () throws(HTTPParseError) in try URLEncodedParameters(parsing: Array(form.encoded.utf8)) }
  invariant(again == form, "the pairs do not survive")
  for pair in form.pairs {
    let values = form.values(of: pair.name)
    invariant(form[pair.name] == values.first && values.contains(pair.value), "a pair can't be found")
  }
  let few = outcome { () throws(HTTPParseError) in try URLEncodedParameters(parsing: bytes, countMax: 2) }
  invariant((few != nil) == (form.pairs.count <= 2), "the bound is not kept")
}
