import ModelGraph
import NumericFormats

extension NumericsAssignment {
  /// The contract of a node.
  func contract(of node: Node) -> NumericsContract { exceptions[node.name] ?? base }

  /// The same where nodes that share weights follow one contract, that of the first of them: weights are stored once.
  func unified(over graph: ModelGraph) -> NumericsAssignment {
    guard !exceptions.isEmpty else { return self }
    var result = self
    var contracts: [ParameterID: NumericsContract] = [:]
    for node in graph.nodes where node.op.isMultiplyAccumulate {
      guard let weights = node.parameters.first else { continue }
      if let first = contracts[weights] {
        result.exceptions[node.name] = first
      } else {
        contracts[weights] = contract(of: node)
      }
    }
    return result
  }
}
