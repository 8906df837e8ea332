import ModelGraph
import NumericFormats
import Tensors

/// A graph together with the number format and the storage of each of its activations.
///
/// Lowering decides where values are rounded: a node rounds its result to the result's format, and `convert` nodes are
/// inserted where one tensor is read in several formats. ``Arrangement`` decides in which storage values are held.
public struct LoweredModel: Hashable, Sendable {
  /// The graph, `convert` nodes included.
  public let graph: ModelGraph
  /// The contracts that its nodes follow.
  public let numerics: NumericsAssignment
  /// The format of each tensor, by tensor index.
  public let formats: [NumberFormat]
  /// The storage of each tensor, by tensor index.
  public let storages: [Storage]
  /// What it is to run on.
  public let target: Target
  /// The contract of the nodes that multiply with each parameter, by its index; nil for other parameters.
  private let weightContracts: [NumericsContract?]
  /// The format in which each tensor would be stored where the contract is more than imitated, by tensor index.
  let countedFormats: [NumberFormat]

  /// Makes a model; all tensors are held as floats where `storages` is nil.
  init(
    graph: ModelGraph, numerics: NumericsAssignment, formats: [NumberFormat], storages: [Storage]? = nil,
    target: Target = Target()
  ) {
    self.graph = graph
    self.numerics = numerics
    var contracts = [NumericsContract?](repeating: nil, count: graph.parameters.count)
    for node in graph.nodes where node.op.isMultiplyAccumulate {
      if let weights = node.parameters.first { contracts[weights.index] = numerics.contract(of: node) }
    }
    self.weightContracts = contracts
    self.target = target
    self.formats = formats
    self.countedFormats = Self.countedFormats(graph, formats)
    self.storages = storages ?? [Storage](repeating: .floats, count: graph.tensors.count)
  }

  /// The format of a tensor.
  public func format(of id: TensorID) -> NumberFormat { formats[id.index] }

  /// How a tensor is held.
  public func storage(of id: TensorID) -> Storage { storages[id.index] }

  /// What an implementation's demand means for a tensor: ``Storage/floats`` where they are the same bytes.
  public func storage(_ demand: Storage, for id: TensorID) -> Storage {
    let info = graph[id]
    guard info.parameter == nil, !info.isDynamic else { return .floats }
    return demand.applied(to: (info.elementType, info.shape.rank), format: format(of: id))
  }

  /// Bytes that a tensor takes while the model runs.
  public func byteCount(of id: TensorID) -> Int {
    let info = graph[id]
    return storage(of: id).isNative ? info.shape.count * format(of: id).byteCount : info.type.byteCount
  }

  /// The contract that a node follows.
  public func contract(of node: Node) -> NumericsContract { numerics.contract(of: node) }

  /// The contract of the nodes that multiply with a parameter; nil for parameters that are no weights of products.
  func contract(ofWeights id: ParameterID) -> NumericsContract? {
    graph[id].role == .weights ? weightContracts[id.index] : nil
  }

  /// Bytes of a parameter as its contract stores it: the weights of convolutions and inner products are lowered.
  public func parameterByteCount(_ id: ParameterID) -> Int {
    guard let contract = contract(ofWeights: id) else { return graph[id].type.byteCount }
    return contract.right.byteCount(graph[id].shape.weightLines)
  }

  /// Tensors that only nodes of `group` read: what the nodes of one step hand each other needs no memory of its own.
  func innerTensors(of group: Range<Int>) -> Set<TensorID> {
    guard group.count > 1 else { return [] }
    var inner: Set<TensorID> = []
    for node in graph.nodes[group] { inner.formUnion(node.outputs) }
    let read = Set(graph.nodes[group].flatMap(\.inputs))
    inner.formIntersection(read)
    inner.subtract(graph.outputs)
    for (index, node) in graph.nodes.enumerated() where !group.contains(index) { inner.subtract(node.inputs) }
    return inner
  }
}
