/// The extents of a tensor, outermost first; the layout is dense and row-major.
public struct Shape: Hashable, Codable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The extents, outermost first.
  public let dims: [Int]

  /// Makes a shape from its extents, outermost first.
  public init(_ dims: [Int]) { self.dims = dims }

  /// Makes a shape from a literal such as `[1, 3, 224, 224]`.
  public init(arrayLiteral elements: Int...) { self.dims = elements }

  /// The greatest number of dimensions of a shape of unknown origin.
  public static let rankLimit = 64

  /// Makes a shape from extents of unknown origin; nil where one is negative, where there are more than ``rankLimit``, or
  /// where an array of 8-byte elements of that shape would exceed 2^62 bytes.
  ///
  /// An extent of 0 must not hide the others: later passes multiply them and loop over them without it. Their product is
  /// at most 2^31 then.
  public init?(checking dims: [Int]) {
    guard dims.count <= Self.rankLimit else { return nil }
    let limit = dims.contains(0) ? 1 << 31 : 1 << 59
    var count = 1
    for dim in dims {
      guard dim >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: max(dim, 1))
      guard !overflow, product <= limit else { return nil }
      count = product
    }
    self.dims = dims
  }

  /// The number of elements; 1 for a scalar.
  public var count: Int { dims.reduce(1, *) }

  /// The number of dimensions.
  public var rank: Int { dims.count }

  /// The extent of dimension `index`, counted from the end if negative.
  public subscript(_ index: Int) -> Int { dims[index < 0 ? dims.count + index : index] }

  /// The extents joined by `x`, for example `1x3x224x224`.
  public var description: String { dims.map(String.init).joined(separator: "x") }

  /// Decodes a plain array of extents; files hold anything, so that only valid shapes are taken.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let shape = Shape(checking: try container.decode([Int].self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "These extents are not a valid shape.")
    }
    self = shape
  }

  /// Encodes as a plain array of extents.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(dims)
  }
}
