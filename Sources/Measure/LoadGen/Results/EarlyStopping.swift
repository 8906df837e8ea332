import Glibc
import Statistics

/// MLPerf's early stopping: how many queries show, with some confidence, that a percentile of latency is within a bound.
///
/// With t queries over the bound and h under it the run is long enough where P[Binomial(h + t, 1 - p + d) <= t] < 1 - c:
/// a system whose share of slow queries were only just too large would have had so few of them with a probability below
/// 1 - c. The probability is the regularised incomplete beta function I_{p-d}(h, t + 1) (DLMF 8.17.5), so that a number
/// takes a few evaluations, microseconds, however many queries there are.
public struct EarlyStopping: Hashable, Sendable {
  /// The percentile p, as a share.
  public let percentile: Double
  /// The confidence c.
  public let confidence: Double
  /// The tolerance d, by which the percentile may be missed.
  public let tolerance: Double

  /// Makes a rule; nil unless the percentile, the confidence and the percentile less the tolerance lie between 0 and 1, and
  /// the tolerance is not negative.
  public init?(percentile: Double, confidence: Double = 0.99, tolerance: Double = 0) {
    // The last: next to 0 the rest of a percentile is 1 to a floating-point number.
    guard percentile > 0, percentile < 1, confidence > 0, confidence < 1, tolerance >= 0, percentile - tolerance > 0,
      1 - (percentile - tolerance) < 1
    else { return nil }
    self.percentile = percentile
    self.confidence = confidence
    self.tolerance = tolerance
  }

  /// The most queries that the rule speaks of: beyond, a count is no exact floating-point number.
  public static let countLimit = 1 << 50

  /// h(t): under-latency queries needed beside `over` over-latency ones, the smallest number that satisfies the rule.
  ///
  /// - Returns: nil for a negative number, and where the sum would exceed ``countLimit``.
  public func neededUnder(over: Int) -> Int? {
    guard over >= 0, over < Self.countLimit else { return nil }
    return firstBelow(startForNeeded(over), upTo: Self.countLimit - over) { under in
      value(under: under, over: over)
    }
  }

  /// h(t) + t: queries needed in all where `over` of them are over-latency; nil as for ``neededUnder(over:)``.
  public func needed(over: Int) -> Int? { neededUnder(over: over).map { $0 + over } }

  /// t: the most over-latency queries that `count` queries may have among them.
  ///
  /// - Returns: nil where even none is too many, and for counts that are negative or beyond ``countLimit``.
  public func allowedOver(of count: Int) -> Int? {
    guard count >= 0, count <= Self.countLimit else { return nil }
    return firstBelow(startForAllowed(count), upTo: count) { under in
      // Of a fixed number of queries: the next value has one over-latency query less.
      value(under: under, over: count - under).map { (tail: $0.tail, fall: $0.fall / share) }
    }.map { count - $0 }
  }

  /// The order statistic that stands for the percentile's latency.
  public struct Estimate: Codable, Hashable, Sendable {
    /// How many of the highest latencies are left out: t - 1.
    public let discarded: Int
    /// 0-based index of the estimate among the ascending latencies: N - t.
    public let index: Int
  }

  /// Which of `count` latencies is the pessimistic estimate of the percentile: the largest t >= 1 with N >= h(t) + t.
  ///
  /// - Returns: nil where there are fewer than h(1) + 1 queries.
  public func estimate(of count: Int) -> Estimate? {
    guard let over = allowedOver(of: count), over >= 1 else { return nil }
    return Estimate(discarded: over - 1, index: count - over)
  }

  /// ``neededUnder(over:)`` of a rule made for the occasion; nil also where there is no such rule.
  public static func neededUnder(
    over: Int, percentile: Double, confidence: Double = 0.99, tolerance: Double = 0
  ) -> Int? {
    EarlyStopping(percentile: percentile, confidence: confidence, tolerance: tolerance)?.neededUnder(over: over)
  }

  /// ``allowedOver(of:)`` of a rule made for the occasion; nil also where there is no such rule.
  public static func allowedOver(
    of count: Int, percentile: Double, confidence: Double = 0.99, tolerance: Double = 0
  ) -> Int? {
    EarlyStopping(percentile: percentile, confidence: confidence, tolerance: tolerance)?.allowedOver(of: count)
  }
}

