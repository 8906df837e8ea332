/// The one spelling of each number, and what numbers of a text are worth.
///
/// A whole number that 64 bits hold, signed or not, is its digits; every other one the shortest decimal fraction that reads as
/// the same `Double`, as Swift and Python write it. RFC 8785 (JSON Canonicalization Scheme, section 3.2.2.3) has the same aim
/// and takes every number for a double; here whole numbers keep all digits.
enum JSONNumber {
  /// Appends the spelling of a number; nothing, and false, for what is not finite.
  @discardableResult
  static func append(_ value: Double, to bytes: inout [UInt8]) -> Bool {
    guard value.isFinite else { return false }
    if value == 0, value.sign == .minus {
      bytes += Array("-0".utf8)
    } else if let whole = Int64(exactly: value) {
      append(whole, to: &bytes)
    } else if let whole = UInt64(exactly: value) {
      append(whole, to: &bytes)
    } else {
      bytes += Array("\(value)".utf8)
    }
    return true
  }

  /// Appends the digits of a whole number.
  static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = UInt64(value.magnitude)
    var (count, bound) = (1, UInt64(10))
    while count < 20, rest >= bound {
      count += 1
      // 10^20 does not fit; nothing is above it either.
      bound = bound.multipliedReportingOverflow(by: 10).partialValue
    }
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
    var place = bytes.count
    while rest > 0 {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place -= 1
      bytes[place] &+= UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
  }

  /// The number that a text of JSON spells, if `T` holds it: also `1.0` and `1e3` are whole.
  ///
  /// With a fraction or an exponent it is a double, as the canonical form has it: beyond 2^53, where doubles are not every
  /// whole number, it is no whole one. `9007199254740993.0` would otherwise be the number before it.
  static func integer<T: FixedWidthInteger>(_ text: ArraySlice<UInt8>, as type: T.Type) -> T? {
    if let exact = digits(text, as: type) { return exact }
    guard let plain = plain(text), let value = digits(plain, as: Int64.self), value.magnitude <= 1 << 53 else {
      return nil
    }
    return T(exactly: value)
  }

  /// A whole number of at most 18 digits, however a text of JSON spells it, as a sign and digits; nil for others.
  private static func plain(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let mark = text.firstIndex { $0 | 32 == UInt8(ascii: "e") } ?? text.endIndex
    let point = text[..<mark].firstIndex(of: UInt8(ascii: ".")) ?? mark
    var significant = text[..<mark].filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }[...]
    significant = significant.drop { $0 == UInt8(ascii: "0") }
    guard !significant.isEmpty else { return [UInt8(ascii: "0")] }
    var zeros = exponent(text[mark...].dropFirst()) - max(0, mark - point - 1)
    while zeros < 0, significant.last == UInt8(ascii: "0") {
      significant.removeLast()
      zeros += 1
    }
    guard zeros >= 0, significant.count + zeros <= 18 else { return nil }
    let sign = text.first == UInt8(ascii: "-") ? [UInt8(ascii: "-")] : []
    return sign + significant + ArraySlice(repeating: UInt8(ascii: "0"), count: zeros)
  }

  /// What the digits after the `e` say, at most a million, which is beyond what any number's digits make up for.
  private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
    let magnitude = text.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
      .reduce(0) { min(1_000_000, $0 * 10 + Int($1 &- UInt8(ascii: "0"))) }
    return text.first == UInt8(ascii: "-") ? -magnitude : magnitude
  }

  /// A sign and digits; nil for other spellings, for `-0` and where `T` does not hold it.
  static func digits<T: FixedWidthInteger>(_ text: ArraySlice<UInt8>, as type: T.Type) -> T? {
    let isNegative = text.first == UInt8(ascii: "-")
    var value: T = 0
    let digits = isNegative ? text.dropFirst() : text
    guard !digits.isEmpty, !(isNegative && digits.first == UInt8(ascii: "0")) else { return nil }
    for byte in digits {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) =
        isNegative
        ? product.subtractingReportingOverflow(T(digit)) : product.addingReportingOverflow(T(digit))
      guard !tooLarge, !overflow else { return nil }
      value = sum
    }
    return value
  }

  /// The number; nil where it is beyond what a `Double` holds.
  static func double(_ text: ArraySlice<UInt8>) -> Double? {
    // Up to 2^53 whole numbers are doubles.
    if text.count <= 15, let whole = digits(text, as: Int64.self) { return Double(whole) }
    guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
    return value
  }
}
