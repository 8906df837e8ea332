import Energy
import Records

extension MetricComparison {
  /// Holds one metric of two cells against each other, or says what stands against it.
  ///
  /// - Parameter misplaced: why figures of speed belong to no configuration, as a sentence; nil where they do.
  init(
    _ metric: Metric, base: Record.CellResult, candidate: Record.CellResult, isPaired: Bool, confidence: Double,
    misplaced: String? = nil
  ) {
    let series = (MetricSeries(metric, of: base), MetricSeries(metric, of: candidate))
    let isEmpty = series.0.points.isEmpty || series.1.points.isEmpty
    if !isEmpty, let why = Self.obstacle(metric, base, candidate, misplaced: misplaced) {
      self.init(metric, base: series.0, candidate: series.1, unavailable: why)
    } else {
      self.init(base: series.0, candidate: series.1, isPaired: isPaired, confidence: confidence)
    }
  }

  /// Why values that are there must not be held against each other, as a sentence; nil where they may.
  static func obstacle(
    _ metric: Metric, _ base: Record.CellResult, _ candidate: Record.CellResult, misplaced: String?
  ) -> String? {
    switch metric {
    case .latency, .tailLatency, .throughput: misplaced
    case .energy: misplaced ?? energyObstacle(base, candidate)
    case .memory: nil
    case .fidelity, .accuracy: fidelityObstacle(metric, base, candidate)
    }
  }

  /// Joules of different meters, or of different parts of the machine, are different things.
  private static func energyObstacle(_ base: Record.CellResult, _ candidate: Record.CellResult) -> String? {
    let energies = (EnergyPerSample(of: base.rounds), EnergyPerSample(of: candidate.rounds))
    switch energies {
    case (.measured(let one), .measured(let other)):
      guard one.source == other.source else {
        return
          "The base was metered by \(one.source) and the candidate by \(other.source); measure both with one meter."
      }
      guard one.domains == other.domains else {
        return "\(one.source) counted \(one.domains.joined(separator: ", ")) for the base and "
          + "\(other.domains.joined(separator: ", ")) for the candidate."
      }
      return nil
    case (.unavailable(let reason), _): return "Base: \(reason)"
    case (_, .unavailable(let reason)): return "Candidate: \(reason)"
    default: return "Modelled joules are not compared."
    }
  }

  /// Errors and agreement are of the samples that they were counted over.
  private static func fidelityObstacle(
    _ metric: Metric, _ base: Record.CellResult, _ candidate: Record.CellResult
  ) -> String? {
    guard let one = base.rounds.lazy.compactMap(\.fidelity).first,
      let other = candidate.rounds.lazy.compactMap(\.fidelity).first
    else { return nil }
    guard one.samples == other.samples else {
      return
        "The outputs of \(one.samples) samples were compared in the base and of \(other.samples) in the candidate; "
        + "measure both over as many."
    }
    guard metric == .accuracy else { return nil }
    guard (one.task == nil) == (other.task == nil) else {
      return "One of the two scored its task and the other counted decisions that agree."
    }
    guard one.decisions == other.decisions, one.task?.pairs == other.task?.pairs else {
      return "Agreement was counted over different numbers of decisions; measure both over as many."
    }
    return nil
  }
}
