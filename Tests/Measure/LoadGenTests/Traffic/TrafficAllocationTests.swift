import CLinux
import Testing

@testable import LoadGen

/// The measured thread asks for the next query, so nothing may be allocated there.
@Suite struct TrafficAllocationTests {
  private static let kinds: [@Sendable (inout TestSettings) -> Void] = [
    { _ in }, { $0.issue = .unique }, { $0.issue = .same(index: 3) }, { $0.concatenatesPermutations = true },
    { $0.mode = .accuracy },
  ]

  @Test(arguments: TestScenario.allCases, kinds.indices)
  func theNextQueryAllocatesNothing(scenario: TestScenario, kind: Int) throws {
    var settings = TestSettings(scenario: scenario)
    Self.kinds[kind](&settings)
    let effective = try settings.effective(total: 100, performanceCount: 100)
    let set = try #require(LoadedSet.sets(of: effective, total: 100, performanceCount: 100).first)
    var stream = QueryStream(settings: effective, set: set)
    let indices = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 8)
    defer { indices.deallocate() }
    indices.initialize(repeating: 0)
    var sum = stream.next(into: indices)
    let before = clinux_thread_allocation_count()
    for _ in 0..<1000 { sum += stream.next(into: indices) }
    #expect(clinux_thread_allocation_count() == before)
    #expect(sum > 0)
  }

  @Test(arguments: [
    ArrivalShape.poisson, .constant, .burst(size: 3), .ramp(from: 1, to: 2, over: 1000), .replay([1, 2, 3]),
  ])
  func theNextArrivalAllocatesNothing(shape: ArrivalShape) {
    var settings = TestSettings(scenario: .server)
    settings.arrivals = shape
    settings.accuracyLogProbability = 0.5
    var schedule = ArrivalSchedule(settings: settings)
    var sampler = AccuracyLogSampler(settings: settings)
    var last = schedule.next() ?? 0
    var logged = sampler.next() ? 1 : 0
    let before = clinux_thread_allocation_count()
    for _ in 0..<1000 {
      last = schedule.next() ?? last
      logged += sampler.next() ? 1 : 0
    }
    #expect(clinux_thread_allocation_count() == before)
    #expect(last > 0 && logged > 0)
  }
}
