import Energy
import HostState
import NumericFormats
import Records
import Topology

/// Small valid values to start from.
enum Examples {
  static func cell(
    batch: Int = 1, pus: [Int] = [0, 1], placement: Placement? = nil,
    measurement: Cell.Measurement = .performance(.singleStream), execution: Execution = .native, blasThreads: Int? = nil
  ) -> Cell {
    Cell(
      workload: "resnet50", precision: .fp32, execution: execution, contract: "fp32-sgemm", engine: "openblas",
      placement: placement ?? Placement(pus: pus), batch: batch, measurement: measurement, blasThreads: blasThreads)
  }

  /// Where two threads, their memory and another thread were seen.
  static func observed() -> ObservedPlacement {
    ObservedPlacement(
      threads: [
        .init(cpus: [.init(cpu: 0, queries: 3)], migrations: 0, firstStray: nil, involuntarySwitches: 1),
        .init(cpus: [.init(cpu: 1, queries: 3)], migrations: 0, firstStray: nil, involuntarySwitches: nil),
      ], memory: .init(nodes: [.init(node: 0, bytes: 1 << 20)], hugeBytes: 0),
      others: .init(count: 1, unboundCPUs: [], nanoseconds: 10))
  }

  static func peer() -> Round.Peer {
    var performance = performance()
    performance.begin = 7
    return Round.Peer(performance: performance, observation: observation())
  }

  static func performance() -> Round.Performance {
    Round.Performance(
      latencies: [10, 12, 11], samplesPerQuery: 1, duration: 33,
      warmUp: Round.WarmUp(discarded: 15, seconds: 0.5, settled: true),
      energy: .measured(
        MeasuredEnergy(
          source: "powercap-rapl", domains: [.init(name: "package-0", joules: 1.5)], seconds: 0.1,
          uncertaintyJoules: 0.01)),
      disturbance: HostDisturbance(
        stealShare: 0.01, throttledPeriods: nil, cpuPressureMicroseconds: 3, involuntarySwitches: 2, minorFaults: 0,
        megahertz: nil),
      allocations: 0, observedCPUs: [[0], [1]], begin: 5, placement: observed())
  }

  static func fidelity() -> Fidelity {
    Fidelity(
      samples: 4, sqnrDecibels: 31.5, cosine: 0.9999, leastCosine: 0.999, largestError: 0.1, largestReference: 8,
      top1Agreement: 1, decisions: 4,
      task: .init(pairs: 2, spearmanWithFP32: 1, spearmanWithLabels: 0.5, fp32SpearmanWithLabels: 0.5))
  }

  static func observation() -> Round.Observation {
    Round.Observation(
      peakResidentBytes: 1 << 28,
      memoryPlan: .init(weights: 100, activations: 50, scratch: 10, weightBytesMoved: 100, activationBytesMoved: 90),
      blas: .init(configuration: "OpenBLAS 0.3.21", core: "SkylakeX", requestedCore: "SKYLAKEX", threadsPerCall: 1),
      isa: "avx512", output: .init(count: 1000, mean: 0.01, norm: 3, argmax: 7), implementations: ["sgemm": 53])
  }

  static func round(_ index: Int = 0) -> Round {
    Round(
      index: index, startedAt: "2026-01-02T03:04:05Z", performance: performance(), fidelity: nil,
      observation: observation())
  }

  static func record() -> Record {
    var result = Record.CellResult(cell: cell(), plannedRounds: 2, repro: "assay run --workload resnet50")
    result.rounds = [round(0), round(1)]
    var compared = Record.CellResult(
      cell: cell(pus: [0], measurement: .fidelity, execution: .emulated), plannedRounds: 1, repro: "assay run")
    compared.rounds = [
      Round(
        index: 0, startedAt: "2026-01-02T03:05:05Z", performance: nil, fidelity: fidelity(), observation: observation())
    ]
    var failed = Record.CellResult(cell: cell(batch: 8), plannedRounds: 2, repro: "assay run")
    failed.failure = .init(reason: "killed by signal 11 (SIGSEGV)", lastErrorLines: ["a \"quoted\" line", "é"])
    return Record(
      tool: .init(version: "0.1.0", compiler: "6.3", configuration: "release", libraries: ["openblas": "0.3.21"]),
      createdAt: "2026-01-02T03:04:05Z", status: .complete,
      spec: RunSpec(
        suite: "quick",
        groups: [
          .init(
            workloads: ["resnet50"], precisions: [.fp32], engines: ["openblas"], threads: [2], batches: [1, 8],
            scenarios: [.singleStream])
        ], rounds: 2, minDuration: 2, minQueryCount: 8, maxWarmUp: 1, timeout: 60, seed: .max, blasCore: "auto",
        maxISA: nil, fidelitySamples: 4),
      machine: MachineFingerprint(
        cpuModel: "A CPU", cpuSignature: "6/1/1", microcode: nil, isa: ["avx2"], cores: 2, allowedPUs: [0, 1],
        smtActive: false, numaNodes: 1, memoryBytes: 1 << 33, lastLevelCacheBytes: nil, quotaCPUs: nil, governor: nil,
        transparentHugePages: "madvise", hypervisor: "kvm", kernel: "6.1", operatingSystem: "Debian 12"),
      topology: Topology(
        root: TopologyObject(
          type: "Machine", logicalIndex: 0, osIndex: 0, bytes: nil, isAllowed: true, children: []),
        allowedPUs: [0, 1], cores: [], quota: nil),
      warnings: ["a warning"], cells: [result, compared, failed])
  }
}
