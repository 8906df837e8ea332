/// Every meter that Assay knows, in order of preference.
public enum EnergyMeters {
  /// All meters, whether or not they can be read here, looking at the files below `root`.
  public static func all(root: String = "/") -> [any EnergyMeter] {
    [PowercapMeter(root: root, scope: .processor), PowercapMeter(root: root, scope: .platform)]
  }

  /// The first meter that can be read, or one that says why the most preferred one cannot.
  public static func preferred(root: String = "/") -> any EnergyMeter {
    let meters = all(root: root)
    if let meter = meters.first(where: { $0.availability().isAvailable }) { return meter }
    return UnavailableMeter(reason: meters.first?.availability().text ?? "Assay was built without energy meters.")
  }
}
