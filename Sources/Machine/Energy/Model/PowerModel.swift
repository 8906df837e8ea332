/// Watts by how busy the machine is, for those who have no meter and say what they assume: idle watts, maximum watts, and a
/// straight line between them.
///
/// The line is that of SPECpower-derived estimates; real curves lie above it in the middle, which is why a figure of a model always
/// comes with its bounds, idle and maximum, and is never ranked against a measured one.
public struct PowerModel: Codable, Hashable, Sendable {
  /// What it is called in records.
  public let name: String
  /// Watts of the idle machine.
  public let idle: Double
  /// Watts of the busy machine.
  public let maximum: Double

  /// Makes a model.
  ///
  /// - Throws: ``MeterFault`` where the watts make no sense.
  public init(name: String, idle: Double, maximum: Double) throws(MeterFault) {
    guard idle.isFinite, maximum.isFinite, idle >= 0, maximum > 0, idle <= maximum, maximum <= 1e6 else {
      throw MeterFault(
        "The power model needs 0 <= idle <= max and max above 0, in watts, at most 1e6; it was given idle=\(idle), max=\(maximum)."
      )
    }
    self.name = name
    self.idle = idle
    self.maximum = maximum
  }

  /// Watts of one virtual CPU, idle and busy, of a cloud's fleet.
  private struct PerCPU {
    let name: String
    let idle: Double
    let maximum: Double
  }

  /// What Cloud Carbon Footprint takes where it does not know the processor: averages over the microarchitectures of AWS and
  /// Azure and medians over those of Google, from SPECpower results. Their memory's share (0.392 W a gigabyte) is not in them.
  ///
  /// Source: github.com/cloud-carbon-footprint/cloud-carbon-footprint, MIN_WATTS and MAX_WATTS in
  /// packages/{aws,gcp,azure}/src/domain/*FootprintEstimationConstants.ts (aws and gcp as of commit 0656d555, azure as of
  /// 0602dde8); what they mean is in microsite/docs/Methodology.md, "Compute".
  private static let clouds = [
    PerCPU(name: "ccf-aws", idle: 0.74, maximum: 3.5), PerCPU(name: "ccf-gcp", idle: 0.68, maximum: 4.11),
    PerCPU(name: "ccf-azure", idle: 0.74, maximum: 3.54),
  ]

  /// The words that ``init(_:cpus:)`` knows, for help and messages.
  public static let forms = "idle=W,max=W or one of \(clouds.map(\.name).joined(separator: ", "))"

  /// Parses `idle=50,max=200`, or the name of a public model.
  ///
  /// - Parameter cpus: virtual CPUs of the machine, which public models count by.
  public init(_ words: String, cpus: Int) throws(MeterFault) {
    if let cloud = Self.clouds.first(where: { $0.name == words }) {
      let count = Double(max(cpus, 1))
      try self.init(
        name: "\(cloud.name) x \(cpus) CPUs", idle: cloud.idle * count, maximum: cloud.maximum * count)
      return
    }
    var watts: [String: Double] = [:]
    for part in words.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, ["idle", "max"].contains(sides[0]), watts[sides[0]] == nil, let value = Double(sides[1])
      else {
        throw MeterFault("`\(ForeignText.shown(words, limit: 60))` is no power model; write \(Self.forms).")
      }
      watts[sides[0]] = value
    }
    guard let idle = watts["idle"], let maximum = watts["max"] else {
      throw MeterFault("A power model needs both idle and max, in watts, such as idle=50,max=200.")
    }
    try self.init(name: "linear idle=\(idle) W, max=\(maximum) W", idle: idle, maximum: maximum)
  }

  /// The energy of a window.
  ///
  /// - Parameters:
  ///   - utilisation: the share of all CPUs that was busy, 0 to 1.
  ///   - seconds: the window's length.
  public func energy(utilisation: Double, seconds: Double) -> ModelledEnergy {
    let share = min(max(utilisation, 0), 1)
    return ModelledEnergy(
      model: name, joules: (idle + (maximum - idle) * share) * seconds, lower: idle * seconds, upper: maximum * seconds)
  }
}
