import Statistics

/// The order in which queries walk through the samples in memory: a seeded permutation, repeated.
///
/// Query q of n-sample queries takes the n entries from position q x n on, round and round. The permutation is a
/// Fisher-Yates shuffle (for i from the last down to 1: swap i with a draw in 0 ... i), the draws are the upper half of a
/// 64 x 64-bit product with the next SplitMix64 output (Steele, Lea, Flood 2014). The same seed gives the same order on
/// every machine. It is not the order of MLPerf's own generator.
public struct SampleOrder: ~Copyable {
  /// The permutation, extended round and round so that every query is one contiguous slice.
  private let entries: UnsafeMutableBufferPointer<Int32>
  private let sampleCount: Int
  private let samplesPerQuery: Int

  /// Makes the order for a library of `sampleCount` samples (at least 1, at most 2^30).
  public init(sampleCount: Int, samplesPerQuery: Int, seed: UInt64) {
    precondition(sampleCount >= 1 && sampleCount <= 1 << 30 && samplesPerQuery >= 1, "an order needs samples")
    self.sampleCount = sampleCount
    self.samplesPerQuery = samplesPerQuery
    entries = .allocate(capacity: sampleCount + samplesPerQuery - 1)
    for index in 0..<sampleCount { entries.initializeElement(at: index, to: Int32(index)) }
    var generator = SeededRandom(seed: seed)
    for last in stride(from: sampleCount - 1, to: 0, by: -1) { entries.swapAt(last, generator.index(below: last + 1)) }
    for index in sampleCount..<entries.count {
      entries.initializeElement(at: index, to: entries[index - sampleCount])
    }
  }

  deinit { entries.deallocate() }

  /// The samples of query `query`; valid as long as the order lives.
  public func samples(ofQuery query: Int) -> UnsafeBufferPointer<Int32> {
    let start = (query % sampleCount) * (samplesPerQuery % sampleCount) % sampleCount
    return UnsafeBufferPointer(rebasing: entries[start..<start + samplesPerQuery])
  }
}
