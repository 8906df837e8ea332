/// What a tensor is before it has values: the type of its elements and its extents.
public struct TensorType: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The type of each element.
  public let elementType: ElementType
  /// The extents.
  public let shape: Shape

  /// Makes a type.
  public init(_ elementType: ElementType, _ shape: Shape) {
    self.elementType = elementType
    self.shape = shape
  }

  /// Bytes of all elements.
  public var byteCount: Int { shape.count * elementType.byteCount }

  /// For example `float32 1x3x224x224`; a scalar is `float32 scalar`.
  public var description: String { "\(elementType.rawValue) \(shape.rank == 0 ? "scalar" : shape.description)" }
}
