import Energy
import HostState
import NumericFormats
import Records
import Topology

/// A made-up run with one of everything that a report can show.
enum Sample {
  static let noMeter = EnergyReading.unavailable(
    reason: "No powercap energy counter is readable here; run on bare metal as root.")

  static func measured(_ joules: Double) -> EnergyReading {
    .measured(
      MeasuredEnergy(
        source: "powercap-rapl", domains: [.init(name: "package-0", joules: joules)], seconds: 2,
        uncertaintyJoules: joules / 100))
  }

  static func cell(
    _ workload: String, _ precision: Precision, threads: Int, batch: Int = 1, _ measurement: Cell.Measurement
  ) -> Cell {
    let contract =
      switch precision {
      case .fp32: "fp32-sgemm"
      case .bf16: "bf16-rne-sgemm"
      default: "u8s8-vnni"
      }
    return Cell(
      workload: workload, precision: precision, execution: precision == .fp32 ? .native : .emulated, contract: contract,
      engine: "openblas", placement: Placement(pus: Array(0..<threads)), batch: batch, measurement: measurement)
  }

  /// Rounds of `count` queries of about `milliseconds` each; latencies rise by 0.1 % of that from query to query.
  static func performance(
    _ cell: Cell, milliseconds: Double, count: Int, rounds: Int = 3, energy: EnergyReading = noMeter, steal: Double = 0,
    settled: Bool = true, failure: Record.Failure? = nil
  ) -> Record.CellResult {
    var result = Record.CellResult(cell: cell, plannedRounds: 3, repro: repro(cell))
    result.failure = failure
    result.rounds = (0..<rounds).map { index in
      let base = milliseconds * 1e6 * (1 + 0.01 * Double(index))
      let latencies = (0..<count).map { Int64(base * (1 + 0.001 * Double($0))) }
      let performance = Round.Performance(
        latencies: latencies, samplesPerQuery: cell.batch, duration: latencies.reduce(0, +),
        warmUp: Round.WarmUp(discarded: 6 + index, seconds: 0.4, settled: settled), energy: energy,
        disturbance: HostDisturbance(
          stealShare: index == 1 ? steal : 0, throttledPeriods: 0, cpuPressureMicroseconds: 120, involuntarySwitches: 3,
          minorFaults: 0, megahertz: nil), allocations: 0, observedCPUs: cell.placement.pus.map { [$0] })
      return Round(
        index: index, startedAt: "2025-03-01T12:0\(index):00Z", performance: performance, fidelity: nil,
        observation: observation(weights: 102_228_128, activations: 44_000_000))
    }
    return result
  }

  static func fidelity(
    _ cell: Cell, sqnr: Double?, cosine: Double, top1: Double?, weights: Int, activations: Int,
    task: Fidelity.TaskScore? = nil
  ) -> Record.CellResult {
    var result = Record.CellResult(cell: cell, plannedRounds: 1, repro: repro(cell))
    result.rounds = [
      Round(
        index: 0, startedAt: "2025-03-01T12:09:00Z", performance: nil,
        fidelity: Fidelity(
          samples: 16, sqnrDecibels: sqnr, cosine: cosine, leastCosine: cosine - 0.001, largestError: 0.0421,
          largestReference: 11.3, top1Agreement: top1, decisions: top1 == nil ? 0 : 16, task: task),
        observation: observation(weights: weights, activations: activations))
    ]
    return result
  }

  static func observation(weights: Int, activations: Int) -> Round.Observation {
    Round.Observation(
      peakResidentBytes: 240_000_000,
      memoryPlan: Round.MemoryPlan(
        weights: 102_228_128, activations: 9_633_792, scratch: 14_450_688, weightBytesMoved: weights,
        activationBytesMoved: activations),
      blas: Round.BLASState(
        configuration: "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY", core: "SkylakeX", requestedCore: "SKYLAKEX",
        threadsPerCall: 1), isa: "avx512_core_vnni",
      output: Round.OutputDigest(count: 1000, mean: 0, norm: 4, argmax: 3),
      implementations: ["openblas:conv-1x1": 36, "rowwise": 3])
  }

  static func repro(_ cell: Cell) -> String {
    "assay run --workload \(cell.workload) --precision \(cell.precision.rawValue) --engine \(cell.engine) --threads "
      + "\(cell.placement.threads) --batch \(cell.batch)"
  }

  static let machine = MachineFingerprint(
    cpuModel: "Example CPU 9000", cpuSignature: "6/143/8", microcode: "0x2b0004b1",
    isa: ["avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16"], cores: 2, allowedPUs: [0, 1], smtActive: false,
    numaNodes: 1, memoryBytes: 8 << 30, lastLevelCacheBytes: 32 << 20, quotaCPUs: 1.6, governor: nil,
    transparentHugePages: "madvise", hypervisor: "KVM", kernel: "6.1.0-18-amd64", operatingSystem: "Debian GNU/Linux 12"
  )

