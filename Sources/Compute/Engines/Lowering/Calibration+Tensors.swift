import ModelGraph

extension Calibration {
  /// The names of the tensors of `graph` that formats with scales hold: those whose ranges a model needs.
  public static func tensors(of graph: ModelGraph) -> Set<String> {
    let quantised = Lowering.quantisedTensors(of: graph)
    return quantised.unsigned.union(quantised.signed)
  }
}
