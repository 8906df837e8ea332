/// A decimal number taken apart: `-12.5e3`.
struct DecimalText {
  /// The number without a rounding error beyond the last bit; nil where that needs more than one operation on what is exact.
  let exact: Double?

  /// nil for a text that is not, as a whole, digits with at most one point among them, perhaps a sign before and an exponent behind.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative || text.first == UInt8(ascii: "+") { index = 1 }
    var mantissa: UInt64 = 0
    var (digits, significant, exponent) = (0, 0, 0)
    var hasPoint = false
    while index < text.count {
      if text[index] == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else if let digit = Self.digit(text[index]) {
        digits += 1
        if significant > 0 || digit > 0 { significant += 1 }
        // 19 digits always fit; what follows is left to the slow way.
        if significant <= 19 { mantissa = mantissa * 10 + UInt64(digit) }
        if hasPoint { exponent -= 1 }
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    if index < text.count {
      guard text[index] == UInt8(ascii: "e") || text[index] == UInt8(ascii: "E") else { return nil }
      guard let written = Self.exponent(text, from: index + 1) else { return nil }
      exponent += written
    }
    exact = significant <= 19 ? Self.value(mantissa, exponent, isNegative: isNegative) : nil
  }

  /// Both the digits and the power of ten are exact below these limits, so that one multiplication or division rounds correctly
  /// (Clinger, "How to read floating point numbers accurately", PLDI 1990).
  private static func value(_ mantissa: UInt64, _ exponent: Int, isNegative: Bool) -> Double? {
    guard mantissa <= 1 << 53, abs(exponent) < powers.count else { return nil }
    let size = Double(mantissa)
    let value = exponent < 0 ? size / powers[-exponent] : size * powers[exponent]
    return isNegative ? -value : value
  }

  private static let powers: [Double] = (0...22).reduce(into: []) { powers, _ in
    powers.append((powers.last ?? 0.1) * 10)
  }

  /// What is behind the `e`; huge ones stay huge. nil for what is no integer.
  private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard start < text.count else { return nil }
    let isNegative = text[start] == UInt8(ascii: "-")
    let first = isNegative || text[start] == UInt8(ascii: "+") ? start + 1 : start
    guard first < text.count else { return nil }
    var value = 0
    for byte in text[first...] {
      guard let digit = digit(byte) else { return nil }
      value = min(value * 10 + digit, 1_000_000)
    }
    return isNegative ? -value : value
  }

  private static func digit(_ byte: UInt8) -> Int? {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
  }
}
