import AppTestSupport
import Foundation
import LoadGen
import Testing

private struct Nonsense: Sendable {
  let arguments: [String]
  let code: Int32
}

private let nonsenses: [Nonsense] = [
  Nonsense(arguments: ["--queries=-1"], code: 64),
  Nonsense(arguments: ["--queries", "100000000"], code: 64),
  Nonsense(arguments: ["--scenario", "Batch"], code: 64),
  Nonsense(arguments: ["--mode", "fast"], code: 64),
  Nonsense(arguments: ["--target-qps", "0", "--scenario", "Server"], code: 64),
  Nonsense(arguments: ["--target-qps", "nan", "--scenario", "Server"], code: 64),
  Nonsense(arguments: ["--min-query-count", "0"], code: 64),
  Nonsense(arguments: ["--min-query-count", "9223372036854775807"], code: 64),
  Nonsense(arguments: ["--performance-sample-count", "0"], code: 64),
  Nonsense(arguments: ["--total-sample-count", "-3"], code: 64),
  Nonsense(arguments: ["--total-sample-count", "9223372036854775807"], code: 64),
  Nonsense(arguments: ["--same", "100"], code: 64),
  Nonsense(arguments: ["--same", "1", "--unique"], code: 64),
  Nonsense(arguments: ["--scenario", "MultiStream", "--samples-per-query", "0"], code: 64),
  Nonsense(arguments: ["--loaded-set-rule", "7"], code: 64),
  Nonsense(arguments: ["--arrivals", "ramp:1"], code: 64),
  Nonsense(arguments: ["--arrivals", "replay:missing.txt"], code: 66),
  Nonsense(arguments: ["--arrivals", "replay:."], code: 66),
  Nonsense(arguments: ["--arrivals", "replay:bad.txt"], code: 65),
  Nonsense(arguments: ["--qsl-seed=-1"], code: 64),
  Nonsense(arguments: ["--log-probability", "2"], code: 64),
]

@Suite struct ScheduleCommandTests {
  private func listing(_ arguments: [String]) throws -> TrafficListing {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(["mlperf", "schedule", "--json"] + arguments, in: folder)
      #expect(result.status == 0, "\(result.error)")
      return try JSONDecoder().decode(TrafficListing.self, from: Data(result.output.utf8))
    }
  }

  @Test("The traffic is that of the settings")
  func traffic() throws {
    let listing = try listing(["--scenario", "server", "--target-qps", "1000", "--queries", "12"])
    #expect(listing.parts.map(\.count) == [100])
    #expect(listing.parts[0].samples.prefix(4) == [1, 5, 13, 64])
    #expect(listing.parts[0].queries.map(\.samples[0]) == [94, 84, 87, 17, 72, 12, 72, 79, 69, 14, 46, 5])
    #expect(listing.parts[0].queries.map(\.due).prefix(4) == [0, 1_843_654, 2_301_577, 3_587_439])
  }

  @Test("Every option reaches its setting")
  func options() throws {
    let settings = try listing([
      "--scenario", "MultiStream", "--expected-latency", "3ms", "--samples-per-query", "4", "--min-duration", "2s",
      "--min-query-count", "9", "--min-sample-count", "8", "--performance-sample-count", "50", "--loaded-set-rule",
      "5.1",
      "--accuracy-sample-count", "7", "--qsl-seed", "1", "--sample-index-seed", "2", "--schedule-seed", "3",
      "--log-seed", "4", "--arrivals", "burst:5", "--same", "6", "--log-probability", "10%", "--log-count", "11",
      "--total-sample-count", "60", "--target-qps", "12", "--queries", "1",
    ]).requested
    var expected = TestSettings(scenario: .multiStream)
    expected.expectedLatency = 3_000_000
    expected.samplesPerQuery = 4
    expected.minDuration = 2_000_000_000
    expected.minQueryCount = 9
    expected.minSampleCount = 8
    expected.performanceSampleCount = 50
    expected.accuracySampleCount = 7
    expected.loadedSetRule = .upTo5
    expected.seeds = RandomSeeds(library: 1, sampleIndex: 2, schedule: 3, accuracyLog: 4)
    expected.arrivals = .burst(size: 5)
    expected.issue = .same(index: 6)
    expected.accuracyLogProbability = 0.1
    expected.accuracyLogSamplingTarget = 11
    expected.targetQPS = 12
    #expect(settings == expected)
    #expect(try listing(["--unique", "--mode", "accuracy"]).requested.issue == .unique)
    #expect(try listing(["--concatenate-permutations"]).requested.concatenatesPermutations)
  }

  @Test("A trace is replayed from its file")
  func trace() throws {
    try AssayProcess.withFolder { folder in
      try Data("0\n0.25\n1\n".utf8).write(to: folder.appending(path: "trace.txt"))
      let result = try AssayProcess.run(
        [
          "mlperf", "schedule", "--scenario", "Server", "--target-qps", "1", "--arrivals", "replay:trace.txt", "--json",
        ],
        in: folder)
      let listing = try JSONDecoder().decode(TrafficListing.self, from: Data(result.output.utf8))
      #expect(listing.parts[0].queries.map(\.due) == [0, 250_000_000, 1_000_000_000])
    }
  }

  @Test("The table has the queries and what decides them")
  func table() throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(
        ["mlperf", "schedule", "--scenario", "Server", "--target-qps", "1000", "--log-probability", "1"], in: folder)
      #expect(result.status == 0)
      for text in ["1843654", "logged", "Server, PerformanceOnly", "Poisson, 1000 queries a second", "rule from 6.0"] {
        #expect(result.output.contains(text), "\(text)")
      }
    }
  }

  @Test(
    "What makes no sense is refused in a sentence",
    arguments: nonsenses)
  fileprivate func nonsense(_ nonsense: Nonsense) throws {
    try AssayProcess.withFolder { folder in
      try Data("0\nsoon\n".utf8).write(to: folder.appending(path: "bad.txt"))
      let result = try AssayProcess.run(["mlperf", "schedule"] + nonsense.arguments, in: folder)
      #expect(result.status == nonsense.code, "\(result.error)")
      #expect(result.output.isEmpty)
      #expect(result.error.contains("."), "\(result.error)")
    }
  }
}
