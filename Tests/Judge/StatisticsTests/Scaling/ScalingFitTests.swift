import Glibc
import Statistics
import Testing

@Suite struct ScalingFitTests {
  private func points(_ threads: [Int], _ rounds: [[Double]]) -> [ScalingPoint] {
    zip(threads, rounds).map { ScalingPoint(threads: $0, rounds: $1) }
  }

  @Test("Estimates and intervals agree with SciPy's general solver", arguments: try goldenRows("scaling.csv"))
  func golden(row: [Substring]) throws {
    try #require(row.count == 4)
    let threads = try numbers(row[1]).map { Int($0) }
    let rounds = try row[2].split(separator: "|").map(numbers)
    let expected = try numbers(row[3])
    let given = points(threads, rounds)
    let parameters: [FittedParameter]
    let quality: FitQuality
    if row[0] == "usl" {
      let fit = try UniversalScalabilityFit(given)
      parameters = [fit.lambda, fit.sigma, fit.kappa]
      quality = fit.quality
    } else {
      let fit = try AmdahlFit(given)
      parameters = [fit.first, fit.sigma]
      quality = fit.quality
    }
    // A general solver stops some 1e-7 from the optimum, more at limits.
    for (index, parameter) in parameters.enumerated() {
      let tolerance = 3e-5 * max(expected[index], index == 0 ? 0 : 1e-3)
      #expect(abs(parameter.value - expected[index]) <= tolerance)
      let interval = try #require(parameter.interval)
      let ends = expected[(3 + 2 * index)...]
      #expect(abs(interval.lower - ends[ends.startIndex]) <= tolerance)
      #expect(abs(try #require(interval.upper) - ends[ends.startIndex + 1]) <= tolerance)
    }
    if expected[9].isNaN {
      #expect(quality.lackOfFit == nil)
    } else {
      #expect(agree(quality.lackOfFit, expected[9], 1e-4))
    }
  }

  @Test func exactPointsGiveTheirLaw() throws {
    let threads = [1, 2, 3, 8, 20]
    let law = { (n: Double) in 30 * n / (1 + 0.04 * (n - 1) + 0.002 * n * (n - 1)) }
    let fit = try UniversalScalabilityFit(points(threads, threads.map { n in [law(Double(n)), law(Double(n))] }))
    #expect(agree(fit.lambda.value, 30, 1e-9))
    #expect(abs(fit.sigma.value - 0.04) < 1e-9)
    #expect(abs(fit.kappa.value - 0.002) < 1e-9)
    #expect(agree(fit.knee.threads, (0.96 / 0.002).squareRoot(), 1e-6))
    #expect(fit.knee.interval?.contains((0.96 / 0.002).squareRoot()) == true)
    #expect(agree(fit.throughput(threads: 5), law(5), 1e-9))
    #expect(fit.quality.residuals.map(\.threads) == threads)
    #expect(fit.quality.residuals.allSatisfy { abs($0.relative) < 1e-9 })
    #expect(fit.quality.departs == false)
    let amdahl = try AmdahlFit(points([1, 4], [[10], [20]]))
    // 4 / (1 + 3 sigma) = 2
    #expect(agree(amdahl.sigma.value, 1.0 / 3, 1e-12))
    #expect(agree(amdahl.first.value, 10, 1e-12))
    #expect(agree(amdahl.throughput(threads: 2), 15, 1e-12))
  }

  @Test func asManyValuesAsParametersHaveNoInterval() throws {
    let amdahl = try AmdahlFit(points([1, 4], [[10], [20]]))
    #expect(amdahl.sigma.interval == nil)
    #expect(amdahl.quality.deviation == nil)
    let law = try UniversalScalabilityFit(points([1, 2, 4], [[10], [18], [30]]))
    #expect(law.knee.interval == nil)
    #expect(law.quality.lackOfFit == nil)
    #expect(law.quality.roundDeviation == nil)
  }

  @Test func superlinearSpeedUpHoldsSigmaAtZero() throws {
    let measured = points([1, 2, 4, 8], [[10, 10.1], [22, 22.1], [48, 47.5], [101, 100]])
    let amdahl = try AmdahlFit(measured)
    #expect(amdahl.sigma.value == 0)
    #expect(amdahl.sigma.isHeldAtLimit)
    #expect(amdahl.sigma.interval?.lower == 0)
    #expect(amdahl.quality.departs == true)
    let law = try UniversalScalabilityFit(measured)
    #expect(law.sigma.value == 0)
    #expect(law.sigma.isHeldAtLimit)
    #expect(try #require(law.quality.largest).relative.magnitude > 0.03)
  }

