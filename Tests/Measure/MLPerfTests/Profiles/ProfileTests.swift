import LoadGen
import MLPerf
import Testing

@Suite struct ProfileTests {
  /// What `mlcommons-loadgen` 6.0.17 shows after `FromConfig("", model, scenario, 1)`: milliseconds, counts, bounds.
  @Test(arguments: [
    ("resnet50", TestScenario.singleStream, 100, 1, Int64?.none, Int?.some(1024)),
    ("resnet50", .multiStream, 662, 1, nil, 1024),
    ("resnet50", .server, 100, 1, 15_000_000, 1024),
    ("resnet50", .offline, 1, 24_576, nil, 1024),
    ("bert", .singleStream, 100, 1, nil, 10_833),
    ("bert-base", .multiStream, 662, 1, nil, 10_833),
    ("bert-base-384", .server, 100, 1, 130_000_000, 10_833),
    ("bert-large", .offline, 1, 10_833, nil, 10_833),
    ("nosuch", .server, 100, 1, 10_000_000, nil),
    ("nosuch", .offline, 1, 100, nil, nil),
  ])
  func followsTheRules(
    workload: String, scenario: TestScenario, queries: Int, samples: Int, bound: Int64?, loaded: Int?
  ) {
    let settings = Profile.mlperf.settings(for: scenario, benchmark: .of(workload: workload))
    #expect(settings.minDuration == 600_000_000_000)
    #expect(settings.maxDuration == nil)
    #expect(settings.minQueryCount == queries)
    #expect(settings.minSampleCount == samples)
    #expect(settings.targetLatency == bound)
    #expect(settings.performanceSampleCount == loaded)
    #expect(settings.seeds == .official)
    #expect(settings.samplesPerQuery == (scenario == .multiStream ? 8 : 1))
    #expect(settings.targetLatencyPercentile == (scenario == .singleStream ? 0.9 : 0.99))
  }

  @Test(arguments: [
    (TestScenario.singleStream, 64, Int64?.none), (.multiStream, 662, nil), (.server, 459, 130_000_000),
    (.offline, 1, nil),
  ])
  func shortIsBoundedAndSaysSo(scenario: TestScenario, queries: Int, bound: Int64?) {
    let settings = Profile.short.settings(for: scenario, benchmark: .bert)
    #expect(settings.minDuration == 10_000_000_000)
    #expect(settings.maxDuration == 120_000_000_000)
    #expect(settings.minQueryCount == queries)
    #expect(settings.minSampleCount == 1)
    #expect(settings.targetLatency == bound)
    #expect(settings.performanceSampleCount == nil)
    #expect(!Profile.short.isComparable)
    #expect(Profile.short.label == "not comparable with MLPerf")
    #expect(Profile.mlperf.isComparable)
  }

  @Test func namesBenchmarks() {
    #expect(Benchmark.of(workload: "resnet50") == .resnet50)
    #expect(Benchmark.of(workload: "bert-base") == .bert)
    #expect(Benchmark.of(workload: "bertie").name == "bertie")
    #expect(Profile.mlperf.settings(for: .server, benchmark: .bert, mode: .accuracy).mode == .accuracy)
  }
}
