/// What reading the meters has cost.
public struct MonitorAccount: Codable, Hashable, Sendable {
  /// Readings of all meters.
  public let readings: Int
  /// Seconds that its threads computed.
  public let cpuSeconds: Double
  /// Seconds that programs computed which its meters started, such as ipmitool; nil in records of versions that did not look.
  public let childSeconds: Double?
  /// Seconds since it began.
  public let seconds: Double
  /// PUs (OS index) outside of what was measured where its threads ran, and the programs with them; empty where there was none.
  public let pus: [Int]
  /// Whether they ran there all the time; otherwise a round had every PU, and they took time from it.
  public let isApart: Bool

  /// Makes an account.
  public init(
    readings: Int, cpuSeconds: Double, childSeconds: Double? = nil, seconds: Double, pus: [Int], isApart: Bool
  ) {
    self.readings = readings
    self.cpuSeconds = cpuSeconds
    self.childSeconds = childSeconds
    self.seconds = seconds
    self.pus = pus
    self.isApart = isApart
  }

  /// The share of one core that all of it took.
  public var share: Double { seconds > 0 ? (cpuSeconds + (childSeconds ?? 0)) / seconds : 0 }
}
