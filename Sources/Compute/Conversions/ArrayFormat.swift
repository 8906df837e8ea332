import NumericFormats

/// A format in which whole arrays are stored, by the name that users give it: its elements, and which of them share a
/// scale.
public struct ArrayFormat: Hashable, Sendable {
  /// For example `bf16`, `s8` or `mxfp4-e2m1`.
  public let name: String
  /// The elements, and whether blocks of them share a power of two.
  public let operand: OperandFormat

  private init(_ name: String, _ operand: OperandFormat) {
    self.name = name
    self.operand = operand
  }

  private init(mx name: String, _ element: ElementFormat) {
    self.init(name, OperandFormat(Conversion(element, overflow: .saturate), scaling: .block(size: 32)))
  }

  /// Every format: the floats, the integers, and the blocks of OCP MX.
  public static let all: [ArrayFormat] =
    FloatFormat.all.map { ArrayFormat($0.name, OperandFormat(.float($0))) } + [
      ArrayFormat("s8", OperandFormat(.s8, scaling: .perTensor)),
      ArrayFormat("u8", OperandFormat(.u8, scaling: .perTensor)),
      ArrayFormat("s4", OperandFormat(.signed(bits: 4, limit: 7), scaling: .perTensor)),
      ArrayFormat("u4", OperandFormat(.unsigned(bits: 4), scaling: .perTensor)),
      ArrayFormat(mx: "mxfp8-e4m3", .float(.e4m3)), ArrayFormat(mx: "mxfp8-e5m2", .float(.e5m2)),
      ArrayFormat(mx: "mxfp6-e3m2", .float(.e3m2)), ArrayFormat(mx: "mxfp6-e2m3", .float(.e2m3)),
      ArrayFormat(mx: "mxfp4-e2m1", .float(.e2m1)), ArrayFormat(mx: "mxint8", .fixedPoint(bits: 8)),
    ]

  /// The format of that name, whatever its case; nil where there is none.
  public static func named(_ name: String) -> ArrayFormat? {
    let lowered = name.lowercased()
    return all.first { $0.name == lowered }
  }

  /// The elements.
  public var element: ElementFormat { operand.conversion.element }

  /// Whether elements are integers that a scale of the array's gives their meaning.
  public var isInteger: Bool { operand.scaling == .perTensor }

  /// Whether elements share scales that are powers of two.
  public var isMX: Bool { operand.scaling.blocks != nil }

  /// Whether an element can be NaN.
  public var hasNaN: Bool {
    if case .float(let format) = element { return format.specials != .none }
    return false
  }

  /// The scale, at least 2^-126, and zero point of integers that cover `range` and zero; 1 and 0 of other formats, and
  /// where the range has no width.
  ///
  /// Symmetric: greatest magnitude / greatest integer. Asymmetric: width / (integers - 1), and the zero point that is
  /// nearest to where 0 lies.
  public func figures(covering range: ValueRange) -> (scale: Float, zeroPoint: Int32) {
    switch element {
    case .signed(_, let limit):
      guard case .s8(let scale) = NumberFormat.s8(covering: range, limit: limit) else { return (1, 0) }
      return (scale, 0)
    case .unsigned(let bits):
      let (low, high) = (Double(min(range.least, 0)), Double(max(range.greatest, 0)))
      guard high > low else { return (1, 0) }
      let top = Double((1 << bits) - 1)
      // The width of FP32's whole range exceeds FP32.
      let width = min((high - low) / top, Double(Float.greatestFiniteMagnitude))
      let scale = max(Float(width), .leastNormalMagnitude)
      return (scale, Int32(min(max((-low / Double(scale)).rounded(.toNearestOrEven), 0), top)))
    case .float, .fixedPoint: return (1, 0)
    }
  }
}
