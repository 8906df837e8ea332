import Analysis
import Records

/// A made-up attribution of `assay attribute` with one of everything that its report can show.
enum AttributionSample {
  private static func node(
    _ name: String, _ op: String = "convolution", error: Double?, top1: Double? = nil, failure: String? = nil,
    macs: Int, weights: Int, activations: Int
  ) -> Attribution.Node {
    var node = Attribution.Node(
      name: name, op: op, multiplyAccumulates: macs, weightBytes: weights, activationBytes: activations,
      loweredWeightBytes: weights / 4, loweredActivationBytes: activations / 4)
    node.error = error
    node.top1Agreement = top1
    node.failure = failure
    return node
  }

  /// Six nodes: one fails, one loses nothing, the others lose from a little to much.
  static func attribution(named model: String = "resnet50", firstNode: String = "conv1") -> Attribution {
    let nodes = [
      node(firstNode, error: 0.0413, top1: 0.875, macs: 118_013_952, weights: 37_632, activations: 602_112),
      node(
        "layer1.0.conv1.with.a.name.that.is.too.long.for.narrow.terminals", error: 0.00212, top1: 1, macs: 12_845_056,
        weights: 16_384, activations: 802_816),
      node("layer1.0.conv2", error: 0.0127, top1: 0.9375, macs: 115_605_504, weights: 147_456, activations: 802_816),
      node(
        "layer1.0.conv3", error: nil, failure: "the worker was killed by SIGSEGV", macs: 51_380_224, weights: 65_536,
        activations: 802_816),
      node("layer4.2.conv3", error: 0, top1: 1, macs: 51_380_224, weights: 4_194_304, activations: 100_352),
      node("fc", "linear", error: 0.00358, top1: 1, macs: 2_048_000, weights: 8_192_000, activations: 8192),
    ]
    var attribution = Attribution(
      createdAt: "2026-01-02T03:04:05Z", model: model, parametersSHA256: String(repeating: "0a", count: 32),
      contract: "u8s8-vnni", samples: 32, nodes: nodes)
    let steps: [(Int?, Double?)] = [(nil, 0.00052), (4, 0.00052), (1, 0.0023), (5, 0.0041), (2, 0.0139), (0, 0.0442)]
    attribution.cumulative = steps.map { .init(node: $0.0.map { nodes[$0].name }, error: $0.1) }
    attribution.status = .complete
    return attribution
  }

  /// The same without the node that fails, and with a recommendation that was measured again.
  static func verified(error: Double) -> Attribution {
    var whole = attribution()
    whole.nodes.remove(at: 3)
    whole.verification = .init(loweredNodes: 4, samples: 32, error: error)
    return whole
  }

  /// Two models in: no node has company yet.
  static var begun: Attribution {
    var begun = attribution(named: "minilm-l6")
    for index in begun.nodes.indices.dropFirst(2) {
      begun.nodes[index].error = nil
      begun.nodes[index].failure = nil
    }
    for index in begun.nodes.indices { begun.nodes[index].top1Agreement = nil }
    begun.cumulative = []
    begun.status = .incomplete
    return begun
  }
}
