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

  /// Makes a meter that reads the files below `root`.
  public init(root: String = "/", scope: Scope = .processor) {
    files = TextFile(root: root)
    self.scope = scope
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
    var zones: [Reader.Zone] = []
    for zone in all where isCounted(zone) {
      zones.append(.init(zone: zone, range: try zone.range(files), isCounted: true))
    }
    // A part of a package is told too where it can be read; nothing is missing where it cannot.
    for zone in all where scope == .processor && ["core", "uncore"].contains(zone.name) {
      guard let range = try? zone.range(files), (try? zone.count(files, range: range)) != nil else { continue }
      zones.append(.init(zone: zone, range: range, isCounted: false))
    }
    return Reader(files, zones, all, scope == .processor ? .processor : .platform)
  }

  private func isCounted(_ zone: PowercapZone) -> Bool {
    switch scope {
    case .processor: zone.name.hasPrefix("package") || zone.name == "dram"
    case .platform: zone.name == "psys"
    }
  }

  private final class Reader: MeterReader {
    struct Zone {
      let zone: PowercapZone
      let range: UInt64
      let isCounted: Bool
    }

    let traits: MeterTraits
    private let files: TextFile
    private let zones: [Zone]
    private let listed: [PowercapZone]

    init(_ files: TextFile, _ zones: [Zone], _ listed: [PowercapZone], _ scope: MeterScope) {
      self.files = files
      self.zones = zones
      self.listed = listed
      traits = MeterTraits(
        channels: zones.map { zone in
          MeterTraits.Channel(
            zone.zone.domain,
            .counter(joules: 1e-6, range: zone.range, mostWatts: scope == .platform ? mostPlatformWatts : mostWatts),
            isCounted: zone.isCounted, resolution: scope == .platform ? platformResolution : resolution)
        }, scope: scope, updateInterval: PowercapMeter.updateInterval)
    }

    func read() throws(MeterFault) -> [MeterSample] {
      // One that appears would be missed, and one that goes may come back as another.
      guard try PowercapZone.all(files) == listed else {
        throw MeterFault("The RAPL domains of \(PowercapZone.folder) changed, so they cannot be compared.")
      }
      var values: [MeterSample.Value] = []
      for zone in zones { values.append(.count(try zone.zone.count(files, range: zone.range))) }
      return [MeterSample(values: values)]
    }
  }
}
