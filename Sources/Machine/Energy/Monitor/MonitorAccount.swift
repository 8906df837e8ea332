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
  /// Where its threads ran, and the programs with them; nil for wherever the system liked.
  public let pu: Int?

  /// Makes an account.
  public init(readings: Int, cpuSeconds: Double, childSeconds: Double? = nil, seconds: Double, pu: Int?) {
    self.readings = readings
    self.cpuSeconds = cpuSeconds
    self.childSeconds = childSeconds
    self.seconds = seconds
    self.pu = pu
  }

  /// The share of one core that all of it took.
  public var share: Double { seconds > 0 ? (cpuSeconds + (childSeconds ?? 0)) / seconds : 0 }
}
