import Glibc

/// Finds the largest valid rate of the Server scenario in few runs: a pure state machine that says which run to make next.
///
/// Two bounds close in on the peak: the largest rate that looks valid and the smallest that looks invalid. **Probing** runs
/// end as soon as ``PeakMonitor`` has decided; the next rate comes from interpolating the logarithm of the share of
/// over-latency queries between the bounds. When the bounds are as close as they are to be, **confirming** runs of full
/// length make them firm: a rate is valid only where one full run passed by MLPerf's rules, early stopping among them.
///
/// Runs are reused in two ways. Those at one rate pool their queries for interpolation. And validity is taken to be monotone:
/// no rate below one that looks valid and none above one that looks invalid is tried, with one exception, that a full run
/// outweighs everything: where it passes, rates at or below its own are valid whatever short runs saw; where it fails, rates at
/// or above it are invalid.
public struct PeakSearch: Sendable {
  /// What was asked for.
  public let plan: PeakPlan
  /// The runs so far, in order.
  public private(set) var runs: [PeakRun] = []
  private var low: Bound?
  private var high: Bound?
  /// Runs since there was no rate that looked valid.
  private var descent = 0

  /// An end of the interval.
  private struct Bound: Hashable {
    var rate: Double
    /// Whether it needs no further run: of a valid rate, a full run passed; of an invalid one, it was rejected.
    var isFirm: Bool
  }

  /// What to do next.
  public enum Action: Hashable, Sendable {
    /// Make this run and ``PeakSearch/record(_:)`` what came of it.
    case run(PeakStep)
    /// The search is over.
    case done(PeakAnswer)
  }

  /// The most runs that a search makes.
  public static let runLimit = 40
  /// A probing run takes at most this share of a full one, unless that has too few queries to say anything.
  static let probeShare = 0.25
  private static let probeQueries = 1000.0
  /// It takes at least this share before its rate is called valid.
  private static let leastPatience = 1.0 / 16

  /// Begins a search.
  ///
  /// - Throws: ``PeakPlanError`` where the plan makes no sense.
  public init(_ plan: PeakPlan) throws(PeakPlanError) {
    try plan.validate()
    self.plan = plan
  }

  /// Seconds that the runs took.
  public var seconds: Double { runs.reduce(0) { $0 + $1.seconds } }

  /// The interval so far: the largest rate that looks valid and the smallest that looks invalid.
  public var interval: (valid: Double?, invalid: Double?) { (low?.rate, high?.rate) }

  /// What is known so far, where the search is not to go on.
  public var interrupted: PeakAnswer { answer(.interrupted) }

  /// What to do next; the same until ``record(_:)``.
  public var next: Action {
    guard runs.count < Self.runLimit else { return .done(answer(.runs)) }
    switch wish {
    case .done(let end): return .done(answer(end))
    case .run(let rate, let isConfirming):
      let left = plan.budget - seconds
      if isConfirming {
        return left < plan.seconds(at: rate) ? .done(answer(.budget)) : .run(step(rate, isConfirming: true))
      }
      // Time for one full run is kept for the rate that looks best.
      let probe = probeSeconds(rate)
      if let low, !low.isFirm, left < probe + plan.seconds(at: low.rate) {
        return left < plan.seconds(at: low.rate)
          ? .done(answer(.budget)) : .run(step(low.rate, isConfirming: true))
      }
      return left < probe ? .done(answer(.budget)) : .run(step(rate, isConfirming: false))
    }
  }

  /// Takes what came of the run that ``next`` asked for.
  public mutating func record(_ run: PeakRun) {
    var run = run
    run.verdict = verdict(of: run)
    runs.append(run)
    let hadLow = low != nil
    defer { descent = low == nil && !hadLow ? descent + 1 : 0 }
    switch run.verdict {
    case .confirmed:
      if let high, high.rate <= run.rate {
        self.high = nil
        for other in runs where other.verdict == .invalid && other.rate > run.rate {
          if self.high.map({ other.rate < $0.rate }) ?? true { self.high = Bound(rate: other.rate, isFirm: true) }
        }
      }
      low = Bound(rate: run.rate, isFirm: true)
    case .likelyValid:
      if low.map({ run.rate > $0.rate }) ?? true { low = Bound(rate: run.rate, isFirm: false) }
    case .likelyInvalid: high = Bound(rate: run.rate, isFirm: false)
    case .invalid, nil:
      high = Bound(rate: run.rate, isFirm: true)
      if let low, low.rate >= run.rate { self.low = best(below: run.rate) }
    }
  }

  /// The largest rate below one that some run found valid.
  private func best(below rate: Double) -> Bound? {
    let valid = runs.filter { $0.rate < rate && ($0.verdict == .confirmed || $0.verdict == .likelyValid) }
    guard let best = valid.map(\.rate).max() else { return nil }
    return Bound(rate: best, isFirm: valid.contains { $0.rate == best && $0.verdict == .confirmed })
  }

  private func verdict(of run: PeakRun) -> PeakRun.Verdict {
    switch run.end {
    case .failed, .decided(.invalid): return .invalid
    case .decided(.valid): return .likelyValid
    case .ended(let isValid) where run.isConfirming: return isValid ? .confirmed : .invalid
    case .ended, .decided(.undecided):
      let allowed = plan.allowedShare(at: run.rate) * Double(run.tick.queries)
      return Double(run.tick.over) <= allowed ? .likelyValid : .likelyInvalid
    }
  }

