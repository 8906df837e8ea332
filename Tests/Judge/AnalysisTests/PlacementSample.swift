import NumericFormats
import Records

/// Records with instances, memory policies, observed places and a sweep, every optional field of them set.
enum PlacementSample {
  static let placement = Placement(
    instances: [[0, 1], [0, 1]], words: "0-1_0-1",
    memory: MemoryPlacement(policy: .bind, nodes: [[0], [0]], hugePages: false),
    isOversubscribed: true)

  static func cell(_ placement: Placement = placement, blasThreads: Int? = 2) -> Cell {
    Cell(
      workload: "resnet50", precision: .fp32, execution: .native, contract: "fp32-sgemm", engine: "openblas",
      placement: placement, batch: 1, measurement: .performance(.singleStream), blasThreads: blasThreads)
  }

  /// Where an instance of one thread on PU 0 was seen.
  static func observed(
    cpus: [ObservedPlacement.SeenCPU] = [.init(cpu: 0, queries: 3)], firstStray: Int? = nil,
    nodes: [Int: Int] = [0: 1000],
    hugeBytes: Int? = 0, others: ObservedPlacement.OtherThreads? = .init(count: 1, unboundCPUs: [], nanoseconds: 20)
  ) -> ObservedPlacement {
    ObservedPlacement(
      threads: [.init(cpus: cpus, migrations: cpus.count - 1, firstStray: firstStray, involuntarySwitches: 2)],
      memory: .init(
        nodes: nodes.sorted { $0.key < $1.key }.map { .init(node: $0.key, bytes: $0.value) }, hugeBytes: hugeBytes),
      others: others)
  }

  static func performance(
    begin: Int64 = 1000, _ placement: ObservedPlacement = observed(), observedCPUs: [[Int]] = [[0]]
  ) -> Round.Performance {
    var performance = Sample.performance(observedCPUs: observedCPUs)
    performance.begin = begin
    performance.placement = placement
    return performance
  }

  /// Two instances of an oversubscribed cell, one of which strayed.
  static func record() -> Record {
    let stray = observed(cpus: [.init(cpu: 0, queries: 2), .init(cpu: 1, queries: 1)], firstStray: 2)
    var unseen = observed()
    (unseen.memory, unseen.memoryUnavailable) = (nil, "this kernel has no /proc/self/numa_maps")
    var round = Sample.round(0, performance(stray, observedCPUs: [[0, 1]]))
    round.peers = [.init(performance: performance(begin: 1200, unseen), observation: Sample.observation())]
    var record = Sample.record([Sample.result(cell(), rounds: [round])])
    record.spec.blasThreads = 2
    record.spec.groups[0].placement = PlacementLists(
      words: ["0-1_0-1"], instances: [2], memory: [.bind], hugePages: false, oversubscribe: true)
    return record
  }

  /// A sweep that read a canary, visited a cell and was interrupted.
  static func sweep() -> Record {
    var round = Sample.round(0, performance())
    round.process = 0
    let cell = Sample.cell()
    var record = Sample.record([Sample.result(cell, rounds: [round])], status: .incomplete)
    record.spec.groups[0].batches = []
    record.sweep = Sweep(
      goal: "latency<=15ms", budgetSeconds: 60, seed: 1, isFullGrid: false, roundSeconds: 1, candidates: 12,
      pruned: [.init(rule: "partialCacheGroup", count: 4)], leftOut: 7, ladder: [cell.id], smt: ["cores"],
      memoryBytes: 8_000_000_000,
      events: [
        .canary(.init(at: 0, seconds: 0.1, multiplyAdds: 1e10, bytes: 1e10)),
        .visit(
          .init(
            cell: cell.id, firstRound: 0, rounds: 1, rung: 0, seconds: 1.5, loading: 0.2, warming: 0.1, measured: 1)),
        .pause(0.5),
      ])
    record.sweep?.ruledOut = 1
    return record
  }
}
