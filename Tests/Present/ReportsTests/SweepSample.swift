import Analysis
import Energy
import Glibc
import HostState
import NumericFormats
import Records
import Topology

/// A made-up sweep over a machine of 16 cores with two hardware threads each and two cache groups: core c has the PUs c
/// and c + 16.
enum SweepSample {
  static let topology = Topology(
    root: Sample.topology.root, allowedPUs: Array(0..<32),
    cores: (0..<16).map { Topology.Core(logicalIndex: $0, pus: [$0, $0 + 16], numaNodes: [0], package: 0, kind: nil) },
    quota: nil)

  /// A cell of `instances` on neighbouring cores; beyond 16 cores on their siblings.
  ///
  /// - Parameters:
  ///   - rate: samples per second of all instances together; rounds scatter around it by about `scatter`.
  ///   - wattsPerSample: joules per sample; nil for no meter.
  ///   - strayed: the CPU on which thread 1 of the last instance was seen in the second round.
  static func cell(
    _ rate: Double, instances: Int, threads: Int, batch: Int = 8, words: String? = nil, rounds: Int = 4,
    scatter: Double = 0.006, precision: Precision = .int8, joulesPerSample: Double? = nil, strayed: Int? = nil,
    memory: MemoryPlacement? = nil
  ) -> Record.CellResult {
    let pus = (0..<instances).map { instance in (0..<threads).map { instance * threads + $0 } }
    let cell = Cell(
      workload: "resnet50", precision: precision, execution: .native, contract: "u8s8-vnni", engine: "native",
      placement: Placement(instances: pus, words: words, memory: memory), batch: batch,
      measurement: .performance(.singleStream))
    var result = Record.CellResult(
      cell: cell, plannedRounds: rounds,
      repro: "assay run --workload resnet50 --precision \(precision.rawValue) --engine native"
        + (instances > 1 ? " --instances \(instances)" : "") + " --threads \(threads) --batch \(batch)"
        + (words.map { " --place \($0)" } ?? ""))
    result.rounds = (0..<rounds).map { index in
      // Deviations that a reader takes for noise and every run has alike.
      let factor = 1 + scatter * sin(Double(index * 7 + instances * 3 + threads * 5 + batch))
      let nanoseconds = 1e9 * Double(batch * instances) / (rate * factor)
      let count = max(2, Int(1e9 / nanoseconds))
      let performances = pus.enumerated().map { instance, list in
        let latencies = (0..<count).map { Int64(nanoseconds * (1 + 0.002 * Double($0 % 20))) }
        var observed = list.map { [$0] }
        if let strayed, index == 1, instance == instances - 1, observed.count > 1 { observed[1].append(strayed) }
        return Round.Performance(
          latencies: latencies, samplesPerQuery: batch, duration: latencies.reduce(0, +),
          warmUp: Round.WarmUp(discarded: 4, seconds: 0.3, settled: true),
          energy: reading(joulesPerSample, count * batch * instances),
          disturbance: HostDisturbance(
            stealShare: 0, throttledPeriods: 0, cpuPressureMicroseconds: nil, involuntarySwitches: 1, minorFaults: 0,
            megahertz: nil), allocations: 0, observedCPUs: observed, begin: 1_000_000_000,
          placement: ObservedPlacement(
            threads: observed.map {
              .init(cpus: [], migrations: $0.count - 1, firstStray: $0.count > 1 ? 41 : nil, involuntarySwitches: 0)
            }, memory: nil))
      }
      let observation = Sample.observation(weights: 25_557_032, activations: 11_000_000)
      return Round(
        index: index, startedAt: "2025-03-01T12:0\(index):00Z", performance: performances[0], fidelity: nil,
        observation: observation,
        peers: instances == 1
          ? nil : performances.dropFirst().map { Round.Peer(performance: $0, observation: observation) })
    }
    return result
  }

  private static func reading(_ joulesPerSample: Double?, _ samples: Int) -> EnergyReading {
    guard let joulesPerSample else { return Sample.noMeter }
    return .measured(
      MeasuredEnergy(
        source: "powercap-rapl", domains: [.init(name: "package-0", joules: joulesPerSample * Double(samples))],
        seconds: 1, uncertaintyJoules: joulesPerSample * Double(samples) / 100))
  }

