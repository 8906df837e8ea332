import Statistics
import Testing

@Suite struct WelchTestTests {
  @Test("Agrees with SciPy's ttest_ind without equal variances", arguments: try goldenRows("welch.csv"))
  func golden(row: [Substring]) throws {
    try #require(row.count == 3)
    let expected = try numbers(row[2])
    let test = try #require(WelchTest(try numbers(row[0]), try numbers(row[1])))
    #expect(agree(test.difference / test.standardError, expected[0], 1e-12))
    #expect(agree(test.degrees, expected[1], 1e-12))
    #expect(abs(test.p - expected[2]) <= 1e-11 * expected[2])
    let interval = try #require(test.interval())
    #expect(agree(interval.lower, expected[3], 1e-11))
    #expect(agree(interval.upper, expected[4], 1e-11))
  }

  @Test func samplesWithoutScatter() throws {
    #expect(WelchTest([2, 2], [2, 2, 2])?.p == 1)
    let apart = try #require(WelchTest([2, 2], [1, 1]))
    #expect(apart.p == 0)
    #expect(apart.interval()?.lower == 1)
    #expect(apart.interval()?.upper == 1)
  }

  @Test func tinyAndLargeScatterAreTheSameTest() throws {
    let plain = try #require(WelchTest([1, 2, 4], [3, 4, 9]))
    for factor in [1e-150, 1e150] {
      let scaled = try #require(WelchTest([1, 2, 4].map { $0 * factor }, [3, 4, 9].map { $0 * factor }))
      #expect(agree(scaled.p, plain.p, 1e-12))
      #expect(agree(scaled.degrees, plain.degrees, 1e-12))
    }
  }

  @Test(arguments: [([], [1, 2]), ([1], [1, 2]), ([1, 2], [3]), ([1, .nan], [1, 2]), ([1, 2], [1, .infinity])])
  func nothingFromTooLittle(first: [Double], second: [Double]) { #expect(WelchTest(first, second) == nil) }
}
