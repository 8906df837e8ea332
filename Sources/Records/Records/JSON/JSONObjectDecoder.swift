/// Decodes the members of an object of a ``JSONText``.
struct JSONObjectDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let decoder: JSONTextDecoder
  private let members: [(key: Int, value: Int)]
  /// Places in `members` by key, where there are so many that looking through them would take long.
  private let index: [String: Int]?

  init(_ decoder: JSONTextDecoder) {
    self.decoder = decoder
    let text = decoder.text
    let members = text.members(decoder.node)
    self.members = members
    index =
      members.count <= 32
      ? nil : Dictionary(members.enumerated().map { (text.string($1.key) ?? "", $0) }) { first, _ in first }
  }

  var codingPath: [any CodingKey] { decoder.codingPath }

  var allKeys: [Key] { members.compactMap { decoder.text.string($0.key).flatMap { Key(stringValue: $0) } } }

  func contains(_ key: Key) -> Bool { find(key.stringValue) != nil }

  private func find(_ key: String) -> Int? {
    if let index {
      return index[key].map { members[$0] }.flatMap { decoder.text.isKey($0.key, key) ? $0.value : nil }
    }
    return members.first { decoder.text.isKey($0.key, key) }?.value
  }

  /// A decoder of the value of a key.
  private func value(_ key: any CodingKey) throws -> JSONTextDecoder {
    guard let node = find(key.stringValue) else {
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "It is missing."))
    }
    return JSONTextDecoder(text: decoder.text, node: node, path: JSONPath(key, in: decoder.path))
  }

  func decodeNil(forKey key: Key) throws -> Bool { try value(key).decodeNil() }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).decode(type) }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).decode(type) }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key).decode(type) }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(key).decode(type) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(key).decode(type) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try value(key).decode(type) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(key).decode(type) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(key).decode(type) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(key).decode(type) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try value(key).decode(type) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(key).decode(type) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try value(key).decode(type) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(key).decode(type) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(key).decode(type) }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try value(key).decode(type) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try value(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try value(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try value(JSONKey(stringValue: "super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try value(key) }
}