extension EarlyStopping {
  /// p - d.
  private var underShare: Double { percentile - tolerance }
  /// 1 - p + d: the share of over-latency queries that is only just too large.
  private var share: Double { 1 - underShare }
  /// 1 - c.
  private var level: Double { 1 - confidence }

  /// P[Binomial(under + over, 1 - p + d) <= over]: what the rule holds against 1 - c; nil for negative counts.
  public func tail(under: Int, over: Int) -> Double? {
    guard under >= 0, over >= 0, under <= Self.countLimit, over <= Self.countLimit else { return nil }
    return under == 0 ? 1 : value(under: under, over: over)?.tail
  }

  /// The tail of at least one under-latency query, and by how much it falls with one more.
  private func value(under: Int, over: Int) -> (tail: Double, fall: Double)? {
    let (a, b) = (Double(under), Double(over + 1))
    guard let fall = IncompleteBeta.step(underShare, complement: share, a: a, b: b) else { return nil }
    if under + over <= Self.exactCount { return (sum(under: under, over: over), fall) }
    guard let tail = IncompleteBeta.regularised(underShare, complement: share, a: a, b: b) else { return nil }
    return (tail, fall)
  }

  /// Up to here the sum of the binomial is exact where p and d are such that the tail can equal 1 - c at all: sums of
  /// n-fold products of numbers like 1/2 or 3/4 that fit into 53 bits. A tie must not satisfy a strict inequality.
  private static let exactCount = 53

  private func sum(under: Int, over: Int) -> Double {
    let count = under + over
    func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }
    var coefficient = 1.0
    var sum = 0.0
    for slow in 0...over {
      sum += coefficient * power(underShare, count - slow) * power(share, slow)
      coefficient = coefficient * Double(count - slow) / Double(slow + 1)
    }
    return sum
  }

  /// The smallest number from 1 to `limit` whose tail is below 1 - c; nil where there is none.
  ///
  /// Newton's method on the logarithm of the tail, which is concave, so that it comes to the crossing from above in few
  /// steps; a bracket makes the answer exact: the tail at the number is below, the tail at the one before it is not.
  private func firstBelow(
    _ start: Double, upTo limit: Int, _ value: (Int) -> (tail: Double, fall: Double)?
  ) -> Int? {
    guard limit >= 1 else { return nil }
    var low = 0
    var high = limit + 1
    var next = start.isFinite ? Int(min(max(start.rounded(.up), 1), Double(limit))) : 1
    for round in 0..<Self.roundLimit {
      guard let (tail, fall) = value(next) else { return nil }
      if tail < level { high = next } else { low = next }
      if high - low == 1 { return high <= limit ? high : nil }
      let target = (Double(next) - log(tail / level) / log1p(-fall / tail)).rounded(.up)
      if target.isFinite, round < Self.newtonLimit {
        next = Int(min(max(target, Double(low + 1)), Double(high - 1)))
      } else {
        next = low + (high - low) / 2
      }
    }
    return nil
  }

  /// Newton's steps before halving, which needs at most 50, takes over; a handful is what it takes.
  private static let newtonLimit = 60
  private static let roundLimit = 120
}

// Where the search starts: normal quantiles with the first correction for skewness (Cornish and Fisher 1938).
extension EarlyStopping {
  /// Solves over + 1/2 = n y + z sqrt(n x y) + skew for n.
  private func startForNeeded(_ over: Int) -> Double {
    let spread = quantile * (underShare * share).squareRoot()
    let rest = max(0, Double(over) + 0.5 - skew)
    let root = (-spread + (spread * spread + 4 * share * rest).squareRoot()) / (2 * share)
    return root * root - Double(over)
  }

  private func startForAllowed(_ count: Int) -> Double {
    let n = Double(count)
    return n - (n * share + quantile * (n * underShare * share).squareRoot() + skew - 0.5).rounded(.down)
  }

  private var skew: Double { (quantile * quantile - 1) * (underShare - share) / 6 }

  /// About where a normal variable is below with probability 1 - c (Abramowitz and Stegun 26.2.23, error below 5e-4).
  private var quantile: Double {
    let tail = min(level, confidence)
    let t = (-2 * log(tail)).squareRoot()
    let above = 2.515517 + t * (0.802853 + t * 0.010328)
    let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    let z = t - above / below
    return level < 0.5 ? -z : z
  }
}
