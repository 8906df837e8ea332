import ModelGraph
import NumericFormats
import Tensors

/// A graph together with the number format of each of its activations.
///
/// Lowering decides where values are rounded: a node rounds its result to the result's format, and `convert` nodes are
/// inserted where one tensor is read in several formats.
public struct LoweredModel: Hashable, Sendable {
  /// The graph, `convert` nodes included.
  public let graph: ModelGraph
  /// The precision that it was lowered to.
  public let precision: Precision
  /// The format of each tensor, by tensor index.
  public let formats: [NumberFormat]

  /// The format of a tensor.
  public func format(of id: TensorID) -> NumberFormat { formats[id.index] }

  /// The format in which a parameter is held: 8-bit and BF16 apply to the weights of convolutions and inner products.
  public func parameterByteCount(_ id: ParameterID) -> Int {
    guard graph[id].role == .weights else { return graph[id].elementType.byteCount }
    return switch precision {
    case .fp32: 4
    case .bf16: 2
    case .int8: 1
    }
  }
}
