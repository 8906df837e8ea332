import Energy
import Records

/// What another meter than the preferred one, or a model, told of a cell. They overlap and are never added.
public struct OtherEnergy: Codable, Hashable, Sendable {
  /// The meter's or the model's name.
  public let source: String
  /// Joules per sample, or why they are not known.
  public let energy: EnergyPerSample
  /// The same in other units; nil where it is unavailable.
  public let metrics: EnergyMetrics?

  /// All of them, in the order of the readings.
  ///
  /// - Parameter metrics: converts joules per sample.
  static func all(
    than preferred: EnergyPerSample, of rounds: [Round], power: PowerAccount?,
    metrics: (EnergyPerSample) -> EnergyMetrics?
  ) -> [OtherEnergy] {
    let windows = rounds.flatMap { $0.performance?.meters ?? [] }
    let sources = windows.map(\.source).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return sources.filter { $0 != preferred.source }.map {
      let energy = EnergyPerSample(of: rounds, power: power, by: $0)
      return OtherEnergy(source: $0, energy: energy, metrics: metrics(energy))
    }
  }
}
