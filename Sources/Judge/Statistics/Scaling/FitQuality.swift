/// How well a law of scaling describes what was measured.
public struct FitQuality: Codable, Hashable, Sendable {
  /// Measured throughput (geometric mean) over the law's, less 1, at each thread count, ascending by threads.
  public let residuals: [Residual]
  /// Standard deviation of rounds of the same point, relative to their mean, pooled over points; nil where no point has
  /// two rounds.
  public let roundDeviation: Double?
  /// How often points that follow the law would lie at least this far from it, judged by the scatter of their rounds (F
  /// test for lack of fit); nil where there are no more points than parameters or no point has two rounds.
  public let lackOfFit: Double?
  /// Standard deviation of one round around the law, relative, that the intervals were made with; nil where there are
  /// as many values as parameters.
  public let deviation: Double?
  /// Degrees of freedom behind ``deviation``.
  public let degrees: Int

  /// The deviation of one thread count.
  public struct Residual: Codable, Hashable, Sendable {
    /// Threads.
    public let threads: Int
    /// Measured over fitted throughput, less 1.
    public let relative: Double
  }

  /// The level of ``lackOfFit`` below which points are said to depart from the law.
  public static let level = 0.05

  /// Whether the points depart from the law by more than their rounds scatter; nil where that cannot be seen.
  public var departs: Bool? { lackOfFit.map { $0 < Self.level } }

  /// The residual farthest from 0.
  public var largest: Residual? { residuals.max { abs($0.relative) < abs($1.relative) } }
}
