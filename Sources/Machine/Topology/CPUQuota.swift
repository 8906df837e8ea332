/// A cgroup CPU bandwidth limit.
public struct CPUQuota: Codable, Hashable, Sendable {
  /// CPU seconds per second, for example 1.6.
  public let cpus: Double
  /// The file that says so.
  public let source: String

  /// Makes a quota.
  public init(cpus: Double, source: String) {
    self.cpus = cpus
    self.source = source
  }
}
