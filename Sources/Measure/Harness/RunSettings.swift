import Engines
import Records

/// The figures of a run as far as they are given; suites and the command line each bring one of these.
public struct RunSettings: Hashable, Sendable {
  /// See ``RunSpec/rounds``.
  public var rounds: Int?
  /// See ``RunSpec/minDuration``.
  public var minDuration: Double?
  /// See ``RunSpec/minQueryCount``.
  public var minQueryCount: Int?
  /// See ``RunSpec/maxWarmUp``.
  public var maxWarmUp: Double?
  /// See ``RunSpec/timeout``.
  public var timeout: Double?
  /// See ``RunSpec/seed``.
  public var seed: UInt64?
  /// See ``RunSpec/blasCore``.
  public var blasCore: String?
  /// See ``RunSpec/maxISA``.
  public var maxISA: String?
  /// See ``RunSpec/fidelitySamples``.
  public var fidelitySamples: Int?
  /// See ``RunSpec/calibrationMethod``.
  public var calibrationMethod: String?
  /// See ``RunSpec/calibrationSamples``.
  public var calibrationSamples: Int?
  /// See ``RunSpec/blasThreads``.
  public var blasThreads: Int?

  /// Makes settings that give nothing.
  public init() {}

  /// What a run does where neither suite nor command line says otherwise; its name and its groups stay empty.
  public static let defaults = RunSpec(
    suite: "", groups: [], rounds: 3, minDuration: 2, minQueryCount: 8, maxWarmUp: 2, timeout: 120, seed: 1,
    blasCore: "auto", maxISA: nil, fidelitySamples: 8)

  /// These settings with those of `other` put over them.
  public func overridden(by other: RunSettings) -> RunSettings {
    var merged = self
    merged.rounds = other.rounds ?? rounds
    merged.minDuration = other.minDuration ?? minDuration
    merged.minQueryCount = other.minQueryCount ?? minQueryCount
    merged.maxWarmUp = other.maxWarmUp ?? maxWarmUp
    merged.timeout = other.timeout ?? timeout
    merged.seed = other.seed ?? seed
    merged.blasCore = other.blasCore ?? blasCore
    merged.maxISA = other.maxISA ?? maxISA
    merged.fidelitySamples = other.fidelitySamples ?? fidelitySamples
    merged.calibrationMethod = other.calibrationMethod ?? calibrationMethod
    merged.calibrationSamples = other.calibrationSamples ?? calibrationSamples
    merged.blasThreads = other.blasThreads ?? blasThreads
    return merged
  }

  /// The first figure out of its range: the suite's key for it, and what is wrong.
  func problem() -> (key: String, reason: String)? {
    let figures: [(RunFigure, Double?)] = [
      (.rounds, rounds.map(Double.init)), (.minDuration, minDuration), (.minQueries, minQueryCount.map(Double.init)),
      (.maxWarmUp, maxWarmUp), (.timeout, timeout), (.fidelitySamples, fidelitySamples.map(Double.init)),
      (.calibrationSamples, calibrationSamples.map(Double.init)), (.blasThreads, blasThreads.map(Double.init)),
    ]
    for (figure, value) in figures {
      if let reason = value.flatMap(figure.problem) { return (figure.rawValue, reason) }
    }
    return blasCoreProblem ?? isaProblem ?? calibrationProblem
  }

  private var blasCoreProblem: (key: String, reason: String)? {
    guard let blasCore, !RunFigure.isBLASCore(blasCore) else { return nil }
    return ("blas-core", "`blas-core` must be auto, library or a core name such as HASWELL")
  }

  private var calibrationProblem: (key: String, reason: String)? {
    do { try _ = calibrationMethod.map(KnownNames.calibrationMethod) } catch {
      return ("calibration-method", error.reason)
    }
    return nil
  }

  private var isaProblem: (key: String, reason: String)? {
    do { try _ = maxISA.map(KnownNames.isaLevel) } catch { return ("max-isa", error.reason) }
    return nil
  }
}
