import Testing

@testable import Analysis

private func isClose(_ value: Double?, _ expected: Double) -> Bool {
  value.map { abs($0 - expected) <= 1e-11 * abs(expected) } ?? false
}

/// Columns against each other. Expected figures: SciPy 1.17.1, `mannwhitneyu` and `wilcoxon` with `method="exact"` (or
/// `"asymptotic"` where said) for p; intervals from all differences, or all Walsh averages, by counting in Python.
@Suite struct SampleComparisonTests {
  private let x = [12.1, 11.8, 12.6, 13.0, 12.4, 11.9, 12.2]
  private let y = [12.9, 13.4, 12.8, 13.6, 13.1, 12.7]
  private let before = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0]
  private let after = [10.8, 11.2, 13.1, 13.5, 14.9, 14.6, 17.3, 18.4]

  private func compare(
    _ base: [Double], _ candidate: [Double], paired: Bool = false, difference: Bool = false,
    better: Metric.Direction? = nil, confidence: Double = 0.95
  ) throws -> SampleComparison {
    try SampleComparison(
      base: base, candidate: candidate, isPaired: paired, asDifference: difference, better: better,
      confidence: confidence)
  }

  @Test func ratioOfTwoSamples() throws {
    let result = try compare(x, y)
    #expect(result.scale == .ratio && result.test == .init(name: "mann-whitney", isExact: true))
    #expect(isClose(result.estimate, 1.066671151922417) && isClose(result.p, 0.008158508158508158))
    #expect(isClose(result.lower, 1.0238095238095242) && isClose(result.upper, 1.1101694915254234))
    #expect(result.change == .higher && result.why == nil && result.base.count == 7 && result.candidate.count == 6)
    #expect(isClose(result.base.geometricMean, 12.279681637983414) && isClose(result.base.mean, 12.285714285714286))
    #expect(result.base.median == 12.2 && result.base.least == 11.8 && result.base.greatest == 13)
    #expect(isClose(result.candidate.median, 13))
  }

  @Test func differenceOfTwoSamples() throws {
    let result = try compare(x, y, difference: true, better: .lower)
    #expect(result.scale == .difference && result.change == .worse)
    #expect(isClose(result.estimate, 0.8000000000000007) && isClose(result.p, 0.008158508158508158))
    #expect(isClose(result.lower, 0.29999999999999893) && isClose(result.upper, 1.3000000000000007))
    #expect(isClose(result.detectable, 0.5))
  }

  @Test func pairs() throws {
    let ratio = try compare(before, after, paired: true, better: .higher)
    #expect(ratio.test == .init(name: "signed-rank", isExact: true) && ratio.change == .better)
    #expect(isClose(ratio.estimate, 1.059333428297305) && isClose(ratio.p, 0.0234375))
    #expect(isClose(ratio.lower, 1.0177940665501848) && isClose(ratio.upper, 1.0858176642512314))
    let difference = try compare(before, after, paired: true, difference: true)
    #expect(isClose(difference.estimate, 0.8) && isClose(difference.p, 0.0234375))
    #expect(abs((difference.lower ?? 0) - 0.2) < 1e-12 && abs((difference.upper ?? 0) - 1.25) < 1e-12)
    // The same numbers as two samples tell nothing.
    #expect(try compare(before, after).change == .unclear)
  }

  @Test func manyNumbersAreTakenForNormal() throws {
    let base = (0..<100).map { Double($0 * 7919 % 1009) / 10 + 50 }
    let candidate = (0..<120).map { Double($0 * 7907 % 1013) / 10 + 55 }
    let result = try compare(base, candidate)
    #expect(!result.test.isExact && isClose(result.p, 0.20184565799782517) && result.change == .unclear)
    #expect(try compare(base + base + base, base + base + base, paired: true).test.isExact == false)
    #expect(try compare(base, base, paired: true).test.isExact)
  }

  @Test func numbersThatAreNotPositiveHaveDifferences() throws {
    let result = try compare([0, 1, 2, 3], [10, 11, 12, 13])
    #expect(result.scale == .difference && result.estimate == 10 && result.base.geometricMean == nil)
    #expect(result.lower == 7 && result.upper == 13 && result.detectable == 3)
    #expect(try compare([-4, -3, -2, -1], [-4, -3, -2, -1]).change == .unclear)
  }

  @Test func tooFewNumbersAreToldSo() throws {
    let result = try compare([1, 2, 3], [10, 20, 30])
    #expect(result.change == .unclear && result.lower == nil && result.detectable == nil && isClose(result.p, 0.1))
    #expect(result.why?.contains("from 4 a side on") == true)
    let pairs = try compare([1, 2, 3, 4, 5], [10, 20, 30, 40, 50], paired: true)
    #expect(pairs.change == .unclear && pairs.why?.contains("from 6 pairs on") == true)
    // What is enough for 95 % is not for 99 %.
    #expect(try compare([1, 2, 3, 4], [10, 20, 30, 40]).change == .higher)
    #expect(try compare([1, 2, 3, 4], [10, 20, 30, 40], confidence: 0.99).change == .unclear)
  }

  @Test func equalNumbersAreTheSame() throws {
    #expect(try compare([7, 7, 7, 7], [7, 7, 7, 7]).change == .same)
    #expect(try compare([7, 7, 7, 7], [7, 7, 7, 7], difference: true).change == .same)
    #expect(try compare([7, 8, 7, 9, 7, 7], [7, 8, 7, 9, 7, 7], paired: true).change == .same)
    // Most are, and a test tells that some are not (p 0.02), though the estimate is none.
    let some = try compare(
      Array(repeating: 1, count: 20), Array(repeating: 1, count: 14) + Array(repeating: 2, count: 6))
    #expect(some.change == .unclear && some.estimate == 1 && (some.p ?? 1) < 0.05)
  }

  private static let hopeless: [(base: [Double], candidate: [Double], paired: Bool, part: String)] = [
    ([], [1], false, "no numbers"), ([1], [], false, "no numbers"),
    ([1, 2], [1], true, "there are 2 and 1"), ([1e-300], [1e300], false, "too far apart"),
    ([-1.7e308], [1.7e308], false, "too far apart"), ([-1.7e308], [1.7e308], true, "too far apart"),
  ]

  @Test(arguments: hopeless)
  func whatCannotBeComparedIsRefused(base: [Double], candidate: [Double], paired: Bool, part: String) throws {
    let error = #expect(throws: SampleError.self) { try compare(base, candidate, paired: paired) }
    #expect(try #require(error).description.contains(part))
  }
}
