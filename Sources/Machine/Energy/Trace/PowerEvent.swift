/// Something that happened to a meter's readings and that whoever reads its figures should know.
public struct PowerEvent: Codable, Hashable, Sendable {
  /// What happened.
  public let kind: Kind
  /// When it was noticed, nanoseconds of the monitor's clock.
  public let time: Int64
  /// A sentence.
  public let text: String

  /// What can happen.
  public enum Kind: String, Codable, CaseIterable, Hashable, Sendable {
    /// The meter was not read for longer than it should be.
    case gap
    /// A counter began anew or jumped: what it counted in between is lost.
    case reset
    /// A counter stopped for longer than it can: what was used meanwhile is lost.
    case standstill
    /// A counter may have wrapped more than once between two readings.
    case wraps
    /// The machine slept.
    case suspend
    /// A reading failed or made no sense.
    case fault
  }

  /// Makes an event.
  public init(_ kind: Kind, time: Int64, _ text: String) {
    self.kind = kind
    self.time = time
    self.text = text
  }
}
