import Synchronization

/// Counts of latencies in buckets whose width is at most 1/1024 of what they hold: 440 kB for any number of latencies.
///
/// Any thread may add; read it when nobody does any more.
public final class LatencyHistogram: @unchecked Sendable {
  /// Values below this have a bucket each; above, every power of two has half as many buckets.
  private static let linear = 2048
  private static let half = linear / 2
  private static let bucketCount = linear + half * 52

  /// Relative width of a bucket.
  public static let resolution = 1 / Double(half)

  private let buckets: UnsafeMutablePointer<Atomic<Int>>

  /// Makes one without values.
  public init() {
    buckets = .allocate(capacity: Self.bucketCount)
    for index in 0..<Self.bucketCount { (buckets + index).initialize(to: Atomic(0)) }
  }

  deinit {
    buckets.deinitialize(count: Self.bucketCount)
    buckets.deallocate()
  }

  /// Counts a value; negative ones count as 0.
  public func add(_ value: Int64) { buckets[Self.bucket(of: max(value, 0))].wrappingAdd(1, ordering: .relaxed) }

  /// How many values there are.
  public var count: Int {
    (0..<Self.bucketCount).reduce(0) { $0 + buckets[$1].load(ordering: .relaxed) }
  }

  /// The value at 0-based place `index` of all values in ascending order, rounded up to the end of its bucket.
  func value(at index: Int) -> Int64 {
    var left = index
    for bucket in 0..<Self.bucketCount {
      left -= buckets[bucket].load(ordering: .relaxed)
      if left < 0 { return Self.last(of: bucket) }
    }
    return Self.last(of: Self.bucketCount - 1)
  }

  /// What a result says of them; nil where there are none. The mean is that of the buckets' ends.
  func summary(target: Double) -> LatencySummary? {
    var (count, sum) = (0, 0.0)
    var (least, greatest): (Int64?, Int64) = (nil, 0)
    for bucket in 0..<Self.bucketCount {
      let held = buckets[bucket].load(ordering: .relaxed)
      guard held > 0 else { continue }
      let value = Self.last(of: bucket)
      count += held
      sum += Double(held) * Double(value)
      least = least ?? value
      greatest = value
    }
    guard let least else { return nil }
    func at(_ share: Double) -> Int64 { value(at: min(Int(Double(count) * share), count - 1)) }
    return LatencySummary(
      count: count, min: least, max: greatest, mean: sum / Double(count), values: LatencySummary.percentiles.map(at),
      target: at(target), resolution: Self.resolution)
  }

  static func bucket(of value: Int64) -> Int {
    guard value >= Int64(linear) else { return Int(value) }
    // At least 1: how many low bits are dropped, so that 11 bits remain.
    let shift = 53 - value.leadingZeroBitCount
    return linear + (shift - 1) * half + Int(value >> Int64(shift)) - half
  }

  /// The greatest value of a bucket.
  static func last(of bucket: Int) -> Int64 {
    guard bucket >= linear else { return Int64(bucket) }
    let shift = Int64((bucket - linear) / half + 1)
    return ((Int64((bucket - linear) % half + half + 1)) << shift) - 1
  }
}
