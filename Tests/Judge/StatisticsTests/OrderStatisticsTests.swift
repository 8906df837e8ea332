import Statistics
import Testing

@Suite struct OrderStatisticsTests {
  @Test("Agrees with SciPy's quantile_test", arguments: try goldenRows("quantile-interval.csv"))
  func golden(row: [Substring]) throws {
    let (p, confidence) = (try numbers(row[0])[0], try numbers(row[1])[0])
    let interval = OrderStatistics.interval(of: p, sorted: try numbers(row[2]), confidence: confidence)
    if row[3] == "none" {
      #expect(interval == nil)
    } else {
      let ends = try numbers(row[3])
      #expect(interval?.lower == ends[0])
      #expect(interval?.upper == ends[1])
    }
  }

  /// 299 values bound p99 from above with 95 %, and 298 do not.
  @Test func theWellKnownNumber() {
    #expect(OrderStatistics.upperBound(of: 0.99, sorted: (0..<299).map(Double.init)) == 298)
    #expect(OrderStatistics.upperBound(of: 0.99, sorted: (0..<298).map(Double.init)) == nil)
    #expect(OrderStatistics.lowerBound(of: 0.01, sorted: (0..<299).map(Double.init)) == 0)
    #expect(OrderStatistics.lowerBound(of: 0.01, sorted: (0..<298).map(Double.init)) == nil)
  }

  /// 2,000 samples of 40: an interval of 90 % holds the quantile at least so often, but for 2 standard deviations of 13.4.
  @Test(arguments: [0.25, 0.5, 0.9]) func theTruthIsHeld(p: Double) {
    var noise = Noise(seed: 29)
    let held = (0..<2000).count { _ in
      let values = (0..<40).map { _ in noise.uniform() }.sorted()
      return OrderStatistics.interval(of: p, sorted: values, confidence: 0.9).map { $0.lower <= p && p <= $0.upper }
        ?? true
    }
    #expect(held >= 1773)
  }

  @Test func nothingOfNonsense() {
    let values = (0..<100).map(Double.init)
    #expect(OrderStatistics.interval(of: 0.5, sorted: []) == nil)
    for p in [0, 1, -1, .nan] { #expect(OrderStatistics.interval(of: p, sorted: values) == nil) }
    for confidence in [0, 1, .nan] {
      #expect(OrderStatistics.interval(of: 0.5, sorted: values, confidence: confidence) == nil)
    }
  }
}
