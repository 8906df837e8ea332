/// Something that tells energy or power: counters in files, a device, a program, a machine on the network.
///
/// A meter never guesses: what it cannot read is a ``MeterFault`` whose reason says what would help. It only reads; what its
/// readings are over a window is the trace's business (``PowerTrace``), the same for all of them. Implementers:
/// docs/how-to-add-a-meter.md.
public protocol Meter: Sendable {
  /// Its name in records, for example `powercap-rapl`. Never changes.
  var name: String { get }

  /// Whether it can be read now. Looks each time; a meter on the network takes up to a few seconds.
  func availability() -> MeterAvailability

  /// Opens it. The reader is used on the calling thread alone, and closed when nobody refers to it any more.
  ///
  /// - Throws: ``MeterFault`` where it cannot be read.
  func open() throws(MeterFault) -> any MeterReader
}

/// An open meter, used on one thread.
public protocol MeterReader: AnyObject {
  /// What it reads: the same as long as it is open.
  var traits: MeterTraits { get }

  /// Seconds that programs which it started have computed so far, beyond the thread that reads it. Looking takes a while.
  var childSeconds: Double { get }

  /// Reads every channel. A meter that sends readings by itself gives those that came since the last call, which may be none.
  ///
  /// - Throws: ``MeterFault``. The next call may succeed; what was missed is a gap.
  func read() throws(MeterFault) -> [MeterSample]
}

extension MeterReader {
  /// None: most meters start no programs.
  public var childSeconds: Double { 0 }
}

/// The values of all channels at one moment.
public struct MeterSample: Hashable, Sendable {
  /// When they were true, nanoseconds of the monitor's clock; nil for the moment of the call.
  public let time: Int64?
  /// One for each channel, in order.
  public let values: [Value]

  /// A channel's value.
  public enum Value: Hashable, Sendable {
    /// Of a counter, in its own unit.
    case count(UInt64)
    /// Watts.
    case watts(Double)
  }

  /// Makes a sample.
  public init(time: Int64? = nil, values: [Value]) {
    self.time = time
    self.values = values
  }
}

/// What an open meter reads and how far it can be trusted.
public struct MeterTraits: Hashable, Sendable {
  /// What is read, in the order of the values.
  public var channels: [Channel]
  /// What it measures.
  public var scope: MeterScope
  /// Seconds between updates of the meter's own values, which may be so old when they are read.
  public var updateInterval: Double
  /// The share by which a reading may be off, as the meter or its maker says; 0 where nobody says.
  public var relativeError: Double
  /// Seconds between readings, where the monitor's rate is not right for it: a question over the network takes its time.
  public var period: Double?

  /// The same share; nil where nobody says how exact the meter is.
  public var statedError: Double? { relativeError > 0 ? relativeError : nil }

  /// Makes traits.
  public init(
    channels: [Channel], scope: MeterScope, updateInterval: Double, relativeError: Double = 0, period: Double? = nil
  ) {
    self.channels = channels
    self.scope = scope
    self.updateInterval = updateInterval
    self.relativeError = relativeError
    self.period = period
  }

  /// One value of a meter.
  public struct Channel: Hashable, Sendable {
    /// The meter's name for it, for example `package-0`.
    public var name: String
    /// What the values are.
    public var quantity: Quantity
    /// Whether it is part of the sum; false where another channel contains it, as a package contains its cores.
    public var isCounted: Bool
    /// The least step of the values: joules of a counter, watts otherwise.
    public var resolution: Double

    /// Makes a channel.
    public init(_ name: String, _ quantity: Quantity, isCounted: Bool = true, resolution: Double) {
      self.name = name
      self.quantity = quantity
      self.isCounted = isCounted
      self.resolution = resolution
    }
  }

  /// What a channel's values are.
  public enum Quantity: Hashable, Sendable {
    /// Energy counted up in steps of so many joules; after `range` it begins at 0 again. No part draws more than
    /// `mostWatts`, which bounds how often it can have done so between two readings.
    case counter(joules: Double, range: UInt64, mostWatts: Double)
    /// Watts at the moment of the reading.
    case power
    /// Watts averaged over the meter's last update interval.
    case meanPower
  }
}

/// What a meter measures. Meters of different scopes overlap, so their readings are never added.
public enum MeterScope: String, Codable, CaseIterable, Hashable, Sendable {
  /// Processor packages and their memory, as they count it themselves.
  case processor
  /// The platform behind its voltage regulators (psys), or what firmware says of it.
  case platform
  /// The machine at its supply: a wall meter, a management controller.
  case machine
  /// A laptop's battery while nothing charges it.
  case battery
  /// A part of the machine that a sensor watches.
  case part
  /// What a user attached a meter to, who did not say what that is.
  case unstated

  /// In words, for tables.
  public var words: String {
    switch self {
    case .processor: "processors and their memory"
    case .platform: "the platform"
    case .machine: "the whole machine"
    case .battery: "the whole machine, from its battery"
    case .part: "a part of the machine"
    case .unstated: "what the user attached it to"
    }
  }
}

/// Why a meter cannot be read: a sentence that names the file, device or address, and says what would help.
public struct MeterFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let reason: String

  /// Makes a fault.
  public init(_ reason: String) { self.reason = reason }

  /// The sentence.
  public var description: String { reason }
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

extension Meter {
  /// Opens it, reads it once and says which channels it counts, or why it cannot.
  public func availability() -> MeterAvailability {
    do throws(MeterFault) {
      let reader = try open()
      _ = try reader.read()
      let counted = reader.traits.channels.filter(\.isCounted).map(\.name)
      return .available(covers: "It covers \(counted.joined(separator: ", ")).")
    } catch {
      return .unavailable(reason: error.reason)
    }
  }
}
