/// Encodes the elements of an array.
struct JSONArrayEncoder: UnkeyedEncodingContainer {
  let codingPath: [any CodingKey]
  private let array: JSONFragment.Array

  init(_ array: JSONFragment.Array, at codingPath: [any CodingKey]) {
    self.array = array
    self.codingPath = codingPath
  }

  var count: Int { array.elements.count }

  private var path: [any CodingKey] { codingPath + [JSONKey(intValue: count)] }

  private func add(_ value: JSONFragment) { array.elements.append(value) }

  func encodeNil() { add(.null) }
  func encode(_ value: Bool) { add(.flag(value)) }
  func encode(_ value: String) { add(.text(value)) }
  func encode(_ value: Double) throws { add(try .number(value, at: path)) }
  func encode(_ value: Float) throws { add(try .number(value, at: path)) }
  func encode(_ value: Int) { add(.integer(Int64(value))) }
  func encode(_ value: Int8) { add(.integer(Int64(value))) }
  func encode(_ value: Int16) { add(.integer(Int64(value))) }
  func encode(_ value: Int32) { add(.integer(Int64(value))) }
  func encode(_ value: Int64) { add(.integer(value)) }
  func encode(_ value: UInt) { add(.unsigned(UInt64(value))) }
  func encode(_ value: UInt8) { add(.unsigned(UInt64(value))) }
  func encode(_ value: UInt16) { add(.unsigned(UInt64(value))) }
  func encode(_ value: UInt32) { add(.unsigned(UInt64(value))) }
  func encode(_ value: UInt64) { add(.unsigned(value)) }
  func encode(_ value: some Encodable) throws { add(try JSONTextEncoder.fragment(of: value, at: path)) }

  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let nested = JSONFragment.Object()
    let path = path
    add(.object(nested))
    return .init(JSONObjectEncoder<Key>(nested, at: path))
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let nested = JSONFragment.Array()
    let path = path
    add(.array(nested))
    return JSONArrayEncoder(nested, at: path)
  }

  func superEncoder() -> any Encoder {
    let encoder = JSONTextEncoder(path)
    add(.later(encoder))
    return encoder
  }
}
