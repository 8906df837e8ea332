import Foundation
import MLPerf

@testable import LoadGen

/// Tests as `mlcommons-loadgen` 6.0.17 ran them with a null system, so that logs can be held against its own.
enum LogFixtures {
  static let began: Int64 = 1_795_344_264_000_000_000  // 2026-11-22T10:44:24Z

  static func log(
    _ scenario: TestScenario, mode: TestMode = .performance, change: (inout TestResult) -> Void = { _ in }
  ) -> RunLog {
    var result = result(scenario, mode)
    change(&result)
    return RunLog(
      result: result, validity: Validity(result), responses: mode == .accuracy ? responses(200) : [],
      software: "Assay 1.0", label: "not comparable with MLPerf", startedAt: began, powerBegin: began + 477_000_000,
      powerEnd: began + 477_000_000 + result.lastCompleted, process: 10_429)
  }

  static func responses(_ count: Int) -> [LoggedResponse] {
    (0..<count).map { LoggedResponse(id: UInt64($0), index: Int32(count - 1 - $0), data: [UInt8($0), 0, 0xAB]) }
  }

  static func settings(_ scenario: TestScenario, _ mode: TestMode) -> TestSettings {
    var settings = TestSettings(scenario: scenario, mode: mode)
    settings.minDuration = 1_000_000_000
    switch scenario {
    case .singleStream: settings.expectedLatency = 1_000_000
    case .multiStream: settings.expectedLatency = 8_000_000
    case .server: settings.targetQPS = 1000
    case .offline:
      settings.targetQPS = 1000
      settings.minSampleCount = 100
    }
    return settings
  }

  private static func result(_ scenario: TestScenario, _ mode: TestMode) -> TestResult {
    let requested = settings(scenario, mode)
    let effective = (try? requested.effective(total: 200, performanceCount: 100)) ?? requested
    let latency = summary(scenario)
    let queries = [TestScenario.singleStream: 833, .multiStream: 251, .server: 1036, .offline: 1][scenario] ?? 0
    let samples = scenario == .multiStream ? 2008 : scenario == .offline ? 1100 : queries
    let last: Int64 = scenario == .offline ? 1_580_238_000 : 1_001_506_000
    return TestResult(
      requested: requested, effective: effective, system: "PySUT",
      library: .init(name: "PyQSL", totalCount: 200, performanceCount: 100), loadedSet: [1, 5, 13],
      queryCount: mode == .accuracy ? 200 : queries, sampleCount: mode == .accuracy ? 200 : samples,
      completedCount: mode == .accuracy ? 200 : samples, lastScheduled: 1_002_509_000, lastIssued: 1_000_400_000,
      lastCompleted: last, lastQueryCompleted: 1_002_674_000, sampleLatency: latency, queryLatency: latency,
      overLatencyCount: 0, earlyStopping: estimate(scenario), lateness: nil, concurrency: .init(mean: 1, peak: 1),
      faults: .init(), end: .rule,
      clock: .init(measured: last, monotonic: last + 1000, realtime: last - 1000, begin: began + 477_000_000))
  }

  private static func summary(_ scenario: TestScenario) -> LatencySummary {
    switch scenario {
    case .singleStream:
      LatencySummary(
        count: 833, min: 1_055_641, max: 11_185_386, mean: 1_192_313.4,
        values: [1_130_762, 1_158_683, 1_206_192, 1_274_309, 3_269_656, 11_185_386], target: 1_158_683)
    case .multiStream:
      LatencySummary(
        count: 251, min: 1_065_941, max: 11_220_973, mean: 1_245_422.9,
        values: [1_154_335, 1_207_765, 1_228_534, 1_358_848, 3_749_261, 11_220_973], target: 3_749_261)
    case .server:
      LatencySummary(
        count: 1036, min: 9422, max: 6_518_949, mean: 178_733,
        values: [126_531, 167_266, 196_668, 361_412, 2_002_485, 6_104_303], target: 2_002_485)
    case .offline:
      LatencySummary(
        count: 1100, min: 100_560_572, max: 1_580_238_000, mean: 840_399_286,
        values: [840_399_286, 1_422_000_000, 1_500_000_000, 1_530_000_000, 1_560_000_000, 1_580_000_000],
        target: 1_560_000_000)
    }
  }

  private static func estimate(_ scenario: TestScenario) -> EarlyStoppingEstimate? {
    switch scenario {
    case .singleStream:
      EarlyStoppingEstimate(
        percentile: 0.9, neededCount: 64, discarded: 62, latency: 1_171_267, latency99: 11_185_386)
    case .multiStream: EarlyStoppingEstimate(percentile: 0.99, neededCount: 662, discarded: nil, latency: nil)
    case .server, .offline: nil
    }
  }

  /// The text of one file.
  static func text(_ name: String, of log: RunLog) throws -> String {
    let files = MLPerfLogWriter().files(of: log)
    return String(decoding: files.first { $0.name == name }?.bytes ?? [], as: UTF8.self)
  }

  /// Writes the logs into a new folder and gives its path to `body`.
  static func withFolder(_ log: RunLog, _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("mlperf-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try LogFolder(path: path).write(MLPerfLogWriter().files(of: log), replacing: false)
    try body(path)
  }
}
