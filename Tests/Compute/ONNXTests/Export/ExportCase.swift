import Engines
import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import ONNX

/// A small graph that is built, exported, imported and run.
struct ExportCase: Sendable, CustomTestStringConvertible {
  /// What the test is called.
  let name: String
  /// The operators after export, import and passes; nil where they are those of the graph.
  let restored: [String]?
  /// Builds the graph for a batch.
  let build: @Sendable (_ batch: Int, inout GraphBuilder) throws -> TensorID

  init(
    _ name: String, restored: [String]? = nil, build: @escaping @Sendable (Int, inout GraphBuilder) throws -> TensorID
  ) {
    (self.name, self.restored, self.build) = (name, restored, build)
  }

  var testDescription: String { name }

  /// The graph for a batch.
  func graph(batch: Int = 1) throws -> ModelGraph {
    var builder = GraphBuilder(name: "exported")
    let output = try build(batch, &builder)
    return builder.build(outputs: [output])
  }
}

extension ModelGraph {
  /// The parameters that a test fills with reproducible numbers between -1 and 1.
  func seededParameters() throws -> ParameterStore {
    try ParameterStore(parameters) { info, values in
      var state = UInt64(info.name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }) | 1
      for index in values.indices { values[index] = next(&state) }
    }
  }

  /// Numbers between -1 and 1; whole numbers that serve as token ids, types and masks, which have something in each row.
  func seededInputs() throws -> [Tensor] {
    try inputs.enumerated().map { position, id in
      let info = self[id]
      guard info.elementType == .int32 else {
        var state = UInt64(position + 11)
        return try Tensor(.float32, info.shape, (0..<info.shape.count).map { _ in next(&state) })
      }
      let pattern: [Int32] = info.name == "mask" ? [1, 2, 0, 1, -3] : info.name == "types" ? [0, 1, 1] : [3, 9, 0, 6]
      return try Tensor(.int32, info.shape, (0..<info.shape.count).map { pattern[$0 % pattern.count] })
    }
  }

  /// What the reference engine makes of some inputs.
  func computed(_ parameters: ParameterStore, _ inputs: [Tensor]) throws -> [Float] {
    let engine = try #require(EngineRegistry.engine(named: "reference"))
    let model = try ExecutableModel(
      graph: self, parameters: parameters, engine: engine, precision: .fp32, team: ThreadTeam(unpinnedThreads: 1))
    for (place, tensor) in zip(model.inputs, inputs) {
      withExtendedLifetime(tensor) { place.copyMemory(from: tensor.bytes) }
    }
    model.run()
    return withExtendedLifetime(model) { Array(model.outputs[0]) }
  }

  /// The names of the operators in execution order.
  var operatorNames: [String] { nodes.map(\.op.name) }
}

/// The next number between -1 and 1 of a xorshift generator.
private func next(_ state: inout UInt64) -> Float {
  state ^= state << 13
  state ^= state >> 7
  state ^= state << 17
  return Float(state >> 40) / Float(1 << 23) - 1
}
