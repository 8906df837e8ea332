import Energy
import FoundationEssentials
import Harness
import HostState
import NumericFormats
import Records
import Synchronization
import Topology

/// Small valid values to start from.
enum Examples {
  static let catalogue = Catalogue(
    workloads: [
      .init(
        name: "resnet50", multiplyAccumulates: 4_000_000_000, parameterCount: 25_000_000, fixedFidelitySamples: nil,
        calibrationSamples: 64),
      .init(
        name: "bert-base-384", multiplyAccumulates: 35_000_000_000, parameterCount: 110_000_000,
        fixedFidelitySamples: nil, calibrationSamples: 64),
      .init(
        name: "minilm-l6", multiplyAccumulates: 1_000_000_000, parameterCount: 22_000_000, fixedFidelitySamples: 200,
        calibrationSamples: 32),
    ],
    engines: [
      engine("openblas", [.fp32: .native, .bf16: .emulated, .int8: .emulated], usesBLAS: true),
      engine("native", [.fp32: .native, .bf16: .native], usesBLAS: true),
      engine("reference", [.fp32: .native], usesBLAS: false),
    ], aliases: ["bert-base": "bert-base-384"])

  private static func engine(
    _ name: String, _ modes: [Precision: Execution], usesBLAS: Bool
  ) -> Catalogue.EngineFacts {
    .init(
      name: name, modes: modes.mapValues { Catalogue.Mode(execution: $0, contract: "a-contract") }, usesBLAS: usesBLAS,
      assumedRate: 50e9)
  }

  /// `cores` cores, PU i on core i; with `smt` also PU i + cores.
  static func topology(cores count: Int, smt: Bool = false) -> Topology {
    let cores = (0..<count).map { core in
      Topology.Core(
        logicalIndex: core, pus: smt ? [core, core + count] : [core], numaNodes: [0], package: 0, kind: nil)
    }
    return Topology(
      root: TopologyObject(type: "Machine", logicalIndex: 0, osIndex: 0, bytes: nil, isAllowed: true, children: []),
      allowedPUs: cores.flatMap(\.pus).sorted(), cores: cores, quota: nil)
  }

  /// FP32 of resnet50 on `openblas`, unless `edit` says otherwise.
  static func suite(_ edit: (inout CellLists) -> Void = { _ in }) -> Suite {
    var lists = CellLists()
    lists.workloads = ["resnet50"]
    lists.engines = ["openblas"]
    edit(&lists)
    return Suite(name: "test", summary: "", groups: [lists], settings: RunSettings())
  }

  static func plan(
    suite: Suite = suite(), options: RunOptions = RunOptions(), topology: Topology = topology(cores: 2)
  ) throws -> Plan {
    try Plan(
      spec: RunSpec(suite: suite, options: options, topology: topology), topology: topology, catalogue: catalogue)
  }

  static let machine = MachineFingerprint(
    cpuModel: "A CPU", cpuSignature: "6/1/1", microcode: nil, isa: ["avx2"], cores: 2, allowedPUs: [0, 1],
    smtActive: false, numaNodes: 1, memoryBytes: 1 << 33, lastLevelCacheBytes: nil, quotaCPUs: nil, governor: nil,
    transparentHugePages: "madvise", hypervisor: "kvm", kernel: "6.1", operatingSystem: "Debian 12")

  static func givenCalibration(
    _ model: String, ranges: [String: ValueRange] = [:], samples: Int = 9
  ) -> GivenCalibration {
    GivenCalibration(
      file: "ranges.json", sha256: String(repeating: "0a", count: 32),
      contents: CalibrationFile(
        model: model, parametersSHA256: String(repeating: "1b", count: 32), method: "entropy", samples: samples,
        integerLimit: 127, ranges: ranges, symmetricRanges: [:]))
  }

  static func record(_ plan: Plan, topology: Topology = topology(cores: 2)) -> Record {
    Record(
      plan: plan, tool: .init(version: "0", compiler: "6", configuration: "debug", libraries: [:]), machine: machine,
      topology: topology)
  }

  static func round(_ index: Int, batch: Int = 1) -> Round {
    Round(
      index: index, startedAt: "2026-01-02T03:04:05Z",
      performance: .init(
        latencies: [10, 12, 11], samplesPerQuery: batch, duration: 33,
        warmUp: .init(discarded: 15, seconds: 0.5, settled: true), energy: .unavailable(reason: "No meter."),
        disturbance: HostDisturbance(
          stealShare: nil, throttledPeriods: nil, cpuPressureMicroseconds: nil, involuntarySwitches: 0,
          minorFaults: 0, megahertz: nil), allocations: 0, observedCPUs: [[0]]),
      fidelity: nil,
      observation: .init(
        peakResidentBytes: 1,
        memoryPlan: .init(weights: 1, activations: 1, scratch: 1, weightBytesMoved: 1, activationBytesMoved: 1),
        blas: nil, isa: "generic", output: .init(count: 2, mean: 0, norm: 1, argmax: 1), implementations: [:]))
  }

  static func line(_ event: WorkerEvent) throws -> String {
    String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
  }
}

/// A fresh folder that goes when the test ends.
final class Folder: Sendable {
  let path = FileManager.default.temporaryDirectory.appending(path: "harness-\(UUID().uuidString)").path()
  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
    return path + "/" + name
  }
}

/// Collects values from any thread.
final class Collector<Value: Sendable>: Sendable {
  private let storage = Mutex<[Value]>([])
  func add(_ value: Value) { storage.withLock { $0.append(value) } }
  var values: [Value] { storage.withLock { $0 } }
}
