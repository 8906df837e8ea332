/// Where meters are looked for.
public struct MeterSettings: Hashable, Sendable {
  /// The folder whose `sys` is read.
  public var root: String

  /// Looks at the machine itself.
  public init(root: String = "/") { self.root = root }
}

/// Every meter that Assay knows, in order of preference.
public enum EnergyMeters {
  /// All meters, whether or not they can be read here.
  public static func all(_ settings: MeterSettings = MeterSettings()) -> [any Meter] {
    [
      PowercapMeter(root: settings.root, scope: .processor), PowercapMeter(root: settings.root, scope: .platform),
    ]
  }
}
