/// Student's t distribution.
public enum StudentT {
  /// P(|T| > t) for `degrees` degrees of freedom.
  ///
  /// - Returns: nil for a `t` below 0 or not a number, and for degrees that are not positive and finite.
  public static func twoSidedTail(_ t: Double, degrees: Double) -> Double? {
    split(t, degrees: degrees).flatMap {
      IncompleteBeta.regularised($0.tail, complement: $0.centre, a: degrees / 2, b: 0.5)
    }
  }

  /// The t that |T| stays below with probability `confidence`: 2.776 for 0.95 and 4 degrees of freedom.
  ///
  /// Bisection on the tail (or on the centre, where that is the smaller part) down to neighbouring `Double`s.
  ///
  /// - Returns: nil unless `confidence` lies strictly between 0 and 1 and `degrees` is positive and finite.
  public static func critical(confidence: Double, degrees: Double) -> Double? {
    guard confidence > 0, confidence < 1, degrees > 0, degrees.isFinite else { return nil }
    func isBelow(_ t: Double) -> Bool? {
      if confidence > 0.5 { return twoSidedTail(t, degrees: degrees).map { $0 > 1 - confidence } }
      return split(t, degrees: degrees).flatMap {
        IncompleteBeta.regularised($0.centre, complement: $0.tail, a: 0.5, b: degrees / 2)
      }.map { $0 < confidence }
    }
    var lower = 0.0
    var upper = 1.0
    while true {
      guard let below = isBelow(upper) else { return nil }
      if !below { break }
      lower = upper
      upper *= 2
      guard upper.isFinite else { return nil }
    }
    while true {
      let middle = lower + (upper - lower) / 2
      guard middle > lower, middle < upper else { return middle }
      guard let below = isBelow(middle) else { return nil }
      if below { lower = middle } else { upper = middle }
    }
  }

  /// The interval that holds the mean of the population behind `values` with the given confidence.
  ///
  /// mean +- t s / sqrt(n) with n - 1 degrees of freedom; assumes values that are independent and about normal.
  ///
  /// - Returns: nil for fewer than two values, for values that are not finite, and for a bad `confidence`.
  public static func interval(_ values: [Double], confidence: Double = 0.95) -> Interval? {
    guard let mean = Average.mean(values), let deviation = Average.standardDeviation(values),
      let t = critical(confidence: confidence, degrees: Double(values.count - 1))
    else { return nil }
    let halfWidth = t * deviation / Double(values.count).squareRoot()
    guard (mean - halfWidth).isFinite, (mean + halfWidth).isFinite else { return nil }
    return Interval(lower: mean - halfWidth, upper: mean + halfWidth, confidence: confidence, count: values.count)
  }

  /// nu / (nu + t^2) and t^2 / (nu + t^2), each without cancellation.
  private static func split(_ t: Double, degrees: Double) -> (tail: Double, centre: Double)? {
    guard t >= 0, degrees > 0, degrees.isFinite else { return nil }
    let ratio = t / degrees.squareRoot()
    let square = ratio * ratio
    return square.isFinite ? (1 / (1 + square), square / (1 + square)) : (0, 1)
  }
}
