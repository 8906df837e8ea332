/// What a search for the largest valid Server rate is to do.
public struct PeakPlan: Codable, Hashable, Sendable {
  /// Where to begin, queries a second: what the system did in a closed loop or Offline.
  public var start: Double
  /// No lower rate is tried.
  public var lowest: Double
  /// No higher rate is tried: what the generator can do, or the user allows.
  public var highest: Double
  /// The bound of latency, nanoseconds.
  public var bound: Int64
  /// The percentile of the bound, as a share.
  public var percentile: Double
  /// Length of a full run by the profile, seconds.
  public var fullSeconds: Double
  /// Least queries of a full run.
  public var fullQueries: Int
  /// The search ends when the smallest invalid rate exceeds the largest valid one by no more than this share.
  public var width: Double
  /// Seconds that all runs together may take; a run that began within it is finished.
  public var budget: Double

  /// Makes a plan: from `start`, down to a 64th of it and up to `highest`. A system that cannot keep the bound at a 64th of
  /// what it can do does not keep it for a single query.
  public init(
    start: Double, highest: Double, bound: Int64, percentile: Double = 0.99, fullSeconds: Double, fullQueries: Int = 1,
    width: Double = 0.05, budget: Double
  ) {
    self.start = start
    lowest = min(start, highest) / 64
    self.highest = highest
    self.bound = bound
    self.percentile = percentile
    self.fullSeconds = fullSeconds
    self.fullQueries = fullQueries
    self.width = width
    self.budget = budget
  }

  /// How long a full run at a rate takes, seconds.
  public func seconds(at rate: Double) -> Double { max(fullSeconds, Double(leastQueries) / rate) }

  /// Least queries of a full run: no fewer than early stopping asks for where none of them is late.
  public var leastQueries: Int { max(fullQueries, rule?.needed(over: 0) ?? 1) }

  /// About how many queries a full run at a rate has.
  public func queries(at rate: Double) -> Int {
    Int(min(max(seconds(at: rate) * rate, 1), Double(EarlyStopping.countLimit)))
  }

  /// The share of over-latency queries that a full run at a rate may just have, by early stopping and the percentile.
  public func allowedShare(at rate: Double) -> Double {
    let count = queries(at: rate)
    let allowed = rule?.allowedOver(of: count) ?? 0
    // Half a query more than none: a run too short for even one is passed only by systems that are never late.
    return max(Double(allowed), 0.5) / Double(count)
  }

  var rule: EarlyStopping? { EarlyStopping(percentile: percentile) }

  /// Refuses what cannot be searched.
  func validate() throws(PeakPlanError) {
    for (name, value) in [("start", start), ("lowest rate", lowest), ("highest rate", highest)]
    where !(value > 0 && value <= 1e9) {
      throw PeakPlanError(reason: "the \(name) must be above 0 and at most 1e9 queries a second and is \(value)")
    }
    guard lowest <= highest else {
      throw PeakPlanError(reason: "the lowest rate, \(lowest), exceeds the highest, \(highest)")
    }
    guard bound > 0 else { throw PeakPlanError(reason: "the bound of latency must be above 0 and is \(bound) ns") }
    guard rule != nil else {
      throw PeakPlanError(reason: "the percentile must lie between 0 and 1 and is \(percentile)")
    }
    guard fullSeconds > 0, fullSeconds <= 1e6, fullQueries >= 0, fullQueries <= 1 << 40 else {
      throw PeakPlanError(reason: "a full run of \(fullSeconds) s and \(fullQueries) queries cannot be made")
    }
    guard width >= 0.005, width <= 1 else {
      throw PeakPlanError(reason: "the relative width must be 0.005 to 1 and is \(width)")
    }
    guard budget >= seconds(at: start), budget <= 1e8 else {
      throw PeakPlanError(
        reason:
          "the budget, \(budget) s, must be at least the \(seconds(at: start)) s of one full run and at most 1e8 s")
    }
  }
}

/// A plan that cannot be searched.
public struct PeakPlanError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "The peak cannot be searched: \(reason)." }
}
