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
  /// those that nodes of one step hand each other, and conversions and reorders that exist only because a contract is
  /// imitated.
  public func activationBytesMoved(by node: Node, without inner: Set<TensorID> = []) -> Int {
    if isOfImitation(node) { return 0 }
    return (node.inputs + node.outputs).reduce(0) { sum, id in
      let info = graph[id]
      guard info.parameter == nil, !info.isDynamic, !inner.contains(id) else { return sum }
      let format = countedFormats[id.index]
      return sum + (info.elementType == .float32 ? format.byteCount(of: info.shape.count) : info.type.byteCount)
    }
  }

  /// Whether a node would not be there where the contract is more than imitated: it rounds what another node wrote as floats,
  /// or only changes how the emulator's implementations hold a tensor among themselves.
  private func isOfImitation(_ node: Node) -> Bool {
    guard node.op == .convert else { return false }
    let (source, destination) = (formats[node.inputs[0].index], formats[node.output.index])
    if source == destination { return target.isEmulator }
    return Self.isImitation(from: source, to: destination) && countedFormats[node.inputs[0].index] != .fp32
  }

  /// The formats in which tensors count: their own, but for what an emulated conversion alone reads.
  ///
  /// Kernels do not store emulated formats, so a node writes floats and a conversion rounds them. Where the format has
  /// hardware the node rounds what it writes, as ours do for the formats that they store; so the same tensors take the same
  /// bytes under two contracts whose elements have the same bits.
  static func countedFormats(_ graph: ModelGraph, _ formats: [NumberFormat]) -> [NumberFormat] {
    var readers = [[Node]](repeating: [], count: graph.tensors.count)
    for node in graph.nodes { for id in Set(node.inputs) { readers[id.index].append(node) } }
    var counted = formats
    for node in graph.nodes where !node.op.isGeneral {
      for id in node.outputs where !graph.outputs.contains(id) {
        guard readers[id.index].count == 1, let reader = readers[id.index].first, reader.op == .convert,
          isImitation(from: formats[id.index], to: formats[reader.output.index])
        else { continue }
        counted[id.index] = formats[reader.output.index]
      }
    }
    return counted
  }

  private static func isImitation(from source: NumberFormat, to destination: NumberFormat) -> Bool {
    guard case .emulated = destination else { return false }
    return source == .fp32
  }
}

extension Operator {
  /// Whether it reads and writes full precision whatever the contract.
  fileprivate var isGeneral: Bool {
    switch self {
    case .general, .dynamic: true
    default: false
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
