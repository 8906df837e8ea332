/// Throughput at one thread count.
public struct ScalingPoint: Codable, Hashable, Sendable {
  /// Threads, at least 1.
  public let threads: Int
  /// Throughput of each round (fresh process), in any unit.
  public let rounds: [Double]

  /// Makes a point.
  public init(threads: Int, rounds: [Double]) {
    self.threads = threads
    self.rounds = rounds
  }
}
