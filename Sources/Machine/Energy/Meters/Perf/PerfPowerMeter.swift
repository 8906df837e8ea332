import CLinux

/// Reads the RAPL energy counters as perf events of the unit `power`.
///
/// They are the counters that powercap shows (see ``PowercapMeter``), for whoever may use perf but not powercap's files.
/// The kernel counts them on in 64 bits; how often it looks at the 32 bits of the hardware suits 200 W, and each reading
/// makes it look too. Source: Linux, arch/x86/events/rapl.c and drivers/powercap/intel_rapl_common.c.
public struct PerfPowerMeter: Meter {
  /// What is counted.
  public enum Scope: String, Codable, CaseIterable, Hashable, Sendable {
    /// Every package, and its memory where the machine counts that.
    case processor
    /// The whole platform (psys), which contains the packages and is therefore a meter of its own.
    case platform
  }

  /// `perf-power`, or `perf-psys` for the platform.
  public var name: String { scope == .processor ? "perf-power" : "perf-psys" }

  private let files: TextFile
  private let scope: Scope
  private let counters: (any PerfCounters)?

  /// Makes a meter that takes the events' definitions from below `root`.
  ///
  /// The counters themselves are always those of the kernel that runs, so another root must show that kernel's files.
  public init(root: String = "/", scope: Scope = .processor) {
    files = TextFile(root: root)
    self.scope = scope
    counters = nil
  }

  /// The same with counters that are replayed.
  init(root: String, scope: Scope = .processor, counters: any PerfCounters) {
    files = TextFile(root: root)
    self.scope = scope
    self.counters = counters
  }

  /// Finds the events and opens their counters. A package whose energy cannot be counted spoils the sum.
  public func open() throws(MeterFault) -> any MeterReader {
    let wanted = scope == .processor ? "energy-pkg" : "energy-psys"
    guard let listed = files.names("\(PerfEvent.folder)/events") else {
      throw MeterFault(
        "\(PerfEvent.folder) does not exist, so the kernel has no perf events for energy: most virtual machines and containers "
          + "have none; on bare metal `sudo modprobe rapl` loads the driver.")
    }
    guard listed.contains(wanted) else {
      throw MeterFault("\(PerfEvent.folder)/events lists no \(wanted): this processor or hypervisor does not offer it.")
    }
    let counters = try chosenCounters()
    let type = try PerfEvent.type(files)
    let packages = try PerfPackage.all(files)
    var open: [PerfChannel] = []
    for (name, part, isCounted) in parts where listed.contains(name) {
      let event = try PerfEvent(name, files)
      var refusal: MeterFault?
      for package in packages {
        do throws(PerfError) {
          let counter = try counters.open(type: type, config: event.config, cpu: package.cpu)
          open.append(PerfChannel(event, package, part, isCounted: isCounted, counter, counters))
        } catch {
          // Some packages lack what others have; energy-pkg is what all must have.
          guard error.isAbsence, name != "energy-pkg" else { throw fault(event, package, error) }
          refusal = refusal ?? fault(event, package, error)
        }
      }
      if let refusal, open.isEmpty { throw refusal }
    }
    return Reader(scope == .processor ? open : Self.platform(open), scope)
  }

  /// Events, what powercap calls their domains, and whether they are part of the sum.
  private var parts: [(event: String, domain: String, isCounted: Bool)] {
    scope == .platform
      ? [("energy-psys", "psys", true)]
      : [
        ("energy-pkg", "", true), ("energy-ram", "dram", true), ("energy-cores", "core", false),
        ("energy-gpu", "uncore", false),
      ]
  }

  /// The first of several platform counters is counted: each of them may count the whole platform. Which package has one is up
  /// to the machine (Linux, commit 575024a8aa7c).
  private static func platform(_ open: [PerfChannel]) -> [PerfChannel] {
    for (place, channel) in open.enumerated() {
      channel.isCounted = place == 0
      if place == 0 { channel.name = "psys" }
    }
    return open
  }

  /// The kernel's counters have nothing to do with a copy of some machine's files.
  private func chosenCounters() throws(MeterFault) -> any PerfCounters {
    if let counters { return counters }
    guard files.root.isEmpty || clinux_is_sysfs(files.root + PerfEvent.folder) == 1 else {
      throw MeterFault(
        "\(PerfEvent.folder) is a copy below another root, and the counters that it names are only in the kernel of its "
          + "machine: read that machine with the root /.")
    }
    return SystemPerfCounters()
  }

  private func fault(_ event: PerfEvent, _ package: PerfPackage, _ error: PerfError) -> MeterFault {
    let what = "The perf event power/\(event.name)/ on CPU \(package.cpu) cannot be counted (\(error.text))"
    guard error.isRefusal else { return MeterFault("\(what), though \(PerfEvent.folder)/events lists it.") }
    let setting = "/proc/sys/kernel/perf_event_paranoid"
    let level = files.optionalText(setting).map { "holds \(ForeignText.shown($0))" } ?? "is not there"
    return MeterFault(
      "\(what): \(setting) \(level), and whole CPUs may be watched from 0 down (`sudo sysctl kernel.perf_event_paranoid=0`), "
        + "with CAP_PERFMON or as root; in a container its seccomp profile has to allow perf_event_open too.")
  }

  private final class Reader: MeterReader {
    let traits: MeterTraits
    private let open: [PerfChannel]

    init(_ open: [PerfChannel], _ scope: Scope) {
      self.open = open
      let isPlatform = scope == .platform
      traits = MeterTraits(
        channels: open.map { channel in
          MeterTraits.Channel(
            channel.name,
            .counter(
              joules: channel.event.joules, range: .max,
              mostWatts: isPlatform ? PowercapMeter.mostPlatformWatts : PowercapMeter.mostWatts),
            isCounted: channel.isCounted,
            resolution: isPlatform ? PowercapMeter.platformResolution : PowercapMeter.resolution)
        }, scope: isPlatform ? .platform : .processor, updateInterval: PowercapMeter.updateInterval)
    }

    func read() throws(MeterFault) -> [MeterSample] {
      var values: [MeterSample.Value] = []
      for channel in open { values.append(.count(try channel.read())) }
      return [MeterSample(values: values)]
    }
  }
}
