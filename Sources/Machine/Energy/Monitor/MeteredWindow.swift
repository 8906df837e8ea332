/// What one meter, or a model, says of a window.
public struct MeteredWindow: Codable, Hashable, Sendable {
  /// The meter's or the model's name.
  public let source: String
  /// What the meter measures; nil where it could not be opened, and for a model.
  public let scope: MeterScope?
  /// The energy.
  public let energy: EnergyReading
  /// What happened to its readings within the window.
  public let events: [PowerEvent]

  /// Makes it.
  public init(source: String, scope: MeterScope?, energy: EnergyReading, events: [PowerEvent]) {
    self.source = source
    self.scope = scope
    self.energy = energy
    self.events = events
  }
}
