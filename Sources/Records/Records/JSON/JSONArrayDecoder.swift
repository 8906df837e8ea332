/// Decodes the elements of an array of a ``JSONText``, in order.
struct JSONArrayDecoder: UnkeyedDecodingContainer {
  private let decoder: JSONTextDecoder
  /// The text that the elements are in.
  private let text: JSONText
  private let elements: [Int]
  private(set) var currentIndex = 0

  init(_ decoder: JSONTextDecoder, elements: [Int]) {
    self.decoder = decoder
    self.text = decoder.text
    self.elements = elements
  }

  /// Elements that have no entries in the text get some of their own.
  init(integers decoder: JSONTextDecoder) throws {
    self.decoder = decoder
    text = try decoder.text.spreadingIntegers(decoder.node)
    elements = text.elements(0)
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  private var path: JSONPath { JSONPath(JSONKey(intValue: currentIndex), in: decoder.path) }

  /// A decoder of the next element.
  private func current() throws -> JSONTextDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        Any.self, .init(codingPath: JSONPath?(path).codingPath, debugDescription: "The array has no more elements."))
    }
    return JSONTextDecoder(text: text, node: elements[currentIndex], path: path)
  }

  /// Takes the next element, if it can be taken.
  private mutating func next<T>(_ read: (JSONTextDecoder) throws -> T) throws -> T {
    let value = try read(current())
    currentIndex += 1
    return value
  }

  mutating func decodeNil() throws -> Bool {
    guard try current().decodeNil() else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.decode(type) } }
  mutating func decode(_ type: String.Type) throws -> String { try next { try $0.decode(type) } }
  mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.decode(type) } }
  mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.decode(type) } }
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next { try $0.decode(type) } }

  mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    try next { try $0.container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next { try $0.unkeyedContainer() }
  }

  mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}
