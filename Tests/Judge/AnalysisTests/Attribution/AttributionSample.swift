import Records

/// A small attribution to start from.
enum AttributionSample {
  static func node(
    _ name: String, error: Double?, failure: String? = nil, macs: Int = 100, weights: Int = 400, activations: Int = 80
  ) -> Attribution.Node {
    var node = Attribution.Node(
      name: name, op: "convolution", multiplyAccumulates: macs, weightBytes: weights, activationBytes: activations,
      loweredWeightBytes: weights / 4, loweredActivationBytes: activations / 4)
    node.error = error
    node.failure = failure
    return node
  }

  /// Nodes a to d, the least harmful first: c, a, d, b.
  static func attribution(_ cumulative: [Double?] = [0.001, 0.002, 0.01, 0.02, 0.05]) -> Attribution {
    var attribution = Attribution(
      createdAt: "2026-01-02T03:04:05Z", model: "resnet50", parametersSHA256: String(repeating: "0a", count: 32),
      contract: "u8s8-vnni", samples: 8,
      nodes: [
        node("a", error: 0.01, macs: 100), node("b", error: 0.04, macs: 500), node("c", error: 0.001, macs: 300),
        node("d", error: 0.02, macs: 100),
      ])
    attribution.cumulative = zip([nil, "c", "a", "d", "b"] as [String?], cumulative).map {
      Attribution.Step(node: $0, error: $1)
    }
    attribution.status = .complete
    return attribution
  }
}
