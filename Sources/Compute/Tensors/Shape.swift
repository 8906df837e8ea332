/// The extents of a tensor, outermost first; the layout is dense and row-major.
public struct Shape: Hashable, Codable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The extents, outermost first.
  public let dims: [Int]

  /// Makes a shape from its extents, outermost first.
  public init(_ dims: [Int]) { self.dims = dims }

  /// Makes a shape from a literal such as `[1, 3, 224, 224]`.
  public init(arrayLiteral elements: Int...) { self.dims = elements }

  /// The number of elements; 1 for a scalar.
  public var count: Int { dims.reduce(1, *) }

  /// The number of dimensions.
  public var rank: Int { dims.count }

  /// The extent of dimension `index`, counted from the end if negative.
  public subscript(_ index: Int) -> Int { dims[index < 0 ? dims.count + index : index] }

  /// The extents joined by `x`, for example `1x3x224x224`.
  public var description: String { dims.map(String.init).joined(separator: "x") }

  /// Decodes a plain array of extents.
  public init(from decoder: any Decoder) throws { dims = try decoder.singleValueContainer().decode([Int].self) }

  /// Encodes as a plain array of extents.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(dims)
  }
}
