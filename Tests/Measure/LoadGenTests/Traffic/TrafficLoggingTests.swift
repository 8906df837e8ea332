import Testing

@testable import LoadGen

/// Which responses are logged.
@Suite struct TrafficLoggingTests {
  private func logged(_ samples: Int, _ change: (inout TestSettings) -> Void) throws -> [Int] {
    var settings = TestSettings(scenario: .singleStream)
    settings.minDuration = 0
    settings.minQueryCount = samples
    change(&settings)
    var sampler = AccuracyLogSampler(settings: try settings.effective(total: 10, performanceCount: 10))
    return (0..<samples).filter { _ in sampler.next() }
  }

  @Test func accuracyModeLogsEverything() throws {
    #expect(try logged(100) { $0.mode = .accuracy }.count == 100)
  }

  @Test func performanceModeLogsNothingUnlessAsked() throws {
    #expect(try logged(100) { _ in }.isEmpty)
    #expect(try logged(100) { $0.accuracyLogProbability = 1 }.count == 100)
  }

  /// Five standard deviations of a binomial count of 10,000.
  @Test(arguments: [0.01, 0.2, 0.9])
  func theShareIsTheProbability(probability: Double) throws {
    for seed in 0..<4 as Range<UInt64> {
      let count = try logged(10_000) {
        $0.accuracyLogProbability = probability
        $0.seeds.accuracyLog = seed
      }.count
      #expect(abs(Double(count) - 10_000 * probability) < 5 * (10_000 * probability * (1 - probability)).squareRoot())
    }
  }

  @Test func aNumberGoesBeforeAShare() throws {
    let both = try logged(1000) {
      $0.accuracyLogSamplingTarget = 128
      $0.accuracyLogProbability = 0.5
    }
    #expect(both == (try logged(1000) { $0.accuracyLogSamplingTarget = 128 }))
    #expect(try logged(100) { $0.accuracyLogSamplingTarget = 128 }.count == 100)
  }

  /// Offline's one query counts by its samples, MultiStream's by eight each, and all by what the rate issues if that is more.
  @Test func theExpectedSamplesAreLoadGens() throws {
    func probability(_ scenario: TestScenario, _ change: (inout TestSettings) -> Void) throws -> Double {
      var settings = TestSettings(scenario: scenario)
      settings.minDuration = 50_000_000
      settings.minQueryCount = 100
      settings.accuracyLogSamplingTarget = 10
      change(&settings)
      return AccuracyLogSampler(settings: try settings.effective(total: 10, performanceCount: 10)).probability
    }
    #expect(try probability(.server) { $0.targetQPS = 10 } == 10 / 100.0)
    #expect(try probability(.server) { $0.targetQPS = 3333.3 } == 10 / 166.0)
    #expect(try probability(.multiStream) { $0.expectedLatency = 400_000 } == 10 / 1000.0)
    #expect(try probability(.multiStream) { _ in } == 10 / 800.0)
    #expect(try probability(.offline) { $0.targetQPS = 10_000 } == 10 / 550.0)
    #expect(try probability(.offline) { _ in } == 10 / 100.0)
  }
}
