import ModelGraph
import NumericFormats
import Tensors

/// Rewrites a graph while it keeps the format and the storage of every tensor, and inserts `convert` nodes.
struct ConversionWriter {
  private let source: ModelGraph
  private var rewriter: GraphRewriter
  private(set) var formats: [NumberFormat]
  private(set) var storages: [Storage]

  /// Starts with the tensors of `source`, held like this, and no nodes.
  init(_ source: ModelGraph, formats: [NumberFormat], storages: [Storage]) {
    self.source = source
    self.rewriter = GraphRewriter(source)
    self.formats = formats
    self.storages = storages
  }

  /// Changes a tensor's format.
  mutating func setFormat(_ format: NumberFormat, of id: TensorID) { formats[id.index] = format }

  /// Appends a node with other operands and results.
  mutating func append(_ node: Node, inputs: [TensorID], outputs: [TensorID]) {
    rewriter.append(
      Node(
        name: node.name, op: node.op, inputs: inputs, parameters: node.parameters, outputs: outputs,
        origins: node.origins))
  }

  /// A further tensor for the values of tensor `id` of the source, named after it.
  mutating func declare(like id: TensorID, suffix: String, _ format: NumberFormat, _ storage: Storage) -> TensorID {
    let info = source[id]
    formats.append(format)
    storages.append(storage)
    return rewriter.declare(
      TensorInfo(name: "\(info.name).\(suffix)", shape: info.shape, elementType: info.elementType))
  }

  /// Appends a node that writes the values of `id` to `result`.
  mutating func convert(_ id: TensorID, to result: TensorID, name: String) {
    rewriter.append(Node(name: name, op: .convert, inputs: [id], outputs: [result]))
  }

  /// The rewritten model.
  func build(_ numerics: NumericsAssignment, for target: Target) -> LoweredModel {
    LoweredModel(
      graph: rewriter.build(), numerics: numerics, formats: formats, storages: storages, target: target)
  }
}
