import Glibc
import Testing

@testable import Statistics

@Suite struct RankingTests {
  @Test func orderAndStandings() throws {
    let ranking = Ranking([[50, 51, 50.5], [100, 101, 99, 100], [100.5, 99.5, 100.2, 99.9], [99]])
    #expect(ranking.entries.map(\.index) == [2, 1, 3, 0])
    #expect(ranking.entries.map(\.standing) == [.best, .tied, .unknown, .worse])
    #expect(ranking.top.map(\.index) == [2, 1, 3])
    #expect(ranking.entries.map(\.count) == [4, 4, 1, 3])
    #expect(ranking.entries[0].share == 1)
    #expect(agree(ranking.entries[2].mean, 99, 1e-12))
    #expect(agree(ranking.entries[2].share, 99 / ranking.entries[0].mean, 1e-12))
    #expect(ranking.entries[0].p == nil)
    #expect(ranking.entries[2].p == nil)
  }

  /// Three pairs: the least of the p-values of Welch's test on logarithms is tripled, and so on.
  @Test func pValuesAreHolmsOverAllPairs() throws {
    let values = [[100.0, 104, 98], [96, 91, 93], [80, 70, 90]]
    func p(_ a: Int, _ b: Int) throws -> Double {
      try #require(WelchTest(values[a].map { log($0) }, values[b].map { log($0) })).p
    }
    let expected = Holm.adjusted([try p(0, 1), try p(0, 2), try p(1, 2)])
    let entries = Ranking(values).entries
    #expect(entries.map(\.index) == [0, 1, 2])
    #expect(entries[1].p == expected[0])
    #expect(entries[2].p == expected[1])
  }

  @Test func oneValueOfTheBestLeavesEverythingOpen() {
    #expect(Ranking([[10], [1, 1.1, 1.05], [2, 2.1]]).entries.map(\.standing) == [.best, .unknown, .unknown])
  }

  @Test func whatHasNoLogarithmIsLeftOut() {
    let ranking = Ranking([[], [0, 1], [-1, 2], [.nan, 1], [.infinity], [3, 3.1]])
    #expect(ranking.entries.map(\.index) == [5])
    #expect(Ranking([]).entries == [])
  }

  @Test func equalOnesKeepTheirOrder() {
    let ranking = Ranking([[2, 2], [2, 2], [1, 1]])
    #expect(ranking.entries.map(\.index) == [0, 1, 2])
    #expect(ranking.entries.map(\.standing) == [.best, .tied, .worse])
  }

  @Test("Above the limit of Holm's correction ties are no fewer") func manyCandidates() {
    var noise = Noise(seed: 3)
    let count = Ranking.mostForHolm + 1
    let all = (0..<count).map { index in
      (0..<4).map { _ in exp((index < 5 ? 0 : -0.5) + 0.01 * noise.normal()) }
    }
    let (few, many) = (Ranking(Array(all.dropLast())), Ranking(all))
    #expect(many.entries.count == count)
    #expect(many.top.count >= few.top.count)
    for (a, b) in zip(few.entries, many.entries) where a.index == b.index {
      if let least = a.p, let most = b.p { #expect(most >= least) }
    }
  }

  /// In truth equal: any that is called worse is a mistake. 5 % of 400 are 20, with a standard deviation of 4.4.
  @Test(
    "Equal candidates are split by mistake in at most 5 %",
    arguments: [(2, 3), (2, 10), (4, 2), (4, 5), (10, 3), (10, 10), (30, 5)])
  func falseAlarms(candidates: Int, rounds: Int) {
    var noise = Noise(seed: UInt64(candidates * 100 + rounds))
    var splits = 0
    for _ in 0..<400 {
      let all = (0..<candidates).map { _ in (0..<rounds).map { _ in exp(0.02 * noise.normal()) } }
      if Ranking(all).entries.contains(where: { $0.standing == .worse }) { splits += 1 }
    }
    #expect(splits <= 30)
  }

  @Test("Real differences are found") func power() {
    var noise = Noise(seed: 9)
    var found = 0
    for _ in 0..<200 {
      let all = [1, 1, 0.9, 0.8].map { mean in (0..<5).map { _ in mean * exp(0.01 * noise.normal()) } }
      let worse = Ranking(all).entries.filter { $0.standing == .worse }.map(\.index).sorted()
      if worse == [2, 3] { found += 1 }
    }
    #expect(found >= 180)
  }
}
