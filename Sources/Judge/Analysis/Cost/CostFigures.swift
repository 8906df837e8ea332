import Energy

/// Money and carbon of inferences, from what the user said and what was measured; each figure says what it was made of.
///
/// With t samples a second, e joules a sample, P money an hour of the machine, p money a kilowatt hour, PUE and g grams of CO2e a
/// kilowatt hour: a million samples cost 10^6 (P / (3600 t) + e PUE p / 3.6e6), and a thousand emit 10^3 e PUE g / 3.6e6 grams.
public struct CostFigures: Codable, Hashable, Sendable {
  /// Money for a million samples: machine and electricity.
  public let moneyPerMillion: Figure
  /// The machine's part of it.
  public let machinePerMillion: Figure
  /// Electricity's part of it.
  public let electricityPerMillion: Figure
  /// Grams of CO2 equivalent for a thousand samples, of the electricity alone.
  public let gramsPerThousand: Figure
  /// Samples for a unit of money.
  public let samplesPerMoney: Figure

  /// A figure with its origin.
  public enum Figure: Codable, Hashable, Sendable {
    /// The figure, its bounds as far as the energy's uncertainty leaves them, and what it was made of; modelled where the
    /// energy was.
    case known(value: Double, lower: Double, upper: Double, of: [String], isModelled: Bool)
    /// What is missing, as a sentence.
    case unavailable(reason: String)

    /// The figure; nil where there is none.
    public var value: Double? {
      if case .known(let value, _, _, _, _) = self { return value }
      return nil
    }
  }

  /// Makes the figures.
  ///
  /// - Parameters:
  ///   - samplesPerSecond: measured; nil for cells without speed.
  ///   - energy: joules per sample with their provenance.
  public init(_ inputs: CostInputs, samplesPerSecond: Double?, energy: EnergyPerSample) {
    machinePerMillion = Self.machine(inputs, samplesPerSecond)
    electricityPerMillion = Self.electricity(inputs, energy)
    gramsPerThousand = Self.carbon(inputs, energy)
    moneyPerMillion = Self.sum(machinePerMillion, electricityPerMillion)
    samplesPerMoney =
      switch moneyPerMillion {
      case .known(let value, let lower, let upper, let origins, let isModelled) where value > 0 && lower > 0:
        .known(value: 1e6 / value, lower: 1e6 / upper, upper: 1e6 / lower, of: origins, isModelled: isModelled)
      case .known: .unavailable(reason: "Samples cost nothing, so there is no number of them for money.")
      case .unavailable(let reason): .unavailable(reason: reason)
      }
  }

  /// Hours of a mean year of the Gregorian calendar.
  private static let hoursPerYear = 8765.82

  private static func machine(_ inputs: CostInputs, _ samplesPerSecond: Double?) -> Figure {
    guard let samplesPerSecond, samplesPerSecond > 0, samplesPerSecond.isFinite else {
      return .unavailable(reason: "There is no throughput.")
    }
    let hourly: Double
    let origin: String
    switch (inputs.pricePerHour, inputs.purchasePrice, inputs.lifetimeYears) {
    case (let price?, _, _): (hourly, origin) = (price, "price-per-hour")
    case (nil, let price?, let years?):
      (hourly, origin) = (price / (years * hoursPerYear), "purchase-price over lifetime-years, always busy")
    case (nil, .some, nil): return .unavailable(reason: "lifetime-years is missing beside purchase-price.")
    case (nil, nil, _): return .unavailable(reason: "price-per-hour, or purchase-price and lifetime-years, is missing.")
    }
    let value = 1e6 * hourly / 3600 / samplesPerSecond
    return .known(value: value, lower: value, upper: value, of: ["throughput", origin], isModelled: false)
  }

  private static func electricity(_ inputs: CostInputs, _ energy: EnergyPerSample) -> Figure {
    // Rented with electricity: what the energy is does not matter.
    if inputs.electricityPrice == 0 {
      return .known(value: 0, lower: 0, upper: 0, of: ["electricity-price"], isModelled: false)
    }
    return scaled(
      energy, by: [("electricity-price", inputs.electricityPrice), ("pue", inputs.pue)], factor: 1e6 / 3.6e6)
  }

  private static func carbon(_ inputs: CostInputs, _ energy: EnergyPerSample) -> Figure {
    scaled(energy, by: [("grid-intensity", inputs.gridIntensity), ("pue", inputs.pue)], factor: 1e3 / 3.6e6)
  }

  private static func scaled(
    _ energy: EnergyPerSample, by inputs: [(name: String, value: Double?)], factor: Double
  ) -> Figure {
    let missing = inputs.filter { $0.value == nil }.map(\.name)
    guard missing.isEmpty else {
      return .unavailable(reason: "\(missing.joined(separator: " and ")) \(missing.count == 1 ? "is" : "are") missing.")
    }
    let scale = inputs.reduce(factor) { $0 * ($1.value ?? 0) }
    let names = inputs.map(\.name)
    switch energy {
    case .measured(let joules):
      let (value, reach) = (joules.joules * scale, joules.uncertainty * scale)
      return .known(
        value: value, lower: max(0, value - reach), upper: value + reach, of: ["energy (\(joules.source))"] + names,
        isModelled: false)
    case .modelled(let joules):
      return .known(
        value: joules.joules * scale, lower: joules.lower * scale, upper: joules.upper * scale,
        of: ["modelled energy (\(joules.model))"] + names, isModelled: true)
    case .unavailable(let reason): return .unavailable(reason: "There is no energy: \(reason)")
    }
  }

  private static func sum(_ left: Figure, _ right: Figure) -> Figure {
    switch (left, right) {
    case (.known(let a, let la, let ua, let of, let isModelled), .known(let b, let lb, let ub, let and, let isToo)):
      .known(value: a + b, lower: la + lb, upper: ua + ub, of: of + and, isModelled: isModelled || isToo)
    case (.unavailable(let reason), .unavailable(let other)): .unavailable(reason: "\(reason) \(other)")
    case (.unavailable(let reason), _), (_, .unavailable(let reason)): .unavailable(reason: reason)
    }
  }
}
