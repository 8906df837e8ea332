import Engines
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
      let weights = node.parameters.filter { graph[$0].role == .weights }.map { graph[$0].shape }
      // The second input of a convolution is added, not multiplied.
      let operands = node.parameters.isEmpty ? node.inputs.prefix(2) : node.inputs.prefix(1)
      return Attribution.Node(
        name: node.name, op: node.op.name, multiplyAccumulates: graph.multiplyAccumulates(of: node),
        weightBytes: weights.reduce(0) { $0 + OperandFormat.fp32.byteCount($1.weightLines) },
        activationBytes: operands.reduce(0) { $0 + graph[$1].type.byteCount },
        loweredWeightBytes: weights.reduce(0) { $0 + contract.right.byteCount($1.weightLines) },
        loweredActivationBytes: operands.indices.reduce(0) { sum, position in
          let lines = DepthLines(
            elements: graph[operands[position]].shape.count, depth: graph.summedAxis(of: node, position).depth)
          return sum + format(ofActivation: position, contract).byteCount(lines)
        })
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

  /// How operand `position` of a product is stored; activations never have scales of groups.
  private static func format(ofActivation position: Int, _ contract: NumericsContract) -> OperandFormat {
    guard position > 0 else { return contract.left }
    if case .group = contract.right.scaling { return .fp32 }
    return contract.right
  }
}
