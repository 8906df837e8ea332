import GraphPasses
import ModelGraph
import Operators
import Tensors

/// The walk over a model's nodes that makes a graph of them.
struct GraphImport {
  let model: ONNXModel
  let options: ImportOptions
  let opset: Int
  var draft: GraphDraft
  /// What each name that was made so far stands for.
  var values: [String: ImportedValue] = [:]
  /// The part of the graph whose extents are known only while it runs.
  var dynamicPart = DynamicPart()
  var budget: FoldingBudget
  /// What is not supported, by operator and reason, and the order in which it was met.
  private(set) var unsupported: [UnsupportedOperator] = []
  private var unsupportedPlaces: [String: Int] = [:]
  var warnings: [String] = []
  var inputs: [ImportedModel.Port] = []
  var outputs: [ImportedModel.Port] = []
  var boundInputs: [String] = []
  /// Outputs that are half-precision floats: their name is that of the converted tensor, not of the one that is computed.
  var narrowOutputs: Set<String> = []
  /// Why each initialiser of an unsupported type cannot be used.
  var unsupportedInitializers: [String: String] = [:]
  /// The largest tensor in bytes that is believed.
  var activationLimit = 0
  private var nodeNames: Set<String> = []
  /// What the file declares of outputs and inputs, by name.
  let declaredOutputs: [String: ONNXValueInfo]
  let declaredInputs: [String: ONNXValueInfo]

