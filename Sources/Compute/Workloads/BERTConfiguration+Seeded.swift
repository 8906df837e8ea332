import ModelGraph
import Tensors

extension BERTConfiguration {
  /// Seeded values for a graph of this configuration.
  ///
  /// The scales keep attention selective (scores of deviation about 1.4) and keep tokens and samples apart. With
  /// residual branches at full strength, the tokens of a random encoder all become the same vector within a few layers,
  /// so the last inner product of each half shrinks with the square root of the depth.
  func seededParameters(for graph: ModelGraph, model: String) throws -> ParameterStore {
    try ParameterStore(graph.parameters) { parameter, values in
      let stream = SeededStream(model: model, name: parameter.name)
      switch parameter.role {
      case .weights: stream.fillStandardized(values, rows: parameter.shape[0], gain: gain(of: parameter.name))
      case .bias, .beta: stream.fillNormal(values, deviation: 0.1)
      case .gamma: stream.fillNormal(values, deviation: 0.1, mean: 1)
      case .wordEmbedding: stream.fillNormal(values, deviation: 1)
      case .positionEmbedding, .typeEmbedding: stream.fillNormal(values, deviation: 0.5)
      case .constant:
        throw WorkloadError(
          .foreignGraph, "The graph holds a constant, \(parameter.name), which \(model) does not have.")
      }
    }
  }

  /// The norm of each row of a weight matrix.
  private func gain(of name: String) -> Double {
    let depth = Double(layers).squareRoot()
    switch name {
    case let name where name.hasSuffix("self.query.weight") || name.hasSuffix("self.key.weight"): return 1.2
    case let name where name.hasSuffix("attention.output.dense.weight"): return 1.0 / depth
    case let name where name.hasSuffix("output.dense.weight"): return 1.75 / depth
    case "qa_outputs.weight": return 4
    default: return 1
    }
  }
}
