/// What is known of a cell's speed: of one round, or of all of them together.
public struct SweepOutcome: Codable, Hashable, Sendable {
  /// Samples per second of all instances together.
  public var throughput: Double
  /// The median of latency in seconds.
  public var p50: Double
  /// The 99th percentile of latency in seconds.
  public var p99: Double
  /// Joules per sample; nil where energy is not measured.
  public var joulesPerSample: Double?

  /// Makes an outcome.
  public init(throughput: Double, p50: Double, p99: Double, joulesPerSample: Double? = nil) {
    self.throughput = throughput
    self.p50 = p50
    self.p99 = p99
    self.joulesPerSample = joulesPerSample
  }

  /// Whether every figure is positive and finite: what cannot be is not ranked.
  var isPossible: Bool {
    [throughput, p50, p99, joulesPerSample ?? 1].allSatisfy { $0.isFinite && $0 > 0 }
  }
}
