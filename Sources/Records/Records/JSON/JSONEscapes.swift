/// The escapes of JSON's texts (RFC 8259, section 7).
enum JSONEscapes {
  /// The text that escapes stand for; nil where one is wrong, or is half of a pair of surrogates.
  static func text(_ bytes: some Sequence<UInt8>) -> String? {
    var result: [UInt8] = []
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      switch iterator.next() {
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "u"):
        guard let unit = unit(&iterator), let scalar = scalar(unit, &iterator) else { return nil }
        result.append(contentsOf: String(Character(scalar)).utf8)
      case let other? where other == UInt8(ascii: "\"") || other == UInt8(ascii: "\\") || other == UInt8(ascii: "/"):
        result.append(other)
      default: return nil
      }
    }
    return String(validating: result, as: UTF8.self)
  }

  /// Four hexadecimal digits.
  private static func unit(_ iterator: inout some IteratorProtocol<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = iterator.next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value * 16 + UInt32(digit)
    }
    return value
  }

  /// The scalar of a code unit, together with its second half where it is the first of a pair.
  private static func scalar(_ unit: UInt32, _ iterator: inout some IteratorProtocol<UInt8>) -> Unicode.Scalar? {
    guard (0xd800..<0xdc00).contains(unit) else { return Unicode.Scalar(unit) }
    guard iterator.next() == UInt8(ascii: "\\"), iterator.next() == UInt8(ascii: "u"), let low = self.unit(&iterator),
      (0xdc00..<0xe000).contains(low)
    else { return nil }
    return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
  }

  /// Appends a text with its quotes and the fewest escapes: quotes, backslashes and control characters.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 8: bytes += Array("\\b".utf8)
      case 9: bytes += Array("\\t".utf8)
      case 10: bytes += Array("\\n".utf8)
      case 12: bytes += Array("\\f".utf8)
      case 13: bytes += Array("\\r".utf8)
      case 0..<32:
        let digits = String(byte, radix: 16)
        bytes += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
