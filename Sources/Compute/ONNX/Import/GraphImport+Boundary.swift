import GraphPasses
import ModelGraph
import Operators
import Tensors

extension GraphImport {
  /// Inputs of at most so many elements count as shapes, lengths and the like, not as data.
  private static let smallInput = 64

  // MARK: Inputs

  /// Declares the graph's inputs; bound ones become constants, narrow ones are widened by a `Cast`.
  mutating func addInputs() throws {
    let resolved = try InputShapes(model, options).resolve()
    let isGiven = !options.shapes.isEmpty || !options.symbols.isEmpty || options.batch ?? 1 > 1
    activationLimit = Self.activationLimit(
      modelBytes: Self.byteCount(of: model),
      givenBytes: isGiven ? resolved.reduce(0) { $0.addingSaturated($1.byteCount) } : 0)
    for (info, type) in zip(model.graph.inputs, resolved) {
      if let tensor = options.bindings[info.name] {
        boundInputs.append(info.name)
        values[info.name] = .constant(ImportedConstant(name: info.name, .tensor(try tensor.widened())))
        continue
      }
      guard type.byteCount <= activationLimit else {
        throw ImportError(
          isGiven ? .options : .malformed,
          "input \(info.name.quoted) of type \(type) would take \(type.byteCount) bytes; more than \(activationLimit) are not "
            + "believed of this model unless --shape says its inputs' extents")
      }
      let id = draft.addInput(info.name, type)
      inputs.append(ImportedModel.Port(name: info.name, type: type))
      let roots = type.shape.count <= Self.smallInput ? ImportedRoots.small : .large
      let value = ImportedValue.activation(id, type, roots)
      values[info.name] =
        type.elementType.isNarrow
        ? try castToFloat(unusedNodeName("\(info.name).float32"), value, output: "\(info.name).float32") : value
    }
  }

  // MARK: Outputs

  /// The names of all outputs: the model's own, then the taps.
  func outputNames() throws(ImportError) -> [String] {
    var names = model.graph.outputs.map(\.name)
    guard !options.taps.isEmpty else { return names }
    var known = Set(model.graph.inputs.map(\.name))
    known.formUnion(model.graph.initializers.map(\.name))
    var listed = Set(names)
    var byNode: [String: String] = [:]
    for node in model.graph.nodes {
      known.formUnion(node.outputs)
      byNode[node.name] = node.outputs.first { !$0.isEmpty }
    }
    for tap in options.taps {
      guard !tap.isEmpty, let name = known.contains(tap) ? tap : byNode[tap] else {
        throw ImportError(.options, "the model has no tensor or node \(tap.quoted) to tap")
      }
      if listed.insert(name).inserted { names.append(name) }
    }
    return names
  }

  /// The element type that the file declares for an output or an inner tensor.
  func declaredType(of name: String) -> ElementType? {
    (declaredOutputs[name] ?? model.graph.valueInfos[name] ?? declaredInputs[name])?.elementType
  }

  /// Makes outputs of the named values: each a tensor of its own that some node writes, of the declared type.
  mutating func addOutputs(_ names: [String]) throws {
    var taken = Set(draft.inputs)
    for name in names {
      guard let value = values[name] else {
        throw ImportError(.malformed, "nothing makes the output \(name.quoted)")
      }
      var result = value
      if narrowOutputs.contains(name), let type = declaredType(of: name) {
        narrowOutputs.remove(name)
        let attributes = ["to": GeneralOperator.Attribute.int(Int(type.onnxDataType))]
        result = try copy("Cast", named: "\(name).\(type.rawValue)", attributes, value, output: name)
      } else if case .constant = value {
        result = try copy("Identity", named: "\(name).output", [:], value, output: name)
      } else if case .activation(let id, _, _) = value, !taken.insert(id).inserted {
        result = try copy("Identity", named: "\(name).output", [:], value, output: name)
      }
      try addOutput(name, result)
    }
  }

  /// A node that gives an output its own tensor.
  private mutating func copy(
    _ operatorName: String, named name: String, _ attributes: [String: GeneralOperator.Attribute],
    _ value: ImportedValue, output: String
  ) throws -> ImportedValue {
    let op = GeneralOperator(operatorName, opset: opset, attributes: attributes, slots: [0])
    let node = unusedNodeName(name)
    if value.isDynamic { return try appendDynamic(node, op, [value], outputs: [output])[0] }
    guard case .types(let types) = try infer(node, op, [value], outputCount: 1) else {
      throw OperatorError.unsupported("the type of output \(output.quoted) cannot be inferred")
    }
    return try append(node, op, [value], outputs: [output], types: types)[0]
  }

  private mutating func addOutput(_ name: String, _ value: ImportedValue) throws(ImportError) {
    let declared = declaredOutputs[name]
    let type = value.type
    if let wanted = declared?.elementType, wanted != type.elementType {
      throw ImportError(
        .malformed,
        "output \(name.quoted) is declared as \(wanted.rawValue) and the nodes make \(type.elementType.rawValue) of it")
    }
    switch value {
    case .activation(let id, let type, _):
      if let declared, let dims = declared.dims, !type.shape.fits(dims) {
        warnings.append(
          "Output \(name.quoted) is declared as \(dims.map(\.description).joined(separator: "x")) "
            + "and has the extents \(type.shape.rank == 0 ? "of a scalar" : type.shape.description).")
      }
      draft.outputs.append(id)
      outputs.append(ImportedModel.Port(name: name, type: type))
    case .dynamic(let place, let elementType):
      draft.outputs.append(dynamicPart.output(place, in: &draft))
      outputs.append(ImportedModel.Port(name: name, type: TensorType(elementType, []), isDynamic: true))
    case .constant, .unavailable:
      throw ImportError(.malformed, "output \(name.quoted) is not computed by any node")
    }
  }
}

extension Shape {
  /// Whether the extents are what a file declares, as far as it does.
  fileprivate func fits(_ declared: [ONNXValueInfo.Dimension]) -> Bool {
    rank == declared.count
      && zip(dims, declared).allSatisfy { extent, dimension in
        if case .fixed(let wanted) = dimension { return wanted == extent }
        return true
      }
  }
}
