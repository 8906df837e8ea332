import ModelGraph
import NumericFormats

/// Packed weights that models of one network share which were made for different batch sizes.
///
/// How weights are packed depends on the kernel and not on the batch, so a second model packs only what the first did not.
/// Give it to models on one thread, one after the other, all with the same parameter values. A model whose parameters or
/// numerics differ from the first one's gets memory of its own.
///
/// What is packed lives as long as a model that was made of it.
public final class SharedWeights {
  private struct Network: Hashable {
    let parameters: [ParameterInfo]
    let numerics: NumericsAssignment
  }

  private var network: Network?
  private let memory = WeightMemory()

  /// Nothing is packed yet.
  public init() {}

  /// Bytes of packed weights.
  public var byteCount: Int { memory.byteCount }

  /// Where a model packs its weights; nil where it has other ones than those before.
  func memory(for graph: ModelGraph, _ numerics: NumericsAssignment) -> WeightMemory? {
    let asked = Network(parameters: graph.parameters, numerics: numerics)
    network = network ?? asked
    return network == asked ? memory : nil
  }
}
