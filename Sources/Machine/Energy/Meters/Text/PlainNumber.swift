import Glibc

/// A number as programs write it: `123`, `123.4` or `1.234e2`, not negative, without a unit.
struct PlainNumber: Hashable {
  /// The number.
  let value: Double
  /// The step of its last digit, not above 1: how exact whoever wrote it claims to be.
  let step: Double

  /// Nil for anything else, such as what has a sign, a comma or a unit, `nan`, and what is beyond all bounds.
  init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 40, bytes.allSatisfy({ Self.isDigit($0) || Self.signs.contains($0) }), let first = bytes.first,
      Self.isDigit(first), let number = Double(String(text)), number.isFinite, number <= Self.most
    else { return nil }
    let parts = bytes.split(whereSeparator: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") })
    let decimals = parts[0].firstIndex(of: UInt8(ascii: ".")).map { parts[0].endIndex - $0 - 1 } ?? 0
    let exponent = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
    value = number
    step = min(max(pow(10, Double(exponent - decimals)), Self.finest), 1)
  }

  /// More than any meter has counted or measured, in whatever unit.
  private static let most = 1e12
  private static let finest = 1e-6
  private static let signs = Array(".eE+-".utf8)

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
