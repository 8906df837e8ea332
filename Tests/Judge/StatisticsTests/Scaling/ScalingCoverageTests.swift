import Glibc
import Statistics
import Testing

/// How often intervals of 95 % hold the truth, over many made-up measurements.
@Suite struct ScalingCoverageTests {
  struct Truth: CustomStringConvertible, Sendable {
    let threads: [Int]
    let rounds: Int
    let sigma: Double
    let kappa: Double
    let deviation: Double

    var description: String { "\(threads) x \(rounds), sigma \(sigma), kappa \(kappa), deviation \(deviation)" }

    func points(_ noise: inout Noise) -> [ScalingPoint] {
      threads.map { threads in
        let n = Double(threads)
        let mean = 100 * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))
        return ScalingPoint(threads: threads, rounds: (0..<rounds).map { _ in mean * exp(deviation * noise.normal()) })
      }
    }
  }

  static let truths = [
    Truth(threads: [1, 2, 4], rounds: 3, sigma: 0.05, kappa: 0, deviation: 0.01),
    Truth(threads: [1, 2, 4], rounds: 2, sigma: 0.1, kappa: 0.01, deviation: 0.03),
    Truth(threads: [1, 2, 4, 8], rounds: 5, sigma: 0, kappa: 0, deviation: 0.02),
    Truth(threads: [1, 2, 4, 8], rounds: 1, sigma: 0.05, kappa: 0.003, deviation: 0.01),
    Truth(threads: [1, 2, 4, 8, 16], rounds: 3, sigma: 0.02, kappa: 0.002, deviation: 0.02),
    Truth(threads: [1, 2, 3, 4, 6, 8], rounds: 2, sigma: 0.3, kappa: 0.03, deviation: 0.005),
    Truth(threads: [4, 8, 16, 32], rounds: 3, sigma: 0.01, kappa: 0.0005, deviation: 0.01),
  ]

  /// 200 data sets: 95 % are 190, with a standard deviation of 3.1; four of these below is 178, or 89 %. Limits make
  /// intervals hold the truth more often, so there is no upper bound but where no parameter is near one.
  @Test("Gunther's law", arguments: truths)
  func universal(truth: Truth) throws {
    var noise = Noise(seed: 17)
    var held = [0, 0, 0, 0]
    let knee = truth.kappa > 0 ? ((1 - truth.sigma) / truth.kappa).squareRoot() : .infinity
    for _ in 0..<200 {
      let fit = try UniversalScalabilityFit(truth.points(&noise))
      let intervals = [fit.lambda.interval, fit.sigma.interval, fit.kappa.interval, fit.knee.interval]
      for (index, value) in [100, truth.sigma, truth.kappa, knee].enumerated() {
        let interval = try #require(intervals[index])
        if value.isFinite ? interval.contains(value) : interval.upper == nil { held[index] += 1 }
      }
      // The knee has no end exactly where kappa may be 0.
      #expect((fit.knee.interval?.upper == nil) == (fit.kappa.interval?.lower == 0))
    }
    for count in held { #expect(count >= 178) }
  }

  @Test(
    "Amdahl's law",
    arguments: truths.filter { $0.kappa == 0 } + [
      Truth(threads: [1, 2], rounds: 3, sigma: 0.2, kappa: 0, deviation: 0.02),
      Truth(threads: [1, 2, 4, 8], rounds: 2, sigma: 0.2, kappa: 0, deviation: 0.02),
    ])
  func amdahl(truth: Truth) throws {
    var noise = Noise(seed: 19)
    var held = [0, 0]
    for _ in 0..<200 {
      let fit = try AmdahlFit(truth.points(&noise))
      if try #require(fit.first.interval).contains(100) { held[0] += 1 }
      if try #require(fit.sigma.interval).contains(truth.sigma) { held[1] += 1 }
    }
    for count in held { #expect(count >= 178) }
    // Far from limits intervals are no wider than they must be: 198 is 99 %.
    if truth.sigma == 0.2 { for count in held { #expect(count <= 198) } }
  }

  /// Intervals that held the truth because they were endless would be worth nothing.
  @Test func aClearKneeIsFound() throws {
    var noise = Noise(seed: 23)
    let truth = Truth(threads: [1, 2, 4, 8, 16], rounds: 3, sigma: 0.02, kappa: 0.01, deviation: 0.01)
    let knee = (0.98 / 0.01).squareRoot()
    var ratios: [Double] = []
    for _ in 0..<100 {
      let interval = try #require(try UniversalScalabilityFit(truth.points(&noise)).knee.interval)
      ratios.append(try #require(interval.upper) / interval.lower)
      #expect(interval.lower > knee / 1.3)
    }
    #expect(ratios.allSatisfy { $0 < 1.3 })
  }

  /// Points off the law by 5 % with rounds that scatter by 0.2 %: the test for lack of fit must see it, and intervals
  /// widen.
  @Test func departuresFromTheLawAreSeen() throws {
    var noise = Noise(seed: 29)
    var found = 0
    for _ in 0..<100 {
      let points = [(1, 10), (2, 20), (4, 33), (8, 70), (16, 110)].map { threads, mean in
        ScalingPoint(threads: threads, rounds: (0..<3).map { _ in Double(mean) * exp(0.002 * noise.normal()) })
      }
      let fit = try UniversalScalabilityFit(points)
      if fit.quality.departs == true { found += 1 }
      #expect(try #require(fit.quality.deviation) > 0.03)
    }
    #expect(found == 100)
  }

  @Test("Points on the law are said to depart from it in about 5 %") func falseDepartures() throws {
    var noise = Noise(seed: 31)
    let truth = Truth(threads: [1, 2, 4, 8, 16], rounds: 3, sigma: 0.1, kappa: 0.005, deviation: 0.01)
    let departures = try (0..<400).count { _ in
      try UniversalScalabilityFit(truth.points(&noise)).quality.departs == true
    }
    // 20 expected, with a standard deviation of 4.4.
    #expect((6...36).contains(departures))
  }
}
