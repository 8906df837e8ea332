import GraphPasses
import ModelGraph
import Operators
import Tensors

/// Writes drafts as importers do: general nodes whose types the operator library infers.
struct TestDraft {
  var draft = GraphDraft(name: "test")
  private var count = 0

  mutating func input(_ dims: Int..., elementType: ElementType = .float32) -> TensorID {
    draft.addInput("input\(draft.inputs.count)", TensorType(elementType, Shape(dims)))
  }

  /// FP32 values, loaded late as from a file.
  mutating func floats(_ dims: [Int], _ values: [Float]) -> TensorID {
    let type = TensorType(.float32, Shape(dims))
    precondition(type.shape.count == values.count)
    return constant(.deferred(type) { try Tensor(.float32, type.shape, values) })
  }

  mutating func scalar(_ value: Float) -> TensorID { floats([], [value]) }

  mutating func integers(_ values: [Int64]) -> TensorID {
    constant(.deferred(TensorType(.int64, [values.count])) { try Tensor(.int64, [values.count], values) })
  }

  mutating func index(_ value: Int64) -> TensorID {
    constant(.deferred(TensorType(.int64, [])) { try Tensor(.int64, [], [value]) })
  }

  mutating func bytes(_ dims: [Int], _ values: [Int8]) -> TensorID {
    constant(.deferred(TensorType(.int8, Shape(dims))) { try Tensor(.int8, Shape(dims), values) })
  }

  mutating func bytes(_ dims: [Int], _ values: [UInt8]) -> TensorID {
    constant(.deferred(TensorType(.uint8, Shape(dims))) { try Tensor(.uint8, Shape(dims), values) })
  }

  /// Weights between -1 and 1.
  mutating func weights(_ dims: Int..., offset: Float = 0) -> TensorID {
    count += 1
    return floats(dims, seeded(Shape(dims).count, seed: count).map { $0 + offset })
  }

  mutating func constant(_ constant: Constant) -> TensorID {
    draft.addConstant("constant\(draft.parameters.count)", constant)
  }

  /// A node with one result.
  mutating func node(
    _ op: String, _ inputs: TensorID?..., opset: Int = 17, attributes: [String: GeneralOperator.Attribute] = [:]
  ) throws -> TensorID {
    try nodes(op, inputs, opset: opset, attributes: attributes, outputs: 1)[0]
  }

  /// A node with several results.
  mutating func nodes(
    _ op: String, _ inputs: [TensorID?], opset: Int = 17, attributes: [String: GeneralOperator.Attribute] = [:],
    outputs: Int
  ) throws -> [TensorID] {
    let general = GeneralOperator(
      op, opset: opset, attributes: attributes, slots: inputs.indices.filter { inputs[$0] != nil })
    let given = inputs.compactMap { $0 }
    // Types depend on small values only.
    let values = try given.map { id in
      try draft.constant(id).flatMap { $0.type.byteCount <= 1 << 16 ? try $0.tensor() : nil }
    }
    let operands = zip(given, values).map { id, value in
      value.map { Operand($0) } ?? Operand(type: draft[id].type, address: nil, hasValue: false)
    }
    let name = "\(op)\(draft.nodes.count)"
    let call = OperatorCall(
      node: name, op: general, operands: operands, outputCount: outputs, resources: Resources())
    let types = try withExtendedLifetime(values) { try OperatorLibrary.definition(of: op).outputTypes(call) }
    let results = types.enumerated().map { draft.addTensor($0 == 0 ? name : "\(name).\($0)", $1) }
    draft.append(Node(name: name, op: .general(general), inputs: given, outputs: results, origins: [name]))
    return results
  }
}

/// Reproducible numbers between -1 and 1.
func seeded(_ count: Int, seed: Int) -> [Float] {
  var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1
  return (0..<count).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(state >> 40) / Float(1 << 23) - 1
  }
}
