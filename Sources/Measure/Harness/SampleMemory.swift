import Glibc

/// Samples in memory: one buffer for each input of a model, with one sample after the other.
final class SampleMemory {
  private let buffers: ContiguousArray<UnsafeMutableRawPointer>
  private let sampleBytes: ContiguousArray<Int>

  /// Makes room for `count` samples; what is never written takes no memory.
  ///
  /// - Parameter sampleBytes: the bytes of one sample of each input.
  init(sampleBytes: [Int], count: Int) {
    self.sampleBytes = ContiguousArray(sampleBytes)
    buffers = ContiguousArray(sampleBytes.map { .allocate(byteCount: max($0 * count, 1), alignment: 64) })
  }

  deinit { for buffer in buffers { buffer.deallocate() } }

  /// Where a sample is, an input a buffer.
  subscript(slot: Int) -> [UnsafeMutableRawBufferPointer] {
    zip(buffers, sampleBytes).map { UnsafeMutableRawBufferPointer(start: $0 + slot * $1, count: $1) }
  }

  /// Copies a sample to a place of a batch. Allocates nothing.
  ///
  /// - Parameter destinations: where a model's inputs begin.
  func copy(_ slot: Int, to destinations: ContiguousArray<UnsafeMutableRawPointer>, place: Int) {
    for input in 0..<buffers.count {
      let bytes = sampleBytes[input]
      memcpy(destinations[input] + place * bytes, buffers[input] + slot * bytes, bytes)
    }
  }
}
