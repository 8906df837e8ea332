import ModelGraph
import Tensors

/// A graph that is being made or rewritten: nodes in execution order, tensors that only grow, constants with values.
///
/// Ids stay valid through all edits; ``compacted()`` drops what nobody reads and numbers anew.
public struct GraphDraft: Sendable {
  /// The model's name.
  public let name: String
  /// Every tensor ever declared.
  public private(set) var tensors: [TensorInfo] = []
  /// Every parameter ever declared; values in ``constants``.
  public private(set) var parameters: [ParameterInfo] = []
  /// The values of each parameter, by parameter index.
  public private(set) var constants: [Constant] = []
  /// The nodes in execution order.
  public private(set) var nodes: [Node] = []
  /// The tensors that the caller fills.
  public private(set) var inputs: [TensorID] = []
  /// The tensors that the caller reads.
  public var outputs: [TensorID] = []

  /// How many bytes of copies of weights that stay in use passes may still make; nil before the first pass.
  var copyAllowance: Int?

  private var tensorNames: Set<String> = []
  /// For each name that was asked for again, the suffix to try next.
  private var nextSuffixes: [String: Int] = [:]

  /// Starts an empty graph.
  public init(name: String) { self.name = name }

  // MARK: Looking

  /// The declaration of a tensor.
  public subscript(_ id: TensorID) -> TensorInfo { tensors[id.index] }
  /// The declaration of a parameter.
  public subscript(_ id: ParameterID) -> ParameterInfo { parameters[id.index] }

  /// The constant behind a tensor, or nil for an activation.
  public func constant(_ id: TensorID) -> Constant? { tensors[id.index].parameter.map { constants[$0.index] } }

  /// Who writes and who reads each tensor, as indices into ``nodes``; outdated by any edit.
  public func links() -> Links { Links(self) }

  /// Who writes and who reads each tensor.
  public struct Links: Sendable {
    private let producers: [Int?]
    private let readers: [[Int]]
    private let isOutput: [Bool]

    init(_ draft: GraphDraft) {
      var producers = [Int?](repeating: nil, count: draft.tensors.count)
      var readers = [[Int]](repeating: [], count: draft.tensors.count)
      var isOutput = [Bool](repeating: false, count: draft.tensors.count)
      for (index, node) in draft.nodes.enumerated() {
        for id in node.outputs { producers[id.index] = index }
        for id in node.inputs { readers[id.index].append(index) }
      }
      for id in draft.outputs { isOutput[id.index] = true }
      (self.producers, self.readers, self.isOutput) = (producers, readers, isOutput)
    }

    /// The node that writes a tensor; nil for inputs and constants.
    public func producer(of id: TensorID) -> Int? { producers[id.index] }
    /// The nodes that read a tensor, one entry per reading.
    public func readers(of id: TensorID) -> [Int] { readers[id.index] }
    /// The only reader of a tensor that is not an output of the graph; nil otherwise.
    public func onlyReader(of id: TensorID) -> Int? {
      !isOutput[id.index] && readers[id.index].count == 1 ? readers[id.index][0] : nil
    }
  }

  // MARK: Editing

  /// Declares a graph input.
  public mutating func addInput(_ name: String, _ type: TensorType) -> TensorID {
    let id = addTensor(name, type)
    inputs.append(id)
    return id
  }

  /// Declares an activation; its name is changed where another tensor has it already.
  public mutating func addTensor(_ name: String, _ type: TensorType, isDynamic: Bool = false) -> TensorID {
    declare(
      TensorInfo(
        name: unused(name), shape: type.shape, elementType: type.elementType, isDynamic: isDynamic))
  }

  /// Declares a parameter that a fused operator reads.
  public mutating func addParameter(_ name: String, role: ParameterRole, _ constant: Constant) -> ParameterID {
    parameters.append(
      ParameterInfo(name: name, shape: constant.type.shape, role: role, elementType: constant.type.elementType))
    constants.append(constant)
    return ParameterID(index: parameters.count - 1)
  }

  /// Declares a constant tensor that general operators read like an activation.
  public mutating func addConstant(_ name: String, _ constant: Constant) -> TensorID {
    let parameter = addParameter(name, role: .constant, constant)
    return declare(
      TensorInfo(
        name: unused(name), shape: constant.type.shape, elementType: constant.type.elementType, parameter: parameter))
  }

  /// Appends a node.
  public mutating func append(_ node: Node) { nodes.append(node) }

  /// Replaces all nodes, for passes that walk once and build a new list.
  public mutating func replaceNodes(_ nodes: [Node]) { self.nodes = nodes }

  private mutating func declare(_ info: TensorInfo) -> TensorID {
    tensorNames.insert(info.name)
    tensors.append(info)
    return TensorID(index: tensors.count - 1)
  }

  private mutating func unused(_ name: String) -> String {
    guard tensorNames.contains(name) else { return name }
    var suffix = nextSuffixes[name, default: 2]
    while tensorNames.contains("\(name).\(suffix)") { suffix += 1 }
    nextSuffixes[name] = suffix + 1
    return "\(name).\(suffix)"
  }
}
