/// The format of an activation whose elements are held as floats, each one a value that the format can represent.
///
/// Elements that share a scale with their whole tensor are held before the scale, like integers; where blocks share scales
/// the real values are held.
public struct EmulatedFormat: Hashable, Codable, Sendable {
  /// Elements and what shares their scales.
  public let operand: OperandFormat
  /// The scale of the tensor; 1 where there is none.
  public let scale: Float
  /// Along which elements blocks run; nil where no blocks share scales.
  public let axis: Axis?

  /// Makes a format.
  public init(_ operand: OperandFormat, scale: Float = 1, axis: Axis? = nil) {
    self.operand = operand
    self.scale = scale
    self.axis = axis
  }

  /// The elements of a tensor that are summed over, in their order.
  public struct Axis: Hashable, Codable, Sendable {
    /// The dimension.
    public let dimension: Int
    /// Elements of that dimension that belong to one sum: all of them, or those of one group or head.
    public let depth: Int

    /// Makes an axis.
    public init(dimension: Int, depth: Int) {
      self.dimension = dimension
      self.depth = depth
    }
  }

  /// The scale with which the greatest magnitude of `range` becomes the greatest finite element; 1 for a range of zeros.
  public static func scale(covering range: ValueRange, in format: FloatFormat) -> Float {
    let magnitude = max(abs(range.least), abs(range.greatest))
    return magnitude > 0 ? max(magnitude / Float(format.greatestFiniteMagnitude), .leastNormalMagnitude) : 1
  }
}
