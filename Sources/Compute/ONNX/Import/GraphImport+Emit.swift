import GraphPasses
import ModelGraph
import Operators
import Tensors

extension GraphImport {
  /// The largest tensor in bytes that is believed of a model.
  ///
  /// A file of some bytes can declare tensors that no memory holds. The limit is 64 times what the user provided, the file
  /// and the inputs whose extents were given, at least 256 MiB and at most 1 TiB.
  static func activationLimit(modelBytes: Int, givenBytes: Int) -> Int {
    min(max(1 << 28, modelBytes.addingSaturated(givenBytes).multipliedSaturated(by: 64)), 1 << 40)
  }

  /// Folds one use of an operator, or appends a node for it, and returns what its outputs stand for.
  ///
  /// - Parameters:
  ///   - outputs: the results' names; an empty one in the middle is a result that nobody wants.
  ///   - folds: whether constant operands make constant results.
  /// - Throws: ``ImportError``, `OperatorError`, ``ONNXError``, `AllocationError`.
  mutating func emit(
    _ name: String, _ op: GeneralOperator, _ operands: [ImportedValue], outputs: [String], folds: Bool = true
  ) throws -> [ImportedValue] {
    if let narrow = narrowCast(op) { return try round(name, op, to: narrow, operands, outputs: outputs) }
    if let folded = try foldExtents(op, operands, outputs: outputs) { return [folded] }
    if operands.contains(where: \.isDynamic) { return try appendDynamic(name, op, operands, outputs: outputs) }
    switch try infer(name, op, operands, outputCount: outputs.count) {
    case .types(let types):
      if folds, let constants = try fold(name, op, operands, outputs: outputs, types: types) { return constants }
      return try append(name, op, operands, outputs: outputs, types: types)
    case .needs(let operand):
      try requireRunTimeValue(of: operands[operand], node: name, op: op)
      return try appendDynamic(name, op, operands, outputs: outputs)
    }
  }

  /// Appends a node to the graph.
  mutating func append(
    _ name: String, _ op: GeneralOperator, _ operands: [ImportedValue], outputs: [String], types: [TensorType]
  ) throws -> [ImportedValue] {
    let inputs = try operands.map { try tensorID(of: $0) }
    let roots = operands.allSatisfy(\.hasSmallRoots) ? ImportedRoots.small : .large
    var ids: [TensorID] = []
    for (index, (output, type)) in zip(outputs, types).enumerated() {
      guard type.byteCount <= activationLimit else {
        throw ImportError(
          .malformed,
          "node \(name.quoted) (\(op.name)): its result \(type) would take \(type.byteCount) bytes; "
            + "more than \(activationLimit) are not believed of this model unless --shape says its inputs' extents")
      }
      let tensorName = output.isEmpty ? "\(name).unused\(index)" : graphName(of: output)
      ids.append(draft.addTensor(tensorName, type))
    }
    draft.append(Node(name: name, op: .general(op), inputs: inputs, outputs: ids, origins: [name]))
    return zip(ids, types).map { .activation($0, $1, roots) }
  }

  /// The tensor that a constant or an activation is in the graph.
  mutating func tensorID(of value: ImportedValue) throws(ImportError) -> TensorID {
    switch value {
    case .activation(let id, _, _): return id
    case .constant(let constant):
      if let id = constant.id { return id }
      // Values that are computed later are held from then on, just as those that were computed at once.
      guard constant.work == 0 || budget.keeps(constant.type.byteCount) else {
        let reason = "the constants that it computes from its weights take more than \(budget.limit) bytes"
        throw ImportError(
          .unsupported([UnsupportedOperator(name: "constants", reason: reason, firstNode: constant.name)]), reason)
      }
      let id = draft.addConstant(graphName(of: constant.name), constant.declared)
      constant.id = id
      return id
    case .dynamic, .unavailable: preconditionFailure("nodes that read such a value are not part of the static graph")
    }
  }

  /// The name that the tensor which a node computes gets; that of a narrow output belongs to the converted one.
  func graphName(of name: String) -> String { narrowOutputs.contains(name) ? "\(name).float32" : name }

  // MARK: Types

  /// What can be said of an operator's results.
  enum Inference {
    case types([TensorType])
    /// The values of the operand at this index decide, and it is no constant.
    case needs(Int)
  }

  /// Infers the types of all results, reading constants as far as those depend on them.
  func infer(
    _ name: String, _ op: GeneralOperator, _ operands: [ImportedValue], outputCount: Int
  ) throws -> Inference {
    let definition = try OperatorLibrary.definition(of: op.name)
    let types = operands.map(\.type)
    // Each attempt but the last one loads one operand.
    for _ in 0...operands.count {
      let tensors = operands.map(\.tensor)
      let call = OperatorCall(
        node: name, op: op,
        operands: zip(types, tensors).map { type, tensor in
          tensor.map { Operand($0) } ?? Operand(type: type, address: nil, hasValue: false)
        }, outputCount: outputCount, resources: Resources())
      let result: Result<[TensorType], OperatorError> = withExtendedLifetime(tensors) {
        do throws(OperatorError) { return .success(try definition.outputTypes(call)) } catch { return .failure(error) }
      }
      switch result {
      case .success(let types):
        guard types.count >= outputCount else {
          throw OperatorError.invalid("it has \(types.count) outputs and the model asks for \(outputCount)")
        }
        return .types(Array(types.prefix(outputCount)))
      case .failure(.needsValue(let position)):
        guard let index = op.slots.firstIndex(of: position) else {
          throw OperatorError.invalid("input \(position) is missing")
        }
        guard case .constant(let constant) = operands[index], constant.tensor == nil else { return .needs(index) }
        _ = try constant.load()
      case .failure(let error): throw error
      }
    }
    throw OperatorError.unsupported("the types of its results cannot be inferred")
  }