  static func record(_ cells: [Record.CellResult], status: Record.Status, warnings: [String]) -> Record {
    var record = Record(
      tool: Record.Tool(
        version: "0.1.0", compiler: "Swift 6.3.1", configuration: "release", libraries: ["hwloc": "2.9.0"]),
      createdAt: "2025-03-01T12:00:00Z", status: status,
      spec: RunSpec(
        suite: "quick", groups: [], rounds: 3, minDuration: 1, minQueryCount: 32, maxWarmUp: 2, timeout: 60, seed: 42,
        blasCore: "auto", maxISA: nil, fidelitySamples: 16), machine: machine, topology: topology, warnings: warnings,
      cells: cells)
    record.blas = BLASChoice(
      policy: "auto", requestedCore: "SKYLAKEX", libraryCore: "Haswell", environmentCore: "NEHALEM")
    return record
  }

  static let topology = Topology(
    root: object(
      "Machine",
      children: [
        object(
          "Package",
          children: [
            object("NUMANode", os: 0, bytes: 8_329_854_976),
            object(
              "L3Cache", bytes: 32 << 20,
              children: (0..<2).map { core in
                object(
                  "L2Cache", core, bytes: 2 << 20,
                  children: [
                    object(
                      "L1Cache", core, bytes: 48 << 10,
                      children: [
                        object(
                          "Core", core, os: core,
                          children: (0..<2).map {
                            object("PU", core * 2 + $0, os: core + 2 * $0, isAllowed: $0 == 0)
                          })
                      ])
                  ])
              }),
          ])
      ]), allowedPUs: [0, 1],
    cores: (0..<2).map { Topology.Core(logicalIndex: $0, pus: [$0], numaNodes: [0], package: 0, kind: nil) },
    quota: CPUQuota(cpus: 1.6, source: "/sys/fs/cgroup/cpu.max"))

  private static func object(
    _ type: String, _ index: Int = 0, os: Int? = nil, bytes: UInt64? = nil, isAllowed: Bool = true,
    children: [TopologyObject] = []
  ) -> TopologyObject {
    TopologyObject(
      type: type, logicalIndex: index, osIndex: os, bytes: bytes, isAllowed: isAllowed, children: children)
  }

  /// A finished run without trouble.
  static let quiet = record(
    [
      performance(cell("resnet50", .fp32, threads: 1, .performance(.singleStream)), milliseconds: 44.6, count: 120),
      performance(cell("resnet50", .fp32, threads: 2, .performance(.singleStream)), milliseconds: 23.8, count: 220),
    ], status: .complete, warnings: [])

  /// An interrupted run with one of every trouble.
  static let busy = record(
    [
      performance(
        cell("resnet50", .fp32, threads: 1, .performance(.singleStream)), milliseconds: 44.6, count: 40,
        energy: measured(84)),
      performance(
        cell("resnet50", .fp32, threads: 2, .performance(.singleStream)), milliseconds: 23.8, count: 180, steal: 0.042),
      performance(
        cell("resnet50", .fp32, threads: 2, batch: 8, .performance(.offline)), milliseconds: 181, count: 12,
        energy: .modelled(ModelledEnergy(model: "load-line", joules: 90, lower: 60, upper: 130)), settled: false),
      performance(
        cell("bert-base-384", .fp32, threads: 2, .performance(.singleStream)), milliseconds: 180.2, count: 9, rounds: 1,
        failure: Record.Failure(
          reason: "killed by signal 11 (SIGSEGV)", lastErrorLines: ["loading weights", "\u{1B}[31mboom\u{1B}[0m"])),
      fidelity(
        cell("resnet50", .bf16, threads: 2, .fidelity), sqnr: 41.27, cosine: 0.999963, top1: 1, weights: 51_114_064,
        activations: 22_000_000),
      fidelity(
        cell("resnet50", .int8, threads: 2, .fidelity), sqnr: 22.9, cosine: 0.997412, top1: 0.9375, weights: 25_557_032,
        activations: 11_000_000),
      fidelity(
        cell("minilm-l6", .int8, threads: 2, .fidelity), sqnr: nil, cosine: 1, top1: nil, weights: 10_600_000,
        activations: 5_000_000,
        task: Fidelity.TaskScore(
          pairs: 100, spearmanWithFP32: 0.9962, spearmanWithLabels: 0.8613, fp32SpearmanWithLabels: 0.8644)),
      Record.CellResult(
        cell: cell("minilm-l6", .fp32, threads: 1, .performance(.offline)), plannedRounds: 3, repro: "assay run ..."),
    ], status: .incomplete,
    warnings: [
      "The hypervisor took 3.4 % of the CPU time while nothing ran. Timings will scatter. Measure when the host is quiet, "
        + "or on a machine of your own.",
      "The CPU quota of 1.6 CPUs is below the 2 cores that may be used.",
    ])
}
