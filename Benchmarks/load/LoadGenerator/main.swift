/// What the load generator itself costs, on a system that answers within the call: `swift run -c release load-generator`.
///
/// For comparison, MLPerf's own generator (C++, null system, 2 virtual cores): 0.31 us mean recorded latency and 0.8 million
/// queries a second. Run it on an idle machine; the schedule of 500,000 queries a second keeps one CPU busy.
import CLinux
import LoadGen

/// Answers within the call.
private final class Null: SystemUnderTest {
  let name = "null"
  func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) {
    for sample in samples { responses.complete(sample.id) }
  }
  func flush() {}
}

private func test(_ scenario: TestScenario, set: (inout TestSettings) -> Void) throws -> LoadTest {
  var settings = TestSettings(scenario: scenario)
  settings.performanceSampleCount = 1024
  set(&settings)
  let library = NamedLibrary(name: "null", totalSampleCount: 1024, performanceSampleCount: 1024)
  return try LoadTest(settings: settings, system: Null(), library: library, clock: SystemClock())
}

private func megabytes() -> String { "\(clinux_peak_resident_bytes() >> 20) MB" }

private func singleStream() throws {
  let test = try test(.singleStream) { settings in
    settings.minDuration = 0
    settings.minQueryCount = 5_000_000
  }
  let result = try test.run()
  guard let latency = result.sampleLatency else { return }
  let rate = Double(result.queryCount) / (Double(result.lastCompleted) / 1e9)
  print(
    "SingleStream: \(result.queryCount) queries, \(Int(rate)) queries/s, latency mean \(Int(latency.mean)) ns, "
      + "p50 \(latency.values[0]) ns, p99 \(latency.values[4]) ns, p99.9 \(latency.values[5]) ns; "
      + "allocations \(result.allocations.map(String.init) ?? "not counted"); peak \(megabytes())")
}

private func server(_ rate: Double) throws {
  let test = try test(.server) { settings in
    settings.targetQPS = rate
    settings.targetLatency = 1_000_000
    settings.minDuration = 5_000_000_000
  }
  let result = try test.run()
  guard let lateness = result.lateness, let latency = result.sampleLatency else { return }
  let kept = test.keptLatencies
  let onTime = kept.count { $0 <= 50_000 }
  print(
    "Server at \(Int(rate)) queries/s: \(result.queryCount) queries, issued late by p50 \(lateness.values[0]) ns, "
      + "p99 \(lateness.values[4]) ns, p99.9 \(lateness.values[5]) ns, max \(lateness.max) ns; answered within 50 us: "
      + "\(Double(onTime * 10_000 / max(kept.count, 1)) / 100) %; latency p99 \(latency.values[4]) ns")
}

private func memory() throws {
  for count in [1_000_000, 10_000_000, 40_000_000] {
    let test = try test(.singleStream) { settings in
      settings.minDuration = 0
      settings.minQueryCount = count
    }
    let result = try test.run()
    print(
      "\(count) queries: peak resident \(megabytes()), p99 \(result.sampleLatency?.values[4] ?? 0) ns, "
        + "resolution \(result.sampleLatency?.resolution ?? 0)")
  }
}

/// What one call of early stopping's rule takes, for tests of many lengths.
private func earlyStopping() {
  let clock = SystemClock()
  for percentile in [0.9, 0.99, 0.999] {
    guard let rule = EarlyStopping(percentile: percentile) else { continue }
    let times = [5_000, 500_000, 50_000_000].map { count -> String in
      // Other counts each time, so that nothing can be kept; their sum is used, so that nothing can be left out.
      let calls = 20_000
      var sum = 0
      let begin = clock.now()
      for call in 0..<calls { sum &+= rule.allowedOver(of: count + call) ?? 0 }
      let each = Double(clock.now() - begin) / Double(calls) / 1000
      return "\(count): \(Double(Int(each * 100)) / 100) us (\(sum / calls) allowed)"
    }
    print("Early stopping, percentile \(percentile), queries \(times.joined(separator: ", "))")
  }
}

earlyStopping()
for _ in 0..<3 { try singleStream() }
for rate in [1000.0, 100_000, 500_000] { try server(rate) }
try memory()
