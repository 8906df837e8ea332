import Energy
import HostState
import NumericFormats
import Records
import Topology

/// Values for tests; every argument has a default that disturbs nothing.
enum Sample {
  static func cell(
    workload: String = "resnet50", precision: Precision = .fp32, execution: Execution = .native,
    engine: String = "openblas", pus: [Int] = [0], batch: Int = 1,
    measurement: Cell.Measurement = .performance(.singleStream), calibration: String? = nil,
    calibrationSamples: Int? = nil, ranges: String? = nil, assignment: String? = nil, placement: Placement? = nil
  ) -> Cell {
    Cell(
      workload: workload, precision: precision, execution: execution,
      contract: precision == .fp32 ? "fp32-sgemm" : "\(precision.rawValue)-contract", engine: engine,
      placement: placement ?? Placement(pus: pus), batch: batch, measurement: measurement, calibration: calibration,
      calibrationSamples: calibrationSamples, ranges: ranges, assignment: assignment)
  }

  static func performance(
    latencies: [Int64] = [10, 20, 30], samplesPerQuery: Int = 1, duration: Int64 = 1_000_000_000, discarded: Int = 5,
    settled: Bool = true, energy: EnergyReading = .unavailable(reason: "No meter."), steal: Double? = 0,
    throttled: Int? = 0, allocations: Int? = 0, observedCPUs: [[Int]] = [[0]], begin: Int64? = nil,
    placement: ObservedPlacement? = nil
  ) -> Round.Performance {
    Round.Performance(
      latencies: latencies, samplesPerQuery: samplesPerQuery, duration: duration,
      warmUp: Round.WarmUp(discarded: discarded, seconds: 0.5, settled: settled), energy: energy,
      disturbance: HostDisturbance(
        stealShare: steal, throttledPeriods: throttled, cpuPressureMicroseconds: nil, involuntarySwitches: 2,
        minorFaults: 0, megahertz: nil), allocations: allocations, observedCPUs: observedCPUs,
      begin: begin, placement: placement)
  }

  static func observation(
    peak: UInt64 = 200_000_000, weights: Int = 100_000_000, weightBytesMoved: Int = 100, activationBytesMoved: Int = 40,
    norm: Double = 3, argmax: Int = 4, blas: Round.BLASState? = nil
  ) -> Round.Observation {
    Round.Observation(
      peakResidentBytes: peak,
      memoryPlan: Round.MemoryPlan(
        weights: weights, activations: 20_000_000, scratch: 5_000_000, weightBytesMoved: weightBytesMoved,
        activationBytesMoved: activationBytesMoved), blas: blas, isa: "avx2",
      output: Round.OutputDigest(count: 1000, mean: 0.001, norm: norm, argmax: argmax),
      implementations: ["openblas.im2col": 53, "reference": 3])
  }

  static func fidelity(sqnr: Double? = 31.5, task: Fidelity.TaskScore? = nil) -> Fidelity {
    Fidelity(
      samples: 16, sqnrDecibels: sqnr, cosine: 0.9995, leastCosine: 0.998, largestError: 0.04, largestReference: 9.5,
      top1Agreement: 0.9375, decisions: 16, task: task)
  }

  static let quantisation = Quantisation(
    method: "min-max", samples: 64, file: String(repeating: "0a", count: 32),
    activations: [
      .init(tensor: "image", format: "u8", least: -2, greatest: 3, scale: 0.02, zeroPoint: 102),
      .init(tensor: "k", format: "s8", least: -2, greatest: 3, scale: 0.024, zeroPoint: nil),
    ], weights: [.init(parameter: "conv1.weight", channels: 64, leastScale: 0.001, greatestScale: 0.002)])

  static let givenAssignment = GivenAssignment(
    file: "mixed.json", sha256: String(repeating: "2c", count: 32),
    contents: AssignmentFile(
      model: "resnet50", parametersSHA256: String(repeating: "1b", count: 32), contract: "u8s8-vnni",
      exceptions: ["conv1": "fp32-fma"], maxError: 0.05, error: 0.04, samples: 8,
      errorOnOtherSamples: 0.045, otherSamples: 8))

