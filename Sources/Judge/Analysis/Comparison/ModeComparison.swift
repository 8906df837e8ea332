import NumericFormats
import Records

/// Cells of one run side by side that differ in one dimension only: precision modes, engines, threads or batches.
///
/// Within a family everything is held against one cell: that of FP32 where precisions are compared, else the first. Its rounds and
/// theirs are two samples, no pairs: a run measures cells in turn, but not in random order. Emulated cells have closeness to
/// FP32 and never speed.
public struct ModeComparison: Codable, Hashable, Sendable {
  /// What the cells of a family differ in.
  public let dimension: ModeDimension
  /// The confidence of intervals.
  public let confidence: Double
  /// Families of two cells and more, in the record's order.
  public let families: [Family]
  /// Ids of performance cells that nothing in the record can be held against.
  public let alone: [String]

  /// Cells that differ in one dimension.
  public struct Family: Codable, Hashable, Sendable {
    /// What they have in common, for example `resnet50 openblas t2 b1 SingleStream`.
    public let name: String
    /// The cell that others are held against first.
    public let modes: [Mode]
  }

  /// One cell of a family.
  public struct Mode: Codable, Hashable, Sendable {
    /// What sets it apart, for example `bf16`.
    public let label: String
    /// The id of the cell that measured speed; nil where none did.
    public let id: String?
    /// The id of the cell that compared outputs with FP32's; nil where none did.
    public let fidelityID: String?
    /// Whether the precision is emulated: there is no speed then.
    public let execution: Execution
    /// Speed, latency, energy and memory against the family's first; the first has only its own values.
    public let metrics: [MetricComparison]
    /// The relative error of the outputs; 0 for FP32 itself by definition, nil where nothing compared them.
    public let relativeError: Double?
    /// The share of decisions that agree with FP32's; nil where nothing compared them, and for outputs that decide nothing.
    public let top1: Double?
    /// Decisions behind ``top1``; nil without it.
    public let decisions: Int?
    /// Whether there are enough of them for the share to say something.
    public let isTop1Trustworthy: Bool
    /// Why there is no closeness to FP32, as a sentence; nil where there is.
    public let whyNoFidelity: String?
    /// Why the cell failed; nil where it did not.
    public let failure: String?

    /// One metric's comparison.
    public func comparison(of metric: Metric) -> MetricComparison? { metrics.first { $0.metric == metric } }
  }

  /// What is compared: everything that has to do with speed, and memory.
  public static let metrics: [Metric] = [.throughput, .latency, .tailLatency, .energy, .memory]

  /// Compares the cells of a record.
  ///
  /// - Parameter confidence: of intervals, above 0 and below 1.
  public init(of record: Record, by dimension: ModeDimension, confidence: Double = 0.95) {
    self.dimension = dimension
    self.confidence = confidence
    let finder = FidelityFinder(record)
    var names: [[String]] = []
    var members: [[String]: [Record.CellResult]] = [:]
    for result in record.cells where result.cell.measurement != .fidelity {
      let name = dimension.family(of: result.cell)
      if members[name] == nil { names.append(name) }
      members[name, default: []].append(result)
    }
    var families: [Family] = []
    var alone: [String] = []
    for name in names {
      let timed = members[name] ?? []
      let imitated = finder.emulated(beside: timed, by: dimension)
      guard timed.count + imitated.count > 1 else {
        alone += timed.map(\.id)
        continue
      }
      families.append(Family(name, timed, imitated, by: dimension, finder, confidence))
    }
    // Workloads of which nothing was timed.
    let known = Set(names.compactMap(\.first))
    for workload in finder.workloads where !known.contains(workload) && dimension == .precision {
      let imitated = finder.emulated(of: workload)
      if imitated.count > 1 { families.append(Family([workload], [], imitated, by: dimension, finder, confidence)) }
    }
    self.families = families
    self.alone = alone
  }
}

extension ModeComparison.Family {
  fileprivate init(
    _ name: [String], _ timed: [Record.CellResult], _ imitated: [Record.CellResult], by dimension: ModeDimension,
    _ finder: FidelityFinder, _ confidence: Double
  ) {
    self.name = name.filter { !$0.isEmpty }.joined(separator: " ")
    let reference = timed.first { dimension.isReference($0.cell) } ?? timed.first
    let others = timed.filter { $0.id != reference?.id }
    let ordered = (reference.map { [$0] } ?? []) + others
    modes =
      ordered.map { result in
        ModeComparison.Mode(
          result, finder.fidelity(of: result.cell), against: reference ?? result, by: dimension, confidence)
      }
      + imitated.map { result in
        ModeComparison.Mode(result, result, against: reference ?? result, by: dimension, confidence)
      }
  }
}

extension ModeComparison.Mode {
  /// - Parameters:
  ///   - result: the cell that measured speed, or an emulated one.
  ///   - fidelity: the cell that compared outputs; `result` itself where it is emulated.
  fileprivate init(
    _ result: Record.CellResult, _ fidelity: Record.CellResult?, against reference: Record.CellResult,
    by dimension: ModeDimension, _ confidence: Double
  ) {
    let cell = result.cell
    let isTimed = cell.measurement != .fidelity
    let measured = fidelity?.rounds.lazy.compactMap(\.fidelity).first
    label = dimension.label(of: cell)
    id = isTimed ? result.id : nil
    fidelityID = fidelity?.id
    execution = cell.execution
    let misplaced: String? =
      CellComparison.Side(result).isMisplaced || CellComparison.Side(reference).isMisplaced
      ? "One of the two cells ran elsewhere than placed; assay show says where." : nil
    metrics = ModeComparison.metrics.map { metric in
      guard isTimed else {
        // A fidelity cell holds FP32's model too, so that its memory is not the precision's.
        let why =
          cell.execution == .emulated
          ? "The precision is emulated: it has closeness to FP32 and no speed, joules or memory of its own."
          : "Nothing timed it."
        let series = MetricSeries(metric, points: [], missing: why)
        return MetricComparison(metric, base: series, candidate: series, unavailable: why)
      }
      guard result.id != reference.id else {
        return MetricComparison(reference: MetricSeries(metric, of: result))
      }
      return MetricComparison(
        metric, base: reference, candidate: result, isPaired: false, confidence: confidence, misplaced: misplaced)
    }
    let isFP32 = cell.precision == .fp32 && !cell.isOfContract
    relativeError = measured?.relativeError ?? (isFP32 ? 0 : nil)
    top1 = measured?.top1Agreement
    decisions = measured?.top1Agreement == nil ? nil : measured?.decisions
    isTop1Trustworthy = measured?.isTop1Trustworthy ?? true
    failure = (result.failure ?? fidelity?.failure)?.reason
    whyNoFidelity =
      measured != nil || isFP32
      ? nil
      : fidelity.map { $0.failure.map { "It failed: \($0.reason)." } ?? "It is not measured yet." }
        ?? "The record compares no outputs of it with FP32's."
  }
}
