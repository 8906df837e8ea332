/// The format in which a tensor's elements are stored, with the figures that map stored values to real ones.
public enum NumberFormat: Hashable, Codable, Sendable {
  /// IEEE 754 binary32.
  case fp32
  /// Brain floating point.
  case bf16
  /// Unsigned 8-bit, asymmetric: real = (q - zeroPoint) * scale.
  case u8(scale: Float, zeroPoint: Int32)
  /// Signed 8-bit, symmetric, -127 ... 127: real = q * scale.
  case s8(scale: Float)
  /// A format that no kernel stores: held as floats that it can represent.
  case emulated(EmulatedFormat)

  /// Bytes in which an element is held natively; emulated formats are held as floats.
  public var byteCount: Int {
    switch self {
    case .fp32, .emulated: 4
    case .bf16: 2
    case .u8, .s8: 1
    }
  }

  /// Bytes of a tensor of so many elements where the format is stored as it is meant, shared scales included.
  public func byteCount(of elements: Int) -> Int {
    if case .emulated(let format) = self { return format.operand.byteCount(format.lines(of: elements)) }
    return elements * byteCount
  }

  /// The factor from what is held to real values; 1 for formats without a scale of whole tensors.
  public var scale: Float {
    switch self {
    case .fp32, .bf16: 1
    case .u8(let scale, _), .s8(let scale): scale
    case .emulated(let format): format.scale
    }
  }

  /// Whether elements are held as floats also natively.
  public var isHeldAsFloats: Bool {
    switch self {
    case .fp32, .emulated: true
    case .bf16, .u8, .s8: false
    }
  }

  /// The name without figures: `fp32`, `bf16`, `u8`, `s8`, and those of emulated elements.
  public var name: String {
    switch self {
    case .fp32: "fp32"
    case .bf16: "bf16"
    case .u8: "u8"
    case .s8: "s8"
    case .emulated(let format): format.operand.conversion.element.name
    }
  }

  /// The asymmetric unsigned format that covers `range` and zero.
  ///
  /// scale = (max - min) / 255 and zero point = round(-min / scale), after widening the range to contain 0 so that zero
  /// (padding, ReLU) is exact. A range of width 0 gets scale 1.
  public static func u8(covering range: ValueRange) -> NumberFormat {
    let (low, high) = (min(range.least, 0), max(range.greatest, 0))
    guard high > low else { return .u8(scale: 1, zeroPoint: 0) }
    let scale = max((high - low) / 255, .leastNormalMagnitude)
    let zero = (-low / scale).rounded(.toNearestOrEven)
    return .u8(scale: scale, zeroPoint: Int32(min(max(zero, 0), 255)))
  }

  /// The symmetric signed format that covers `range`: scale = max |x| / limit, or 1 for a range of zeros.
  ///
  /// - Parameter limit: the greatest magnitude of stored integers, at most 127.
  public static func s8(covering range: ValueRange, limit: Int = 127) -> NumberFormat {
    let magnitude = max(abs(range.least), abs(range.greatest))
    return .s8(scale: magnitude > 0 ? max(magnitude / Float(limit), .leastNormalMagnitude) : 1)
  }
}

/// The least and the greatest value that a tensor took; both finite.
public struct ValueRange: Hashable, Codable, Sendable {
  /// The least value.
  public let least: Float
  /// The greatest value.
  public let greatest: Float

  /// Makes a range; nil unless both ends are finite and ordered.
  public init?(least: Float, greatest: Float) {
    guard least.isFinite, greatest.isFinite, least <= greatest else { return nil }
    self.least = least
    self.greatest = greatest
  }

  /// The range of the finite values, that of zero alone where there are no values at all; nil where none is finite.
  public init?(ofFinite values: some Collection<Float>) {
    let finite = values.lazy.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else {
      guard values.isEmpty else { return nil }
      (least, greatest) = (0, 0)
      return
    }
    (self.least, self.greatest) = (least, greatest)
  }

  /// The range that contains both.
  public func union(_ other: ValueRange) -> ValueRange {
    ValueRange(least: min(least, other.least), greatest: max(greatest, other.greatest)) ?? self
  }
}
