import Tensors

/// A constant of a model: known by name, type and shape, with its elements read only on demand.
///
/// The elements stay in the model's file, or in a file next to it, until ``load()`` or ``write(into:)`` reads them; reading
/// them twice is allowed and gives the same.
public struct ONNXTensor: Sendable {
  /// Its name; may be empty for the value of an attribute.
  public let name: String
  /// The extents. Their product, in bytes, fits an integer.
  public let shape: Shape
  /// The type of the elements; nil where Assay has not got it.
  public let elementType: ElementType?
  /// That type's name, also where Assay has not got it: `float32`, `string`, `int4`, `sparse float32`.
  public let elementTypeName: String
  /// Where the elements are.
  let contents: Contents

  /// Where a tensor's elements are.
  enum Contents: Sendable {
    /// In the model itself.
    case stored(StoredElements)
    /// In a file next to the model.
    case external(ExternalData)
    /// Whoever made the tensor fills a buffer of exactly its size.
    case given(@Sendable (UnsafeMutableRawBufferPointer) throws -> Void)
    /// Nowhere that Assay could read, as the element type is not supported.
    case unreadable
  }

  init(name: String, shape: Shape, elementType: ElementType?, elementTypeName: String, contents: Contents) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.elementTypeName = elementTypeName
    self.contents = contents
  }

  /// A tensor whose elements `fill` writes, row-major in the machine's byte order, each time that they are wanted.
  ///
  /// - Parameter fill: gets ``byteCount`` bytes, zeroed or not, and writes all of them.
  public init(
    name: String, type: TensorType, fill: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws -> Void
  ) {
    self.init(
      name: name, shape: type.shape, elementType: type.elementType, elementTypeName: type.elementType.rawValue,
      contents: .given(fill))
  }

  /// A tensor of values in memory.
  public init(name: String, _ tensor: Tensor) {
    self.init(name: name, type: tensor.type) { destination in
      withExtendedLifetime(tensor) { destination.copyMemory(from: tensor.bytes) }
    }
  }

  /// Type and shape.
  ///
  /// - Throws: ``ONNXError`` of kind `unsupported` where Assay has not got the element type.
  public var type: TensorType {
    get throws(ONNXError) {
      guard let elementType else {
        throw ONNXError(
          .unsupported, "tensor \(name.quoted) has elements of type \(elementTypeName), which Assay does not support")
      }
      return TensorType(elementType, shape)
    }
  }

  /// Bytes of all elements in memory; 0 where Assay has not got the element type.
  public var byteCount: Int { elementType.map { shape.count * $0.byteCount } ?? 0 }

  /// Reads the elements into a tensor of their own.
  ///
  /// - Throws: ``ONNXError`` where the type is not supported, the file can no longer be read or an element does not fit the
  ///   type; `AllocationError` where the system refuses memory.
  public func load() throws -> Tensor {
    try Tensor(type) { try write(into: $0) }
  }

  /// Reads the elements into a buffer, row-major in the machine's byte order.
  ///
  /// - Parameter destination: exactly ``byteCount`` bytes; of no particular alignment.
  /// - Throws: as ``load()``, after which the buffer's contents are unspecified.
  public func write(into destination: UnsafeMutableRawBufferPointer) throws {
    let type = try type
    precondition(destination.count == byteCount, "a tensor is written into a buffer of its own size")
    switch contents {
    case .stored(let elements): try elements.write(type, named: name, into: destination)
    case .external(let data): try data.write(type, named: name, into: destination)
    case .given(let fill): try fill(destination)
    case .unreadable: break
    }
  }
}
