import GraphPasses
import ModelGraph
import Tensors

/// What a name of the model stands for while its graph is made.
enum ImportedValue {
  /// A value that does not depend on the inputs.
  case constant(ImportedConstant)
  /// A tensor of the graph.
  case activation(TensorID, TensorType, ImportedRoots)
  /// A tensor of the dynamic part, by its place there.
  case dynamic(TensorID, ElementType)
  /// The result of a node that is not supported, or of one that reads such a result.
  case unavailable
}

/// Whether a value follows from small inputs alone, so that giving them at import would make it known.
enum ImportedRoots {
  case small
  case large
}

/// A constant and what is known of it so far.
final class ImportedConstant {
  /// Its name in the model.
  let name: String
  /// Its values, perhaps still in a file or behind a computation.
  let constant: Constant
  /// Bytes that loading computes, the sum over all steps; 0 for what is in memory or a file.
  let work: Int
  /// Its place in the graph, once a node reads it.
  var id: TensorID?
  private var loaded: Tensor?

  init(name: String, _ constant: Constant, work: Int = 0) {
    self.name = name
    self.constant = constant
    self.work = work
    if case .tensor(let tensor) = constant { loaded = tensor }
  }

  var type: TensorType { constant.type }

  /// The values, where they are in memory.
  var tensor: Tensor? { loaded }

  /// Reads or computes the values and keeps them.
  func load() throws -> Tensor {
    if let loaded { return loaded }
    let tensor = try constant.tensor()
    loaded = tensor
    return tensor
  }

  /// The constant with its values where they were small enough to be kept anyway.
  var declared: Constant {
    guard let loaded, loaded.type.byteCount <= FoldingBudget.eagerLimit else { return constant }
    return .tensor(loaded)
  }
}
