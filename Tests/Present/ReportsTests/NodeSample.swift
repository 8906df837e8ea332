import Analysis
import NumericFormats
import Records

/// A made-up run whose nodes were timed.
enum NodeSample {
  private static func node(
    _ name: [String], _ op: String, _ kernel: String, _ operations: Int, _ weights: Int, _ activations: Int,
    _ median: Int64
  ) -> NodeTime {
    NodeTime(
      nodes: name, op: op, kernel: kernel, operations: operations, weightBytes: weights, activationBytes: activations,
      runs: 40, median: median, least: median * 9 / 10)
  }

  /// Convolutions alike in size, a large one, a pool, an inner product, and a node that does nothing.
  static var nodes: [NodeTime] {
    let convolutions = (1...12).map { index in
      node(
        ["layer\(index).conv1"] + (index == 3 ? ["layer3.add"] : []), "convolution", "fp32_avx512_core_14x32",
        230_000_000 + index * 1_000_000, 590_000, 1_600_000, Int64(1_100_000 + index * 30_000))
    }
    return [node(["conv1"], "convolution", "fp32_avx512_core_14x32", 236_000_000, 37_632, 3_813_376, 2_100_000)]
      + [node(["maxpool"], "maxPool", "rows", 0, 0, 4_014_080, 210_000)] + convolutions + [
        node(["fc"], "linear", "fp32_avx512_core_14x32", 4_096_000, 8_196_000, 12_192, 260_000),
        node(["identity"], "convert", "rows", 0, 0, 0, 90),
      ]
  }

  static var record: Record {
    var result = Sample.performance(
      Sample.cell("resnet50", .fp32, threads: 1, .performance(.singleStream)), milliseconds: 20, count: 60)
    for index in result.rounds.indices { result.rounds[index].performance?.nodes = nodes }
    var record = Sample.record([result], status: .complete, warnings: [])
    record.spec.perNode = true
    record.roofline = RooflineSample.roofline(threads: [1])
    return record
  }
}
