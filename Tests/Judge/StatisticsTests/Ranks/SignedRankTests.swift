import Glibc
import Statistics
import Testing

@Suite struct SignedRankTests {
  private static let sides: [TestSide] = [.twoSided, .greater, .less]

  @Test(
    "Agrees with SciPy's exact wilcoxon, and with intervals by inverting it",
    arguments: try goldenRows("signed-rank.csv"))
  func golden(row: [Substring]) throws {
    try #require(row.count == 6)
    let d = try numbers(row[0])
    for (side, p) in zip(Self.sides, try numbers(row[1])) { #expect(agree(SignedRank.p(d, side), p, 1e-12)) }
    #expect(agree(SignedRank.hodgesLehmann(d), try numbers(row[2])[0], 1e-12))
    for (confidence, text) in zip([0.9, 0.95, 0.99], row[3...]) where text != "skip" {
      let interval = SignedRank.interval(d, confidence: confidence)
      guard text != "none" else {
        #expect(interval == nil)
        continue
      }
      let ends = try numbers(text)
      #expect(agree(interval?.lower, ends[0], 1e-12))
      #expect(agree(interval?.upper, ends[1], 1e-12))
      #expect(interval?.count == d.count)
    }
  }

  @Test("Agrees with all signs counted, with ties and zeros", arguments: try goldenRows("signed-rank-tied.csv"))
  func tied(row: [Substring]) throws {
    let d = try numbers(row[0])
    for (side, p) in zip(Self.sides, try numbers(row[1])) { #expect(agree(SignedRank.p(d, side), p, 1e-12)) }
  }

  @Test("Agrees with SciPy's normal approximation", arguments: try goldenRows("signed-rank-large.csv"))
  func large(row: [Substring]) throws {
    let d = try numbers(row[0])
    for (side, p) in zip(Self.sides, try numbers(row[1])) { #expect(agree(SignedRank.p(d, side), p, 1e-9)) }
  }

  /// Leaving the normal distribution for the counted one must not be seen.
  @Test func theNormalDistributionContinuesTheCountedOne() throws {
    var noise = Noise(seed: 3)
    let d = (0..<201).map { _ in noise.normal() + 0.1 }
    let counted = try #require(SignedRank.p(Array(d.prefix(200)), .greater))
    let normal = try #require(SignedRank.p(d, .greater))
    #expect(abs(counted - normal) < 0.02)
    let (exact, about) = (SignedRank.interval(Array(d.prefix(200))), SignedRank.interval(d))
    #expect(abs(try #require(exact).lower - (try #require(about)).lower) < 0.02)
    #expect(abs(try #require(exact).upper - (try #require(about)).upper) < 0.02)
  }

  /// So many are sorted in another way: the rank sum against one from a plain sort.
  @Test func thousandsOfDifferences() throws {
    var noise = Noise(seed: 31)
    let d = (0..<5000).map { _ in noise.normal() + 0.03 }
    let ordered = d.sorted { abs($0) < abs($1) }
    let sum = ordered.indices.reduce(0.0) { $0 + (ordered[$1] > 0 ? Double($1 + 1) : 0) }
    let mean = 5000.0 * 5001 / 4
    let deviation = (5000.0 * 5001 * 10_001 / 24).squareRoot()
    let expected = 0.5 * erfc((sum - 0.5 - mean) / deviation / 2.0.squareRoot())
    #expect(expected > 1e-4 && expected < 0.5)
    #expect(agree(SignedRank.p(d, .greater), expected, 1e-9))
  }

  /// With 5 differences the least two-sided p is 1/16, with 6 it is 1/32.
  @Test func fewerThanSixAreNeverSignificant() {
    #expect(SignedRank.p([1, 2, 3, 4, 5]) == 0.0625)
    #expect(SignedRank.interval([1, 2, 3, 4, 5]) == nil)
    #expect(SignedRank.p([1, 2, 3, 4, 5, 6]) == 0.03125)
    let interval = SignedRank.interval([1, 2, 3, 4, 5, 6])
    #expect(interval?.lower == 1)
    #expect(interval?.upper == 6)
    #expect(SignedRank.attainedLevel(5, level: 0.025) == 0)
    #expect(SignedRank.attainedLevel(6, level: 0.025) == 1.0 / 64)
  }

  @Test func aShiftIsTakenOffFirst() {
    let d = [0.3, 1.1, -0.4, 2.2, 0.9, 1.7]
    #expect(SignedRank.p(d, shift: 0.5, .greater) == SignedRank.p(d.map { $0 - 0.5 }, .greater))
    #expect(SignedRank.p(d, shift: 0.5, .greater) == SignedRank.p(d.map { 0.5 - $0 }, .less))
  }

  /// More sums than are sorted at once, with and without ties: the selection against all averages sorted.
  @Test(arguments: [1.0, 1e6]) func selectionFindsWhatSortingDoes(levels: Double) throws {
    var noise = Noise(seed: 11)
    for count in [120, 150, 251] {
      let d = (0..<count).map { _ in (noise.normal() * levels).rounded() / levels }
      var averages: [Double] = []
      for i in d.indices { for j in i..<count { averages.append(d[i] / 2 + d[j] / 2) } }
      averages.sort()
      let (low, high) = (averages[(averages.count - 1) / 2], averages[averages.count / 2])
      #expect(SignedRank.hodgesLehmann(d) == low / 2 + high / 2)
      // The interval's ends mirror each other.
      let interval = try #require(SignedRank.interval(d))
      let place = try #require(averages.firstIndex(of: interval.lower))
      #expect(averages.suffix(averages.count / 2).contains(interval.upper))
      #expect(averages[averages.count - 1 - place] >= interval.upper)
    }
  }

  @Test func boundsAreTheTestsOwn() throws {
    var noise = Noise(seed: 5)
    for count in [6, 9, 14, 20] {
      let d = (0..<count).map { _ in noise.normal() }
      for level in [0.02, 0.05, 0.2] {
        let lower = try #require(SignedRank.bound(d, .greater, level: level))
        let upper = try #require(SignedRank.bound(d, .less, level: level))
        #expect(try #require(SignedRank.p(d, shift: lower - 1e-9, .greater)) <= level)
        #expect(try #require(SignedRank.p(d, shift: lower + 1e-9, .greater)) > level)
        #expect(try #require(SignedRank.p(d, shift: upper + 1e-9, .less)) <= level)
        #expect(try #require(SignedRank.p(d, shift: upper - 1e-9, .less)) > level)
      }
    }
    #expect(SignedRank.bound([1, 2, 3], .greater, level: 0.05) == nil)
    #expect(SignedRank.bound([1, 2, 3], .greater, level: 0.125) == 1)
  }

  private static let bad: [[Double]] = [[], [.nan], [1, .infinity]]

  @Test(arguments: bad) func nothingOfBadValues(d: [Double]) {
    #expect(SignedRank.p(d) == nil)
    #expect(SignedRank.hodgesLehmann(d) == nil)
    #expect(SignedRank.interval(d) == nil)
    #expect(SignedRank.bound(d, .greater, level: 0.5) == nil)
  }

  @Test func extremesDoNotOverflow() {
    let most = Double.greatestFiniteMagnitude
    #expect(SignedRank.hodgesLehmann([most, most]) == most)
    #expect(SignedRank.hodgesLehmann([most, -most]) == 0)
    #expect(SignedRank.p([most], shift: -most) == nil)
    for confidence in [0, 1, -3, .nan] {
      #expect(SignedRank.interval([1, 2, 3, 4, 5, 6, 7], confidence: confidence) == nil)
    }
  }
}
