import Statistics
import Testing

@Suite struct SeriesTests {
  @Test("Trends agree with SciPy's kendalltau and theilslopes", arguments: try goldenRows("trend.csv"))
  func golden(row: [Substring]) throws {
    let expected = try numbers(row[1])
    let drift = try #require(Drift(try numbers(row[0])))
    #expect(agree(drift.tau, expected[0], 1e-12))
    #expect(agree(drift.p, expected[1], 1e-10))
    #expect(agree(drift.slope, expected[2], 1e-12))
  }

  @Test func aSteadyRiseIsATrend() throws {
    let drift = try #require(Drift((0..<10).map { 5 + 0.25 * Double($0) }))
    #expect(drift.tau == 1)
    // Two of the 10! orders.
    #expect(abs(drift.p - 2.0 / 3_628_800) < 1e-16)
    #expect(drift.slope == 0.25)
    #expect(drift.isTrend())
    #expect(drift.isAutocorrelated)
  }

  @Test func autocorrelationByHand() throws {
    // Deviations -1 1 -1 1: products -3 over squares 4.
    #expect(Drift([1, 3, 1, 3])?.autocorrelation == -0.75)
  }

  /// 1,000 series without dependence and 1,000 with a correlation of 0.6 from value to value.
  @Test func dependenceIsSeenWhereItIs() throws {
    var noise = Noise(seed: 19)
    var (alarms, seen, trends) = (0, 0, 0)
    for _ in 0..<1000 {
      let drift = try #require(Drift((0..<30).map { _ in noise.normal() }))
      if drift.isAutocorrelated { alarms += 1 }
      if drift.isTrend() { trends += 1 }
      var level = 0.0
      let dependent = (0..<30).map { _ in
        level = 0.6 * level + noise.normal()
        return level
      }
      if Drift(dependent)?.isAutocorrelated == true { seen += 1 }
    }
    // 50 each, with a standard deviation of 6.9; the normal limit is a little wide for 30 values.
    #expect((25...64).contains(alarms))
    #expect((36...64).contains(trends))
    #expect(seen > 850)
  }

  /// Slopes of a long series come from pairs half of it apart.
  @Test func longSeries() throws {
    var noise = Noise(seed: 21)
    let drift = try #require(Drift((0..<5000).map { 0.001 * Double($0) + noise.normal() }))
    #expect(abs(drift.slope - 0.001) < 0.0001)
    #expect(drift.isTrend(level: 1e-6))
    #expect(drift.count == 5000)
  }

  @Test func nothingOfTooLittle() {
    for values in [[], [1, 2, 3], [1, 2, .nan, 4], [5, 5, 5, 5, 5]] as [[Double]] { #expect(Drift(values) == nil) }
    // A mean that a Double holds of squares that it does not.
    #expect(Drift([-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude, 1, 2])?.autocorrelation == .none)
  }

  @Test func outliersAreNamedWithTheirPlace() throws {
    let values = [10.0, 10.2, 9.9, 10.1, 14, 10, 9.8, 10.3, 10.1, 3]
    let found = Outliers.find(values)
    #expect(found.map(\.index) == [4, 9])
    #expect(found.map(\.value) == [14, 3])
    // Median 10.05, deviations' median 0.15.
    #expect(agree(found[0].score, 0.6745 * 3.95 / 0.15, 1e-9))
    // Quartiles 9.925 and 10.175 by linear interpolation.
    #expect(agree(found[0].fence, (14 - 10.175) / 0.25, 1e-9))
  }

  @Test func valuesThatAreMostlyEqual() throws {
    let found = Outliers.find([1, 1, 1, 1, 1, 1, 1, 5])
    #expect(found.map(\.index) == [7])
    #expect(found.first?.score == nil)
    #expect(found.first?.fence == nil)
    #expect(Outliers.find([Double](repeating: 2, count: 30)).isEmpty)
  }

  @Test func aBellCurveHasFew() {
    var noise = Noise(seed: 25)
    // Beyond 1.5 widths of the middle half lie 0.7 %.
    #expect((2...15).contains(Outliers.find((0..<1000).map { _ in noise.normal() }).count))
    #expect(Outliers.find([1, 2, 3, 100]).isEmpty)
    #expect(Outliers.find([1, 2, 3, 4, .infinity]).isEmpty)
  }
}
