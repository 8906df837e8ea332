import Tensors

/// The values of all parameters of one graph, each aligned to 64 bytes and in memory of its own.
///
/// Filled once by its maker and read-only from then on.
public final class ParameterStore: Sendable {
  /// One for each parameter, in the graph's order. A tensor lives as long as somebody holds it: a prepared model keeps
  /// only those that its runs read.
  public let tensors: [Tensor]

  /// Bytes held.
  public var byteCount: Int { tensors.reduce(0) { $0 + roundedToCacheLines($1.type.byteCount) } }

  /// Allocates zeroed memory for FP32 `parameters` and lets `fill` write each one once.
  public convenience init(
    _ parameters: [ParameterInfo],
    fill: (ParameterInfo, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    self.init(
      try parameters.map { parameter in
        precondition(parameter.elementType == .float32)
        return try Tensor(parameter.type) { try fill(parameter, $0.bindMemory(to: Float.self)) }
      })
  }

  /// Takes tensors as they are, one per parameter, in the graph's order.
  public init(_ tensors: [Tensor]) { self.tensors = tensors }

  /// The values of an FP32 parameter, row-major.
  public subscript(_ id: ParameterID) -> UnsafeBufferPointer<Float> {
    bytes(id).assumingMemoryBound(to: Float.self)
  }

  /// The memory of a parameter of any element type, row-major.
  public func bytes(_ id: ParameterID) -> UnsafeRawBufferPointer { tensors[id.index].bytes }
}
