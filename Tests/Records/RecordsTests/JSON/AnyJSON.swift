@testable import Records

/// Any JSON value, by every type that a number can be decoded as: what two decoders are compared by, bit for bit.
indirect enum AnyJSON: Codable, Equatable {
  case null
  case flag(Bool)
  /// Its UTF-8: Swift's `==` takes different spellings of an accent for the same.
  case text([UInt8])
  case number(Number)
  case array([AnyJSON])
  /// By the UTF-8 of their keys.
  case object([Member])

  struct Member: Equatable {
    let key: [UInt8]
    let value: AnyJSON
  }

  /// What a number is as each type; nil where the type does not hold it.
  struct Number: Equatable {
    var double: UInt64?
    var float: UInt32?
    var int: Int64?
    var unsigned: UInt64?
    var byte: Int8?
  }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: JSONKey.self) {
      self = .object(
        try object.allKeys.map {
          Member(key: Array($0.stringValue.utf8), value: try object.decode(AnyJSON.self, forKey: $0))
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) })
      return
    }
    if var array = try? decoder.unkeyedContainer() {
      var elements: [AnyJSON] = []
      while !array.isAtEnd { elements.append(try array.decode(AnyJSON.self)) }
      self = .array(elements)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let text = try? value.decode(String.self) {
      self = .text(Array(text.utf8))
    } else {
      let number = Number(
        double: (try? value.decode(Double.self))?.bitPattern, float: (try? value.decode(Float.self))?.bitPattern,
        int: try? value.decode(Int64.self), unsigned: try? value.decode(UInt64.self), byte: try? value.decode(Int8.self)
      )
      // Foundation looks at numbers and texts only when they are decoded: this may be anything.
      if number == Number() { _ = try value.decode(Double.self) }
      self = .number(number)
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var container = encoder.container(keyedBy: JSONKey.self)
      for member in members {
        try container.encode(member.value, forKey: JSONKey(stringValue: String(decoding: member.key, as: UTF8.self)))
      }
    case .array(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .flag(let flag):
      var container = encoder.singleValueContainer()
      try container.encode(flag)
    case .text(let text):
      var container = encoder.singleValueContainer()
      try container.encode(String(decoding: text, as: UTF8.self))
    case .number(let number):
      var container = encoder.singleValueContainer()
      if let int = number.int, number.double != (-0.0).bitPattern {
        try container.encode(int)
      } else if let unsigned = number.unsigned, number.double != (-0.0).bitPattern {
        try container.encode(unsigned)
      } else {
        // What no double holds has no value that could be written.
        try container.encode(number.double.map { Double(bitPattern: $0) } ?? 0)
      }
    }
  }

  /// Whether `other`, Foundation's, is the same value.
  ///
  /// Foundation takes a number that the type rounds to zero for one that does not fit, and `0e9` for no double: we read zero.
  /// It also takes `1e-400` for the whole number 0 and `9.00000000000000000001` for 9, which we refuse, as we do
  /// `9007199254740993.0` beyond 2^53, where a fraction makes a double. Which numbers are whole is for a table to say, and
  /// here what they are.
  func agrees(with other: AnyJSON) -> Bool {
    switch (self, other) {
    case (.array(let ours), .array(let theirs)):
      return ours.count == theirs.count && zip(ours, theirs).allSatisfy { $0.agrees(with: $1) }
    case (.object(let ours), .object(let theirs)):
      return ours.count == theirs.count
        && zip(ours, theirs).allSatisfy { $0.key == $1.key && $0.value.agrees(with: $1.value) }
    case (.number(let ours), .number(var theirs)):
      if theirs.double == nil, ours.double.map(Double.init(bitPattern:)) == 0 { theirs.double = ours.double }
      if theirs.float == nil, ours.float.map(Float.init(bitPattern:)) == 0 { theirs.float = ours.float }
      if ours.int == nil { theirs.int = nil }
      if ours.unsigned == nil { theirs.unsigned = nil }
      if ours.byte == nil { theirs.byte = nil }
      return ours == theirs
    default: return self == other
    }
  }
}
