/// Whether two samples have the same mean, without the assumption that they scatter alike (Welch 1947).
///
/// Assumes values that are independent and about normal: give it one value a process, and logarithms where deviations
/// are relative.
public struct WelchTest: Codable, Hashable, Sendable {
  /// Mean of the first sample less that of the second.
  public let difference: Double
  /// Standard error of ``difference``; 0 where neither sample scatters.
  public let standardError: Double
  /// Degrees of freedom after Welch and Satterthwaite; the largest possible where neither sample scatters.
  public let degrees: Double
  /// Two-sided: how often samples of equal means lie at least this far apart. Where neither sample scatters it is 1 for
  /// equal means, else 0.
  public let p: Double

  /// Compares two samples.
  ///
  /// - Returns: nil for fewer than two values in either, and for values that are not finite or too large to be squared.
  public init?(_ first: [Double], _ second: [Double]) {
    guard let firstMean = Average.mean(first), let secondMean = Average.mean(second),
      let firstDeviation = Average.standardDeviation(first), let secondDeviation = Average.standardDeviation(second)
    else { return nil }
    let counts = (Double(first.count), Double(second.count))
    let parts = (firstDeviation * firstDeviation / counts.0, secondDeviation * secondDeviation / counts.1)
    let variance = parts.0 + parts.1
    difference = firstMean - secondMean
    standardError = variance.squareRoot()
    guard difference.isFinite, standardError.isFinite else { return nil }
    guard standardError > 0 else {
      degrees = counts.0 + counts.1 - 2
      p = difference == 0 ? 1 : 0
      return
    }
    // Shares instead of squares of variances, which may be too small for a `Double`.
    let shares = (parts.0 / variance, parts.1 / variance)
    degrees = 1 / (shares.0 * shares.0 / (counts.0 - 1) + shares.1 * shares.1 / (counts.1 - 1))
    guard let tail = StudentT.twoSidedTail(abs(difference) / standardError, degrees: degrees) else { return nil }
    p = tail
  }

  /// The interval that holds the difference of the means with the given confidence; nil for a bad `confidence`.
  public func interval(confidence: Double = 0.95) -> (lower: Double, upper: Double)? {
    guard let t = StudentT.critical(confidence: confidence, degrees: degrees) else { return nil }
    return (difference - t * standardError, difference + t * standardError)
  }
}
