import Engines
import NumericFormats
import Records
import Testing

@testable import Harness

@Suite struct LibraryThreadsTests {
  @Test(
    arguments: [
      (1, 1, true, nil), (4, 1, true, nil), (4, 1, false, nil), (2, 2, true, nil),
      (1, 2, false, "take --engine openblas"), (2, 4, true, "would be 8 threads on 2 PUs"),
      (4, 2, true, "would be 8 threads on 4 PUs"), (.max, .max - 1, true, "take --blas-threads 1"),
    ] as [(Int, Int, Bool, String?)])
  func nestedThreadsAreRefused(threads: Int, blasThreads: Int, usesBLAS: Bool, reason: String?) {
    let problem = LibraryThreads.problem(threads: threads, blasThreads: blasThreads, usesBLAS: usesBLAS)
    #expect((problem == nil) == (reason == nil), "\(problem ?? "none")")
    if let problem, let reason { #expect(problem.contains(reason), "\(problem)") }
  }

  @Test(arguments: [(nil, [4, 2, 0]), (3, [4])] as [(Int?, [Int])])
  func theTeamIsWhoCalls(blasThreads: Int?, team: [Int]) throws {
    let cell = Cell(
      workload: "resnet50", precision: .fp32, execution: .native, contract: "c", engine: "openblas",
      placement: Placement(pus: [4, 2, 0]), batch: 1, measurement: .performance(.offline), blasThreads: blasThreads)
    let request = RoundRequest(
      parent: 1, cell: cell, round: 0, spec: RunSettings.defaults, requestedCore: nil)
    let engine = try ComputeBridge.engine(named: "openblas")
    #expect(try LibraryThreads(of: request, engine: engine).teamPUs == team)
  }
}
