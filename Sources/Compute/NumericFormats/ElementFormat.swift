/// What one stored element is: a floating-point number, or an integer that a scale gives its meaning.
public enum ElementFormat: Hashable, Codable, Sendable {
  /// A floating-point number.
  case float(FloatFormat)
  /// A signed two's-complement integer of so many bits, whose real value is q * scale. `limit` is the greatest
  /// magnitude
  /// that is used: -limit ... limit.
  case signed(bits: Int, limit: Int)
  /// An unsigned integer of so many bits, whose real value is (q - zero point) * scale.
  case unsigned(bits: Int)
  /// A signed fixed-point number with two bits before the binary point, q * 2^-6 for 8 bits (OCP MXINT8).
  case fixedPoint(bits: Int)

  /// Bits of an element.
  public var bitCount: Int {
    switch self {
    case .float(let format): format.bitCount
    case .signed(let bits, _), .unsigned(let bits), .fixedPoint(let bits): bits
    }
  }

  /// For example `bf16`, `s8`, `u8`.
  public var name: String {
    switch self {
    case .float(let format): format.name
    case .signed(let bits, _): "s\(bits)"
    case .unsigned(let bits): "u\(bits)"
    case .fixedPoint(let bits): "int\(bits)"
    }
  }

  /// All of s8 that symmetric quantisation uses.
  public static let s8 = ElementFormat.signed(bits: 8, limit: 127)
  /// u8.
  public static let u8 = ElementFormat.unsigned(bits: 8)
}