  /// Decides what becomes of a node whose results' extents depend on a value that is not constant.
  ///
  /// Values that follow from small inputs alone (a target shape, a length, an axis) are shapes in disguise: the caller
  /// must give them. All others are data, and extents that follow from data are known only while the model runs.
  private func requireRunTimeValue(of operand: ImportedValue, node: String, op: GeneralOperator) throws(ImportError) {
    guard !Self.dataDependent.contains(op.name), case .activation(let id, _, .small) = operand else { return }
    let names = inputNames(behind: id)
    guard !names.isEmpty else { return }
    let one = names.count == 1
    throw ImportError(
      .needsBinding(names),
      "the value\(one ? "" : "s") of the input\(one ? "" : "s") \(names.quotedList) decide\(one ? "s" : "") the extents of "
        + "node \(node.quoted) (\(op.name)) and must be given, for example with --input \(names[0].shown)=value.npy")
  }

  /// Operators whose results have as many elements as their data say.
  private static let dataDependent: Set<String> = ["NonZero", "NonMaxSuppression", "Compress"]

  /// The inputs from which a tensor is computed, in the model's order.
  private func inputNames(behind id: TensorID) -> [String] {
    let links = draft.links()
    var seen: Set<TensorID> = [id]
    var queue = [id]
    while let next = queue.popLast() {
      guard let producer = links.producer(of: next) else { continue }
      for input in draft.nodes[producer].inputs where seen.insert(input).inserted { queue.append(input) }
    }
    return zip(draft.inputs, inputs).filter { seen.contains($0.0) }.map(\.1.name)
  }

  // MARK: Half precision

  /// The type of 16 bits to which a `Cast` converts; nil for everything else.
  private func narrowCast(_ op: GeneralOperator) -> ElementType? {
    guard op.name == "Cast", case .int(let code) = op.attributes["to"], let code32 = Int32(exactly: code),
      let type = ElementType(onnxDataType: code32), type.isNarrow
    else { return nil }
    return type
  }

  /// A cast to a type of 16 bits inside the graph rounds: to that type and back.
  private mutating func round(
    _ name: String, _ op: GeneralOperator, to type: ElementType, _ operands: [ImportedValue], outputs: [String]
  ) throws -> [ImportedValue] {
    let rounded = try cast("\(name).\(type.rawValue)", operands, attributes: op.attributes, output: "\(name).rounded")
    return [try castToFloat(name, rounded, output: outputs[0])]
  }

  /// A `Cast` to FP32 of a tensor of 16 bits.
  mutating func castToFloat(_ name: String, _ operand: ImportedValue, output: String) throws -> ImportedValue {
    try cast(
      name, [operand], attributes: ["to": .int(Int(ElementType.float32.onnxDataType))], output: output)
  }

  /// A `Cast` as the attributes say, also to a type of 16 bits.
  mutating func cast(
    _ name: String, _ operands: [ImportedValue], attributes: [String: GeneralOperator.Attribute], output: String
  ) throws -> ImportedValue {
    let op = GeneralOperator("Cast", opset: opset, attributes: attributes, slots: Array(operands.indices))
    if operands.contains(where: \.isDynamic) {
      return try appendDynamic(name, op, operands, outputs: [output])[0]
    }
    guard case .types(let types) = try infer(name, op, operands, outputCount: 1) else {
      throw OperatorError.unsupported("the type of a Cast cannot be inferred")
    }
    if let constants = try fold(name, op, operands, outputs: [output], types: types) { return constants[0] }
    return try append(name, op, operands, outputs: [output], types: types)[0]
  }
}

extension ImportedValue {
  /// The type of a constant or an activation; a scalar for anything else, which nobody asks.
  var type: TensorType {
    switch self {
    case .constant(let constant): constant.type
    case .activation(_, let type, _): type
    case .dynamic(_, let elementType): TensorType(elementType, [])
    case .unavailable: TensorType(.float32, [])
    }
  }

  /// The values of a constant that are in memory.
  var tensor: Tensor? {
    guard case .constant(let constant) = self else { return nil }
    return constant.tensor
  }

  var isDynamic: Bool {
    if case .dynamic = self { return true }
    return false
  }

  var hasSmallRoots: Bool {
    switch self {
    case .constant: true
    case .activation(_, _, let roots): roots == .small
    case .dynamic, .unavailable: false
    }
  }
}
