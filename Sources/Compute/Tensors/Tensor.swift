/// A dense row-major array with its type, in memory of its own that is aligned to 64 bytes.
///
/// Written once by its maker, read-only from then on, so that it may be shared.
public final class Tensor: @unchecked Sendable {
  /// Element type and extents.
  public let type: TensorType
  private let buffer: AlignedBuffer

  /// Allocates zeroed memory and lets `fill` write the elements once.
  ///
  /// - Throws: ``AllocationError`` where the system refuses, or what `fill` throws.
  public init(_ type: TensorType, fill: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    self.type = type
    buffer = try AlignedBuffer(byteCount: type.byteCount)
    try fill(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: type.byteCount))
  }

  /// A tensor of given elements.
  ///
  /// - Precondition: `Element` has the size of `elementType`, and there are as many elements as `shape` holds.
  public convenience init<Element: BitwiseCopyable>(
    _ elementType: ElementType, _ shape: Shape, _ elements: [Element]
  ) throws {
    precondition(MemoryLayout<Element>.stride == elementType.byteCount && elements.count == shape.count)
    try self.init(TensorType(elementType, shape)) { destination in
      elements.withUnsafeBytes { destination.copyMemory(from: $0) }
    }
  }

  /// The type of each element.
  public var elementType: ElementType { type.elementType }
  /// The extents.
  public var shape: Shape { type.shape }

  /// The memory; valid as long as the tensor lives.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: buffer.baseAddress, count: type.byteCount)
  }

  /// The elements as values of a type of the same size.
  public func elements<Element: BitwiseCopyable>(as _: Element.Type) -> UnsafeBufferPointer<Element> {
    precondition(MemoryLayout<Element>.stride == elementType.byteCount)
    return UnsafeBufferPointer(
      start: UnsafePointer(buffer.baseAddress.assumingMemoryBound(to: Element.self)), count: shape.count)
  }
}
