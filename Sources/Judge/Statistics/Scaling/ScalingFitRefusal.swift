/// Why a law of scaling was not fitted.
public enum ScalingFitRefusal: Error, Codable, Hashable, CustomStringConvertible, Sendable {
  /// Fewer thread counts than the law has parameters.
  case tooFewThreadCounts(found: Int, needed: Int)
  /// A point without a round, with a throughput that is not positive and finite, or with threads out of range.
  case badPoint(threads: Int)
  /// Throughput falls so fast that one thread's has no estimate.
  case noFirstThread
  /// Throughputs so far apart that a `Double` cannot hold their sums.
  case outOfRange

  /// One sentence.
  public var description: String {
    switch self {
    case .tooFewThreadCounts(let found, let needed):
      "The law needs \(needed) different thread counts, and there \(found == 1 ? "is" : "are") \(found); measure more."
    case .badPoint(let threads):
      "The point of \(threads) threads cannot be fitted: it needs 1 to \(ScalingProblem.mostThreads) threads and, in "
        + "every round, a throughput above 0."
    case .noFirstThread:
      "Throughput falls so fast with threads that one thread's cannot be estimated; measure one thread too."
    case .outOfRange: "The throughputs lie too far apart to be fitted."
    }
  }
}
