import Engines
import GraphPasses
import ModelGraph
import NumericFormats
import Operators
import Tensors
import Testing

/// What a draft of general nodes computes, node by node with the operator library.
func evaluate(_ draft: GraphDraft, inputs: [Tensor]) throws -> [Tensor] {
  var values: [TensorID: Tensor] = [:]
  for (id, tensor) in zip(draft.inputs, inputs) { values[id] = tensor }
  func value(_ id: TensorID) throws -> Tensor {
    if let known = values[id] { return known }
    return try #require(try draft.constant(id)?.tensor())
  }
  for node in draft.nodes {
    guard case .general(let op) = node.op else {
      Issue.record("\(node.name) is no general node")
      continue
    }
    let results = try OperatorLibrary.evaluate(
      node: node.name, op, inputs: try node.inputs.map(value), outputCount: node.outputs.count)
    for (id, result) in zip(node.outputs, results) { values[id] = result }
  }
  return try draft.outputs.map(value)
}

/// What the finished draft computes on the reference engine.
func run(_ draft: GraphDraft, inputs: [Tensor]) throws -> [Tensor] {
  let (graph, constants) = draft.compacted()
  let parameters = ParameterStore(try constants.map { try $0.tensor() })
  let engine = try #require(EngineRegistry.engine(named: "reference"))
  let model = try ExecutableModel(
    graph: graph, parameters: parameters, engine: engine, precision: .fp32, team: ThreadTeam(unpinnedThreads: 1))
  for (buffer, tensor) in zip(model.inputs, inputs) {
    withExtendedLifetime(tensor) { buffer.copyMemory(from: tensor.bytes) }
  }
  model.run()
  return try withExtendedLifetime(model) {
    try model.outputViews.map { view in
      try Tensor(TensorType(view.info.elementType, view.shape)) { $0.copyMemory(from: view.bytes) }
    }
  }
}

/// Inputs of the draft's types: FP32 between -1 and 1, whole numbers from 0 to 9, 8 bits of every value.
func seededInputs(_ draft: GraphDraft) throws -> [Tensor] {
  try draft.inputs.enumerated().map { index, id in
    let type = draft[id].type
    let values = seeded(type.shape.count, seed: 1000 + index)
    switch type.elementType {
    case .float32: return try Tensor(.float32, type.shape, values)
    case .int8: return try Tensor(.int8, type.shape, values.map { Int8($0 * 127) })
    case .uint8: return try Tensor(.uint8, type.shape, values.map { UInt8(($0 + 1) * 127) })
    case .bool: return try Tensor(.bool, type.shape, values.map { UInt8($0 > -0.5 ? 1 : 0) })
    case .int64: return try Tensor(.int64, type.shape, values.map { Int64(($0 + 1) * 4.99) })
    // Masks: many zeros, and numbers that are not 1.
    case .int32: return try Tensor(.int32, type.shape, values.map { Int32(max($0, 0) * 4.99) })
    default: throw OperatorError.unsupported("no test input of type \(type)")
    }
  }
}

/// Runs passes on a draft and expects these operators in this order afterwards, and the same results within `tolerance`
/// of the largest value; integers may differ by `steps`.
@discardableResult
func expectRewrite(
  _ test: TestDraft, outputs: [TensorID], by passes: [any GraphPass], to names: [String], tolerance: Double = 2e-6,
  steps: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
) throws -> GraphDraft {
  var draft = test.draft
  draft.outputs = outputs
  let before = draft
  _ = try GraphPasses.run(on: &draft, passes: passes)
  #expect(draft.nodes.map(\.op.name) == names, sourceLocation: sourceLocation)
  #expect(draft.outputs == before.outputs, "outputs keep their tensors", sourceLocation: sourceLocation)
  expectOrder(draft, sourceLocation)
  let origins = Set(before.nodes.map(\.name))
  for node in draft.nodes {
    #expect(!node.origins.isEmpty && origins.isSuperset(of: node.origins), sourceLocation: sourceLocation)
  }
  #expect(Set(draft.nodes.map(\.name)).count == draft.nodes.count, "names are unique", sourceLocation: sourceLocation)
  let inputs = try seededInputs(before)
  let (expected, actual) = (try evaluate(before, inputs: inputs), try run(draft, inputs: inputs))
  #expect(expected.count == actual.count, sourceLocation: sourceLocation)
  for (one, other) in zip(expected, actual) {
    try expectEqual(one, other, tolerance: tolerance, steps: steps, sourceLocation)
  }
  return draft
}

/// Expects that passes leave a draft as it is.
func expectUnchanged(
  _ test: TestDraft, outputs: [TensorID], by passes: [any GraphPass], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var draft = test.draft
  draft.outputs = outputs
  let before = draft.nodes
  let reports = try GraphPasses.run(on: &draft, passes: passes)
  #expect(reports.isEmpty, sourceLocation: sourceLocation)
  #expect(draft.nodes == before, sourceLocation: sourceLocation)
}

/// Every node reads what was written before it.
private func expectOrder(_ draft: GraphDraft, _ sourceLocation: SourceLocation) {
  var known = Set(draft.inputs)
  for node in draft.nodes {
    for id in node.inputs where draft[id].parameter == nil {
      #expect(known.contains(id), "\(node.name) reads \(draft[id].name)", sourceLocation: sourceLocation)
    }
    for id in node.outputs {
      #expect(known.insert(id).inserted, "\(draft[id].name) is written twice", sourceLocation: sourceLocation)
    }
  }
  for id in draft.outputs where draft[id].parameter == nil {
    #expect(known.contains(id), "nobody writes \(draft[id].name)", sourceLocation: sourceLocation)
  }
}

private func expectEqual(
  _ expected: Tensor, _ actual: Tensor, tolerance: Double, steps: Int, _ sourceLocation: SourceLocation
) throws {
  try #require(expected.type == actual.type, sourceLocation: sourceLocation)
  defer { withExtendedLifetime((expected, actual)) {} }
  switch expected.elementType {
  case .float32:
    let (left, right) = (expected.elements(as: Float.self), actual.elements(as: Float.self))
    let largest = left.reduce(0) { max($0, Double($1.magnitude)) }
    #expect(largest > 0 && largest.isFinite, "the results say something", sourceLocation: sourceLocation)
    let deviation = zip(left, right).map { abs(Double($0) - Double($1)) }.max() ?? 0
    #expect(deviation <= tolerance * largest, sourceLocation: sourceLocation)
  case .int8:
    let (left, right) = (expected.elements(as: Int8.self), actual.elements(as: Int8.self))
    #expect(Set(left).count > 3, "the results say something", sourceLocation: sourceLocation)
    #expect(zip(left, right).allSatisfy { abs(Int($0) - Int($1)) <= steps }, sourceLocation: sourceLocation)
  case .uint8:
    let (left, right) = (expected.elements(as: UInt8.self), actual.elements(as: UInt8.self))
    #expect(Set(left).count > 3, "the results say something", sourceLocation: sourceLocation)
    #expect(zip(left, right).allSatisfy { abs(Int($0) - Int($1)) <= steps }, sourceLocation: sourceLocation)
  default:
    #expect(expected.bytes.elementsEqual(actual.bytes), sourceLocation: sourceLocation)
  }
}
