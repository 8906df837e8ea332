/// The means of all pairs of values, of each with itself too, in order (Walsh 1949).
struct WalshAverages {
  private let sums: SortedSums
  private let size: Int

  /// nil for no values and for a value that is not finite.
  init?(_ values: [Double]) {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    // Halves, so that no sum overflows.
    self.init(halves: Sorting.ascending(values.map { $0 / 2 }))
  }

  /// Of halved values, ascending and finite, at least one.
  init(halves: [Double]) {
    sums = SortedSums(triangle: halves)
    size = halves.count
  }

  /// How many there are.
  var count: Int { sums.count }

  /// Those of the given ranks, which ascend from 0.
  func values(_ ranks: [Int]) -> [Double] { sums.values(at: ranks) }

  /// The middle one, or the mean of the two middle ones.
  func median() -> Double {
    let middle = values([(count - 1) / 2, count / 2])
    return middle[0] / 2 + middle[1] / 2
  }

  /// As ``SignedRank/interval(_:confidence:)``.
  func interval(confidence: Double) -> Interval? { summary(confidence: confidence).interval }

  /// Median and interval at once, which is faster than one after the other.
  func summary(confidence: Double) -> (median: Double, interval: Interval?) {
    let isLevel = confidence > 0 && confidence < 1
    guard isLevel, let sums = SignedRank.rejected(size, level: (1 - confidence) / 2), 2 * sums <= count + 1 else {
      return (median(), nil)
    }
    let found = values([sums - 1, (count - 1) / 2, count / 2, count - sums])
    return (
      found[1] / 2 + found[2] / 2, Interval(lower: found[0], upper: found[3], confidence: confidence, count: size)
    )
  }
}
