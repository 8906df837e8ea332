import Glibc
import Statistics

/// Two columns of numbers held against each other, without any record: the statistics of comparisons alone.
public struct SampleComparison: Codable, Hashable, Sendable {
  /// The numbers of the base in short.
  public let base: Column
  /// The numbers of the candidate in short.
  public let candidate: Column
  /// Whether numbers of the same place are pairs.
  public let isPaired: Bool
  /// Whether ``estimate`` is a ratio or a difference.
  public let scale: Metric.Scale
  /// Which way is better; nil where nobody said.
  public let better: Metric.Direction?
  /// What can be said.
  public let change: Change
  /// Hodges and Lehmann's estimate: of candidate over base by logarithms, or of candidate less base.
  public let estimate: Double
  /// The interval's lower end; nil where there are too few numbers for one.
  public let lower: Double?
  /// The interval's upper end; nil where there are too few numbers for one.
  public let upper: Double?
  /// The share of such intervals that hold the true value.
  public let confidence: Double
  /// Two-sided, for no change.
  public let p: Double?
  /// What ``p`` and the interval come from.
  public let test: Test
  /// Half of the interval's width: as a share of the base for ratios, in the numbers' unit for differences; nil without an
  /// interval. A smaller change could not have been told.
  public let detectable: Double?
  /// Why it cannot be told, as a sentence; nil where it can.
  public let why: String?

  /// A test and whether its distribution was counted.
  public struct Test: Codable, Hashable, Sendable {
    /// `signed-rank` (Wilcoxon, with zeros after Pratt) or `mann-whitney`.
    public let name: String
    /// Whether the distribution was counted; where it was not, it was taken for normal.
    public let isExact: Bool
  }

  /// A column in short.
  public struct Column: Codable, Hashable, Sendable {
    /// Numbers.
    public let count: Int
    /// The median.
    public let median: Double
    /// The arithmetic mean; nil where it is beyond what a `Double` holds.
    public let mean: Double?
    /// The geometric mean; nil where a number is not positive.
    public let geometricMean: Double?
    /// The least.
    public let least: Double
    /// The greatest.
    public let greatest: Double

    /// nil for no numbers.
    init?(_ values: [Double]) {
      let middle = [(values.count - 1) / 2, values.count / 2]
      guard let least = values.min(), let greatest = values.max(),
        let medians = Selection.values(at: middle, of: values)
      else { return nil }
      count = values.count
      median = medians[0] / 2 + medians[1] / 2
      mean = Average.mean(values)
      geometricMean = least > 0 ? exp(values.reduce(0) { $0 + log($1) } / Double(values.count)) : nil
      self.least = least
      self.greatest = greatest
    }
  }

  /// Compares two columns of finite numbers.
  ///
  /// - Parameters:
  ///   - isPaired: whether numbers of the same place were measured side by side.
  ///   - asDifference: whether to tell differences also where all numbers are positive.
  ///   - better: which way is better, for words; nil where nobody said.
  ///   - confidence: of the interval, above 0 and below 1.
  /// - Throws: ``SampleError`` for an empty column, for pairs without a partner, and for numbers too far apart.
  public init(
    base: [Double], candidate: [Double], isPaired: Bool, asDifference: Bool, better: Metric.Direction?,
    confidence: Double = 0.95
  ) throws(SampleError) {
    guard let one = Column(base), let other = Column(candidate) else {
      throw SampleError(line: nil, reason: "there are no numbers to compare")
    }
    guard !isPaired || base.count == candidate.count else {
      throw SampleError(
        line: nil,
        reason: "pairs need as many numbers on both sides, and there are \(base.count) and \(candidate.count)")
    }
    let isRatio = !asDifference && one.least > 0 && other.least > 0
    let found = Self.finding(base, candidate, isPaired: isPaired, isRatio: isRatio, confidence)
    guard let found, found.isFinite(asRatio: isRatio) else {
      throw SampleError(line: nil, reason: "the numbers are too far apart to be compared")
    }
    self.base = one
    self.candidate = other
    self.isPaired = isPaired
    self.better = better
    self.confidence = confidence
    scale = isRatio ? .ratio : .difference
    let unit: (Double) -> Double = isRatio ? { exp($0) } : { $0 }
    estimate = unit(found.estimate)
    lower = found.interval.map { unit($0.lower) }
    upper = found.interval.map { unit($0.upper) }
    detectable = found.interval.map { isRatio ? expm1($0.halfWidth) : $0.halfWidth }
    p = found.p
    test = Test(
      name: isPaired ? "signed-rank" : "mann-whitney",
      isExact: isPaired ? SignedRank.isExact(base.count) : MannWhitney.isExact(base, candidate))
    (change, why) = Self.words(
      found, isSame: isPaired ? base == candidate : one.least == other.greatest && one.greatest == other.least,
      better: better, isPaired: isPaired, confidence)
  }

  private struct Finding {
    let estimate: Double
    let interval: Interval?
    let p: Double?

    /// Whether everything can be held.
    func isFinite(asRatio isRatio: Bool) -> Bool {
      [estimate, interval?.lower, interval?.upper].compactMap(\.self).allSatisfy {
        $0.isFinite && (!isRatio || exp(abs($0)).isFinite)
      } && interval?.halfWidth.isFinite ?? true
    }
  }

  private static func finding(
    _ base: [Double], _ candidate: [Double], isPaired: Bool, isRatio: Bool, _ confidence: Double
  ) -> Finding? {
    if isRatio {
      let effect =
        isPaired
        ? Effect.paired(base: base, candidate: candidate, confidence: confidence)
        : Effect.unpaired(base: base, candidate: candidate, confidence: confidence)
      return effect.map { Finding(estimate: $0.estimate, interval: $0.interval, p: $0.p) }
    }
    let found =
      isPaired
      ? RankSummary(differences: zip(base, candidate).map { $1 - $0 }, confidence: confidence)
      : RankSummary(base, candidate, confidence: confidence)
    return found.map { Finding(estimate: $0.estimate, interval: $0.interval, p: $0.p) }
  }

  private static func words(
    _ found: Finding, isSame: Bool, better: Metric.Direction?, isPaired: Bool, _ confidence: Double
  ) -> (Change, String?) {
    guard let interval = found.interval else {
      let fewest = FewestRounds.count(confidence: confidence, isPaired: isPaired)
      let advice = fewest.map { "; there is one from \($0) \(isPaired ? "pairs" : "a side") on" } ?? ""
      return (.unclear, "n too small: so few numbers make no interval of this confidence\(advice).")
    }
    if isSame { return (.same, nil) }
    if interval.lower > 0 || interval.upper < 0 {
      return (.step(isUp: found.estimate > 0, direction: better), nil)
    }
    return (.unclear, "The interval contains no change.")
  }
}
