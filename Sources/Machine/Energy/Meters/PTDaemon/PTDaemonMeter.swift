import CLinux

/// Reads a wall meter through SPEC's PTDaemon, the one by which MLPerf Power and SPECpower measure.
///
/// The daemon runs beside the power analyzer, usually on another machine, and takes a sample each second. It is asked for
/// them over TCP; `PTDaemonClock` says when they were taken. Ranges are left to the analyzer (`Auto`), and put back at the
/// end where they were fixed. What is known of the protocol, and from where: `PTDaemonAnswers`.
public struct PTDaemonMeter: Meter {
  private let settings: PTDaemonSettings
  private let clock: @Sendable () -> Int64

  /// Makes a meter.
  public init(_ settings: PTDaemonSettings) { self.init(settings, clock: { clinux_clock_ns() }) }

  /// - Parameter clock: the monitor's.
  init(_ settings: PTDaemonSettings, clock: @escaping @Sendable () -> Int64) {
    self.settings = settings
    self.clock = clock
  }

  /// `ptdaemon`.
  public var name: String { "ptdaemon" }

  /// Measures for a moment; takes a second or two.
  public func availability() -> MeterAvailability {
    do throws(MeterFault) {
      let reader = try PTDaemonReader(settings, clock: clock)
      return .available(
        covers: "It covers what is plugged into the analyzer \(reader.identity.model) of the PTDaemon "
          + "\(reader.identity.version) at \(settings.address).")
    } catch {
      return .unavailable(reason: error.reason)
    }
  }

  /// Begins a measurement, which ends with the reader; takes a second or two.
  public func open() throws(MeterFault) -> any MeterReader { try PTDaemonReader(settings, clock: clock) }
}
