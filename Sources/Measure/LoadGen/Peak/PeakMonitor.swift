import Statistics

/// Looks at a run while it goes on and says when its rate is decided.
///
/// Over-latency queries come in bursts, so their number is not binomial: the run is cut into 8 to 16 windows of equal length,
/// which double as it goes on, and the mean of their shares of over-latency queries is held against the share that a full
/// run may have by Student's t (the method of batch means). There are two looks for each doubling; each has a
/// ``lookLimit``-th of the error (Bonferroni). Rejecting also takes more over-latency queries, and accepting fewer, than
/// chance would give a system at the limit whose queries were independent. A run that has had more over-latency queries
/// than a full one may have is rejected without any error.
public struct PeakMonitor: Hashable, Sendable {
  /// What a look says.
  public enum Look: String, Codable, Hashable, Sendable {
    /// Not decided yet.
    case undecided
    /// The share of over-latency queries is below what a full run may have.
    case valid
    /// It is above.
    case invalid
  }

  /// Probability of calling a rate invalid whose share of over-latency queries is just what a full run may have, and of
  /// calling one valid, where windows are independent of each other.
  ///
  /// Near saturation they are not: bursts outlast them. In simulations at just that limit (400 probes of each of five queues)
  /// 0 to 2.3 % were rejected, and 4 to 18 % accepted; of M/D/1 with a bound of 20 times its service 69 %. At rates 5 % higher
  /// at most 1.5 % were accepted. An acceptance only says where to look next: the answer takes a full run.
  public static let error = 0.05
  static let lookLimit = 12.0
  /// Whoever watches a run looks no more often, seconds.
  private static let leastInterval = 0.05
  private static let windowLimit = 16

  /// Seconds between calls of ``look(_:)``.
  public let interval: Double
  private let share: Double
  private let over: Int
  /// Before so many ticks no rate is called valid; nil where it never is.
  private let patience: Int?
  private var ticks = 0
  /// Ticks that are too early to count: queues are still filling.
  private var warmUp: Int
  private var last = PeakTick(queries: 0, over: 0)
  private var windows: [PeakTick] = []
  private var ticksPerWindow = 1
  private var ticksInWindow = 0

  /// - Parameter patience: the part of a full run that must have passed before a rate is called valid; nil for a confirming
  ///   run, which has to come to its end.
  init(_ plan: PeakPlan, rate: Double, patience: Double?) {
    let seconds = plan.seconds(at: rate)
    let bound = Double(plan.bound) / 1e9
    // Windows much shorter than the bound would depend on each other; those with few queries say nothing.
    interval = max(seconds / 512, 4 * bound, 16 / rate, Self.leastInterval)
    warmUp = max(1, Int((16 * bound / interval).rounded(.up)))
    share = plan.allowedShare(at: rate)
    // Arrivals are random; no full run has more queries than this.
    let queries = Double(plan.queries(at: rate))
    over = plan.rule?.allowedOver(of: Int(queries + 6 * queries.squareRoot())) ?? 0
    self.patience = patience.map { [interval] in Int(($0 * seconds / interval).rounded(.up)) }
  }

  /// Takes what the run has had so far, ``interval`` after the last look, and says whether it is decided.
  ///
  /// A confirming run is never called valid before its end.
  public mutating func look(_ soFar: PeakTick) -> Look {
    if soFar.over > over { return .invalid }
    ticks += 1
    let tick = PeakTick(queries: max(0, soFar.queries - last.queries), over: max(0, soFar.over - last.over))
    last = soFar
    guard warmUp == 0 else {
      warmUp -= 1
      return .undecided
    }
    if ticksInWindow == 0 { windows.append(PeakTick(queries: 0, over: 0)) }
    windows[windows.count - 1].add(tick)
    ticksInWindow += 1
    guard ticksInWindow == ticksPerWindow else { return .undecided }
    ticksInWindow = 0
    let isLook = windows.count == Self.windowLimit * 3 / 4 || windows.count == Self.windowLimit
    let look = isLook ? judged : .undecided
    if windows.count == Self.windowLimit { halve() }
    guard look == .valid else { return look }
    return patience.map { ticks >= $0 } ?? false ? .valid : .undecided
  }

  private mutating func halve() {
    windows = stride(from: 0, to: windows.count, by: 2).map { index in
      var sum = windows[index]
      sum.add(windows[index + 1])
      return sum
    }
    ticksPerWindow *= 2
  }

  private var judged: Look {
    let used = windows.filter { $0.queries > 0 }
    guard used.count > 2 else { return .undecided }
    let shares = used.map { Double($0.over) / Double($0.queries) }
    let error = Self.error / Self.lookLimit
    // Two-sided with twice the error: each side has it once.
    guard let interval = StudentT.interval(shares, confidence: 1 - 2 * error) else { return .undecided }
    let sum = used.reduce(into: PeakTick(queries: 0, over: 0)) { $0.add($1) }
    // The rule for the limit's share: how likely so few, or fewer than so many, would be by chance.
    guard let chance = EarlyStopping(percentile: 1 - share, confidence: 1 - error) else { return .undecided }
    let under = sum.queries - sum.over
    if interval.lower > share, sum.over > 0, let fewer = chance.tail(under: under + 1, over: sum.over - 1),
      1 - fewer < error
    {
      return .invalid
    }
    if interval.upper < share, let few = chance.tail(under: under, over: sum.over), few < error { return .valid }
    return .undecided
  }
}

/// Queries answered so far, or in some window, and how many of them were over latency.
public struct PeakTick: Codable, Hashable, Sendable {
  /// Queries answered, failed, or given up.
  public var queries: Int
  /// Those over the bound, failed, or given up.
  public var over: Int

  /// Makes a tick.
  public init(queries: Int, over: Int) {
    self.queries = queries
    self.over = over
  }

  mutating func add(_ other: PeakTick) {
    queries += other.queries
    over += other.over
  }

  /// Over-latency queries as a share; half a one where there is none, so that it has a logarithm.
  var share: Double { max(Double(over), 0.5) / Double(max(queries, 1)) }
}
