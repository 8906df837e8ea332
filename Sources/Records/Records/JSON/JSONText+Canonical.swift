extension JSONText {
  /// Appends a value in canonical form: the same bytes for every spelling of the same value, whatever the order of keys, the
  /// white space, the escapes and the way its numbers are written.
  ///
  /// - Parameter without: a key of the value itself, an object, that is left out.
  func appendCanonical(_ node: Int, without: String? = nil, to bytes: inout [UInt8]) {
    switch nodes[node].kind {
    case .integers: bytes += slice(node)
    case .spacedIntegers: bytes += slice(node).lazy.filter { $0 > 32 }
    case .yes, .no, .null: bytes += slice(node)
    case .string:
      bytes.append(UInt8(ascii: "\""))
      bytes += slice(node)
      bytes.append(UInt8(ascii: "\""))
    case .escapedString: JSONEscapes.append(string(node) ?? "", to: &bytes)
    case .number: appendNumber(slice(node), to: &bytes)
    case .array:
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements(node).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        appendCanonical(element, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object:
      bytes.append(UInt8(ascii: "{"))
      var isFirst = true
      for member in sortedMembers(node) where without.map({ !isKey(member.key, $0) }) ?? true {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        appendCanonical(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendCanonical(member.value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// Members by the UTF-8 of their keys.
  private func sortedMembers(_ node: Int) -> [(key: Int, value: Int)] {
    let members = members(node)
    if members.allSatisfy({ nodes[$0.key].kind == .string }) {
      return members.sorted { slice($0.key).lexicographicallyPrecedes(slice($1.key)) }
    }
    return members.map { (string($0.key) ?? "", $0) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
      .map(\.1)
  }

  private func appendNumber(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    if JSONNumber.digits(text, as: Int64.self) != nil || JSONNumber.digits(text, as: UInt64.self) != nil {
      bytes += text
    } else if let value = JSONNumber.double(text) {
      // Zero has no sign: it is the same value.
      JSONNumber.append(value == 0 ? 0 : value, to: &bytes)
    } else {
      // Beyond what a record can hold; its own spelling is as good as any.
      bytes += text
    }
  }
}
