/// Encodes values into the canonical form that ``JSONText/appendCanonical(_:without:to:)`` also gives: keys sorted by their
/// UTF-8, no white space, the fewest escapes, one spelling for each number but the zeros, which keep their sign. Equal values
/// give equal bytes.
final class JSONTextEncoder: Encoder {
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  /// What was encoded.
  private(set) var fragment: JSONFragment?

  init(_ codingPath: [any CodingKey] = []) { self.codingPath = codingPath }

  /// The canonical text of a value.
  static func encode(_ value: some Encodable) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try fragment(of: value, at: []).append(to: &bytes)
    return bytes
  }

  /// A value's parts.
  static func fragment<T: Encodable>(of value: T, at path: [any CodingKey]) throws -> JSONFragment {
    // A million latencies would otherwise be a million calls through an existential.
    if T.self == [Int64].self, let values = value as? [Int64] { return .integers(values) }
    if T.self == [Int].self, let values = value as? [Int] { return .integers(values.map(Int64.init)) }
    let encoder = JSONTextEncoder(path)
    try value.encode(to: encoder)
    return encoder.fragment ?? .object(.init())
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .object(let object)? = fragment { return .init(JSONObjectEncoder<Key>(object, at: codingPath)) }
    let object = JSONFragment.Object()
    fragment = .object(object)
    return .init(JSONObjectEncoder<Key>(object, at: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .array(let array)? = fragment { return JSONArrayEncoder(array, at: codingPath) }
    let array = JSONFragment.Array()
    fragment = .array(array)
    return JSONArrayEncoder(array, at: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension JSONTextEncoder: SingleValueEncodingContainer {
  func encodeNil() { fragment = .null }
  func encode(_ value: Bool) { fragment = .flag(value) }
  func encode(_ value: String) { fragment = .text(value) }
  func encode(_ value: Double) throws { fragment = try .number(value, at: codingPath) }
  func encode(_ value: Float) throws { fragment = try .number(value, at: codingPath) }
  func encode(_ value: Int) { fragment = .integer(Int64(value)) }
  func encode(_ value: Int8) { fragment = .integer(Int64(value)) }
  func encode(_ value: Int16) { fragment = .integer(Int64(value)) }
  func encode(_ value: Int32) { fragment = .integer(Int64(value)) }
  func encode(_ value: Int64) { fragment = .integer(value) }
  func encode(_ value: UInt) { fragment = .unsigned(UInt64(value)) }
  func encode(_ value: UInt8) { fragment = .unsigned(UInt64(value)) }
  func encode(_ value: UInt16) { fragment = .unsigned(UInt64(value)) }
  func encode(_ value: UInt32) { fragment = .unsigned(UInt64(value)) }
  func encode(_ value: UInt64) { fragment = .unsigned(value) }
  func encode(_ value: some Encodable) throws { fragment = try Self.fragment(of: value, at: codingPath) }
}
