import CLinux
import Synchronization

/// Latencies by number: the first `capacity` each by itself, later ones as a histogram.
///
/// Memory is there and touched before the first one, so that adding neither allocates nor faults. Any thread may add, each
/// number once.
final class LatencyStore: @unchecked Sendable {
  /// As many as are kept each by itself: 80 MB.
  static let usualCapacity = 10_000_000

  private let capacity: Int
  private let bytes: Int
  /// One more than each latency; 0 where there is none.
  private let kept: UnsafeMutablePointer<Int64>
  private let later = LatencyHistogram()
  private let laterSum = Atomic<Int>(0)
  private let laterLeast = Atomic<Int64>(.max)
  private let laterGreatest = Atomic<Int64>(-1)

  init(capacity: Int = LatencyStore.usualCapacity) throws(LoadTestError) {
    self.capacity = max(capacity, 1)
    bytes = self.capacity * MemoryLayout<Int64>.stride
    guard let memory = clinux_map_memory(bytes) else {
      throw LoadTestError(reason: "there is no memory for \(self.capacity) latencies (\(bytes >> 20) MB)")
    }
    kept = memory.bindMemory(to: Int64.self, capacity: self.capacity)
    for index in Swift.stride(from: 0, to: self.capacity, by: 512) { kept[index] = 0 }
  }

  deinit { clinux_unmap_memory(kept, bytes) }

  /// Keeps the latency with a number; negative ones count as 0.
  func add(_ latency: Int64, number: UInt64) {
    let latency = max(latency, 0)
    if number < UInt64(capacity) {
      kept[Int(number)] = latency + 1
      return
    }
    later.add(latency)
    laterSum.wrappingAdd(Int(latency), ordering: .relaxed)
    if latency < laterLeast.load(ordering: .relaxed) { laterLeast.min(latency, ordering: .relaxed) }
    if latency > laterGreatest.load(ordering: .relaxed) { laterGreatest.max(latency, ordering: .relaxed) }
  }

  /// All of them in ascending order; `upTo` is how many numbers were given out. Call it once, when nobody adds any more: it
  /// moves what was kept into the histogram where there is one.
  func sorted(upTo count: UInt64) -> SortedLatencies {
    var own: [Int64] = []
    let used = Int(min(count, UInt64(capacity)))
    own.reserveCapacity(used)
    for index in 0..<used where kept[index] > 0 { own.append(kept[index] - 1) }
    own.sort()
    guard count > UInt64(capacity), later.count > 0 else { return SortedLatencies(own) }
    for latency in own { later.add(latency) }
    return SortedLatencies(
      histogram: later, sum: own.reduce(Double(laterSum.load(ordering: .relaxed))) { $0 + Double($1) },
      least: min(own.first ?? .max, laterLeast.load(ordering: .relaxed)),
      greatest: max(own.last ?? -1, laterGreatest.load(ordering: .relaxed)))
  }

  /// The latency with a number; nil where there is none, or it is not kept by itself.
  func latency(_ number: UInt64) -> Int64? {
    guard number < UInt64(capacity), kept[Int(number)] > 0 else { return nil }
    return kept[Int(number)] - 1
  }

  /// The latencies in the order of their numbers, as far as they are kept; -1 where there is none.
  func inOrder(upTo count: UInt64) -> [Int64] {
    (0..<Int(min(count, UInt64(capacity)))).map { kept[$0] - 1 }
  }
}

/// Latencies in ascending order, exact or from a histogram.
public struct SortedLatencies {
  /// How many.
  public let count: Int
  private let values: [Int64]
  private let histogram: LatencyHistogram?
  private let mean: Double
  private let least: Int64
  private let greatest: Int64

  /// Of values that are sorted already.
  init(_ sorted: [Int64]) {
    values = sorted
    histogram = nil
    count = sorted.count
    // Sums of nanoseconds: 10 million latencies of 10 minutes each would overflow, so they are added as they are read.
    mean = sorted.isEmpty ? 0 : sorted.reduce(0.0) { $0 + Double($1) } / Double(sorted.count)
    least = sorted.first ?? 0
    greatest = sorted.last ?? 0
  }

  /// Of a histogram, with what it does not know exactly.
  public init(histogram: LatencyHistogram, sum: Double, least: Int64, greatest: Int64) {
    values = []
    self.histogram = histogram
    count = histogram.count
    mean = sum / Double(max(count, 1))
    self.least = least
    self.greatest = greatest
  }

  /// The latency at a 0-based place.
  subscript(index: Int) -> Int64 {
    let index = min(max(index, 0), count - 1)
    guard let histogram else { return values[index] }
    return min(histogram.value(at: index), greatest)
  }

  /// The latency at MLPerf's place for a percentile: floor(N x p).
  func percentile(_ share: Double) -> Int64 { self[Int(Double(count) * share)] }

  /// The sum of all.
  var sum: Double { mean * Double(count) }

  /// What a result says of them; nil where there are none.
  public func summary(target: Double) -> LatencySummary? {
    guard count > 0 else { return nil }
    return LatencySummary(
      count: count, min: least, max: greatest, mean: mean, values: LatencySummary.percentiles.map(percentile),
      target: percentile(target), resolution: histogram == nil ? 0 : LatencyHistogram.resolution)
  }
}
