import Foundation
import Testing

@testable import Statistics

@Suite struct BootstrapTests {
  private static func leftOut(_ values: [Double], _ statistic: ([Double]) -> Double) -> [Double] {
    values.indices.map { index in statistic(values.enumerated().filter { $0.offset != index }.map(\.element)) }
  }

  /// SciPy's interval of the same resamples is the same; that of 200,000 of its own is close to that of 20,000 of ours.
  @Test("Agrees with SciPy's bootstrap", arguments: try goldenRows("bca.csv"))
  func golden(row: [Substring]) throws {
    try #require(row.count == 5)
    let statistic = try #require(Bootstrap.Statistic(rawValue: String(row[0])))
    let (values, distribution) = (try numbers(row[1]), try numbers(row[2]))
    let (same, many) = (try numbers(row[3]), try numbers(row[4]))
    let sorted = values.sorted()
    let observed = try #require(statistic.value(ofSorted: sorted))
    let interval = try #require(
      Bootstrap.interval(
        of: distribution, observed: observed,
        leftOut: statistic.leavingOut(sorted), confidence: 0.9, count: values.count))
    #expect(agree(interval.lower, same[0], 1e-9))
    #expect(agree(interval.upper, same[1], 1e-9))
    let own = try #require(Bootstrap.bca(values, statistic, confidence: 0.9, resamples: 20_000))
    let width = many[1] - many[0]
    #expect(abs(own.lower - many[0]) < 0.03 * width)
    #expect(abs(own.upper - many[1]) < 0.03 * width)
    #expect(own.count == values.count)
  }

  @Test(arguments: Bootstrap.Statistic.allCases) func fastWaysAreTheSameStatistic(statistic: Bootstrap.Statistic) throws
  {
    var noise = Noise(seed: 3)
    for count in [2, 3, 10, 31, 80] {
      let values = (0..<count).map { _ in noise.normal() + (noise.uniform() < 0.2 ? 3 : 0) }.sorted()
      func plain(_ values: [Double]) -> Double {
        switch statistic {
        case .mean: return values.reduce(0, +) / Double(values.count)
        case .median: return Median.of(values) ?? .nan
        case .hodgesLehmann: return SignedRank.hodgesLehmann(values) ?? .nan
        }
      }
      #expect(agree(statistic.value(ofSorted: values), plain(values), 1e-12))
      let leftOut = statistic.leavingOut(values)
      for (fast, slow) in zip(leftOut, Self.leftOut(values, plain)) { #expect(agree(fast, slow, 1e-12)) }
      // The same resamples, formed one by one.
      var resampler = Resampler(values, seed: 9)
      var random = SeededRandom(seed: 9)
      let fast: [Double] =
        switch statistic {
        case .mean: resampler.means(40)
        case .median: resampler.medians(40)
        case .hodgesLehmann: resampler.hodgesLehmann(40)
        }
      for value in fast {
        let resample = (0..<count).map { _ in values[random.index(below: count)] }
        #expect(agree(value, plain(resample), 1e-12))
      }
    }
  }

  @Test func anyStatistic() throws {
    let values = [3.1, 2.7, 4.4, 3.9, 2.2, 3.3, 5.9, 3.0, 2.9, 4.1]
    let mean = try #require(Bootstrap.bca(values, .mean, resamples: 5000))
    let same = try #require(Bootstrap.bca(values, resamples: 5000) { $0.reduce(0, +) / Double($0.count) })
    #expect(abs(mean.lower - same.lower) < 0.05)
    #expect(abs(mean.upper - same.upper) < 0.05)
    #expect(Bootstrap.bca(values) { _ in nil } == nil)
    #expect(Bootstrap.bca(values) { _ in .nan } == nil)
    // The seed decides, and nothing else.
    #expect(Bootstrap.bca(values, .median, seed: 4) == Bootstrap.bca(values, .median, seed: 4))
    #expect(Bootstrap.bca(values, .mean, seed: 4) != Bootstrap.bca(values, .mean, seed: 5))
  }

  /// 300 samples of 30 skewed values: 95 % are 285, with a standard deviation of 3.8; BCa is short by some percent at this
  /// size.
  @Test func theMeanOfSkewedValuesIsHeld() throws {
    var noise = Noise(seed: 15)
    var held = 0
    for trial in 0..<300 {
      let values = (0..<30).map { _ in -log(noise.uniform()) }
      let interval = try #require(Bootstrap.bca(values, .mean, resamples: 1000, seed: UInt64(trial)))
      if interval.lower <= 1, interval.upper >= 1 { held += 1 }
    }
    #expect((267...297).contains(held))
  }

  @Test func valuesWithoutScatterHaveAPoint() {
    let interval = Bootstrap.bca([2, 2, 2])
    #expect(interval?.lower == 2)
    #expect(interval?.upper == 2)
  }

  @Test func nothingOfNonsense() {
    #expect(Bootstrap.bca([]) == nil)
    #expect(Bootstrap.bca([1]) == nil)
    #expect(Bootstrap.bca([1, .nan]) == nil)
    #expect(Bootstrap.bca([1, 2], confidence: 1) == nil)
    #expect(Bootstrap.bca([1, 2], resamples: 99) == nil)
    #expect(Bootstrap.bca([1, 2], resamples: .max) == nil)
    #expect(Bootstrap.bca([.greatestFiniteMagnitude, .greatestFiniteMagnitude, 1]) == nil)
  }
}
