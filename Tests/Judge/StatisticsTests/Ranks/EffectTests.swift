import Glibc
import Statistics
import Testing

@Suite struct EffectTests {
  @Test func pairsAreComparedAsLogarithmsOfRatios() throws {
    let base = [1.0, 2, 3, 4, 5, 6, 7]
    let effect = try #require(Effect.paired(base: base, candidate: base.map { $0 * 1.1 }))
    #expect(abs(exp(effect.estimate) - 1.1) < 1e-12)
    #expect(effect.pairs == 7)
    #expect(effect.counts == [7, 7])
    #expect(effect.p == 1.0 / 64)
    #expect(effect.isClear == true)
  }

  @Test func samplesAreComparedAsLogarithms() throws {
    let base = [1.0, 2, 3, 4, 5, 6, 7]
    let effect = try #require(Effect.unpaired(base: base, candidate: [2, 4, 6, 8, 10, 12, 14]))
    #expect(abs(exp(effect.estimate) - 2) < 1e-9)
    #expect(effect.pairs == nil)
    #expect(effect.counts == [7, 7])
    let p = MannWhitney.p(base, [2, 4, 6, 8, 10, 12, 14])
    #expect(effect.p == p)
    #expect(effect.isClear == false)
  }

  @Test func fewPairsHaveAnEstimateAndNoInterval() throws {
    let effect = try #require(Effect.paired(base: [1, 1], candidate: [1.2, 1.2]))
    #expect(effect.interval == nil)
    #expect(effect.isClear == nil)
    #expect(effect.minimumDetectableEffect() == nil)
    #expect(abs(effect.estimate - log(1.2)) < 1e-15)
  }

  private static let bad: [([Double], [Double])] = [
    ([], []), ([1], [1, 2]), ([1, 0], [1, 2]), ([1, 2], [-1, 2]), ([1, .nan], [1, 2]), ([1, 2], [1, .infinity]),
  ]

  @Test(arguments: bad) func nothingOfBadValues(base: [Double], candidate: [Double]) {
    #expect(Effect.paired(base: base, candidate: candidate) == nil)
    if base != [1] { #expect(Effect.unpaired(base: base, candidate: candidate) == nil) }
  }

  /// Of 1,000 samples with an effect of exactly the stated size 80 % must be clear: 800, with a standard deviation of 13.
  @Test(arguments: [false, true]) func theDetectableEffectIsDetected(isPaired: Bool) throws {
    var noise = Noise(seed: 7)
    var sizes: [Double] = []
    func sample(_ effect: Double) -> Effect? {
      let base = (0..<20).map { _ in exp(0.02 * noise.normal()) }
      let candidate = (0..<20).map { _ in exp(effect + 0.02 * noise.normal()) }
      return isPaired
        ? Effect.paired(base: base, candidate: candidate) : Effect.unpaired(base: base, candidate: candidate)
    }
    for _ in 0..<100 { sizes.append(try #require(sample(0)?.minimumDetectableEffect())) }
    let size = try #require(Average.mean(sizes))
    let clear = (0..<1000).count { _ in sample(size)?.isClear == true }
    #expect((760...880).contains(clear))
  }

  /// Against the noncentral t distribution (statsmodels 0.15: tt_ind_solve_power with power 0.8, alpha 0.05).
  @Test func designsAgreeWithTheNoncentralDistribution() throws {
    for (n, m, expected) in [(5, 5, 2.02444015), (10, 10, 1.32494737), (20, 20, 0.90912904), (100, 50, 0.48842625)] {
      let effect = try #require(TwoSampleDesign.minimumDetectableEffect(deviation: 1, counts: (n, m)))
      #expect(abs(effect / expected - 1) < 0.02)
    }
    #expect(TwoSampleDesign.minimumDetectableEffect(deviation: 1, counts: (1, 1)) == nil)
    #expect(TwoSampleDesign.minimumDetectableEffect(deviation: -1, counts: (5, 5)) == nil)
    #expect(TwoSampleDesign.minimumDetectableEffect(deviation: 1, counts: (5, 5), power: 1) == nil)
  }
}
