/// How an operand of a product is stored: its elements and the scales that they share.
public struct OperandFormat: Hashable, Codable, Sendable {
  /// How values become elements.
  public var conversion: Conversion
  /// Which elements share a scale.
  public var scaling: Scaling

  /// Makes a format.
  public init(_ conversion: Conversion, scaling: Scaling = .none) {
    self.conversion = conversion
    self.scaling = scaling
  }

  /// The same with default rounding.
  public init(_ element: ElementFormat, scaling: Scaling = .none) { self.init(Conversion(element), scaling: scaling) }

  /// FP32 as it is.
  public static let fp32 = OperandFormat(.fp32)
}

/// Which elements share a scale, and how it is found.
public enum Scaling: Hashable, Codable, Sendable {
  /// There is no scale: elements are the values themselves.
  case none
  /// One for a tensor: activations by their calibrated range, parameters by their own.
  case perTensor
  /// One for each output channel of weights, by the channel's greatest magnitude.
  case perChannel
  /// One power of two (E8M0) for `size` consecutive elements along the depth of the product, 2^(floor(log2(greatest
  /// magnitude)) - the element format's greatest exponent) (OCP MX 1.0, section 6.3).
  case block(size: Int)
  /// One FP32 scale for `size` consecutive elements along the depth of the product, by their greatest magnitude.
  case group(size: Int)

  /// For example `per tensor`.
  public var name: String {
    switch self {
    case .none: "no scale"
    case .perTensor: "one scale per tensor"
    case .perChannel: "one scale per output channel"
    case .block(let size): "an E8M0 scale for every \(size) elements"
    case .group(let size): "an FP32 scale for every \(size) elements"
    }
  }
}
