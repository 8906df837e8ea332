import Tensors

/// The values of all parameters of one graph, each aligned to 64 bytes.
///
/// Filled once by its maker and read-only from then on.
public final class ParameterStore: @unchecked Sendable {
  /// Keeps the memory alive.
  private let tensors: [Tensor]
  private let values: [UnsafeRawBufferPointer]
  /// Bytes held.
  public let byteCount: Int

  /// Allocates zeroed storage for FP32 `parameters`, all in one piece, and lets `fill` write each one once.
  public init(
    _ parameters: [ParameterInfo],
    fill: (ParameterInfo, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    var offsets: [Int] = []
    var end = 0
    for parameter in parameters {
      precondition(parameter.elementType == .float32)
      offsets.append(end)
      end += roundedToCacheLines(parameter.type.byteCount)
    }
    let storage = try Tensor(TensorType(.uint8, [end])) { memory in
      for (parameter, offset) in zip(parameters, offsets) {
        let part = UnsafeMutableRawBufferPointer(rebasing: memory[offset..<(offset + parameter.type.byteCount)])
        try fill(parameter, part.bindMemory(to: Float.self))
      }
    }
    tensors = [storage]
    values = zip(parameters, offsets).map { parameter, offset in
      UnsafeRawBufferPointer(rebasing: storage.bytes[offset..<(offset + parameter.type.byteCount)])
    }
    byteCount = end
  }

  /// Takes tensors as they are, one per parameter, in the graph's order.
  public init(_ tensors: [Tensor]) {
    self.tensors = tensors
    values = tensors.map(\.bytes)
    byteCount = tensors.reduce(0) { $0 + roundedToCacheLines($1.type.byteCount) }
  }

  /// The values of an FP32 parameter, row-major.
  public subscript(_ id: ParameterID) -> UnsafeBufferPointer<Float> {
    values[id.index].assumingMemoryBound(to: Float.self)
  }

  /// The memory of a parameter of any element type, row-major.
  public func bytes(_ id: ParameterID) -> UnsafeRawBufferPointer { values[id.index] }
}