  private func probeSeconds(_ rate: Double) -> Double {
    let full = plan.seconds(at: rate)
    return min(full, max(full * Self.probeShare, Self.probeQueries / rate))
  }

  /// Doubled with every rate that looked valid in a probing run and then failed a full one: late queries come more rarely
  /// than short runs can see.
  private var patience: Double {
    let deceived = runs.enumerated().count { place, run in
      run.isConfirming && run.verdict == .invalid
        && runs[..<place].contains { $0.rate == run.rate && $0.verdict == .likelyValid }
    }
    return min(Self.probeShare, Self.leastPatience * Double(1 << min(deceived, 8)))
  }

  private func step(_ rate: Double, isConfirming: Bool) -> PeakStep {
    PeakStep(
      rate: rate, isConfirming: isConfirming, seconds: isConfirming ? plan.seconds(at: rate) : probeSeconds(rate),
      minQueries: isConfirming ? plan.leastQueries : 1,
      monitor: PeakMonitor(plan, rate: rate, patience: isConfirming ? nil : patience))
  }

  /// Rates of which a full run, at this rate or beyond it, showed the opposite of what a run at them had shown.
  private var overturned: [Double] {
    let confirmed = runs.filter { $0.verdict == .confirmed }.map(\.rate).max() ?? 0
    let refused = runs.filter { $0.isConfirming && $0.verdict == .invalid }.map(\.rate).min() ?? .infinity
    let rates = runs.filter { run in
      switch run.verdict {
      case .invalid, .likelyInvalid: run.rate <= confirmed
      case .confirmed, .likelyValid, nil: run.rate >= refused
      }
    }.map(\.rate)
    return Set(rates).sorted()
  }

  private func answer(_ end: PeakAnswer.End) -> PeakAnswer {
    PeakAnswer(
      valid: low.flatMap { $0.isFirm ? $0.rate : best(below: $0.rate).flatMap { $0.isFirm ? $0.rate : nil } },
      invalid: high.flatMap { $0.isFirm ? $0.rate : nil }, end: end, overturned: overturned, runs: runs.count,
      fullRuns: runs.count { run in
        if case .ended = run.end { run.isConfirming } else { false }
      }, seconds: seconds)
  }
}

// Where to look next, were there no limit of time.
extension PeakSearch {
  private enum Wish {
    case run(rate: Double, isConfirming: Bool)
    case done(PeakAnswer.End)
  }

  private var wish: Wish {
    switch (low, high) {
    case (nil, nil):
      return .run(rate: clamped(plan.start * 0.8), isConfirming: false)
    case (let low?, nil):
      if low.rate < plan.highest { return .run(rate: clamped(low.rate * 1.5), isConfirming: false) }
      return low.isFirm ? .done(.highestIsValid) : .run(rate: low.rate, isConfirming: true)
    case (nil, let high?):
      if high.rate > plan.lowest { return .run(rate: clamped(high.rate * fall(high.rate)), isConfirming: false) }
      return high.isFirm ? .done(.nothingIsValid) : .run(rate: high.rate, isConfirming: true)
    case (let low?, let high?): return between(low, high)
    }
  }

  private func between(_ low: Bound, _ high: Bound) -> Wish {
    let ratio = high.rate / low.rate
    let goal = 1 + plan.width
    guard ratio > goal * (1 + 1e-12) else {
      if !low.isFirm { return .run(rate: low.rate, isConfirming: true) }
      return high.isFirm ? .done(.narrow) : .run(rate: high.rate, isConfirming: true)
    }
    // Where either verdict leaves an interval that is narrow enough, only a full run is worth its time.
    let last = ratio <= goal * goal
    let rate = last ? (low.rate * high.rate).squareRoot() : interpolated(low.rate, high.rate)
    return .run(rate: rate, isConfirming: last && low.isFirm)
  }

  /// Where the share of over-latency queries is what a full run may have, between two rates; not too close to either.
  private func interpolated(_ low: Double, _ high: Double) -> Double {
    func excess(_ rate: Double) -> Double { log(min(pooled(rate).share, 0.5) / plan.allowedShare(at: rate)) }
    let (below, above) = (min(excess(low), -0.1), max(excess(high), 0.1))
    let place = min(max(-below / (above - below), 0.2), 0.8)
    return low * pow(high / low, place)
  }

  /// How far to go down from an invalid rate where no lower one looks valid: further with every step, and where nearly all
  /// queries were late.
  private func fall(_ rate: Double) -> Double {
    let share = pooled(rate).share
    if share > 0.5, descent > 1 { return 0.25 }
    return share > 0.2 ? 0.7 : [0.9, 0.85, 0.7, 0.5, 0.25][min(descent, 4)]
  }

  /// All queries at a rate.
  private func pooled(_ rate: Double) -> PeakTick {
    runs.reduce(into: PeakTick(queries: 0, over: 0)) { sum, run in
      if run.rate == rate { sum.add(run.tick) }
    }
  }

  private func clamped(_ rate: Double) -> Double { min(max(rate, plan.lowest), plan.highest) }
}
