/// Decodes values of a ``JSONText``.
struct JSONTextDecoder: Decoder {
  let text: JSONText
  /// The value's place in the text's entries.
  let node: Int
  let path: JSONPath?

  var codingPath: [any CodingKey] { path.codingPath }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// Decodes the whole document.
  static func decode<T: Decodable>(_ type: T.Type, from text: JSONText) throws -> T {
    try JSONTextDecoder(text: text, node: 0, path: nil).decode(type)
  }

  /// Decodes the value.
  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    // A million latencies would otherwise be a million calls through an existential.
    if type == [Int64].self, let values = try integers(as: Int64.self) as? T { return values }
    if type == [Int].self, let values = try integers(as: Int.self) as? T { return values }
    return try T(from: self)
  }

  private func integers<I: FixedWidthInteger>(as type: I.Type) throws -> [I]? {
    guard let (values, failed) = text.integers(node, as: type) else { return nil }
    if let failed {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: JSONPath?(JSONPath(JSONKey(intValue: failed), in: path)).codingPath,
          debugDescription: "The number does not fit."))
    }
    return values
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard text.nodes[node].kind == .object else { throw mismatch([String: String].self, "an object") }
    return KeyedDecodingContainer(JSONObjectDecoder<Key>(self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    switch text.nodes[node].kind {
    case .array: JSONArrayDecoder(self, elements: text.elements(node))
    case .integers, .spacedIntegers: try JSONArrayDecoder(integers: self)
    default: throw mismatch([String].self, "an array")
    }
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

  /// The error of a value that is something else.
  func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
    let found =
      switch text.nodes[node].kind {
      case .object: "an object"
      case .array, .integers, .spacedIntegers: "an array"
      case .string, .escapedString: "a text"
      case .number: "a number"
      case .yes, .no: "true or false"
      case .null: "null"
      }
    return .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "It is \(found), not \(expected)."))
  }
}

extension JSONTextDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { text.nodes[node].kind == .null }

  func decode(_ type: Bool.Type) throws -> Bool {
    switch text.nodes[node].kind {
    case .yes: true
    case .no: false
    default: throw mismatch(type, "true or false")
    }
  }

  func decode(_ type: String.Type) throws -> String {
    guard let string = text.string(node) else { throw mismatch(type, "a text") }
    return string
  }

  func decode(_ type: Double.Type) throws -> Double {
    guard text.nodes[node].kind == .number else { throw mismatch(type, "a number") }
    guard let value = JSONNumber.double(text.slice(node)) else { throw tooLarge }
    return value
  }

  func decode(_ type: Float.Type) throws -> Float {
    guard text.nodes[node].kind == .number else { throw mismatch(type, "a number") }
    // By way of a double it would be rounded twice.
    guard let value = Float(String(decoding: text.slice(node), as: UTF8.self)), value.isFinite else { throw tooLarge }
    return value
  }

  func decode(_ type: Int.Type) throws -> Int { try integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

  private func integer<I: FixedWidthInteger>(_ type: I.Type) throws -> I {
    guard text.nodes[node].kind == .number else { throw mismatch(type, "a number") }
    guard let value = JSONNumber.integer(text.slice(node), as: type) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "The number is no whole number, or does not fit."))
    }
    return value
  }

  private var tooLarge: DecodingError {
    .dataCorrupted(.init(codingPath: codingPath, debugDescription: "The number is too large."))
  }
}
