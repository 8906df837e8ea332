import NumericFormats
import Records
import Statistics

/// By how much a candidate may be worse than its base, by metric and cell.
public struct GateLimits: Codable, Hashable, Sendable {
  /// What the file says, in its order: later rules go over earlier ones.
  public var rules: [Rule]
  /// Whether improvements beyond the limits fail too, so that the base is renewed.
  public var failsOnImprovement: Bool

  /// Makes limits: ``usual`` ones, then `rules`.
  public init(rules: [Rule] = [], failsOnImprovement: Bool = false) {
    self.rules = rules
    self.failsOnImprovement = failsOnImprovement
  }

  /// Limits for some cells.
  public struct Rule: Codable, Hashable, Sendable {
    /// Which cells, by their ids: `*` stands for anything, as in `resnet50/int8/*`.
    public var cells: String
    /// Limits by metric.
    public var limits: [Metric: Limit]

    /// Makes a rule.
    public init(cells: String = "*", limits: [Metric: Limit]) {
      self.cells = cells
      self.limits = limits
    }
  }

  /// A limit of one metric.
  public enum Limit: Codable, Hashable, Sendable {
    /// The larger of ``GateLimits/least`` and twice the noise that the null arm shows, up to ``GateComparison/mostAutomatic``; judged
    /// where the metric is measured.
    case automatic
    /// A share of the base's value, 0.03 for 3 %; of ``Metric/accuracy`` a difference, 0.01 for one point.
    case share(Double)
    /// The metric is not judged.
    case off
  }

  /// The least limit that is ever chosen automatically: smaller differences move with the layout of memory alone.
  public static let least = 0.03

  /// The widest limit that is ever chosen automatically.
  public static let most = GateComparison.mostAutomatic

  /// The limit of a metric in a cell; nil where the metric is not judged.
  ///
  /// Where no rule says anything: median latency under SingleStream, throughput under other scenarios and energy where it is
  /// measured get automatic limits; memory may grow by 10 %, the error of outputs by 10 % of itself, and accuracy may fall by
  /// one point.
  public func limit(of metric: Metric, in cell: Cell) -> Limit? {
    guard Self.isJudged(metric, in: cell) else { return nil }
    let limit = given(metric, cell) ?? Self.usual(metric, cell.measurement)
    return limit == .off ? nil : limit
  }

  /// Whether a gate judges a metric of such cells at all. Cells of fidelity hold FP32's model too, so that their memory is not the
  /// candidate's.
  private static func isJudged(_ metric: Metric, in cell: Cell) -> Bool {
    metric.applies(to: cell) && !(metric == .memory && cell.measurement == .fidelity)
  }

  /// The limit that is chosen where nothing scatters, or nothing is known of the scatter: what ``limit(of:in:)`` says of the metrics
  /// of outputs, ``least`` of others.
  static func automatic(_ metric: Metric) -> Double {
    switch metric {
    case .fidelity: 0.1
    case .accuracy: 0.01
    case .latency, .tailLatency, .throughput, .energy, .memory: least
    }
  }

  /// What is judged of a cell, and by which limits.
  func judged(in cell: Cell) -> [(metric: Metric, limit: Limit)] {
    Metric.allCases.compactMap { metric in limit(of: metric, in: cell).map { (metric, $0) } }
  }

  /// Whether a rule gives a share: then it is a gap where there is nothing to judge. What gets an automatic limit is judged where
  /// it is measured.
  func isGiven(_ metric: Metric, in cell: Cell) -> Bool {
    if case .share = given(metric, cell) { true } else { false }
  }

  /// Patterns of rules that no cell matches, and that hence protect nothing.
  func idlePatterns(_ cells: [String]) -> [String] {
    rules.map(\.cells).filter { pattern in !cells.contains { Glob(pattern).matches($0) } }
  }

  /// Metrics with a share of a rule that none of its cells can have, so that the share limits nothing.
  func idleMetrics(_ cells: [Cell]) -> [(pattern: String, metric: Metric)] {
    rules.flatMap { rule in
      let meant = cells.filter { Glob(rule.cells).matches($0.id) }
      return rule.limits.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap {
        (metric, limit) -> (pattern: String, metric: Metric)? in
        guard case .share = limit, !meant.isEmpty, !meant.contains(where: { Self.isJudged(metric, in: $0) }) else {
          return nil
        }
        return (rule.cells, metric)
      }
    }
  }

  /// Whether a rule asks for an automatic limit.
  func isAskedFor(_ metric: Metric, in cell: Cell) -> Bool { given(metric, cell) == .automatic }

  private func given(_ metric: Metric, _ cell: Cell) -> Limit? {
    rules.last { $0.limits[metric] != nil && Glob($0.cells).matches(cell.id) }?.limits[metric]
  }

  private static func usual(_ metric: Metric, _ measurement: Cell.Measurement) -> Limit? {
    switch (metric, measurement) {
    case (.memory, .performance): .share(0.1)
    case (.fidelity, .fidelity), (.accuracy, .fidelity): .share(automatic(metric))
    case (.latency, .performance(.singleStream)), (.throughput, .performance(.offline)), (.energy, .performance):
      .automatic
    default: nil
    }
  }
}
