import Energy
import Records

/// Joules per sample with their provenance, over the rounds of a cell.
public typealias EnergyPerSample = Provenance<MeasuredPerSample, ModelledPerSample>

/// Metered joules per sample.
public struct MeasuredPerSample: Codable, Hashable, Sendable {
  /// The meter.
  public let source: String
  /// The parts of the machine that it counted, by its names for them, for example `package-0`; each of them whole, with
  /// what it draws when idle and what other processes make it draw.
  public let domains: [String]
  /// Joules per sample.
  public let joules: Double
  /// Half-width of the interval that the meter leaves, in joules per sample.
  public let uncertainty: Double
  /// Rounds that were metered.
  public let rounds: Int
  /// Rounds in all.
  public let totalRounds: Int

  /// The uncertainty over the joules.
  public var relativeUncertainty: Double { uncertainty / joules }
}

/// Modelled joules per sample.
public struct ModelledPerSample: Codable, Hashable, Sendable {
  /// The model.
  public let model: String
  /// Joules per sample.
  public let joules: Double
  /// Lower bound in joules per sample.
  public let lower: Double
  /// Upper bound in joules per sample.
  public let upper: Double
  /// Rounds that were modelled.
  public let rounds: Int
  /// Rounds in all.
  public let totalRounds: Int
}

extension EnergyPerSample {
  /// Adds up the rounds of one kind: measured ones if there are any, else modelled ones. The two are never mixed, and
  /// neither are two meters or two models. Zero joules are no reading.
  init(of rounds: [Round]) {
    var measured: [(energy: MeasuredEnergy, samples: Double)] = []
    var modelled: [(energy: ModelledEnergy, samples: Double)] = []
    var reasons: [String] = []
    for round in rounds {
      switch round.performance?.energy {
      case nil: break
      case .measured(let energy): measured.append((energy, round.samplesOfReading))
      case .modelled(let energy): modelled.append((energy, round.samplesOfReading))
      case .unavailable(let reason): if !reasons.contains(reason) { reasons.append(reason) }
      }
    }
    if let first = measured.first?.energy {
      let domains = first.domains.map(\.name)
      let samples = measured.reduce(0) { $0 + $1.samples }
      let joules = measured.reduce(0) { $0 + $1.energy.joules } / samples
      let uncertainty = measured.reduce(0) { $0 + $1.energy.uncertaintyJoules } / samples
      if let other = measured.first(where: { $0.energy.source != first.source }) {
        self = .unavailable(
          reason: "The rounds were metered by \(first.source) and by \(other.energy.source); measure again with one.")
      } else if measured.contains(where: { $0.energy.domains.map(\.name) != domains }) {
        self = .unavailable(reason: "The domains that \(first.source) counts changed between rounds; measure again.")
      } else if joules > 0, joules.isFinite, uncertainty.isFinite {
        self = .measured(
          MeasuredPerSample(
            source: first.source, domains: domains, joules: joules, uncertainty: uncertainty, rounds: measured.count,
            totalRounds: rounds.count))
      } else {
        self = .unavailable(reason: "The meter \(first.source) counted no energy; measure longer or check the meter.")
      }
    } else if let first = modelled.first?.energy {
      let samples = modelled.reduce(0) { $0 + $1.samples }
      let joules = modelled.reduce(0) { $0 + $1.energy.joules } / samples
      let lower = modelled.reduce(0) { $0 + $1.energy.lower } / samples
      let upper = modelled.reduce(0) { $0 + $1.energy.upper } / samples
      if let other = modelled.first(where: { $0.energy.model != first.model }) {
        self = .unavailable(
          reason: "The rounds were modelled by \(first.model) and by \(other.energy.model); measure again with one.")
      } else if joules > 0, joules.isFinite, lower.isFinite, upper.isFinite {
        self = .modelled(
          ModelledPerSample(
            model: first.model, joules: joules, lower: lower, upper: upper, rounds: modelled.count,
            totalRounds: rounds.count))
      } else {
        self = .unavailable(reason: "The model \(first.model) gave no energy; check its parameters.")
      }
    } else {
      self = .unavailable(
        reason: reasons.isEmpty ? "No round has an energy reading; measure again." : reasons.joined(separator: " "))
    }
  }
}
