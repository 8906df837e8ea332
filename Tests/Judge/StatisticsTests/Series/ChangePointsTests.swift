import Statistics
import Testing

@Suite struct ChangePointsTests {
  private func series(_ levels: [(count: Int, level: Double, spread: Double)], seed: UInt64) -> [Double] {
    var noise = Noise(seed: seed)
    return levels.flatMap { part in (0..<part.count).map { _ in part.level + part.spread * noise.normal() } }
  }

  @Test func changesOfLevelAreFoundWhereTheyAre() throws {
    let values = series([(30, 10, 0.1), (25, 11, 0.1), (40, 10.5, 0.1)], seed: 3)
    let found = ChangePoints.eDivisive(values)
    #expect(found.map(\.index) == [30, 55])
    #expect(found.allSatisfy { $0.p == 0.005 })
    #expect(abs(found[0].before - 10) < 0.1)
    #expect(abs(found[0].after - 11) < 0.1)
    #expect(found[0].after == found[1].before)
    #expect(abs(found[1].after - 10.5) < 0.1)
  }

  /// A level that is left and taken up again: before and after as wholes hardly differ.
  @Test func anEpisodeIsFound() {
    let found = ChangePoints.eDivisive(series([(40, 1, 0.05), (12, 1.5, 0.05), (40, 1, 0.05)], seed: 5))
    #expect(found.map(\.index) == [40, 52])
  }

  @Test func aChangeOfScatterIsFound() {
    let found = ChangePoints.eDivisive(series([(100, 0, 1), (100, 0, 6)], seed: 7))
    #expect(found.count == 1)
    #expect(found.first.map { (90...110).contains($0.index) } == true)
  }

  /// Above 300 values another search is used; the change is as clear to it.
  @Test func longSeries() {
    let found = ChangePoints.eDivisive(series([(250, 5, 0.3), (150, 6, 0.3)], seed: 9), permutations: 99)
    #expect(found.count == 1)
    #expect(found.first.map { (247...253).contains($0.index) } == true)
  }

  /// 200 series without a change: at 5 % ten have one, with a standard deviation of 3.1.
  @Test func noiseHasNoChanges() {
    let alarms = (0..<200).count { seed in
      !ChangePoints.eDivisive(series([(25, 3, 1)], seed: UInt64(1000 + seed)), permutations: 99, seed: UInt64(seed))
        .isEmpty
    }
    #expect((2...16).contains(alarms))
  }

  @Test func theScaleIsNoMatter() {
    let values = series([(20, 10, 0.1), (20, 11, 0.1)], seed: 11)
    for factor in [1e-300, 1e300] { #expect(ChangePoints.eDivisive(values.map { $0 * factor }).map(\.index) == [20]) }
  }

  @Test func theSeedDecides() {
    let values = series([(15, 0, 1), (15, 0.9, 1)], seed: 13)
    #expect(ChangePoints.eDivisive(values, seed: 2) == ChangePoints.eDivisive(values, seed: 2))
  }

  @Test func nothingOfNothing() {
    #expect(ChangePoints.eDivisive([]).isEmpty)
    #expect(ChangePoints.eDivisive([1, 2, 3, 40, 50, 60, 70, 80, 90]).isEmpty)
    #expect(ChangePoints.eDivisive([Double](repeating: 4, count: 50)).isEmpty)
    #expect(ChangePoints.eDivisive([Double](repeating: 0, count: 50)).isEmpty)
    #expect(ChangePoints.eDivisive(Array(repeating: 1, count: 20) + [.nan]).isEmpty)
    #expect(ChangePoints.eDivisive(Array(repeating: 1, count: 20), permutations: 0).isEmpty)
    #expect(ChangePoints.eDivisive([1, 1, 9, 9], level: 0.9, leastSize: -4).allSatisfy { $0.index == 2 })
  }
}
