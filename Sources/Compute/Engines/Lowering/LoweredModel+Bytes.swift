import ModelGraph
import NumericFormats
import Tensors

extension LoweredModel {
  /// Bytes of parameters and constants that a node reads once: everything but embeddings and tables that rows are
  /// gathered from, of which only the looked-up rows count.
  public func weightBytesMoved(by node: Node) -> Int {
    if case .embedding = node.op { return 3 * graph[node.output].shape.count * 4 }
    let constants = node.inputs.filter { graph[$0].parameter != nil }.map { graph[$0].type.byteCount }
    if case .general(let op) = node.op, op.name.hasPrefix("Gather") {
      return constants.reduce(0) { $0 + min($1, graph[node.output].type.byteCount) }
    }
    return node.parameters.reduce(constants.reduce(0, +)) {
      $0 + parameterByteCount($1)
    }
  }

  /// Bytes of activations that a node reads and writes once, each in its stored format; dynamic ones count 0, and so do
  /// those that nodes of one step hand each other.
  public func activationBytesMoved(by node: Node, without inner: Set<TensorID> = []) -> Int {
    (node.inputs + node.outputs).reduce(0) { sum, id in
      let info = graph[id]
      guard info.parameter == nil, !info.isDynamic, !inner.contains(id) else { return sum }
      let bits = info.elementType == .float32 ? format(of: id).bitsPerElement : Double(8 * info.elementType.byteCount)
      return sum + Self.bytes(info.shape.count, bits: bits)
    }
  }
}

/// Bytes that a prepared model holds and that one inference of the whole batch moves.
public struct MemoryUse: Codable, Hashable, Sendable {
  /// What runs read of parameters, as it was given, converted or packed, and other constants.
  public let weights: Int
  /// The activation arena.
  public let activations: Int
  /// im2col and other scratch buffers.
  public let scratch: Int
  /// Bytes of parameters that an inference at the precision reads.
  public let weightBytesMoved: Int
  /// Bytes of activations that an inference at the precision reads and writes.
  public let activationBytesMoved: Int

  init(_ assignments: [NodeAssignment], weights: Int, activations: Int, scratch: Int) {
    self.weights = weights
    self.activations = activations
    self.scratch = scratch
    self.weightBytesMoved = assignments.reduce(0) { $0 + $1.weightBytes }
    self.activationBytesMoved = assignments.reduce(0) { $0 + $1.activationBytes }
  }
}