  /// Throughput of one instance by the universal scalability law.
  static func law(_ threads: Int, first: Double = 62, sigma: Double = 0.03, kappa: Double = 0.0035) -> Double {
    let n = Double(threads)
    return first * n / (1 + sigma * (n - 1) + kappa * n * (n - 1))
  }

  static func record(
    _ cells: [Record.CellResult], goal: String = "throughput", ladder: [Record.CellResult] = [],
    rungs: [[Record.CellResult]] = [], canaries: [Sweep.Canary] = [],
    status: Record.Status = .complete, warnings: [String] = []
  ) -> Record {
    var record = Sample.record(cells, status: status, warnings: warnings)
    record.blas = nil
    record.topology = topology
    record.machine.cores = 16
    record.machine.allowedPUs = topology.allowedPUs
    record.machine.smtActive = true
    record.machine.quotaCPUs = nil
    // Every visit takes 20 s, of which 17 are measured.
    let visits = rungs.enumerated().flatMap { rung, cells in
      cells.map {
        Sweep.Visit(
          cell: $0.id, firstRound: 0, rounds: 2, rung: rung, seconds: 20, loading: 2, warming: 0.9, measured: 17)
      }
    }
    record.sweep = Sweep(
      goal: goal, budgetSeconds: 600, seed: 7, isFullGrid: rungs.isEmpty, roundSeconds: 1, candidates: 1840,
      pruned: rungs.isEmpty
        ? []
        : [
          .init(rule: "exceedsPUs", count: 1210), .init(rule: "partialCacheGroup", count: 402),
          .init(rule: "samePUs", count: 190),
        ],
      leftOut: rungs.isEmpty ? 0 : 18, ladder: ladder.map(\.id),
      events: visits.map { .visit($0) } + canaries.map { .canary($0) })
    return record
  }

  /// A sweep with one of everything: ties, a marked row, siblings, a ladder with a knee, dropped rows, canaries.
  static let full: Record = {
    let ladder =
      [1, 2, 4, 8, 16].map { cell(law($0), instances: 1, threads: $0) }
      + [cell(law(16) * 0.93, instances: 1, threads: 32, words: "threads")]
    let best = cell(812, instances: 4, threads: 4, words: "per-llc", joulesPerSample: 0.21)
    let tied = cell(811, instances: 8, threads: 2, joulesPerSample: 0.2)
    let next = cell(760, instances: 2, threads: 8, words: "per-llc", joulesPerSample: 0.19)
    let early = [
      cell(640, instances: 16, threads: 1, rounds: 2), cell(700, instances: 4, threads: 4, batch: 1, rounds: 2),
      cell(210, instances: 4, threads: 4, rounds: 2, precision: .fp32),
      cell(190, instances: 2, threads: 8, rounds: 2, precision: .fp32),
      cell(
        730, instances: 2, threads: 8, words: "scatter", rounds: 2,
        memory: MemoryPlacement(policy: .interleave, nodes: [[0], [0]])),
    ]
    let marked = cell(905, instances: 8, threads: 4, words: "threads", rounds: 2, strayed: 9)
    var failed = cell(1, instances: 32, threads: 1, rounds: 0)
    failed.plannedRounds = 2
    failed.failure = Record.Failure(reason: "instance 3 of 32: killed by signal 9 (SIGKILL)", lastErrorLines: [])
    let all = ladder + [best, tied, next] + early + [marked, failed]
    return record(
      all, ladder: ladder, rungs: [ladder + [best, tied, next] + early + [marked, failed], [best, tied, next]],
      canaries: (0..<12).map {
        .init(at: Double($0) * 20, seconds: 0.4, multiplyAdds: 5.1e10 - 1e8 * Double($0 % 3), bytes: 1.1e10)
      },
      warnings: ["The governor is powersave; set performance for steady clocks."])
  }()

  /// A sweep for a limit that nothing keeps, on a machine that moved.
  static let impossible = record(
    [
      cell(300, instances: 1, threads: 4, batch: 4), cell(420, instances: 2, threads: 4, batch: 8, rounds: 1),
    ], goal: "latency<=5ms",
    canaries: (0..<6).map {
      .init(at: Double($0), seconds: 0.4, multiplyAdds: 5e10 * (1 - 0.02 * Double($0)), bytes: 1e10)
    })
}
