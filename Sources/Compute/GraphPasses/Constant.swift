import Tensors

/// The values of a constant, in memory or still in the model's file.
public enum Constant: Sendable {
  /// In memory.
  case tensor(Tensor)
  /// In a file or behind a computation; loaded once, when a pass or the finished model needs the values.
  case deferred(TensorType, load: @Sendable () throws -> Tensor)

  /// Element type and extents.
  public var type: TensorType {
    switch self {
    case .tensor(let tensor): tensor.type
    case .deferred(let type, _): type
    }
  }

  /// The values.
  public func tensor() throws -> Tensor {
    switch self {
    case .tensor(let tensor): tensor
    case .deferred(_, let load): try load()
    }
  }
}
