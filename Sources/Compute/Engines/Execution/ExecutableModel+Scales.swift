import ModelGraph
import NumericFormats

extension ExecutableModel {
  /// An activation that is held with a scale.
  public struct ScaledActivation: Hashable, Sendable {
    /// The name that the tensor has in the graph that was given, before conversions were inserted.
    public let tensor: String
    /// How its elements are stored.
    public let format: NumberFormat
  }

  /// Every activation that is held with a scale, in the graph's order; one that is held in two formats is there twice.
  public var scaledActivations: [ScaledActivation] {
    // A conversion's result is its source in another format or another storage.
    var sources: [TensorID: TensorID] = [:]
    for node in graph.nodes {
      guard case .convert = node.op else { continue }
      sources[node.output] = sources[node.inputs[0]] ?? node.inputs[0]
    }
    var seen: Set<ScaledActivation> = []
    return graph.tensors.indices.compactMap { index in
      let id = TensorID(index: index)
      let format = lowered.format(of: id)
      guard format.hasScale else { return nil }
      let activation = ScaledActivation(tensor: graph[sources[id] ?? id].name, format: format)
      return seen.insert(activation).inserted ? activation : nil
    }
  }

  /// The scale of each output channel of every parameter that is held with scales, in the graph's order.
  public var weightScales: [(parameter: String, scales: [Float])] {
    graph.parameters.enumerated().compactMap { index, info in
      parameters.scales(ParameterID(index: index)).map { (info.name, $0) }
    }
  }
}

extension NumberFormat {
  /// Whether stored elements are multiplied to give real values.
  fileprivate var hasScale: Bool {
    if case .u8 = self { return true }
    if case .s8 = self { return true }
    return scale != 1
  }
}
