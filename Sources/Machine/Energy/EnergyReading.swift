/// Joules over a window, with their provenance.
public typealias EnergyReading = Provenance<MeasuredEnergy, ModelledEnergy>

/// Energy that a meter counted over a window.
public struct MeasuredEnergy: Codable, Hashable, Sendable {
  /// The meter, for example `powercap-rapl`.
  public let source: String
  /// What was counted; the parts do not overlap.
  public let domains: [Domain]
  /// The length of the window in seconds.
  public let seconds: Double
  /// Half-width of the interval that the meter's resolution, its update rate and the readings around the window's ends leave, in
  /// joules.
  public let uncertaintyJoules: Double
  /// What is contained in ``domains`` and told apart, such as a package's cores; nil where there is nothing.
  public let parts: [Domain]?

  /// The sum over the domains, in joules.
  public var joules: Double { domains.reduce(0) { $0 + $1.joules } }

  /// Makes a measured reading.
  public init(
    source: String, domains: [Domain], seconds: Double, uncertaintyJoules: Double, parts: [Domain]? = nil
  ) {
    self.parts = parts
    self.source = source
    self.domains = domains
    self.seconds = seconds
    self.uncertaintyJoules = uncertaintyJoules
  }

  /// One metered part of the machine.
  public struct Domain: Codable, Hashable, Sendable {
    /// The meter's name for it, for example `package-0`.
    public let name: String
    /// Joules over the window.
    public let joules: Double

    /// Makes a domain's reading.
    public init(name: String, joules: Double) {
      self.name = name
      self.joules = joules
    }
  }
}

/// Energy that a model predicts.
public struct ModelledEnergy: Codable, Hashable, Sendable {
  /// The model's name.
  public let model: String
  /// Joules over the window.
  public let joules: Double
  /// Lower bound in joules.
  public let lower: Double
  /// Upper bound in joules.
  public let upper: Double

  /// Makes a modelled reading.
  public init(model: String, joules: Double, lower: Double, upper: Double) {
    self.model = model
    self.joules = joules
    self.lower = lower
    self.upper = upper
  }
}
