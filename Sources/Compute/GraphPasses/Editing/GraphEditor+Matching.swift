import ModelGraph
import Tensors

/// A general node with its operator at hand, as patterns look at it.
struct GeneralNode {
  /// Its place.
  let handle: GraphEditor.Handle
  /// The whole node.
  let node: Node
  /// Its operator.
  let op: GeneralOperator

  /// The operand at a position of the standard's list, or nil where it was left out.
  subscript(_ position: Int) -> TensorID? {
    guard let index = op.slots.firstIndex(of: position), index < node.inputs.count else { return nil }
    return node.inputs[index]
  }

  /// The first result.
  var output: TensorID { node.output }

  /// Both operands of a binary operator.
  var operands: (TensorID, TensorID)? {
    guard node.inputs.count == 2, let left = self[0], let right = self[1] else { return nil }
    return (left, right)
  }
}

extension GraphEditor {
  /// The node at a handle if it is a general one, of one of these names if any are given.
  func general(at handle: Handle?, _ names: String...) -> GeneralNode? {
    guard let handle, let node = self[handle], case .general(let op) = node.op,
      names.isEmpty || names.contains(op.name)
    else { return nil }
    return GeneralNode(handle: handle, node: node, op: op)
  }

  /// The general node of one of these names that writes a tensor as its first result.
  func general(producing id: TensorID, _ names: String...) -> GeneralNode? {
    guard let found = general(at: producer(of: id)), found.output == id, names.isEmpty || names.contains(found.op.name)
    else { return nil }
    return found
  }

  /// The same, where the node under the pattern's root is the only reader.
  func interior(_ id: TensorID, _ names: String...) -> GeneralNode? {
    guard onlyReader(of: id) != nil, let found = general(at: producer(of: id)), found.output == id,
      names.isEmpty || names.contains(found.op.name)
    else { return nil }
    return found
  }

  /// The extents of a tensor.
  func shape(_ id: TensorID) -> Shape { draft[id].shape }

  /// Whether a tensor is FP32 with known extents.
  func isFloat(_ id: TensorID) -> Bool { draft[id].elementType == .float32 && !draft[id].isDynamic }

  /// Whether a tensor is an activation: neither a constant nor of unknown extents.
  func isActivation(_ id: TensorID) -> Bool { draft[id].parameter == nil && !draft[id].isDynamic }

  /// The FP32 constant behind a tensor.
  func floatConstant(_ id: TensorID) -> Constant? {
    draft[id].elementType == .float32 ? draft.constant(id) : nil
  }

  /// The value of an FP32 constant with exactly one element.
  func scalar(_ id: TensorID) -> Double? {
    guard let constant = floatConstant(id), constant.type.shape.count == 1, let tensor = try? constant.tensor() else {
      return nil
    }
    return Double(tensor.copied(as: Float.self)[0])
  }

  /// The values of a small constant of integers.
  func integers(_ id: TensorID) -> [Int]? {
    guard let constant = draft.constant(id), constant.type.shape.count <= 64, let tensor = try? constant.tensor() else {
      return nil
    }
    switch tensor.elementType {
    case .int64: return tensor.copied(as: Int64.self).map(Int.init)
    case .int32: return tensor.copied(as: Int32.self).map(Int.init)
    default: return nil
    }
  }

  /// An operand and the scalar constant beside it, for a binary operator whose result has the operand's type.
  func withScalar(_ binary: GeneralNode) -> (operand: TensorID, value: Double, scalarIsRight: Bool)? {
    guard let (left, right) = binary.operands else { return nil }
    if let value = scalar(right), draft[left].type == draft[binary.output].type { return (left, value, true) }
    if let value = scalar(left), draft[right].type == draft[binary.output].type { return (right, value, false) }
    return nil
  }

  /// The other operand of a binary operator.
  func other(_ binary: GeneralNode, than id: TensorID) -> TensorID? {
    guard let (left, right) = binary.operands, left != right else { return nil }
    return left == id ? right : right == id ? left : nil
  }

  /// The axes that a reduction or `Squeeze` names, as attribute or operand, in 0 ..< rank and ascending.
  func axes(_ node: GeneralNode, rank: Int) -> [Int]? {
    let listed = node.op.ints("axes") ?? node[1].flatMap { integers($0) }
    guard let listed, listed.allSatisfy({ $0 >= -rank && $0 < rank }) else { return nil }
    return listed.map { $0 < 0 ? $0 + rank : $0 }.sorted()
  }

  /// The most names that a node made of others keeps. No known pattern has as many; a node that took in a chain of any
  /// length, and is itself taken in by many, would otherwise cost the length of the chain each time.
  static let originLimit = 64

  /// The names of the imported nodes behind some nodes, each once, the first ``originLimit`` of them.
  func origins(_ handles: [Handle]) -> [String] {
    var result: [String] = []
    var seen: Set<String> = []
    for handle in handles {
      guard let node = self[handle] else { continue }
      for name in node.origins.isEmpty ? [node.name] : node.origins where seen.insert(name).inserted {
        guard result.count < Self.originLimit else { return result }
        result.append(name)
      }
    }
    return result
  }

  /// Whether an engine's operator takes these operands and gives `output` its declared shape.
  func fits(_ op: Operator, inputs: [TensorID], parameters: [Constant], output: Shape) -> Bool {
    let result = try? op.outputShape(
      node: "", inputs: inputs.map { shape($0) }, parameters: parameters.map { $0.type.shape })
    return result == output
  }

  /// A `Reshape` to the shape of `output`.
  mutating func reshape(_ source: TensorID, to output: TensorID, name: String, origins: [String]) -> Node {
    let dims = shape(output).dims.map(Int64.init)
    let bytes = dims.withUnsafeBytes { Array($0) }
    let extents = addConstant("\(name).shape", .bytes(TensorType(.int64, [dims.count]), bytes))
    return Node(
      name: name,
      op: .general(GeneralOperator("Reshape", opset: 14, attributes: ["allowzero": .int(1)], slots: [0, 1])),
      inputs: [source, extents], outputs: [output], origins: origins)
  }
}

extension GraphDraft {
  /// Calls `body` for every general node of these names, in execution order or against it, and returns the number of
  /// places that it changed.
  mutating func rewrite(
    _ names: Set<String>, backwards: Bool = false, _ body: (inout GraphEditor, GeneralNode) throws -> Void
  ) rethrows -> Int {
    var editor = GraphEditor(self)
    let handles = editor.handles()
    for handle in backwards ? handles.reversed() : handles {
      guard let node = editor.general(at: handle), names.contains(node.op.name) else { continue }
      try body(&editor, node)
    }
    if editor.changes > 0 { self = editor.finished() }
    return editor.changes
  }
}

extension Node {
  /// The same node with other operands and results.
  func replacing(inputs: [TensorID], outputs: [TensorID]) -> Node {
    Node(name: name, op: op, inputs: inputs, parameters: parameters, outputs: outputs, origins: origins)
  }
}

extension GeneralOperator {
  /// An integer attribute, or nil where it is left out.
  func int(_ name: String) -> Int? {
    guard case .int(let value)? = attributes[name] else { return nil }
    return value
  }

  /// A list of integers, or nil where it is left out.
  func ints(_ name: String) -> [Int]? {
    guard case .ints(let values)? = attributes[name] else { return nil }
    return values
  }

  /// A number, or nil where it is left out.
  func float(_ name: String) -> Float? {
    guard case .float(let value)? = attributes[name] else { return nil }
    return value
  }

  /// A text, or nil where it is left out.
  func string(_ name: String) -> String? {
    guard case .string(let value)? = attributes[name] else { return nil }
    return value
  }
}
