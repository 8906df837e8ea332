/// Floats at a fixed address, made when a model is prepared: scales, rearranged weights.
final class FloatConstants: @unchecked Sendable {
  /// The first value.
  let base: UnsafeMutablePointer<Float>
  /// Bytes held.
  let byteCount: Int

  init(_ values: [Float]) {
    base = .allocate(capacity: max(values.count, 1))
    base.initialize(from: values, count: values.count)
    byteCount = values.count * MemoryLayout<Float>.stride
  }

  deinit { base.deallocate() }
}
