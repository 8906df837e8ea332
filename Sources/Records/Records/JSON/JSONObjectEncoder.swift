/// Encodes the members of an object.
struct JSONObjectEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let codingPath: [any CodingKey]
  private let object: JSONFragment.Object

  init(_ object: JSONFragment.Object, at codingPath: [any CodingKey]) {
    self.object = object
    self.codingPath = codingPath
  }

  private func add(_ key: any CodingKey, _ value: JSONFragment) { object.members.append((key.stringValue, value)) }

  func encodeNil(forKey key: Key) { add(key, .null) }
  func encode(_ value: Bool, forKey key: Key) { add(key, .flag(value)) }
  func encode(_ value: String, forKey key: Key) { add(key, .text(value)) }
  func encode(_ value: Double, forKey key: Key) throws { add(key, try .number(value, at: codingPath + [key])) }
  func encode(_ value: Float, forKey key: Key) throws { add(key, try .number(value, at: codingPath + [key])) }
  func encode(_ value: Int, forKey key: Key) { add(key, .integer(Int64(value))) }
  func encode(_ value: Int8, forKey key: Key) { add(key, .integer(Int64(value))) }
  func encode(_ value: Int16, forKey key: Key) { add(key, .integer(Int64(value))) }
  func encode(_ value: Int32, forKey key: Key) { add(key, .integer(Int64(value))) }
  func encode(_ value: Int64, forKey key: Key) { add(key, .integer(value)) }
  func encode(_ value: UInt, forKey key: Key) { add(key, .unsigned(UInt64(value))) }
  func encode(_ value: UInt8, forKey key: Key) { add(key, .unsigned(UInt64(value))) }
  func encode(_ value: UInt16, forKey key: Key) { add(key, .unsigned(UInt64(value))) }
  func encode(_ value: UInt32, forKey key: Key) { add(key, .unsigned(UInt64(value))) }
  func encode(_ value: UInt64, forKey key: Key) { add(key, .unsigned(value)) }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    add(key, try JSONTextEncoder.fragment(of: value, at: codingPath + [key]))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    let nested = JSONFragment.Object()
    add(key, .object(nested))
    return .init(JSONObjectEncoder<Nested>(nested, at: codingPath + [key]))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let nested = JSONFragment.Array()
    add(key, .array(nested))
    return JSONArrayEncoder(nested, at: codingPath + [key])
  }

  func superEncoder() -> any Encoder { later(JSONKey(stringValue: "super")) }
  func superEncoder(forKey key: Key) -> any Encoder { later(key) }

  private func later(_ key: any CodingKey) -> JSONTextEncoder {
    let encoder = JSONTextEncoder(codingPath + [key])
    add(key, .later(encoder))
    return encoder
  }
}
