/// A meter and whether it can be read, for lists.
public struct MeterListing: Codable, Hashable, Sendable {
  /// The meter's name.
  public let name: String
  /// Whether it can be read.
  public let isAvailable: Bool
  /// What it counts, by the meter's names; empty where it cannot be read.
  public let domains: [String]
  /// What it measures; nil where it cannot be read.
  public let scope: MeterScope?
  /// Seconds between its values; nil where it cannot be read.
  public let updateInterval: Double?
  /// The share by which its readings may be off, as the meter or its maker says; nil where nobody says.
  public let relativeError: Double?
  /// Why it cannot be read, as a sentence; nil where it can.
  public let reason: String?

  /// Asks a meter.
  public init(_ meter: any Meter) {
    name = meter.name
    do throws(MeterFault) {
      let reader = try meter.open()
      _ = try reader.read()
      isAvailable = true
      domains = reader.traits.channels.filter(\.isCounted).map(\.name)
      scope = reader.traits.scope
      updateInterval = reader.traits.updateInterval
      relativeError = reader.traits.statedError
      reason = nil
    } catch {
      isAvailable = false
      (domains, scope, updateInterval, relativeError) = ([], nil, nil, nil)
      reason = error.reason
    }
  }

  /// How exact it is, in words for tables: `within 1.5 %`, or `not stated`; empty where it cannot be read.
  public var accuracy: String {
    guard isAvailable else { return "" }
    return relativeError.map { "within \(PowerTrace.text($0 * 100)) %" } ?? "not stated"
  }
}
