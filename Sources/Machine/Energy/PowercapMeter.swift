import CLinux

/// Reads the RAPL energy counters through Linux's powercap files.
///
/// Domains nest: psys contains the packages, a package contains core and uncore, and dram is beside its package. Only
/// parts that do not overlap are counted. The facts on ranges and update rates: Khan et al., "RAPL in Action: Experiences
/// in Using RAPL for Power Measurements", ACM TOMPECS 3(2), 2018.
public struct PowercapMeter: EnergyMeter {
  /// What is counted.
  public enum Scope: String, Codable, CaseIterable, Hashable, Sendable {
    /// Every package, and its dram where the machine counts that.
    case processor
    /// The whole platform (psys). It contains the packages and is therefore a meter of its own, never added to them.
    case platform
  }

  /// No domain draws more, in watts: it bounds how soon a counter may wrap unseen.
  static let mostWatts = 1000.0
  /// The counters are updated about once in so many seconds, without a time stamp.
  static let updateInterval = 0.001
  /// The coarsest energy unit in use, 2^-14 J.
  static let resolution = 1.0 / 16384
  /// A counter that stands still for so many seconds does not work.
  static let longestStandstill = 0.1

  /// `powercap-rapl`, or `powercap-psys` for the platform.
  public var name: String { scope == .processor ? "powercap-rapl" : "powercap-psys" }

  private let root: String
  private let scope: Scope
  private let clock: @Sendable () -> Int64

  /// Makes a meter that reads the files below `root`; `clock` gives nanoseconds.
  public init(
    root: String = "/", scope: Scope = .processor, clock: @escaping @Sendable () -> Int64 = { clinux_clock_ns() }
  ) {
    self.root = root == "/" ? "" : root
    self.scope = scope
    self.clock = clock
  }

  /// Reads every counter once.
  public func availability() -> MeterAvailability {
    do throws(PowercapZone.Failure) {
      let domains = try counters().map(\.domain)
      return .available(covers: "It covers \(domains.joined(separator: ", ")).")
    } catch {
      return .unavailable(reason: error.reason)
    }
  }

  /// Reads the clock and every counter.
  public func begin() -> EnergyMark {
    let now = clock()
    do throws(PowercapZone.Failure) {
      return EnergyMark(nanoseconds: now, counters: try counters())
    } catch {
      return EnergyMark(nanoseconds: now, failure: error.reason)
    }
  }

  /// Energy since `mark`.
  ///
  /// Unavailable where a counter could not be read at both ends, stood still, or may have wrapped more than once: the
  /// window must be shorter than half of the time in which the smallest range is used up at 1000 W.
  public func finish(_ mark: EnergyMark) -> EnergyReading {
    let end = begin()
    if let failure = mark.failure ?? end.failure { return .unavailable(reason: failure) }
    guard mark.counters.map(\.domain) == end.counters.map(\.domain),
      mark.counters.map(\.range) == end.counters.map(\.range), !end.counters.isEmpty
    else { return .unavailable(reason: "The RAPL domains changed during the window, so they cannot be compared.") }

    let (nanoseconds, overflow) = end.nanoseconds.subtractingReportingOverflow(mark.nanoseconds)
    let seconds = Double(nanoseconds) / 1e9
    guard !overflow, seconds > 0 else {
      return .unavailable(reason: "The window has no length, so no energy can be counted.")
    }
    let shortestRange = end.counters.map(\.range).min() ?? 0
    let longest = Double(shortestRange) / 1e6 / Self.mostWatts / 2
    guard seconds <= longest else {
      return .unavailable(
        reason: "The window of \(Self.tenths(seconds)) s is too long: the RAPL counter may wrap unseen, "
          + "so it should be at most \(Self.tenths(longest)) s.")
    }
    return reading(from: mark, to: end, seconds: seconds)
  }

  private func reading(from mark: EnergyMark, to end: EnergyMark, seconds: Double) -> EnergyReading {
    var domains: [MeasuredEnergy.Domain] = []
    for (first, last) in zip(mark.counters, end.counters) {
      let microjoules = Self.difference(from: first.value, to: last.value, range: last.range)
      guard microjoules > 0 else {
        return .unavailable(
          reason: seconds > Self.longestStandstill
            ? "The RAPL counter of \(last.domain) did not advance during the window, so it does not work here."
            : "The window is shorter than the RAPL counter of \(last.domain) needs to advance; measure for longer.")
      }
      domains.append(MeasuredEnergy.Domain(name: last.domain, joules: Double(microjoules) / 1e6))
    }
    // The counter is none to one update old at either end, so the difference is off by at most the energy of one update
    // either way. It is doubled, because updates come only about that often and the power at the ends may exceed the
    // mean. Values are cut to whole units, so each domain's difference is off by less than one.
    let watts = domains.reduce(0) { $0 + $1.joules } / seconds
    let uncertainty = 2 * Self.updateInterval * watts + Double(domains.count) * Self.resolution
    return .measured(
      MeasuredEnergy(source: name, domains: domains, seconds: seconds, uncertaintyJoules: uncertainty))
  }

  /// The counters of the scope, each readable and sound.
  private func counters() throws(PowercapZone.Failure) -> [EnergyMark.Counter] {
    let zones = try PowercapZone.all(root: root).filter(isCounted)
    guard !zones.isEmpty else {
      let wanted = scope == .processor ? "package" : "psys"
      throw PowercapZone.Failure(
        reason: "\(PowercapZone.folder) lists no RAPL domain named \(wanted): this processor or hypervisor does not "
          + "offer it, or its driver is not loaded (`sudo modprobe intel_rapl_msr`).")
    }
    var counters: [EnergyMark.Counter] = []
    // One that cannot be read spoils the sum, which would silently miss a part of the machine.
    for zone in zones { counters.append(try zone.counter(root: root)) }
    return counters
  }

  private func isCounted(_ zone: PowercapZone) -> Bool {
    switch scope {
    case .processor: zone.name.hasPrefix("package") || zone.name == "dram"
    case .platform: zone.name == "psys"
    }
  }

  /// The way from one value to another of a counter that follows `range` with 0. Both are at most `range`.
  static func difference(from first: UInt64, to last: UInt64, range: UInt64) -> UInt64 {
    last >= first ? last - first : (range - first) + last + 1
  }

  /// A number with one digit after the point, without a locale.
  private static func tenths(_ value: Double) -> String {
    guard value < 1e12 else { return "\(value)" }
    let tenths = Int((value * 10).rounded(.down))
    return "\(tenths / 10).\(tenths % 10)"
  }
}
