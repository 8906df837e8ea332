import Analysis
import Records

extension RunComparison {
  /// One row of a table: a metric of a cell.
  struct Row {
    let cell: CellComparison
    let entry: MetricComparison
  }

  /// The rows of one metric: cells that measure what it is about.
  func rows(of metric: Metric) -> [Row] {
    cells.compactMap { cell in
      guard metric.isMeasured(by: cell.cell), let entry = cell.metrics.first(where: { $0.metric == metric }) else {
        return nil
      }
      return Row(cell: cell, entry: entry)
    }
  }

  /// The rows of all metrics.
  var rows: [Row] { metrics.flatMap { rows(of: $0) } }

  /// What cannot be compared: each reason once, with its metrics and cells.
  var notCompared: [String] {
    var found: [(metrics: [Metric], why: String, ids: [String])] = []
    for metric in metrics {
      let missing = rows(of: metric).filter { $0.entry.change == .unavailable }
      let reasons = missing.map { $0.entry.why ?? "There is no figure." }
      for why in reasons.reduce(into: [String](), { if !$0.contains($1) { $0.append($1) } }) {
        let ids = zip(missing, reasons).filter { $0.1 == why }.map(\.0.cell.id)
        if let index = found.firstIndex(where: { $0.why == why && $0.ids == ids }) {
          found[index].metrics.append(metric)
        } else {
          found.append(([metric], why, ids))
        }
      }
    }
    return found.map { entry in
      let cells = entry.ids.count <= 2 ? entry.ids.joined(separator: ", ") : Figure.counted(entry.ids.count, "cell")
      return "\(entry.metrics.map(\.title).joined(separator: ", ")) of \(cells): \(entry.why)"
    }
  }

  /// Why some rows have no interval, and what helps.
  var tooFew: String {
    let advice = fewestRounds.map { "; measure with --rounds \($0) or more" } ?? ""
    return "too few independent rounds for a \(level) interval\(advice)."
  }

  /// How many rows say what, in words: `2 better, 1 worse, 9 ~, 4 not compared`.
  var tally: String {
    let names: [(Change, String)] = [
      (.better, "better"), (.worse, "worse"), (.same, "same"), (.unclear, "~ (cannot be told)"),
      (.unavailable, "not compared"),
    ]
    let rows = rows
    let counts = names.compactMap { change, name in
      let count = rows.count { $0.entry.change == change }
      return count > 0 || change == .better || change == .worse ? "\(count) \(name)" : nil
    }
    return counts.joined(separator: ", ")
  }

  /// The confidence as a percentage, for example `95 %`.
  var level: String { "\(Figure.plain(confidence * 100)) %" }

  /// What a reader must know about all rows together, each a sentence.
  var cautions: [String] {
    var cautions: [String] = []
    if isSameMeasurement { cautions.append("Base and candidate are one and the same measurement.") }
    for (name, run) in [("base", base), ("candidate", candidate)] where run.status == .incomplete {
      cautions.append("The \(name) is incomplete; assay run --resume completes it.")
    }
    cautions += warnings
    if !isPaired {
      cautions.append(
        "The two were measured at different times: what the machine did in between is part of every change. assay gate "
          + "measures both in turns.")
    }
    let expected = Double(tests) * (1 - confidence)
    if tests > 1 {
      cautions.append(
        "\(tests) rows are tested, of which about \(Figure.plain(expected)) would show a change where there is none; "
          + "\(Figure.counted(changesAfterHolm, "change")) would remain with Holm's correction for that many.")
    }
    return cautions
  }

  /// Which disturbances occurred in which cells of which side, each a sentence.
  var disturbed: [String] {
    [("base", \CellComparison.base), ("candidate", \CellComparison.candidate)].flatMap { name, side in
      Disturbance.Kind.allCases.compactMap { kind in
        let count = cells.count { $0[keyPath: side].disturbances.contains { $0.kind == kind } }
        return count == 0 ? nil : "\(kind.words) in \(Figure.counted(count, "cell")) of the \(name)"
      }
    }
  }
}

extension Metric {
  /// Whether such cells measure it at all.
  func isMeasured(by cell: Cell) -> Bool {
    switch self {
    case .fidelity, .accuracy: cell.measurement == .fidelity
    case .latency, .tailLatency: cell.measurement == .performance(.singleStream)
    case .throughput, .energy: cell.measurement != .fidelity
    case .memory: true
    }
  }
}

extension Disturbance.Kind {
  /// It in a few words.
  fileprivate var words: String {
    switch self {
    case .steal: "steal time"
    case .preemption: "threads stopped for others"
    case .throttling: "throttling by the quota"
    case .strayedThreads: "threads elsewhere than placed"
    case .misplacedMemory: "memory elsewhere than placed"
    case .otherPages: "memory in other pages than asked for"
    case .unboundThreads: "unbound threads of libraries"
    case .unsettledWarmUp: "latency not settled after warm-up"
    case .allocations: "allocations in the window"
    case .excessMemory: "more memory than planned"
    case .differingOutputs: "outputs that differ between rounds"
    case .differingRounds: "rounds that differ"
    }
  }
}
