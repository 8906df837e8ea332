/// The meter of a machine that has none: every reading is unavailable, for the same reason.
public struct UnavailableMeter: EnergyMeter {
  /// The meter's name.
  public let name: String
  private let reason: String

  /// Makes a meter that always gives `reason`, a sentence that says what would help.
  public init(name: String = "none", reason: String) {
    self.name = name
    self.reason = reason
  }

  /// Always unavailable.
  public func availability() -> MeterAvailability { .unavailable(reason: reason) }

  /// A failed mark.
  public func begin() -> EnergyMark { EnergyMark(nanoseconds: 0, failure: reason) }

  /// Always unavailable.
  public func finish(_ mark: EnergyMark) -> EnergyReading { .unavailable(reason: reason) }
}
