import Tensors

/// The FP32 values of all parameters of one graph, each aligned to 64 bytes, in one allocation.
///
/// Filled once by its maker and read-only from then on.
public final class ParameterStore: @unchecked Sendable {
  private let buffer: AlignedBuffer
  private let offsets: [Int]
  private let counts: [Int]

  /// Allocates zeroed storage for `parameters` and lets `fill` write each one once.
  public init(
    _ parameters: [ParameterInfo],
    fill: (ParameterInfo, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    var offsets: [Int] = []
    var end = 0
    for parameter in parameters {
      offsets.append(end)
      end += roundedToCacheLines(parameter.shape.count * MemoryLayout<Float>.stride)
    }
    self.offsets = offsets
    self.counts = parameters.map(\.shape.count)
    self.buffer = try AlignedBuffer(byteCount: end)
    for (parameter, offset) in zip(parameters, offsets) {
      let base = (buffer.baseAddress + offset).assumingMemoryBound(to: Float.self)
      try fill(parameter, UnsafeMutableBufferPointer(start: base, count: parameter.shape.count))
    }
  }

  /// Bytes held.
  public var byteCount: Int { buffer.byteCount }

  /// The values of a parameter, row-major.
  public subscript(_ id: ParameterID) -> UnsafeBufferPointer<Float> {
    let base = (buffer.baseAddress + offsets[id.index]).assumingMemoryBound(to: Float.self)
    return UnsafeBufferPointer(start: base, count: counts[id.index])
  }
}
