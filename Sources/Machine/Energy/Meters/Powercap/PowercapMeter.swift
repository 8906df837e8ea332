import CLinux

/// Reads the RAPL energy counters through Linux's powercap files.
///
/// Domains nest: psys contains the packages, a package contains core and uncore, and dram is beside its package. Only
/// parts that do not overlap are counted. The facts on ranges and update rates: Khan et al., "RAPL in Action: Experiences
/// in Using RAPL for Power Measurements", ACM TOMPECS 3(2), 2018.
public struct PowercapMeter: Meter {
  /// What is counted.
  public enum Scope: String, Codable, CaseIterable, Hashable, Sendable {
    /// Every package, and its dram where the machine counts that.
    case processor
    /// The whole platform (psys). It contains the packages and is therefore a meter of its own, never added to them.
    case platform
  }

  /// No domain draws more, in watts: it bounds how soon a counter may wrap unseen.
  static let mostWatts = 1000.0
  /// The same of a platform, which may have several packages.
  static let mostPlatformWatts = 10_000.0
  /// The counters are updated about once in so many seconds, without a time stamp.
  static let updateInterval = 0.001
  /// The coarsest energy unit in use, 2^-14 J.
  static let resolution = 1.0 / 16384
  /// psys counts in steps of 1 J from Sapphire Rapids on, and much finer before it, which is not told. Source: Linux,
  /// arch/x86/events/rapl.c, RAPL_UNIT_QUIRK_INTEL_SPR.
  static let platformResolution = 1.0

  /// `powercap-rapl`, or `powercap-psys` for the platform.
  public var name: String { scope == .processor ? "powercap-rapl" : "powercap-psys" }

  private let files: TextFile
  private let scope: Scope
  private let clock: @Sendable () -> Int64

  /// Makes a meter that reads the files below `root`.
  public init(root: String = "/", scope: Scope = .processor) {
    self.init(root: root, scope: scope, clock: { clinux_clock_ns() })
  }

  /// The same with a clock of nanoseconds.
  init(root: String, scope: Scope = .processor, clock: @escaping @Sendable () -> Int64) {
    files = TextFile(root: root)
    self.scope = scope
    self.clock = clock
  }

  /// Finds the domains. One whose counter or range cannot be read spoils the sum, which would silently miss a part.
  public func open() throws(MeterFault) -> any MeterReader {
    let all = try PowercapZone.all(files)
    guard all.contains(where: isCounted) else {
      let wanted = scope == .processor ? "package" : "psys"
      throw MeterFault(
        "\(PowercapZone.folder) lists no RAPL domain named \(wanted): this processor or hypervisor does not "
          + "offer it, or its driver is not loaded (`sudo modprobe intel_rapl_msr`).")
    }
    var zones: [PowercapReader.Zone] = []
    for zone in all where isCounted(zone) {
      if let other = zones.first(where: { $0.zone.domain == zone.domain })?.zone {
        throw MeterFault(
          "\(other.path) and \(zone.path) have the same name, \(ForeignText.shown(zone.domain)), so they may be one domain and "
            + "counted twice: unload the driver that adds the other.")
      }
      zones.append(.init(zone: zone, range: try zone.range(files), isCounted: true))
    }
    // A part of a package is told too where it can be read; nothing is missing where it cannot.
    for zone in all where scope == .processor && ["core", "uncore"].contains(zone.name) {
      guard let range = try? zone.range(files), (try? zone.count(files, range: range)) != nil else { continue }
      zones.append(.init(zone: zone, range: range, isCounted: false))
    }
    return PowercapReader(files, clock, zones, all, scope == .processor ? .processor : .platform)
  }

  private func isCounted(_ zone: PowercapZone) -> Bool {
    switch scope {
    case .processor: zone.name.hasPrefix("package") || zone.name == "dram"
    case .platform: zone.name == "psys"
    }
  }
}
