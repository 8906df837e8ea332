import HostState
import NumericFormats
import Records
import Sweeps
import Testing
import Topology

@testable import Harness

@Suite struct SweepSessionTests {
  private static let topology = Examples.topology(cores: 2)

  private static func setup() throws -> SweepSetup {
    let spec = RunSpec(
      suite: "sweep", groups: [], rounds: 1, minDuration: 1, minQueryCount: 1, maxWarmUp: 0.1, timeout: 60, seed: 1,
      blasCore: "library", maxISA: nil, fidelitySamples: 1)
    let lists = SweepLists(batches: [1], precisions: [.fp32], engines: ["native"])
    let plan = try SweepPlanner.plan(SweepSpace(topology: topology, lists: lists), on: topology)
    return try SweepSetup(
      spec: spec, workload: Examples.catalogue.workload(named: "resnet50"), plan: plan,
      settings: SweepSettings(goal: .throughput, budget: 600), topology: topology, catalogue: Examples.catalogue)
  }

  /// One round of one thread that was seen on `cpu`.
  private static func round(_ index: Int, on cpu: Int) -> Round {
    var round = Examples.round(index)
    round.performance?.observedCPUs = [[cpu]]
    round.process = 0
    return round
  }

  @Test func roundsOfAnotherPlacementAreNotForTheSearch() throws {
    let setup = try Self.setup()
    let cell = try #require(setup.cells.first { $0.placement.instances.map(\.count) == [1] })
    let pu = cell.placement.instances[0][0]
    var record = Record(
      sweep: setup, tool: .init(version: "0", compiler: "6", configuration: "debug", libraries: [:]),
      machine: .read(topology: Self.topology), topology: Self.topology, warnings: [])
    record.cells = [.init(cell: cell, plannedRounds: 3, repro: "assay run")]
    record.cells[0].rounds = [Self.round(0, on: pu), Self.round(1, on: pu + 1), Self.round(2, on: pu)]
    record.sweep?.events = [
      .visit(
        .init(cell: cell.id, firstRound: 0, rounds: 3, rung: 0, seconds: 4, loading: 0.5, warming: 0.1, measured: 3))
    ]
    let events = SweepSession.events(of: record, setup)
    guard case .visit(let result) = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(result.cell == setup.places[cell.id])
    #expect(result.rounds.count == 2)
    #expect(result.seconds == 4 && result.loadSeconds == 0.5 && result.warmUpSeconds == 0.1)
  }
}
