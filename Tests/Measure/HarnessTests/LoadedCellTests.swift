import LoadGen
import NumericFormats
import Records
import Testing

@testable import Harness

@Suite struct LoadedCellTests {
  @Test(arguments: [
    // (window in seconds, least queries, fastest warm-up query in ns, room)
    (2.0, 8, Int64(1_000_000), 1 << 18), (2, 8, 1000, 3_000_000), (2, 8, 10, 1 << 22), (2, 8, 0, 1 << 22),
    (0.01, 900_000, 1_000_000, 900_000), (86400, 1_000_000, 1, 1 << 22),
  ])
  func theLogHasRoomForTheWarmUpsPace(duration: Double, queries: Int, fastest: Int64, room: Int) {
    let cell = Cell(
      workload: "resnet50", precision: .fp32, execution: .native, contract: "c", engine: "openblas",
      placement: Placement(pus: [0]), batch: 1, measurement: .performance(.singleStream))
    var spec = RunSettings.defaults
    spec.minDuration = duration
    spec.minQueryCount = queries
    let request = RoundRequest(parent: 1, cell: cell, round: 0, spec: spec, requestedCore: nil)
    #expect(LoadedCell.logCapacity(for: request, fastest: fastest) == room)
  }

  @Test func aWindowCutShortByItsLogIsNoResult() throws {
    let clock = VirtualClock()
    let system = OneTick(clock: clock)
    let settings = LoadSettings(
      scenario: .offline, minDuration: 100, minQueryCount: 0, maxQueryCount: 10, samplesPerQuery: 1, seed: 0)
    let generator = try LoadGenerator(settings: settings, clock: clock, system: system)
    let error = #expect(throws: WorkerError.self) { try LoadedCell.requireWhole(generator.measure()) }
    #expect(error?.description.contains("full after 10 queries") == true)
    generator.makeLog(capacity: 100)
    try LoadedCell.requireWhole(generator.measure())
  }

  /// A slow engine on a large network: 4 x 123e9 / 0.8e9 s.
  @Test func aSlowInferenceIsWaitedFor() {
    let seconds = Estimate.patience(multiplyAccumulates: 123_000_000_000, rate: 0.8e9, threads: 1)
    #expect(seconds == 615)
    #expect(Estimate.patience(multiplyAccumulates: 123_000_000_000, rate: 0.8e9, threads: 2) == seconds / 2)
  }
}

/// Every query takes one nanosecond of virtual time.
private final class OneTick: BlockingSystem {
  let sampleCount = 1
  let clock: VirtualClock
  init(clock: VirtualClock) { self.clock = clock }
  func issue(_ samples: UnsafeBufferPointer<Int32>) { clock.advance(by: 1) }
}
