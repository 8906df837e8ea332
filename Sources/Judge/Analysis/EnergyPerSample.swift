import Energy
import Records
import Statistics

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
  /// Mean power over the windows, watts.
  public let watts: Double?
  /// The 95 % t interval over rounds, joules per sample; nil for fewer than two of them.
  public let interval: Interval?
  /// What is left without what the idle machine draws; nil where that was not read.
  public let net: Net?
  /// Why the idle machine's power, which was to be read, is not known; nil where it is, and where nobody asked for it.
  public let noNet: String?

  /// Joules per sample beyond those of the idle machine.
  public struct Net: Codable, Hashable, Sendable {
    /// Joules per sample.
    public let joules: Double
    /// Half-width of the interval that the meter leaves, in the windows and of the idle machine.
    public let uncertainty: Double
    /// Watts of the idle machine.
    public let idleWatts: Double
    /// How far they may be off: what the meter leaves open and half of what before and after are apart.
    public let idleReach: Double?

    /// Makes a figure.
    public init(joules: Double, uncertainty: Double, idleWatts: Double, idleReach: Double? = nil) {
      self.idleReach = idleReach
      self.joules = joules
      self.uncertainty = uncertainty
      self.idleWatts = idleWatts
    }
  }

  /// Makes figures.
  public init(
    source: String, domains: [String], joules: Double, uncertainty: Double, rounds: Int, totalRounds: Int,
    watts: Double? = nil, interval: Interval? = nil, net: Net? = nil, noNet: String? = nil
  ) {
    self.source = source
    self.domains = domains
    self.joules = joules
    self.uncertainty = uncertainty
    self.rounds = rounds
    self.totalRounds = totalRounds
    self.watts = watts
    self.interval = interval
    self.net = net
    self.noNet = noNet
  }

  /// Samples for a joule.
  public var samplesPerJoule: Double { 1 / joules }

  /// Half of the interval that the meter leaves, or of that over rounds where that is wider, over the joules.
  public var widestShare: Double { max(relativeUncertainty, (interval?.halfWidth ?? 0) / joules) }

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
  /// Mean power over the windows, watts.
  public var watts: Double?
}

extension EnergyPerSample {
  /// Adds up the rounds of one kind: measured ones if there are any, else modelled ones. The two are never mixed, and
  /// neither are two meters or two models. Where the preferred meter missed a round, the first that missed none is taken. Zero
  /// joules are no reading.
  ///
  /// - Parameters:
  ///   - power: what was read around the rounds, so that net energy can be told.
  ///   - only: the meter or model whose readings are taken; nil for the preferred ones.
  init(of rounds: [Round], power: PowerAccount? = nil, by only: String? = nil) {
    var measured: [(energy: MeasuredEnergy, samples: Double)] = []
    var modelled: [(energy: ModelledEnergy, samples: Double, seconds: Double)] = []
    var reasons: [String] = []
    let source = only ?? EnergyReadings.commonSource(of: rounds.compactMap { $0.performance?.readings })
    for round in rounds {
      let readings = round.performance?.readings
      let chosen = source.flatMap { readings?.reading(of: $0) }
      switch only != nil || chosen?.isMeasured == true ? chosen : readings?.preferred {
      case nil: break
      case .measured(let energy): measured.append((energy, round.samplesOfReading))
      case .modelled(let energy):
        modelled.append((energy, round.samplesOfReading, Double(round.performance?.duration ?? 0) / 1e9))
      case .unavailable(let reason):
        // Windows differ by milliseconds, and reasons by what they say of them.
        if !reasons.contains(where: { $0.filter { !$0.isNumber } == reason.filter { !$0.isNumber } }) {
          reasons.append(reason)
        }
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
            totalRounds: rounds.count, watts: Self.watts(measured.map(\.energy)),
            interval: Self.interval(measured.map { ($0.energy.joules, $0.samples) }),
            net: Self.net(measured, power?.idleWatts(of: first.source)), noNet: power?.whyNoIdle(of: first.source)))
      } else {
        self = .unavailable(reason: "The meter \(first.source) counted no energy; measure longer or check the meter.")
      }
    } else if let first = modelled.first?.energy {
      let samples = modelled.reduce(0) { $0 + $1.samples }
      let joules = modelled.reduce(0) { $0 + $1.energy.joules } / samples
      let lower = modelled.reduce(0) { $0 + $1.energy.lower } / samples
      let upper = modelled.reduce(0) { $0 + $1.energy.upper } / samples
      let watts = modelled.reduce(0) { $0 + $1.energy.joules } / modelled.reduce(0) { $0 + $1.seconds }
      if let other = modelled.first(where: { $0.energy.model != first.model }) {
        self = .unavailable(
          reason: "The rounds were modelled by \(first.model) and by \(other.energy.model); measure again with one.")
      } else if joules > 0, joules.isFinite, lower.isFinite, upper.isFinite {
        self = .modelled(
          ModelledPerSample(
            model: first.model, joules: joules, lower: lower, upper: upper, rounds: modelled.count,
            totalRounds: rounds.count, watts: watts.isFinite ? watts : nil))
      } else {
        self = .unavailable(reason: "The model \(first.model) gave no energy; check its parameters.")
      }
    } else {
      self = .unavailable(
        reason: reasons.isEmpty ? "No round has an energy reading; measure again." : reasons.joined(separator: " "))
    }
  }
}

extension EnergyPerSample {
  /// The meter or the model; nil where neither told.
  public var source: String? {
    switch self {
    case .measured(let energy): energy.source
    case .modelled(let energy): energy.model
    case .unavailable: nil
    }
  }

  private static func watts(_ energies: [MeasuredEnergy]) -> Double? {
    let seconds = energies.reduce(0) { $0 + $1.seconds }
    let watts = energies.reduce(0) { $0 + $1.joules } / seconds
    return watts.isFinite ? watts : nil
  }

  /// The 95 % t interval of joules over samples, both summed over rounds; nil for fewer than two.
  ///
  /// Source: the ratio estimator of Cochran, "Sampling Techniques", 3rd ed., 1977, section 2.11: its variance is that of the
  /// residuals E - rS over n S-bar^2.
  private static func interval(_ rounds: [(joules: Double, samples: Double)]) -> Interval? {
    let samples = rounds.reduce(0) { $0 + $1.samples }
    let ratio = rounds.reduce(0) { $0 + $1.joules } / samples
    guard let residuals = StudentT.interval(rounds.map { $0.joules - ratio * $0.samples }) else { return nil }
    let half = residuals.halfWidth / (samples / Double(rounds.count))
    guard half.isFinite else { return nil }
    return Interval(lower: ratio - half, upper: ratio + half, confidence: residuals.confidence, count: rounds.count)
  }

  private static func net(
    _ measured: [(energy: MeasuredEnergy, samples: Double)], _ idle: (watts: Double, reach: Double)?
  ) -> MeasuredPerSample.Net? {
    guard let idle else { return nil }
    let samples = measured.reduce(0) { $0 + $1.samples }
    let seconds = measured.reduce(0) { $0 + $1.energy.seconds }
    let joules = (measured.reduce(0) { $0 + $1.energy.joules } - idle.watts * seconds) / samples
    let uncertainty = (measured.reduce(0) { $0 + $1.energy.uncertaintyJoules } + idle.reach * seconds) / samples
    guard joules.isFinite, uncertainty.isFinite else { return nil }
    return .init(joules: joules, uncertainty: uncertainty, idleWatts: idle.watts, idleReach: idle.reach)
  }
}
