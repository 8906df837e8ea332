/// Latencies in issue order, in memory that is allocated and touched before the first query.
///
/// Appending neither allocates nor faults pages in.
public final class LatencyLog {
  private let storage: UnsafeMutableBufferPointer<Int64>
  /// The number of latencies logged.
  public private(set) var count = 0

  /// Makes an empty log for at most `capacity` latencies.
  public init(capacity: Int) {
    storage = .allocate(capacity: max(capacity, 1))
    storage.initialize(repeating: -1)
  }

  deinit { storage.deallocate() }

  /// How many latencies fit.
  public var capacity: Int { storage.count }

  /// Whether the next latency would not fit.
  public var isFull: Bool { count == storage.count }

  /// Logs a latency in nanoseconds. The log must not be full.
  public func append(_ latency: Int64) {
    precondition(!isFull, "the latency log is full")
    storage[count] = latency
    count += 1
  }

  /// Forgets everything logged.
  public func removeAll() { count = 0 }

  /// A copy of the latencies in issue order, nanoseconds. Allocates: not for the measured path.
  public var latencies: [Int64] { Array(storage[..<count]) }
}