  init(_ model: ONNXModel, _ options: ImportOptions) throws(ImportError) {
    self.model = model
    self.options = options
    opset = try Self.opset(of: model)
    declaredOutputs = Dictionary(model.graph.outputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    declaredInputs = Dictionary(model.graph.inputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    draft = GraphDraft(name: options.name ?? model.graph.name)
    budget = FoldingBudget(modelBytes: Self.byteCount(of: model))
  }

  /// Walks over all nodes that an output needs.
  ///
  /// - Throws: ``ImportError`` for the first fault, but for what is not supported: that is collected, and thrown by
  ///   ``finish()``.
  mutating func run() throws {
    let graph = model.graph
    let wanted = try outputNames()
    nodeNames = Set(graph.nodes.map(\.name))
    narrowOutputs = Set(wanted.filter { declaredType(of: $0)?.isNarrow ?? false })
    for tensor in graph.initializers { values[tensor.name] = try value(of: tensor, named: tensor.name) }
    let live = liveNodes(wanted)
    do { try addInputs() } catch let error as ImportError {
      // What no shapes can make run is said before shapes are asked for.
      for node in live {
        if let reason = refusal(of: node) { refuse(node, reason) }
      }
      guard unsupported.isEmpty else { return }
      throw error
    }
    for node in live { try add(node) }
    guard unsupported.isEmpty else { return }
    try addOutputs(wanted)
    dynamicPart.close(in: &draft, named: unusedNodeName("dynamic"))
  }

  /// Runs the passes and drops what nobody needs.
  ///
  /// - Throws: ``ImportError`` where something is not supported, or what passes throw.
  mutating func finish() throws -> ImportedModel {
    if let error = unsupportedError { throw error }
    let reports = options.runsPasses ? try GraphPasses.run(on: &draft) : []
    let (graph, constants) = draft.compacted()
    return ImportedModel(
      graph: graph, constants: constants, passes: reports, inputs: inputs, outputs: outputs, boundInputs: boundInputs,
      warnings: warnings)
  }

  // MARK: Nodes

  private mutating func add(_ node: ONNXNode) throws {
    if let reason = refusal(of: node) { return refuse(node, reason) }
    var slots: [Int] = []
    var operands: [ImportedValue] = []
    for (slot, name) in node.inputs.enumerated() where !name.isEmpty {
      guard let value = values[name] else {
        throw ImportError(.malformed, "node \(node.name.quoted) reads \(name.quoted), which nothing makes")
      }
      slots.append(slot)
      operands.append(value)
    }
    for name in node.inputs {
      if let reason = unsupportedInitializers[name] { return refuse(node, reason) }
    }
    if operands.contains(where: \.isUnavailable) { return forget(node) }
    let outputs = Array(node.outputs.reversed().drop(while: \.isEmpty).reversed())
    if node.opType == "Constant" {
      do throws(RefusedAttribute) { values[outputs[0]] = try constant(node) } catch { refuse(node, error.reason) }
      return
    }
    do {
      let op = GeneralOperator(node.opType, opset: opset, attributes: try attributes(of: node), slots: slots)
      let results = try emit(node.name, op, operands, outputs: outputs)
      for (name, value) in zip(outputs, results) where !name.isEmpty { values[name] = value }
    } catch let error as RefusedAttribute {
      refuse(node, error.reason)
    } catch OperatorError.unsupported(let reason) {
      refuse(node, reason)
    } catch OperatorError.invalid(let reason) {
      throw ImportError(.malformed, "node \(node.name.quoted) (\(node.opType)): \(reason)")
    }
  }

  /// A node's name that no other node has.
  mutating func unusedNodeName(_ name: String) -> String {
    var (candidate, suffix) = (name, 2)
    while !nodeNames.insert(candidate).inserted {
      candidate = "\(name).\(suffix)"
      suffix += 1
    }
    return candidate
  }

  /// The nodes whose results reach a name in `wanted`, in execution order.
  private func liveNodes(_ wanted: [String]) -> [ONNXNode] {
    var needed = Set(wanted)
    var live: [ONNXNode] = []
    for node in model.graph.nodes.reversed() where node.outputs.contains(where: { !$0.isEmpty && needed.contains($0) })
    {
      needed.formUnion(node.inputs)
      live.append(node)
    }
    return live.reversed()
  }

  // MARK: What is not supported

  /// The error that says the first thing that is not supported; nil where everything is.
  var unsupportedError: ImportError? {
    guard let first = unsupported.first else { return nil }
    let others = unsupported.count - 1
    let more = others == 0 ? "" : " (and \(others) more reason\(others == 1 ? "" : "s"); `assay inspect` lists them)"
    return ImportError(
      .unsupported(unsupported),
      "the model cannot be run: node \(first.firstNode.quoted), operator \(first.name.shown): \(first.reason)\(more)")
  }

  /// Why a node cannot be imported whatever its operands are; nil where it may.
  private func refusal(of node: ONNXNode) -> String? {
    if model.definesFunction(calledBy: node) {
      return "functions that a model defines for itself are not supported"
    }
    guard node.domain.isEmpty else { return "operators of the domain \(node.domain.quoted) are not supported" }
    if node.opType == "Constant" { return nil }
    if node.attributes.values.contains(where: \.isGraph) || ["If", "Loop", "Scan", "SequenceMap"].contains(node.opType)
    {
      return "operators with subgraphs are not supported"
    }
    if (try? OperatorLibrary.definition(of: node.opType)) != nil { return nil }
    let name = node.opType
    return name.hasPrefix("Sequence") || name.hasPrefix("Optional") || name.hasSuffix("Sequence")
      ? "sequences and optional values are not supported" : "the operator is not supported"
  }

  /// Notes that a node is not supported.
  private mutating func refuse(_ node: ONNXNode, _ reason: String) {
    let name = node.domain.isEmpty ? node.opType : "\(node.domain).\(node.opType)"
    note(name, reason, node: node.name)
    forget(node)
  }

  /// Notes one use of something that is not supported.
  mutating func note(_ name: String, _ reason: String, node: String) {
    let key = "\(name)\u{0}\(reason)"
    if let place = unsupportedPlaces[key] {
      unsupported[place].count += 1
    } else {
      unsupportedPlaces[key] = unsupported.count
      unsupported.append(UnsupportedOperator(name: name, reason: reason, firstNode: node))
    }
  }

  private mutating func forget(_ node: ONNXNode) {
    for name in node.outputs where !name.isEmpty { values[name] = .unavailable }
  }

  // MARK: The model

  private static func opset(of model: ONNXModel) throws(ImportError) -> Int {
    guard let opset = model.opsets[""] else {
      guard model.graph.nodes.contains(where: \.domain.isEmpty) else { return ONNXImporter.newestOpset }
      throw ImportError(.malformed, "the model does not say which version of the standard's operators it uses")
    }
    guard (ONNXImporter.oldestOpset...ONNXImporter.newestOpset).contains(opset) else {
      let reason =
        "operator set \(opset) is outside \(ONNXImporter.oldestOpset) to \(ONNXImporter.newestOpset), which are supported"
      throw ImportError(
        .unsupported([UnsupportedOperator(name: "operator set", reason: reason, firstNode: "")]), reason)
    }
    return opset
  }

  static func byteCount(of model: ONNXModel) -> Int {
    guard let file = model.file else {
      return model.graph.initializers.reduce(0) { $0.addingSaturated($1.byteCount) }
    }
    return file.byteCount.addingSaturated(file.externalByteCount)
  }
}

extension ImportedValue {
  var isUnavailable: Bool {
    if case .unavailable = self { return true }
    return false
  }
}

extension ONNXAttribute {
  var isGraph: Bool {
    if case .graph = self { return true }
    return false
  }
}

extension String {
  /// A name from a file that is shown without quotation marks.
  var shown: String { String(quoted.dropFirst().dropLast()) }
}
