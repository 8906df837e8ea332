import NumericFormats
import Records
import Topology

/// A run whose nodes were timed, with round figures: 100 GOP/s of arithmetic, 100 GB/s out of L1, 10 GB/s out of memory.
enum NodeSample {
  static func figure(_ value: Double) -> RepeatedFigure {
    RepeatedFigure(best: value, median: value, worstDecile: value, repetitions: 9)
  }

  static let roofline = Roofline(
    method: Roofline.Method(secondsPerFigure: 0.1, rounds: 3, hugePages: true), placements: [Placement(pus: [0])],
    clocks: [Roofline.Clock(threads: 1, hertz: figure(3e9))],
    peaks: [
      Roofline.Peak(isa: "avx2", instructions: "vfmadd231ps ymm", precision: .fp32, threads: 1, rate: figure(100e9))
    ],
    bandwidths: [
      Roofline.Bandwidth(
        level: "L1", pattern: .read, isNonTemporal: false, isa: "avx2", threads: 1, bytesPerThread: 4096,
        rate: figure(100e9)),
      Roofline.Bandwidth(
        level: "memory", pattern: .copy, isNonTemporal: true, isa: "avx2", threads: 1, bytesPerThread: 1 << 26,
        rate: figure(10e9)),
    ], latencies: [Roofline.Latency(level: "L1", bytes: 4096, seconds: figure(1e-9))], notes: ["A note."])

  static func node(
    _ name: String, operations: Int, weights: Int, activations: Int, median: Int64, least: Int64? = nil
  ) -> NodeTime {
    NodeTime(
      nodes: [name], op: "convolution", kernel: "k", operations: operations, weightBytes: weights,
      activationBytes: activations, runs: 7, median: median, least: least ?? median)
  }

  /// A machine with one PU and 32 KiB of L1.
  static let topology = Topology(
    root: TopologyObject(
      type: "L1Cache", logicalIndex: 0, osIndex: nil, bytes: 32768, isAllowed: true,
      children: [
        TopologyObject(type: "PU", logicalIndex: 0, osIndex: 0, bytes: nil, isAllowed: true, children: [])
      ]), allowedPUs: [0], cores: [Topology.Core(logicalIndex: 0, pus: [0], numaNodes: [0], package: 0, kind: nil)],
    quota: nil)

  static func record(
    rounds: [[NodeTime]] = [[node("conv", operations: 1_000_000, weights: 1000, activations: 2000, median: 20_000)]],
    weightBytesMoved: Int = 100_000
  ) -> Record {
    var record = Sample.record([
      Sample.result(
        rounds: rounds.enumerated().map { index, nodes in
          var performance = Sample.performance()
          performance.nodes = nodes
          return Sample.round(
            index, performance, observation: Sample.observation(weightBytesMoved: weightBytesMoved))
        })
    ])
    record.spec.perNode = true
    record.roofline = roofline
    record.topology = topology
    return record
  }
}
