import Store

extension Trend {
  /// Joins the figures of records.
  ///
  /// - Parameters:
  ///   - stored: of one machine, the oldest first.
  ///   - machine: that machine.
  ///   - others: other machines that measured the cell.
  ///   - older: how many older records of the machine there are.
  public init(
    cell: String, metric: Metric, _ stored: [HistoryPoint], machine: StoredMachine?,
    others: [HistoryStore.MachineCount] = [], older: Int = 0
  ) {
    let usable = stored.compactMap { point -> (record: HistoryRow, figure: StoredFigure, value: Double)? in
      guard let figure = point.figure, let value = figure.value, metric.scale == .difference || value > 0 else {
        return nil
      }
      return (point.record, figure, value)
    }
    // Joules of different meters are never held against each other: the newest record's meter is asked for.
    let source = usable.last?.figure.source
    let kept = usable.filter { $0.figure.source == source }
    self.cell = cell
    self.metric = metric
    unit = metric.unit
    better = metric.better
    self.machine = machine
    self.source = source
    points = kept.map { entry in
      Point(
        number: entry.record.number, createdAt: entry.record.createdAt, label: entry.record.label, value: entry.value,
        lower: entry.figure.lower, upper: entry.figure.upper, count: entry.figure.count)
    }
    let settings = kept.map { $0.record.setting.map { SettingFacts(text: $0) } }
    mixed = SettingFacts.mixed(settings.compactMap(\.self))
    let (changes, unsearched) = TrendChanges.find(kept.map(\.value), metric, settings: settings)
    self.changes = changes
    self.unsearched = unsearched
    let missing = stored.compactMap { point -> String? in
      guard let figure = point.figure else { return "The version that added the record did not keep the metric." }
      if let value = figure.value {
        return metric.scale == .difference || value > 0 ? nil : "The value is not positive."
      }
      return figure.missing ?? "The record does not say why."
    }
    leftOut = LeftOut(
      machines: others, older: older,
      sources: usable.filter { $0.figure.source != source }.map { $0.figure.source ?? "an unnamed meter" }.counted(),
      missing: missing.counted())
  }
}

extension [String] {
  /// Each text once with how often it is there, the most frequent first.
  fileprivate func counted() -> [Trend.Reason] {
    reduce(into: [:]) { counts, text in counts[text, default: 0] += 1 }
      .map { Trend.Reason(text: $0.key, records: $0.value) }
      .sorted { ($1.records, $0.text) < ($0.records, $1.text) }
  }
}
