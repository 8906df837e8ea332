/// Floats at a fixed address, made when a model is prepared: scales, rearranged weights.
final class FloatConstants: @unchecked Sendable {
  /// The first value.
  let base: UnsafeMutablePointer<Float>
  /// Bytes held.
  let byteCount: Int

  /// Values that `fill` writes.
  init(count: Int, fill: (UnsafeMutablePointer<Float>) -> Void) {
    base = .allocate(capacity: max(count, 1))
    byteCount = count * MemoryLayout<Float>.stride
    fill(base)
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count) { $0.initialize(from: values, count: values.count) }
  }

  deinit { base.deallocate() }
}
