import Tensors

/// What a file says about a named value: the type of its elements and as much of its shape as is known.
public struct ONNXValueInfo: Hashable, Sendable {
  /// The value's name.
  public var name: String
  /// The type of its elements; nil where it is none that Assay has, or not a tensor at all.
  public var elementType: ElementType?
  /// That type's name, also where Assay has not got it: `float32`, `string`, `sequence`, `unknown`.
  public var elementTypeName: String
  /// The extents, outermost first; nil where not even their number is known.
  public var dims: [Dimension]?

  /// An extent of a value.
  public enum Dimension: Hashable, Sendable, CustomStringConvertible {
    /// A number, not negative.
    case fixed(Int)
    /// A name, such as `batch`: extents of the same name are equal.
    case symbol(String)
    /// Any extent.
    case unknown

    /// The number, the name, or `?`.
    public var description: String {
      switch self {
      case .fixed(let extent): String(extent)
      case .symbol(let name): name
      case .unknown: "?"
      }
    }
  }

  /// Describes a tensor.
  public init(name: String, elementType: ElementType, dims: [Dimension]?) {
    self.name = name
    self.elementType = elementType
    self.elementTypeName = elementType.rawValue
    self.dims = dims
  }

  /// Describes a tensor of known shape.
  public init(name: String, type: TensorType) {
    self.init(name: name, elementType: type.elementType, dims: type.shape.dims.map(Dimension.fixed))
  }

  /// Describes a value whose type Assay has not got.
  public init(name: String, elementTypeName: String, dims: [Dimension]?) {
    self.name = name
    self.elementType = nil
    self.elementTypeName = elementTypeName
    self.dims = dims
  }

  /// The type, where it is one that Assay has and every extent is a number; else nil.
  public var type: TensorType? {
    guard let elementType, let dims else { return nil }
    var extents: [Int] = []
    for case .fixed(let extent) in dims { extents.append(extent) }
    guard extents.count == dims.count, let shape = Shape(checking: extents) else { return nil }
    return TensorType(elementType, shape)
  }
}
