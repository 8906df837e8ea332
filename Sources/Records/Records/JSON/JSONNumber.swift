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
  static func integer<T: FixedWidthInteger>(_ text: ArraySlice<UInt8>, as type: T.Type) -> T? {
    if let exact = digits(text, as: type) { return exact }
    guard text.contains(where: { $0 == UInt8(ascii: ".") || $0 | 32 == UInt8(ascii: "e") }) || text.count <= 2 else {
      return nil
    }
    return double(text).flatMap(T.init(exactly:))
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
