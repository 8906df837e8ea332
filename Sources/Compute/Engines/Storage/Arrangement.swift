import ModelGraph
import NumericFormats

/// Decides how every activation is held and inserts `convert` nodes (reorders) where a tensor is read in another storage
/// than it is written in.
///
/// Each node is read and written as the implementation that accepts it asks. The graph's inputs, outputs and constants stay
/// floats. A `convert` node with a step of its own reads whatever is there and writes what its first reader asks, so that one node changes format
/// and storage together. Reorders follow the step that writes the tensor, so that steps of several nodes stay together.
struct Arrangement {
  private let model: LoweredModel
  private let selection: Selection
  /// What the implementations ask, by node; nil for `convert` nodes with a step of their own.
  private let demands: [NodeStorages?]
  /// All the storages in which each tensor is read, the first reader's first.
  private let wanted: [[Storage]]
  private var writer: ConversionWriter
  /// Where readers find each tensor of the model, by storage.
  private var places: [[Storage: TensorID]]
  /// The tensor that holds what the writer of each tensor wrote.
  private var written: [TensorID]

  /// Arranges `model` for an engine's implementations; engines that hold everything as floats get it back as it is.
  static func arrange(
    _ model: LoweredModel, for engine: any Engine, _ options: Selection.Options
  ) throws(UnsupportedNodeError) -> LoweredModel {
    var options = options
    options.isArranged = false
    let selection = try Selection(model, engine: engine, options)
    var demands: [NodeStorages?] = []
    for group in selection.groups {
      demands += group.nodes.map { group.demands(of: $0, in: model) }
    }
    guard demands.contains(where: { $0.map { ($0.inputs + $0.outputs).contains { $0 != .floats } } ?? false }) else {
      return model
    }
    return Arrangement(model, selection, demands).run()
  }

  private init(_ model: LoweredModel, _ selection: Selection, _ demands: [NodeStorages?]) {
    (self.model, self.selection, self.demands) = (model, selection, demands)
    let graph = model.graph
    var wanted = [[Storage]](repeating: [], count: graph.tensors.count)
    for (node, demand) in zip(graph.nodes, demands) {
      for (id, storage) in zip(node.inputs, demand?.inputs ?? []) where !wanted[id.index].contains(storage) {
        wanted[id.index].append(storage)
      }
    }
    self.wanted = wanted
    var storages = [Storage](repeating: .floats, count: graph.tensors.count)
    for (node, demand) in zip(graph.nodes, demands) {
      for (position, id) in node.outputs.enumerated() where !graph.outputs.contains(id) {
        storages[id.index] = demand?.outputs[position] ?? wanted[id.index].first ?? .floats
      }
    }
    writer = ConversionWriter(graph, formats: model.formats, storages: storages)
    written = graph.tensors.indices.map { TensorID(index: $0) }
    places = written.map { [storages[$0.index]: $0] }
  }

  private consuming func run() -> LoweredModel {
    let graph = model.graph
    let constants = graph.tensors.indices.filter { graph.tensors[$0].parameter != nil }
    for id in graph.inputs + constants.map({ TensorID(index: $0) }) { insertReorders(of: id) }
    for group in selection.groups {
      for index in group.nodes { append(graph.nodes[index], demands[index]) }
      for id in graph.nodes[group.nodes].flatMap(\.outputs) { insertReorders(of: id) }
    }
    return writer.build(model.numerics, for: model.target)
  }

  private mutating func append(_ node: Node, _ demand: NodeStorages?) {
    let inputs = node.inputs.enumerated().map { position, id in
      demand.flatMap { places[id.index][$0.inputs[position]] } ?? written[id.index]
    }
    let outputs = node.outputs.enumerated().map { position, id in
      guard let storage = demand?.outputs[position], places[id.index][storage] == nil else { return id }
      // An output of the graph, which stays floats: the node writes another tensor, and a reorder follows.
      written[id.index] = writer.declare(like: id, suffix: storage.name, model.format(of: id), storage)
      places[id.index][storage] = written[id.index]
      return written[id.index]
    }
    writer.append(node, inputs: inputs, outputs: outputs)
  }

  private mutating func insertReorders(of id: TensorID) {
    let name = model.graph[id].name
    if written[id.index] != id {
      writer.convert(written[id.index], to: id, name: "\(name).\(Storage.floats.name)")
    }
    for storage in wanted[id.index] where places[id.index][storage] == nil {
      let result = writer.declare(like: id, suffix: storage.name, model.format(of: id), storage)
      writer.convert(written[id.index], to: result, name: "\(name).\(storage.name)")
      places[id.index][storage] = result
    }
  }
}
