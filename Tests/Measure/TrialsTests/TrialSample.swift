import Energy
import Foundation
import HostState
import NumericFormats
import Records
import Topology

@testable import Trials

/// A folder with programs that pretend to be `assay run`: each leaves a record that was made beforehand.
final class TrialSample {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "trial-sample-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/" + name }

  /// A program that copies a record to `--output`, after `before`, and ends with a code.
  func program(
    _ name: String, record: Record? = TrialSample.record(), before: String = "", exitCode: Int = 0
  ) throws -> ArmCommand {
    if let record { try RecordFile(path: path("\(name).json")).write(record) }
    let script = """
      #!/bin/sh
      echo "$0 ${#ASSAY_PADDING}" >> '\(path("calls"))'
      while [ $# -gt 0 ]; do [ "$1" = --output ] && out=$2; shift; done
      \(before)
      \(record == nil ? "" : "cp '\(path("\(name).json"))' \"$out\"")
      exit \(exitCode)

      """
    try script.write(toFile: path(name), atomically: true, encoding: .utf8)
    chmod(path(name), 0o755)
    return ArmCommand(line: [path(name)])
  }

  /// The programs that were called, in order, by name.
  func calls() -> [String] {
    let text = (try? String(contentsOfFile: path("calls"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      String(line.split(separator: " ")[0].split(separator: "/").last ?? "")
    }
  }

  static func record(workload: String = "resnet50", milliseconds: Int64 = 10, steal: Double? = 0) -> Record {
    let cell = Cell(
      workload: workload, precision: .fp32, execution: .native, contract: "fp32", engine: "native",
      placement: Placement(pus: [0]), batch: 1, measurement: .performance(.singleStream))
    var result = Record.CellResult(cell: cell, plannedRounds: 1, repro: "assay run")
    result.rounds = [
      Round(
        index: 0, startedAt: "2026-01-01T00:00:00Z",
        performance: Round.Performance(
          latencies: [milliseconds * 1_000_000], samplesPerQuery: 1, duration: milliseconds * 1_000_000,
          warmUp: .init(discarded: 1, seconds: 0.1, settled: true), energy: .unavailable(reason: "No meter."),
          disturbance: HostDisturbance(
            stealShare: steal, throttledPeriods: 0, cpuPressureMicroseconds: 0, involuntarySwitches: 0, minorFaults: 0,
            megahertz: nil), allocations: 0, observedCPUs: [[0]]), fidelity: nil,
        observation: Round.Observation(
          peakResidentBytes: 1 << 28,
          memoryPlan: .init(weights: 1, activations: 1, scratch: 1, weightBytesMoved: 1, activationBytesMoved: 1),
          blas: nil, isa: "avx2", output: .init(count: 10, mean: 0, norm: 1, argmax: 0), implementations: [:]))
    ]
    return Record(
      tool: tool, createdAt: "2026-01-01T00:00:00Z", status: .complete,
      spec: RunSpec(
        suite: "s", groups: [], rounds: 1, minDuration: 0.1, minQueryCount: 1, maxWarmUp: 1, timeout: 60, seed: 1,
        blasCore: "auto", maxISA: nil, fidelitySamples: 1),
      machine: MachineFingerprint(
        cpuModel: "A CPU", cpuSignature: "6/1/1", microcode: nil, isa: ["avx2"], cores: 1, allowedPUs: [0],
        smtActive: false, numaNodes: 1, memoryBytes: 1 << 33, lastLevelCacheBytes: nil, quotaCPUs: nil, governor: nil,
        transparentHugePages: nil, hypervisor: nil, kernel: "6.1", operatingSystem: "Debian 12"),
      topology: Topology(
        root: TopologyObject(
          type: "Machine", logicalIndex: 0, osIndex: 0, bytes: nil, isAllowed: true, children: []),
        allowedPUs: [0], cores: [], quota: nil), warnings: [], cells: [result])
  }

  static let tool = Record.Tool(version: "0.1.0", compiler: "6.3", configuration: "release", libraries: [:])

  static func trial(looks: [Int] = [2, 4], budget: Double = 3600, discards: Int = 2, seed: UInt64 = 7) -> Trial {
    Trial(
      tool: tool, createdAt: "2026-01-01T00:00:00Z",
      plan: TrialPlan(seed: seed, looks: looks, budgetSeconds: budget, discardLimit: discards))
  }
}
