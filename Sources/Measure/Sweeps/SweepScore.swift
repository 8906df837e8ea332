import Glibc

/// How good an outcome is for a goal: the larger, the better.
public struct SweepScore: Codable, Comparable, Hashable, Sendable {
  /// Whether the goal's limit is kept; true for goals without one.
  public let isFeasible: Bool
  /// A natural logarithm, so that differences are log ratios: of samples per second or per joule where the score is
  /// feasible; else of 1 / p99, since then the least latency comes nearest.
  public let value: Double

  /// Makes a score.
  public init(isFeasible: Bool, value: Double) {
    self.isFeasible = isFeasible
    self.value = value
  }

  /// What keeps the limit is better than what does not.
  public static func < (left: SweepScore, right: SweepScore) -> Bool {
    left.isFeasible == right.isFeasible ? left.value < right.value : right.isFeasible
  }
}

extension SweepGoal {
  /// How good an outcome is; nil where it has not what the goal is about (no energy, or figures that cannot be).
  public func score(of outcome: SweepOutcome) -> SweepScore? {
    guard outcome.isPossible else { return nil }
    switch self {
    case .throughput: return SweepScore(isFeasible: true, value: log(outcome.throughput))
    case .efficiency: return outcome.joulesPerSample.map { SweepScore(isFeasible: true, value: -log($0)) }
    case .latency(let nanoseconds):
      let isFeasible = outcome.p99 <= Double(nanoseconds) / 1e9
      return SweepScore(isFeasible: isFeasible, value: isFeasible ? log(outcome.throughput) : -log(outcome.p99))
    }
  }

  /// Whether an outcome keeps the goal's limit; true for goals without one.
  public func isFeasible(_ outcome: SweepOutcome) -> Bool { limitSeconds.map { outcome.p99 <= $0 } ?? true }
}
