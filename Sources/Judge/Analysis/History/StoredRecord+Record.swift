import Records
import Statistics
import Store

extension StoredRecord {
  /// The rows that a record becomes: of each cell one figure a metric, or why there is none.
  ///
  /// - Parameters:
  ///   - digest: SHA-256 of the record's file.
  ///   - path: where the file lies.
  ///   - addedAt: ISO 8601 UTC.
  ///   - label: what the user calls it.
  /// - Throws: ``RecordError`` of kind `damaged` where the record does not say when it began.
  public init(
    of record: Record, digest: String, path: String, addedAt: String, label: String? = nil
  ) throws(RecordError) {
    guard let created = RecordTime.seconds(of: record.createdAt) else {
      throw RecordError(
        kind: .damaged, path: path,
        reason: "its time `\(record.createdAt)` is none like 2025-03-01T12:00:00Z, so it has no place in a history")
    }
    self.init(
      digest: digest, path: path, created: created, createdAt: record.createdAt, addedAt: addedAt,
      suite: record.spec.suite, tool: record.tool.version, status: record.status.rawValue,
      machine: StoredMachine(record.machine), setting: SettingFacts(of: record).text, label: label,
      cells: record.cells.map(Cell.init))
  }
}

extension StoredRecord.Cell {
  init(_ result: Record.CellResult) {
    let isMisplaced = Disturbance.all(in: result, latency: nil).contains {
      Disturbance.Kind.misplacements.contains($0.kind)
    }
    self.init(
      id: result.id, workload: result.cell.workload,
      figures: Metric.allCases.map { StoredFigure(MetricSeries($0, of: result), isMisplaced: isMisplaced) })
  }
}

extension StoredFigure {
  /// The median over processes, with its exact interval where there are values enough for one: six at 95 %.
  ///
  /// - Parameter isMisplaced: whether the cell ran elsewhere than asked for, so that its speed belongs to no configuration. The
  ///   values of its rounds are kept all the same.
  public init(_ series: MetricSeries, isMisplaced: Bool = false) {
    let values = series.independent.sorted()
    let rounds = series.points.map { StoredRound(round: $0.round, process: $0.process, value: $0.value) }
    let isOfPlace =
      switch series.metric {
      case .latency, .tailLatency, .throughput, .energy: true
      case .memory, .fidelity, .accuracy: false
      }
    var missing = series.missing
    if isMisplaced, isOfPlace, missing == nil {
      missing = "Threads or memory were seen elsewhere than asked for, so this is no figure of the cell."
    }
    let value = missing == nil ? Median.of(values) : nil
    if value == nil, missing == nil { missing = "No round has a value." }
    let interval = value == nil ? nil : OrderStatistics.interval(of: 0.5, sorted: values)
    self.init(
      metric: series.metric.rawValue, value: value, lower: interval?.lower, upper: interval?.upper,
      count: value == nil ? 0 : values.count, source: series.source, missing: missing, rounds: rounds)
  }
}
