import Records
import Testing

@testable import Engines
@testable import Harness
@testable import HostState

/// From made-up counters: where a real team is seen is for the tests of `assay run`.
@Suite struct PlacementWatchTests {
  private static func status(
    _ id: Int, allowed: [Int]? = [0], switches: Int? = 0, nanoseconds: Int64? = 0
  ) -> ThreadStatus {
    ThreadStatus(id: id, allowedCPUs: allowed, involuntarySwitches: switches, nanoseconds: nanoseconds)
  }

  private static func observed(
    before: [ThreadStatus], after: [ThreadStatus], places: [ThreadPlaces] = [], ids: [Int] = [10], pus: [Int] = [0]
  ) -> ObservedPlacement {
    PlacementWatch.observed(
      places, threadIDs: ids, pus: pus, before: before, after: after, memory: .init(nodes: [], hugeBytes: nil))
  }

  @Test func everyThreadOfTheTeamHasItsPlacesAndSwitches() {
    let places = [
      ThreadPlaces(cpus: [.init(cpu: 0, runs: 7)], migrations: 0, firstStray: nil),
      ThreadPlaces(cpus: [.init(cpu: 0, runs: 1), .init(cpu: 1, runs: 6)], migrations: 2, firstStray: 3),
    ]
    let observed = Self.observed(
      before: [Self.status(10, switches: 5), Self.status(11, switches: nil)],
      after: [Self.status(10, switches: 9), Self.status(11, switches: 4)], places: places, ids: [10, 11], pus: [0, 1])
    #expect(
      observed.threads == [
        .init(cpus: [.init(cpu: 0, queries: 7)], migrations: 0, firstStray: nil, involuntarySwitches: 4),
        .init(
          cpus: [.init(cpu: 0, queries: 1), .init(cpu: 1, queries: 6)], migrations: 2, firstStray: 3,
          involuntarySwitches: nil),
      ])
    #expect(observed.others == .init(count: 0, unboundCPUs: [], nanoseconds: 0))
    #expect(observed.memoryUnavailable == nil)
  }

  @Test func otherThreadsAreCountedWithWhereTheyMayRun() {
    let observed = Self.observed(
      before: [Self.status(10), Self.status(20, nanoseconds: 100)],
      after: [
        Self.status(10, nanoseconds: 9999), Self.status(20, allowed: [2, 0, 1], nanoseconds: 150),
        // It began within the window.
        Self.status(21, allowed: [0], nanoseconds: 30),
      ])
    #expect(observed.others == .init(count: 2, unboundCPUs: [1, 2], nanoseconds: 80))
  }

  @Test func whatTheKernelDoesNotSayIsNotKnown() {
    let observed = Self.observed(
      before: [], after: [Self.status(10), Self.status(20, allowed: nil, nanoseconds: nil)])
    #expect(observed.others == .init(count: 1, unboundCPUs: [], nanoseconds: nil))
  }

  @Test func memoryThatCannotBeSeenIsSaid() {
    let observed = PlacementWatch.observed([], threadIDs: [], pus: [], before: [], after: [], memory: nil)
    #expect(observed.memory == nil)
    #expect(observed.memoryUnavailable?.contains("numa_maps") == true)
  }
}
