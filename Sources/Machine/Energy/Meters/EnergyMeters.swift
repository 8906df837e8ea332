import CLinux

/// Where meters are looked for.
public struct MeterSettings: Hashable, Sendable {
  /// The folder whose `sys`, `proc` and `dev` are read.
  public var root: String
  /// Meters that the user describes: see ``MeterWords``.
  public var words: [String]
  /// A management controller on the network; nil for this machine's own.
  public var ipmiHost: IPMIHost?
  /// A management controller that speaks Redfish; nil for none.
  public var redfish: RedfishSettings?
  /// A SPEC PTDaemon; nil for none.
  public var ptdaemon: PTDaemonSettings?

  /// Looks at the machine itself.
  public init(
    root: String = "/", words: [String] = [], ipmiHost: IPMIHost? = nil, redfish: RedfishSettings? = nil,
    ptdaemon: PTDaemonSettings? = nil
  ) {
    self.redfish = redfish
    self.ptdaemon = ptdaemon
    self.root = root
    self.words = words
    self.ipmiHost = ipmiHost
  }
}

/// Every meter that Assay knows, in order of preference: first what the user named, then what the machine has, the whole machine
/// last because its controllers are slow.
public enum EnergyMeters {
  /// What machines have by themselves, as a machine without anything tells it, and what only a user can name.
  private static let names = Set(
    found(MeterSettings(root: "/dev/null")).map(\.name) + ["csv", "exec", "ptdaemon", "redfish"])

  /// Whether a meter that Assay knows has this name, or may have it on some machine.
  static func isBuiltIn(_ name: String) -> Bool { names.contains(name) || name.hasPrefix("hwmon-") }

  /// All meters, whether or not they can be read here.
  ///
  /// - Throws: ``MeterFault`` where the user describes none.
  public static func all(_ settings: MeterSettings = MeterSettings()) throws(MeterFault) -> [any Meter] {
    try named(settings) + found(settings)
  }

  /// The same with a clock of nanoseconds for those that look now and then whether their files are still the same.
  static func all(
    _ settings: MeterSettings, clock: @escaping @Sendable () -> Int64
  ) throws(MeterFault) -> [any Meter] {
    try named(settings) + found(settings, clock: clock)
  }

  /// Those that the user named: whoever names one wants its figures.
  ///
  /// - Throws: ``MeterFault`` where the user describes none.
  public static func named(_ settings: MeterSettings) throws(MeterFault) -> [any Meter] {
    var meters: [any Meter] = []
    if let ptdaemon = settings.ptdaemon { meters.append(PTDaemonMeter(ptdaemon)) }
    meters += try MeterWords.meters(settings.words)
    if let redfish = settings.redfish { meters.append(RedfishMeter(redfish)) }
    if let host = settings.ipmiHost { meters.append(IPMIMeter(host: host)) }
    return meters
  }

  /// Those that machines have by themselves.
  public static func found(_ settings: MeterSettings) -> [any Meter] {
    found(settings, clock: { clinux_clock_ns() })
  }

  private static func found(_ settings: MeterSettings, clock: @escaping @Sendable () -> Int64) -> [any Meter] {
    var meters: [any Meter] = [
      PowercapMeter(root: settings.root, scope: .processor, clock: clock),
      PowercapMeter(root: settings.root, scope: .platform, clock: clock),
      PerfPowerMeter(root: settings.root, scope: .processor), PerfPowerMeter(root: settings.root, scope: .platform),
      BatteryMeter(root: settings.root),
    ]
    meters += HwmonMeter.all(root: settings.root, clock: clock)
    if settings.ipmiHost == nil { meters.append(IPMIMeter(root: settings.root)) }
    return meters
  }
}
