import ModelGraph
import NumericFormats
import Records
import Tensors

/// The nodes that an attribution is about.
public enum AttributionNodes {
  /// Every node of a graph at batch 1 that multiplies in an engine's own operator; of those that share weights, which
  /// follow one contract, the first.
  public static func all(in graph: ModelGraph, under contract: NumericsContract) -> [Attribution.Node] {
    var seen: Set<ParameterID> = []
    return graph.nodes.compactMap { node in
      guard node.op.isMultiplyAccumulate else { return nil }
      if let weights = node.parameters.first, !seen.insert(weights).inserted { return nil }
      let weights = node.parameters.filter { graph[$0].role == .weights }.map { graph[$0].shape.count }
      // The second input of a convolution is added, not multiplied.
      let operands = node.parameters.isEmpty ? node.inputs.prefix(2) : node.inputs.prefix(1)
      let counts = operands.map { graph[$0].shape.count }
      let formats = [contract.left, contract.right]
      return Attribution.Node(
        name: node.name, op: node.op.name, multiplyAccumulates: graph.multiplyAccumulates(of: node),
        weightBytes: bytes(weights.reduce(0, +), bits: 32), activationBytes: bytes(counts.reduce(0, +), bits: 32),
        loweredWeightBytes: bytes(weights.reduce(0, +), bits: contract.right.bitsPerElement),
        loweredActivationBytes: zip(counts, formats).reduce(0) { $0 + bytes($1.0, bits: $1.1.bitsPerElement) })
    }
  }

  /// The contract of that name, which must be one that lowers something.
  ///
  /// - Throws: ``UnknownName``, ``PlanError``.
  public static func contract(named name: String) throws -> NumericsContract {
    let known = NumericsContract.all.map(\.name)
    let match = try NameList.match(name, in: known, kind: "numerics contract").get()
    guard let contract = NumericsContract.named(match) else {
      throw UnknownName(kind: "numerics contract", name: name, known: known)
    }
    guard !contract.isFP32 else {
      throw PlanError(reason: "`\(contract.name)` computes in FP32, which nodes cannot be lowered to")
    }
    return contract
  }

  private static func bytes(_ elements: Int, bits: Double) -> Int { Int((Double(elements) * bits / 8).rounded(.up)) }
}