  @Test func throughputThatFallsFromTheStartHasItsKneeAtOne() throws {
    let measured = points([1, 2, 4, 8], [[10, 10.1], [8, 8.1], [5, 5.05], [2.8, 2.78]])
    let amdahl = try AmdahlFit(measured)
    #expect(amdahl.sigma.value == 1)
    #expect(amdahl.sigma.isHeldAtLimit)
    let law = try UniversalScalabilityFit(measured)
    #expect(law.knee.threads == 1)
    #expect(law.knee.interval?.lower == 1)
    #expect(try #require(law.knee.interval?.upper) < 2)
  }

  @Test func aKneeThatIsNotSeenHasNoUpperEnd() throws {
    let measured = points([1, 2, 4], [[10, 10.1, 9.9], [19.6, 19.8, 19.9], [39, 38.2, 38.7]])
    let law = try UniversalScalabilityFit(measured)
    #expect(law.kappa.interval?.lower == 0)
    #expect(law.knee.interval != nil)
    #expect(law.knee.interval?.upper == nil)
    #expect(try #require(law.knee.interval).lower > 4)
  }

  /// Constant throughput: all is serial, and the law has no highest point.
  @Test func constantThroughputHasNoKnee() throws {
    let law = try UniversalScalabilityFit(points([1, 2, 4], [[10, 10], [10, 10], [10, 10]]))
    #expect(agree(law.sigma.value, 1, 1e-9))
    #expect(law.kappa.value < 1e-9)
    #expect(law.throughput(threads: 100) > 9.9)
  }

  @Test func pointsOfOneThreadCountAreTakenTogether() throws {
    let together = try AmdahlFit(points([1, 2], [[10, 10.4, 9.9], [18, 18.3]]))
    let apart = try AmdahlFit(points([2, 1, 1, 2], [[18.3], [10], [10.4, 9.9], [18]]))
    #expect(agree(apart.sigma.value, together.sigma.value, 1e-12))
    #expect(agree(apart.sigma.interval?.upper, try #require(together.sigma.interval?.upper), 1e-9))
  }

  @Test func theUnitOfThroughputDoesNotMatter() throws {
    let rounds = [[10, 10.4], [18, 18.3], [31, 30], [40, 41.0]]
    let plain = try UniversalScalabilityFit(points([1, 2, 4, 8], rounds))
    for unit in [1e-200, 1e-9, 1e9, 1e200] {
      let fit = try UniversalScalabilityFit(points([1, 2, 4, 8], rounds.map { $0.map { $0 * unit } }))
      #expect(agree(fit.lambda.value / unit, plain.lambda.value, 1e-9))
      #expect(agree(fit.knee.threads, try #require(plain.knee.threads), 1e-6))
      #expect(agree(fit.sigma.interval?.upper, try #require(plain.sigma.interval?.upper), 1e-9))
    }
  }

  @Test func moreScatterMeansWiderIntervals() throws {
    func width(_ scatter: Double) throws -> Double {
      let rounds = [10, 18, 30].map { mean in [mean * (1 - scatter), mean, mean * (1 + scatter)] }
      let interval = try #require(try UniversalScalabilityFit(points([1, 2, 4], rounds)).lambda.interval)
      return try #require(interval.upper) - interval.lower
    }
    #expect(try width(0.02) > 1.8 * width(0.01))
  }

  @Test("What cannot be fitted is refused, and says why")
  func refusals() {
    #expect(throws: ScalingFitRefusal.tooFewThreadCounts(found: 1, needed: 2)) {
      try AmdahlFit(points([4, 4], [[10], [11]]))
    }
    #expect(throws: ScalingFitRefusal.tooFewThreadCounts(found: 0, needed: 2)) { try AmdahlFit([]) }
    #expect(throws: ScalingFitRefusal.tooFewThreadCounts(found: 2, needed: 3)) {
      try UniversalScalabilityFit(points([1, 2], [[10, 10], [20, 20]]))
    }
    for bad in [[], [0], [-1], [.nan], [1, .infinity]] as [[Double]] {
      #expect(throws: ScalingFitRefusal.badPoint(threads: 2)) { try AmdahlFit(points([1, 2], [[1], bad])) }
    }
    for threads in [0, -1, Int.min, Int.max] {
      #expect(throws: ScalingFitRefusal.badPoint(threads: threads)) {
        try AmdahlFit(points([1, threads], [[1], [2]]))
      }
    }
    #expect(throws: ScalingFitRefusal.outOfRange) { try AmdahlFit(points([1, 2], [[1e-300], [1e300]])) }
    #expect(throws: ScalingFitRefusal.noFirstThread) {
      try UniversalScalabilityFit(points([4, 8, 16], [[100, 99], [40, 41], [10, 10.2]]))
    }
    #expect(
      "\(ScalingFitRefusal.tooFewThreadCounts(found: 2, needed: 3))"
        == "The law needs 3 different thread counts, and there are 2; measure more.")
  }
}
