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

  /// Makes settings that give nothing.
  public init() {}

  /// What a run does where neither suite nor command line says otherwise.
  public static let defaults: RunSettings = {
    var settings = RunSettings()
    settings.rounds = 3
    settings.minDuration = 2
    settings.minQueryCount = 8
    settings.maxWarmUp = 2
    settings.timeout = 120
    settings.seed = 1
    settings.blasCore = "auto"
    settings.fidelitySamples = 8
    return settings
  }()

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
    return merged
  }

  /// The first figure out of its range: the suite's key for it, and what is wrong.
  func problem() -> (key: String, reason: String)? {
    func outside(_ key: String, _ value: Double?, _ range: ClosedRange<Double>, _ unit: String)
      -> (key: String, reason: String)?
    {
      guard let value, !range.contains(value) else { return nil }
      return (key, "`\(key)` must be \(plain(range.lowerBound)) to \(plain(range.upperBound))\(unit)")
    }
    return outside("rounds", rounds.map(Double.init), 1...1000, "")
      ?? outside("min-duration", minDuration, 0.01...86400, " seconds")
      ?? outside("min-queries", minQueryCount.map(Double.init), 1...1_000_000, "")
      ?? outside("max-warm-up", maxWarmUp, 0...3600, " seconds")
      ?? outside("timeout", timeout, 1...86400, " seconds")
      ?? outside("fidelity-samples", fidelitySamples.map(Double.init), 1...100_000, "")
      ?? blasCoreProblem ?? isaProblem
  }

  private var blasCoreProblem: (key: String, reason: String)? {
    guard let blasCore else { return nil }
    let allowed = blasCore.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
    guard !blasCore.isEmpty, blasCore.utf8.count <= 32, allowed else {
      return ("blas-core", "`blas-core` must be auto, library or a core name such as HASWELL")
    }
    return nil
  }

  private var isaProblem: (key: String, reason: String)? {
    guard let maxISA, case .failure(let unknown) = NameList.match(maxISA, in: Self.isaNames, kind: "max-isa") else {
      return nil
    }
    return ("max-isa", unknown.reason)
  }

  private func plain(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }

  /// Instruction-set levels that `max-isa` takes.
  static let isaNames = ["generic", "avx2", "avx512"]
}
