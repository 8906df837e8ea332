import HostState
import Records
import Testing

@testable import Analysis

@Suite struct EnvironmentGuardTests {
  private static func records(_ change: (inout Round.Performance) -> Void = { _ in }) -> [TrialArm: Record] {
    var records: [TrialArm: Record] = [:]
    for arm in TrialArm.allCases {
      var performance = Sample.performance(duration: 1_000_000_000)
      performance.disturbance.cpuPressureMicroseconds = 1000
      performance.disturbance.megahertz = 3000
      if arm == .candidate { change(&performance) }
      var result = Record.CellResult(cell: Sample.cell(), plannedRounds: 1, repro: "assay run")
      result.rounds = [
        Round(
          index: 0, startedAt: "2026-01-01T00:00:00Z", performance: performance, fidelity: nil,
          observation: Sample.observation())
      ]
      var record = Sample.record([])
      record.cells = [result]
      records[arm] = record
    }
    return records
  }

  private static let even = TrialRound.Canary(multiplyAdds: 1e9, bytes: 1e9)
  private static let id = Sample.cell().id

  @Test func aQuietRoundCounts() {
    #expect(EnvironmentGuard.disturbances(in: Self.records(), canaries: [Self.even, Self.even, Self.even]) == [])
    #expect(EnvironmentGuard.disturbances(in: Self.records(), canaries: nil) == [])
  }

  @Test func whatTheSystemCountsDisturbs() {
    func found(_ change: (inout Round.Performance) -> Void) -> [String] {
      EnvironmentGuard.disturbances(in: Self.records(change), canaries: nil)
    }
    #expect(
      found { $0.disturbance.stealShare = 0.02 } == [
        "steal: the hypervisor took 2.0 % of the CPU time (candidate, \(Self.id))"
      ])
    #expect(found { $0.disturbance.stealShare = 0.01 } == [])
    #expect(
      found { $0.disturbance.throttledPeriods = 3 } == [
        "throttled: the cgroup's quota stopped the process 3 times (candidate, \(Self.id))"
      ])
    #expect(
      found { $0.disturbance.involuntarySwitches = 50 } == [
        "preempted: 50 involuntary switches a second and thread (candidate, \(Self.id))"
      ])
    #expect(
      found { $0.disturbance.cpuPressureMicroseconds = 200_000 }
        == ["pressure: tasks waited for a CPU in 20.0 % of the window (candidate, \(Self.id))"])
    #expect(found { $0.disturbance.cpuPressureMicroseconds = 100_000 } == [])
    #expect(
      found { $0.disturbance.megahertz = 3300 } == ["clock: the clock differed by 10.0 % between arms (\(Self.id))"])
    #expect(found { $0.disturbance.megahertz = nil } == [])
    #expect(
      found { $0.observedCPUs = [[1]] } == ["strayed: a thread ran on another CPU than its own (candidate, \(Self.id))"]
    )
  }

  /// A result is no disturbance: a candidate that is twice as slow must be told, not repeated.
  @Test func aSlowCandidateIsNoDisturbance() {
    let records = Self.records {
      $0.latencies = [900_000_000]
      $0.duration = 2_000_000_000
    }
    #expect(EnvironmentGuard.disturbances(in: records, canaries: nil) == [])
  }

  /// As documented: 10 % of pressure, 5 % of the clock, 10 % of a loop.
  @Test func boundsAreWhereTheyAreSaidToBe() {
    func count(_ change: (inout Round.Performance) -> Void) -> Int {
      EnvironmentGuard.disturbances(in: Self.records(change), canaries: nil).count
    }
    #expect(count { $0.disturbance.cpuPressureMicroseconds = 101_000 } == 1)
    #expect(count { $0.disturbance.cpuPressureMicroseconds = 99_000 } == 0)
    #expect(count { $0.disturbance.megahertz = 3160 } == 1)
    #expect(count { $0.disturbance.megahertz = 3140 } == 0)
    for (rate, disturbances) in [(0.905, 1), (0.915, 0)] {
      let canary = TrialRound.Canary(multiplyAdds: rate * 1e9, bytes: 1e9)
      let found = EnvironmentGuard.disturbances(in: Self.records(), canaries: [Self.even, canary, Self.even])
      #expect(found.count == disturbances, "\(rate)")
    }
    // Where an arm does not tell its clock, nothing is known of the others' either.
    var records = Self.records { $0.disturbance.megahertz = nil }
    records[.null]?.cells[0].rounds[0].performance?.disturbance.megahertz = 6000
    #expect(EnvironmentGuard.disturbances(in: records, canaries: nil) == [])
  }

  @Test func aSlowCanaryDisturbs() {
    let slow = TrialRound.Canary(multiplyAdds: 0.85e9, bytes: 1e9)
    #expect(
      EnvironmentGuard.disturbances(in: Self.records(), canaries: [Self.even, slow, Self.even])
        == ["canary: a loop that never changes ran 17.6 % slower before one arm than before another"])
  }
}
