import LoadGen
import Testing

@Suite struct WarmUpDetectorTests {
  /// The number of latencies after which the detector settles, or nil within `limit`.
  private func settles(limit: Int = 400, _ series: (Int) -> Double) -> Int? {
    var detector = WarmUpDetector()
    for index in 0..<limit {
      detector.add(Int64(series(index)))
      if detector.isSettled { return detector.count }
    }
    return nil
  }

  @Test func flatSeriesSettlesAtTheMinimum() {
    #expect(settles { _ in 1_000_000 } == WarmUpDetector().minimumCount)
  }

  @Test func aStepIsWaitedOut() throws {
    // 30 slow queries would settle on their own level; 8 do not.
    let count = try #require(settles { $0 < 8 ? 5_000_000 : 1_000_000 })
    #expect(count == 25)
  }

  @Test func exponentialDecayIsWaitedOutUntilWithinTolerance() throws {
    let tau = 20.0
    func level(_ index: Int) -> Double { 1_000_000 * (1 + 4 * exponential(-Double(index) / tau)) }
    let count = try #require(settles(level))
    // Settled means: over the two windows behind the newest the level moved by less than about 2 %.
    #expect(level(count - 13) / level(count - 3) < 1.025)
    #expect(level(count) / 1_000_000 < 1.10)
    // And not absurdly late.
    #expect(count < 140)
  }

  @Test(arguments: [0.005, 0.01, 0.05])
  func steadyDriftNeverSettles(slope: Double) {
    #expect(settles(limit: 60) { 1_000_000 * (1 + slope * Double($0)) } == nil)
  }

  @Test func driftWithNoiseOfItsOwnSizeIsSeen() {
    // 2 % up a query, noise of +-1 %: medians of neighbouring windows lie 10 % apart.
    #expect(settles(limit: 60) { 1_000_000 * (1 + 0.02 * Double($0) + 0.01 * noise($0)) } == nil)
  }

  @Test(arguments: [0.01, 0.05, 0.3])
  func noiseAloneDoesNotPreventSettling(amplitude: Double) throws {
    let count = try #require(settles { 1_000_000 * (1 + amplitude * noise($0)) })
    #expect(count <= 60)
  }

  @Test func oneOutlierAWindowChangesNothing() {
    #expect(settles { $0 % 5 == 2 ? 50_000_000 : 1_000_000 } == WarmUpDetector().minimumCount)
  }

  @Test func outliersDoNotHideADrift() {
    #expect(settles(limit: 60) { $0 % 5 == 2 ? 50_000_000 : 1_000_000 * (1 + 0.02 * Double($0)) } == nil)
  }

  @Test func theVerdictStays() {
    var detector = WarmUpDetector()
    for _ in 0..<15 { detector.add(100) }
    #expect(detector.isSettled)
    for index in 0..<20 { detector.add(Int64(index * 1000)) }
    #expect(detector.isSettled)
    #expect(detector.count == 35)
  }

  /// e^x by its series with halving; the tests need no more of a mathematics library.
  private func exponential(_ x: Double) -> Double {
    if abs(x) > 0.5 {
      let half = exponential(x / 2)
      return half * half
    }
    var (term, sum) = (1.0, 1.0)
    for index in 1...20 {
      term *= x / Double(index)
      sum += term
    }
    return sum
  }
}