  /// `ranges` belong to ``quantisation``.
  static let givenCalibration = GivenCalibration(
    file: "resnet50.json", sha256: String(repeating: "0a", count: 32),
    contents: CalibrationFile(
      model: "resnet50", parametersSHA256: String(repeating: "1b", count: 32), method: "min-max", samples: 64,
      integerLimit: 127, ranges: ["image": ValueRange(least: -2, greatest: 3)].compactMapValues(\.self),
      symmetricRanges: ["k": ValueRange(least: -3, greatest: 3)].compactMapValues(\.self)))

  static func round(
    _ index: Int = 0, _ performance: Round.Performance? = Sample.performance(), fidelity: Fidelity? = nil,
    quantisation: Quantisation? = nil, observation: Round.Observation = Sample.observation(),
    peers: [Round.Performance] = [], process: Int? = nil
  ) -> Round {
    Round(
      index: index, startedAt: "2025-03-01T12:00:0\(index % 10)Z", performance: performance, fidelity: fidelity,
      quantisation: quantisation, observation: observation,
      peers: peers.isEmpty ? nil : peers.map { Round.Peer(performance: $0, observation: observation) },
      process: process)
  }

  static func result(
    _ cell: Cell = Sample.cell(), rounds: [Round], planned: Int? = nil, failure: Record.Failure? = nil
  ) -> Record.CellResult {
    var result = Record.CellResult(
      cell: cell, plannedRounds: planned ?? rounds.count, repro: "assay run --workload \(cell.workload)")
    result.rounds = rounds
    result.failure = failure
    return result
  }

  static let topology = Topology(
    root: TopologyObject(
      type: "Machine", logicalIndex: 0, osIndex: nil, bytes: nil, isAllowed: true,
      children: [
        TopologyObject(
          type: "NUMANode", logicalIndex: 0, osIndex: 0, bytes: 8_000_000_000, isAllowed: true, children: []),
        TopologyObject(
          type: "Core", logicalIndex: 0, osIndex: 0, bytes: nil, isAllowed: true,
          children: [
            TopologyObject(type: "PU", logicalIndex: 0, osIndex: 0, bytes: nil, isAllowed: true, children: []),
            TopologyObject(type: "PU", logicalIndex: 1, osIndex: 1, bytes: nil, isAllowed: false, children: []),
          ]),
      ]), allowedPUs: [0], cores: [Topology.Core(logicalIndex: 0, pus: [0], numaNodes: [0], package: 0, kind: nil)],
    quota: CPUQuota(cpus: 1.5, source: "/sys/fs/cgroup/cpu.max"))

  static let machine = MachineFingerprint(
    cpuModel: "Example CPU 9000", cpuSignature: "6/143/8", microcode: nil, isa: ["avx2", "fma"], cores: 1,
    allowedPUs: [0], smtActive: true, numaNodes: 1, memoryBytes: 8_000_000_000, lastLevelCacheBytes: 32 << 20,
    quotaCPUs: 1.5, governor: nil, transparentHugePages: "madvise", hypervisor: "KVM", kernel: "6.1.0",
    operatingSystem: "Debian GNU/Linux 12")

  static func record(_ cells: [Record.CellResult], status: Record.Status = .complete) -> Record {
    var record = Record(
      tool: Record.Tool(
        version: "0.1.0", compiler: "Swift 6.3.1", configuration: "release", libraries: ["openblas": "0.3.21"]),
      createdAt: "2025-03-01T12:00:00Z", status: status,
      spec: RunSpec(
        suite: "quick",
        groups: [
          RunSpec.CellGroup(
            workloads: ["resnet50"], precisions: [.fp32, .int8], engines: ["openblas"], threads: [], batches: [1],
            scenarios: [.singleStream, .offline])
        ], rounds: 3, minDuration: 1, minQueryCount: 32, maxWarmUp: 2, timeout: 60, seed: 42, blasCore: "auto",
        maxISA: nil, fidelitySamples: 16), machine: machine, topology: topology,
      warnings: ["No energy meter is readable; run as root on bare metal."], cells: cells)
    record.blas = BLASChoice(
      policy: "auto", requestedCore: "SKYLAKEX", libraryCore: "Haswell", environmentCore: "Haswell")
    return record
  }
}
