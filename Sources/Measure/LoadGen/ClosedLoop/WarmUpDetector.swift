/// Decides from the latencies alone whether a system has settled.
///
/// The rule: latencies are cut into consecutive windows of `windowLength`. After each full window its median is compared
/// with the medians of the two windows before it. The level has settled when both differences are within
/// max(`tolerance` x newest median, the newest window's spread), where the spread of a window is the distance between its
/// second smallest and second largest value. So one outlier a window changes nothing; noise is judged by its present
/// width (a window across a step spreads too, so older windows have no say); and a drift is seen because medians of
/// consecutive windows lie further apart than a drift spreads values within one window.
///
/// Not promised: a drift slower than `tolerance` over two windows passes as settled.
public struct WarmUpDetector: Sendable {
  /// Latencies per window.
  public let windowLength: Int
  /// Relative difference of medians that always counts as equal.
  public let tolerance: Double

  /// Whether the level has settled.
  public private(set) var isSettled = false
  /// Latencies seen so far.
  public private(set) var count = 0

  private var window: [Int64]
  /// The windows before, oldest first.
  private var history: [Level] = []

  private struct Level {
    let median: Double
    let spread: Double
  }

  /// Makes a detector that has seen nothing. `windowLength` is at least 4, so that a spread without both extremes exists.
  public init(windowLength: Int = 5, tolerance: Double = 0.02) {
    precondition(windowLength >= 4, "a window needs at least 4 latencies")
    self.windowLength = windowLength
    self.tolerance = tolerance
    window = []
    window.reserveCapacity(windowLength)
    history.reserveCapacity(3)
  }

  /// The least number of latencies that can settle anything: three windows.
  public var minimumCount: Int { 3 * windowLength }

  /// Takes the next latency, in nanoseconds. Once settled, the verdict stays.
  public mutating func add(_ latency: Int64) {
    count += 1
    guard !isSettled else { return }
    window.append(latency)
    guard window.count == windowLength else { return }
    window.sort()
    let level = Level(median: median(of: window), spread: Double(window[windowLength - 2] - window[1]))
    window.removeAll(keepingCapacity: true)
    if history.count == 2 {
      isSettled = history.allSatisfy { agree($0, level) }
      history.removeFirst()
    }
    history.append(level)
  }

  private func agree(_ old: Level, _ new: Level) -> Bool {
    abs(old.median - new.median) <= max(tolerance * new.median, new.spread)
  }

  private func median(of sorted: [Int64]) -> Double {
    let middle = sorted.count / 2
    return sorted.count % 2 == 1
      ? Double(sorted[middle]) : (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2
  }
}
