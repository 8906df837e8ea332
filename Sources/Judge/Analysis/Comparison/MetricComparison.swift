import Statistics

/// One metric of a cell, held against the same of another run or another cell.
public struct MetricComparison: Codable, Hashable, Sendable {
  /// The metric.
  public let metric: Metric
  /// The base's values; nil where it has none.
  public let base: Level?
  /// The candidate's values; nil where it has none.
  public let candidate: Level?
  /// What can be said.
  public let change: Change
  /// Candidate over base, where the metric is compared by ratios.
  public let ratio: RatioChange?
  /// Candidate less base, where the metric is compared by differences.
  public let difference: Double?
  /// Why it cannot be told or is not available, as a sentence; nil where it is told.
  public let why: String?

  /// The values of one side in short.
  public struct Level: Codable, Hashable, Sendable {
    /// Their median, in the metric's unit.
    public let median: Double
    /// The least.
    public let least: Double
    /// The greatest.
    public let greatest: Double
    /// Independent values: one a process.
    public let count: Int
    /// The meter behind energy.
    public let source: String?

    /// Whether every value of both is the same one.
    func equals(_ other: Level) -> Bool { least == other.greatest && greatest == other.least }

    /// nil for no values.
    init?(_ values: [Double], source: String? = nil) {
      let sorted = values.sorted()
      guard let first = sorted.first, let last = sorted.last else { return nil }
      let middle = sorted.count / 2
      median = sorted.count.isMultiple(of: 2) ? sorted[middle - 1] / 2 + sorted[middle] / 2 : sorted[middle]
      least = first
      greatest = last
      count = sorted.count
      self.source = source
    }
  }

  /// Makes a comparison that says why there is none.
  init(_ metric: Metric, base: MetricSeries, candidate: MetricSeries, unavailable why: String) {
    self.metric = metric
    self.base = Level(base.independent, source: base.source)
    self.candidate = Level(candidate.independent, source: candidate.source)
    change = .unavailable
    ratio = nil
    difference = nil
    self.why = why
  }

  /// What others are held against: its own values, and no change.
  init(reference series: MetricSeries) {
    metric = series.metric
    base = Level(series.independent, source: series.source)
    candidate = base
    change = base == nil ? .unavailable : .same
    (ratio, difference) = (nil, nil)
    why = base == nil ? Self.whyMissing(series.missing, series.missing) : nil
  }

  /// Holds two series of one metric against each other.
  ///
  /// - Parameters:
  ///   - isPaired: whether rounds of equal index were measured side by side and are pairs.
  ///   - confidence: of intervals, above 0 and below 1.
  init(base: MetricSeries, candidate: MetricSeries, isPaired: Bool, confidence: Double) {
    let metric = base.metric
    if base.points.isEmpty || candidate.points.isEmpty {
      self.init(
        metric, base: base, candidate: candidate, unavailable: Self.whyMissing(base.missing, candidate.missing))
      return
    }
    let values = isPaired ? Self.pairs(base, candidate) : (base.independent, candidate.independent)
    guard let one = Level(values.0, source: base.source), let other = Level(values.1, source: candidate.source) else {
      self.init(
        metric, base: base, candidate: candidate,
        unavailable: "No round of the base has one of the same index in the candidate, so there is no pair.")
      return
    }
    switch metric.scale {
    case .difference: self.init(metric, one, other, Self.difference(metric, one, other))
    case .ratio:
      let effect =
        isPaired
        ? Effect.paired(base: values.0, candidate: values.1, confidence: confidence)
        : Effect.unpaired(base: values.0, candidate: values.1, confidence: confidence)
      self.init(
        metric, one, other,
        Self.ratio(
          metric, effect.flatMap(RatioChange.init), isSame: isPaired ? values.0 == values.1 : one.equals(other),
          isPaired: isPaired, confidence))
    }
  }

  /// What can be said, with what stands behind it.
  private typealias Finding = (change: Change, ratio: RatioChange?, difference: Double?, why: String?)

  private init(_ metric: Metric, _ base: Level, _ candidate: Level, _ finding: Finding) {
    self.metric = metric
    self.base = base
    self.candidate = candidate
    change = finding.change
    ratio = finding.ratio
    difference = finding.difference
    why = finding.why
  }

  private static func ratio(
    _ metric: Metric, _ ratio: RatioChange?, isSame: Bool, isPaired: Bool, _ confidence: Double
  ) -> Finding {
    guard let ratio else {
      return (.unavailable, nil, nil, "The values are too far apart for a ratio; check the records.")
    }
    if isSame, ratio.detectable != nil { return (.same, ratio, nil, nil) }
    if ratio.isTold { return (.step(isUp: ratio.ratio > 1, direction: metric.better), ratio, nil, nil) }
    guard ratio.detectable == nil else { return (.unclear, ratio, nil, "The interval contains no change.") }
    return (.unclear, ratio, nil, tooFew(ratio, isPaired: isPaired, confidence))
  }

  /// Why there is no interval.
  private static func tooFew(_ ratio: RatioChange, isPaired: Bool, _ confidence: Double) -> String {
    let found =
      isPaired
      ? "\(ratio.pairs ?? 0) independent pairs of rounds"
      : ratio.counts.map { "\($0)" }.joined(separator: " and ") + " independent rounds"
    let fewest = FewestRounds.count(confidence: confidence, isPaired: isPaired)
    let advice = fewest.map { "; measure with --rounds \($0) or more" } ?? ""
    return "n too small: \(found) make no interval of this confidence\(advice)."
  }

  /// The same program gives the same value in every round, so a difference needs no test; one within the scatter of rounds
  /// that do differ is none.
  private static func difference(
    _ metric: Metric, _ base: Level, _ candidate: Level
  ) -> Finding {
    let difference = candidate.median - base.median
    guard difference.isFinite else {
      return (.unavailable, nil, nil, "The values are too far apart for a difference; check the records.")
    }
    if base.equals(candidate) { return (.same, nil, 0, nil) }
    if base.least <= candidate.greatest, candidate.least <= base.greatest {
      return (.unclear, nil, difference, "Rounds of one run differ from each other by as much.")
    }
    return (.step(isUp: difference > 0, direction: metric.better), nil, difference, nil)
  }

  /// Values of rounds with equal index, or where processes measured several rounds each their means by process: rounds of one
  /// process are no independent witnesses.
  private static func pairs(_ base: MetricSeries, _ candidate: MetricSeries) -> ([Double], [Double]) {
    let others = Dictionary(candidate.points.map { ($0.round, $0) }) { first, _ in first }
    var pairs: [(process: Int?, base: Double, candidate: Double)] = []
    var seen: Set<Int> = []
    for point in base.points {
      guard let other = others[point.round], seen.insert(point.round).inserted else { continue }
      pairs.append((point.process ?? other.process, point.value, other.value))
    }
    return (
      pairs.map { ($0.process, $0.base) }.meansOfProcesses(),
      pairs.map { ($0.process, $0.candidate) }.meansOfProcesses()
    )
  }

  private static func whyMissing(_ base: String?, _ candidate: String?) -> String {
    switch (base, candidate) {
    case (let base?, let candidate?):
      base == candidate ? base : "Base: \(base) Candidate: \(candidate)"
    case (let base?, nil): "Base: \(base)"
    case (nil, let candidate?): "Candidate: \(candidate)"
    case (nil, nil): "There are no values."
    }
  }
}
