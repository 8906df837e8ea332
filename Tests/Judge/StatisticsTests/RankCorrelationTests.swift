import Testing

@testable import Statistics

@Suite struct RankCorrelationTests {
  @Test("Agrees with SciPy, ties included", arguments: try goldenRows("spearman.csv"))
  func golden(row: [Substring]) throws {
    try #require(row.count == 3)
    let rho = RankCorrelation.spearman(try numbers(row[0]), try numbers(row[1]))
    #expect(agree(rho, try numbers(row[2])[0], 1e-13))
  }

  @Test func equalValuesShareTheirRanks() {
    #expect(RankCorrelation.ranks([30, 10, 20, 10, 30, 30]) == [5, 1.5, 3, 1.5, 5, 5])
    #expect(RankCorrelation.ranks([]) == [])
  }

  @Test func extremesStayWithinOne() {
    #expect(RankCorrelation.spearman([1, 2, 3], [10, 20, 30]) == 1)
    #expect(RankCorrelation.spearman([1, 2, 3], [30, 20, 10]) == -1)
  }

  @Test(
    arguments: [([], []), ([1], [1]), ([1, 2], [1]), ([1, 1], [1, 2]), ([1, 2], [3, 3]), ([1, .nan], [1, 2])]
      as [([Double], [Double])])
  func nothingWithoutAnOrder(x: [Double], y: [Double]) { #expect(RankCorrelation.spearman(x, y) == nil) }
}
