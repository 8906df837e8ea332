import Records
import Statistics

/// How much the machine itself moved while a sweep ran, by pure loops that were always the same.
public struct CanaryDrift: Codable, Hashable, Sendable {
  /// Readings.
  public let count: Int
  /// Fused multiply-adds a second, in registers: clock frequency and stolen time.
  public let arithmetic: Figure
  /// Bytes a second from memory: bandwidth that neighbours leave.
  public let memory: Figure

  /// One loop's readings.
  public struct Figure: Codable, Hashable, Sendable {
    /// The mean, in the loop's unit.
    public let mean: Double
    /// Standard deviation over the mean.
    public let deviation: Double
    /// The lowest reading over the highest, less 1: at most 0.
    public let range: Double
    /// Mean of the last third of readings over that of the first, less 1.
    public let trend: Double

    /// Whether the machine moved by more than ``CanaryDrift/tolerable`` from the first third to the last, or scattered
    /// so.
    public var hasMoved: Bool { abs(trend) > CanaryDrift.tolerable || deviation > CanaryDrift.tolerable }

    init?(_ values: [Double]) {
      let third = max(1, values.count / 3)
      guard let mean = Average.mean(values), mean > 0, let deviation = Average.standardDeviation(values),
        let least = values.min(), let greatest = values.max(), let first = Average.mean(Array(values.prefix(third))),
        let last = Average.mean(Array(values.suffix(third))), first > 0
      else { return nil }
      self.mean = mean
      self.deviation = deviation / mean
      range = least / greatest - 1
      trend = last / first - 1
    }
  }

  /// What canaries may move by: the size of the differences that people compare.
  public static let tolerable = 0.03

  /// nil for fewer than two readings and for readings of nothing.
  init?(_ canaries: [Sweep.Canary]) {
    guard canaries.count >= 2, let arithmetic = Figure(canaries.map(\.multiplyAdds)),
      let memory = Figure(canaries.map(\.bytes))
    else { return nil }
    count = canaries.count
    self.arithmetic = arithmetic
    self.memory = memory
  }
}
