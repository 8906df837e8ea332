import Analysis
import Energy
import Records
import Statistics

extension ExportCell {
  /// Why a figure is not there, as a sentence.
  struct Gap: Error { let reason: String }

  /// What such a cell is measured for. Speed is asked for everywhere, so that files can say why there is none.
  static func expected(of cell: Cell) -> [ExportFigure.Kind] {
    switch cell.measurement {
    case .performance(.singleStream): [.latency, .tailLatency, .throughput, .energy, .memory]
    case .performance(.offline): [.throughput, .energy, .memory]
    case .fidelity: [.throughput, .memory, .error, .accuracy]
    }
  }

  /// Reads one figure; modelled energy is what becomes of energy where no meter told and a model did.
  static func read(
    _ kind: ExportFigure.Kind, _ result: Record.CellResult, _ summary: CellSummary
  ) -> Result<ExportFigure, Gap> {
    switch kind {
    case .latency, .tailLatency, .throughput, .energy, .modelledEnergy:
      // They belong to no configuration, and a program that gets them would take them for the cell's.
      guard !summary.isMisplaced else {
        return .failure(Gap(reason: "The cell ran elsewhere than it was placed, so this is no figure of it."))
      }
    case .memory, .error, .accuracy: break
    }
    let figure: Result<ExportFigure?, Gap> =
      switch kind {
      case .latency: .success(summary.latency.map { percentile(kind, $0.p50, $0.rounds.map(\.p50)) })
      case .tailLatency: tail(summary)
      case .throughput:
        .success(
          summary.throughput.map {
            ExportFigure(kind, $0.mean, lower: $0.interval?.lower, upper: $0.interval?.upper)
          })
      case .energy, .modelledEnergy: energy(summary)
      case .memory: .success(summary.memory.map { ExportFigure(kind, Double($0.peak)) })
      case .error: .success(summary.fidelity.map { ExportFigure(kind, $0.relativeError) })
      case .accuracy: accuracy(summary)
      }
    return figure.flatMap { figure in
      guard let figure, figure.value.isFinite else {
        return .failure(Gap(reason: MetricSeries(kind.metric, of: result).missing ?? "It cannot be computed."))
      }
      return .success(figure)
    }
  }

  private static func percentile(
    _ kind: ExportFigure.Kind, _ estimate: CellSummary.PercentileEstimate, _ rounds: [Int64]
  ) -> ExportFigure {
    let bounds = rounds.count > 1 ? rounds.map { Double($0) / 1e9 } : []
    return ExportFigure(kind, Double(estimate.nanoseconds) / 1e9, lower: bounds.min(), upper: bounds.max())
  }

  /// A tail that too few queries could have shown is no figure for a program.
  private static func tail(_ summary: CellSummary) -> Result<ExportFigure?, Gap> {
    guard let latency = summary.latency else { return .success(nil) }
    guard latency.p99.isTrustworthy else {
      return .failure(
        Gap(
          reason:
            "\(Figure.counted(latency.p99.count, "query", "queries")) are too few for it; it takes \(latency.p99.minimumCount)."
        ))
    }
    // Rounds with fewer queries than that bound nothing.
    let rounds = latency.rounds.filter { $0.count >= latency.p99.minimumCount }.map(\.p99)
    return .success(percentile(.tailLatency, latency.p99, rounds))
  }

  private static func energy(_ summary: CellSummary) -> Result<ExportFigure?, Gap> {
    switch summary.energy {
    case .measured(let energy):
      let half = energy.widestShare * energy.joules
      let bounds = half.isFinite ? (energy.joules - half, energy.joules + half) : nil
      return .success(
        ExportFigure(.energy, energy.joules, lower: bounds?.0, upper: bounds?.1, source: energy.source))
    case .modelled(let energy):
      return .success(
        ExportFigure(.modelledEnergy, energy.joules, lower: energy.lower, upper: energy.upper, source: energy.model))
    case .unavailable(let reason): return .failure(Gap(reason: reason))
    case nil: return .success(nil)
    }
  }

  private static func accuracy(_ summary: CellSummary) -> Result<ExportFigure?, Gap> {
    guard let fidelity = summary.fidelity else { return .success(nil) }
    if let task = fidelity.task { return .success(ExportFigure(.accuracy, task.spearmanWithLabels)) }
    guard fidelity.isTop1Trustworthy else {
      return .failure(
        Gap(
          reason:
            "\(Figure.counted(fidelity.decisions, "decision")) are too few for it; it takes \(Fidelity.leastDecisions)."
        ))
    }
    return .success(fidelity.top1Agreement.map { ExportFigure(.accuracy, $0) })
  }
}
