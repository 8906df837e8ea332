/// A binary floating-point format: how many bits its exponent and its fraction have, and what its highest codes mean.
///
/// A value is (-1)^s * 2^(e - bias) * 1.f, or (-1)^s * 2^(1 - bias) * 0.f where the exponent's bits are all 0.
public struct FloatFormat: Hashable, Codable, Sendable {
  /// For example `fp16` or `e4m3`.
  public let name: String
  /// Bits of the exponent.
  public let exponentBits: Int
  /// Bits of the fraction; the leading 1 is not stored.
  public let fractionBits: Int
  /// What is subtracted from the stored exponent.
  public let bias: Int
  /// What the highest codes mean.
  public let specials: Specials

  /// Codes that are no finite numbers.
  public enum Specials: String, Hashable, Codable, Sendable {
    /// The highest exponent holds infinities (fraction 0) and NaNs (IEEE 754).
    case infinitiesAndNaNs
    /// Only the code with all bits of exponent and fraction set is NaN; there are no infinities (OCP OFP8 E4M3).
    case oneNaN
    /// Every code is a finite number (OCP MX element formats).
    case none
  }

  /// Makes a format; the bias of IEEE 754, 2^(exponentBits - 1) - 1, where none is given.
  init(_ name: String, exponentBits: Int, fractionBits: Int, bias: Int? = nil, specials: Specials = .infinitiesAndNaNs)
  {
    self.name = name
    self.exponentBits = exponentBits
    self.fractionBits = fractionBits
    self.bias = bias ?? (1 << (exponentBits - 1)) - 1
    self.specials = specials
  }

  /// Bits of a code, sign included.
  public var bitCount: Int { 1 + exponentBits + fractionBits }

  /// The largest finite value.
  public var greatestFiniteMagnitude: Double {
    let top = (1 << exponentBits) - 1
    let fraction = (1 << fractionBits) - 1
    switch specials {
    case .infinitiesAndNaNs: return value(exponent: top - 1, fraction: fraction)
    case .oneNaN: return value(exponent: top, fraction: fraction - 1)
    case .none: return value(exponent: top, fraction: fraction)
    }
  }

  /// The exponent of the largest finite value, as a power of two.
  public var greatestExponent: Int { (1 << exponentBits) - 1 - (specials == .infinitiesAndNaNs ? 1 : 0) - bias }
  /// The least positive value with a leading 1.
  public var leastNormalMagnitude: Double { Double(sign: .plus, exponent: 1 - bias, significand: 1) }
  /// The least positive value.
  public var leastNonzeroMagnitude: Double { Double(sign: .plus, exponent: 1 - bias - fractionBits, significand: 1) }

  private func value(exponent: Int, fraction: Int) -> Double {
    let significand = 1 + Double(fraction) / Double(1 << fractionBits)
    return Double(sign: .plus, exponent: exponent - bias, significand: significand)
  }
}

extension FloatFormat {
  /// IEEE 754 binary32.
  public static let fp32 = FloatFormat("fp32", exponentBits: 8, fractionBits: 23)
  /// NVIDIA's TensorFloat-32: the range of FP32, the fraction of FP16; a code takes the upper 19 of FP32's 32 bits.
  public static let tf32 = FloatFormat("tf32", exponentBits: 8, fractionBits: 10)
  /// Brain floating point: the upper half of FP32.
  public static let bf16 = FloatFormat("bf16", exponentBits: 8, fractionBits: 7)
  /// IEEE 754 binary16.
  public static let fp16 = FloatFormat("fp16", exponentBits: 5, fractionBits: 10)
  /// OCP OFP8 E4M3: up to 448, one NaN, no infinities.
  public static let e4m3 = FloatFormat("e4m3", exponentBits: 4, fractionBits: 3, specials: .oneNaN)
  /// OCP OFP8 E5M2: the upper half of FP16, up to 57344.
  public static let e5m2 = FloatFormat("e5m2", exponentBits: 5, fractionBits: 2)
  /// OCP MX FP6 E3M2: up to 28, finite only.
  public static let e3m2 = FloatFormat("e3m2", exponentBits: 3, fractionBits: 2, specials: .none)
  /// OCP MX FP6 E2M3: up to 7.5, finite only.
  public static let e2m3 = FloatFormat("e2m3", exponentBits: 2, fractionBits: 3, specials: .none)
  /// OCP MX FP4 E2M1: up to 6, finite only.
  public static let e2m1 = FloatFormat("e2m1", exponentBits: 2, fractionBits: 1, specials: .none)

  /// Every format.
  public static let all: [FloatFormat] = [.fp32, .tf32, .bf16, .fp16, .e4m3, .e5m2, .e3m2, .e2m3, .e2m1]
}
