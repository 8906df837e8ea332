/// How an FP32 value becomes an element: format, rounding, subnormals and what happens to values that are too large.
public struct Conversion: Hashable, Codable, Sendable {
  /// What it becomes.
  public var element: ElementFormat
  /// Which of the two neighbours a value between them becomes.
  public var rounding: Rounding
  /// What becomes of subnormal values.
  public var subnormals: Subnormals
  /// What becomes of values beyond the largest finite one.
  public var overflow: Overflow

  /// Makes a conversion; to nearest even with subnormals kept where nothing else is said.
  public init(
    _ element: ElementFormat, rounding: Rounding = .nearestEven, subnormals: Subnormals = .kept,
    overflow: Overflow? = nil
  ) {
    self.element = element
    self.rounding = rounding
    self.subnormals = subnormals
    self.overflow = overflow ?? Self.overflow(of: element)
  }

  /// What formats do by themselves: integers and formats without infinities saturate, the others become infinite.
  public static func overflow(of element: ElementFormat) -> Overflow {
    if case .float(let format) = element, format.specials == .infinitiesAndNaNs { return .infinity }
    return .saturate
  }

  /// FP32 as it is.
  public static let fp32 = Conversion(.float(.fp32))
}

/// Which neighbour a value between two representable ones becomes.
public enum Rounding: Hashable, Codable, Sendable {
  /// The nearest; of two equally near ones that with an even last digit (IEEE 754 roundTiesToEven).
  case nearestEven
  /// The one with the smaller magnitude: the digits that do not fit are cut off.
  case towardZero
  /// The nearest; of two equally near ones that with the larger magnitude.
  case nearestAway
  /// Either, the likelier the nearer it is. Element `i` of an array draws its random number from `seed` and `i` alone.
  case stochastic(seed: UInt64)

  /// For example `nearest-even`.
  public var name: String {
    switch self {
    case .nearestEven: "nearest-even"
    case .towardZero: "toward-zero"
    case .nearestAway: "nearest-away"
    case .stochastic: "stochastic"
    }
  }
}

/// What becomes of numbers below the least normal one.
public enum Subnormals: String, Hashable, Codable, Sendable {
  /// They are numbers like others.
  case kept
  /// Subnormal operands count as zeros of their sign, and so do results that would be subnormal (DAZ and FTZ).
  case flushed
}

/// What becomes of values beyond the largest finite one.
public enum Overflow: String, Hashable, Codable, Sendable {
  /// The largest finite value of their sign.
  case saturate
  /// Infinity of their sign, or NaN in formats without infinities.
  case infinity
}
