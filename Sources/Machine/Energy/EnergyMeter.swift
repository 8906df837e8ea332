/// Something that counts energy between two moments.
///
/// A meter never guesses: what it cannot count over the whole window is `unavailable`, with a reason that says what
/// would help. Implementers: docs/how-to-add-a-meter.md.
public protocol EnergyMeter: Sendable {
  /// The meter's name in records, for example `powercap-rapl`.
  var name: String { get }

  /// Whether the meter can be read now. Looks at the system each time it is called.
  func availability() -> MeterAvailability

  /// Reads the counters at a window's start. Never fails: a failure is kept in the mark for `finish`.
  func begin() -> EnergyMark

  /// Reads the counters at the window's end and gives the difference to `mark`, which came from `begin` of this meter.
  func finish(_ mark: EnergyMark) -> EnergyReading
}

/// Whether a meter can be read.
public enum MeterAvailability: Codable, Hashable, Sendable {
  /// It can; the text says what it covers, as a sentence.
  case available(covers: String)
  /// It cannot; the reason names the file and what would help.
  case unavailable(reason: String)

  /// Whether the meter can be read.
  public var isAvailable: Bool {
    if case .available = self { return true }
    return false
  }

  /// What the meter covers, or why it cannot be read.
  public var text: String {
    switch self {
    case .available(let covers): covers
    case .unavailable(let reason): reason
    }
  }
}

/// A meter's counters at one moment.
public struct EnergyMark: Hashable, Sendable {
  /// The meter's clock in nanoseconds.
  public let nanoseconds: Int64
  /// The counters, in the meter's own order and unit; empty after a failure.
  public let counters: [Counter]
  /// Why the counters could not be read, or nil.
  public let failure: String?

  /// A mark with counters.
  public init(nanoseconds: Int64, counters: [Counter]) {
    self.nanoseconds = nanoseconds
    self.counters = counters
    self.failure = nil
  }

  /// A mark of a failed reading.
  public init(nanoseconds: Int64, failure: String) {
    self.nanoseconds = nanoseconds
    self.counters = []
    self.failure = failure
  }

  /// One counter's value.
  public struct Counter: Hashable, Sendable {
    /// The metered domain.
    public let domain: String
    /// The raw value.
    public let value: UInt64
    /// The largest value before the counter starts again at 0.
    public let range: UInt64

    /// Makes a counter's value.
    public init(domain: String, value: UInt64, range: UInt64) {
      self.domain = domain
      self.value = value
      self.range = range
    }
  }
}
