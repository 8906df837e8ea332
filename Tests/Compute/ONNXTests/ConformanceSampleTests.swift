import Engines
import Foundation
import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import ONNX

/// Small models of 117 operators, whose outputs ONNX Runtime computed; see `Tests/Fixtures/onnx/README.md`.
@Suite struct ConformanceSampleTests {
  /// Sums of at most 72 FP32 products in another order, and functions that are right to a few units in the last place.
  private static let tolerance = 1e-5

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/onnx/sample").path

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()

  @Test func theSampleIsThere() throws {
    var operators: Set<String> = []
    for name in Self.names {
      let model = try ONNXModel.read(path: "\(Self.folder)/\(name)/model.onnx")
      operators.formUnion(model.graph.nodes.map(\.opType))
    }
    #expect(operators.count == 117)
    #expect(operators.isSubset(of: ONNXImporter.operatorNames))
  }

  @Test(arguments: Self.names, ["reference", "openblas", "native"])
  func agreesWithONNXRuntime(_ name: String, _ engine: String) throws {
    let folder = "\(Self.folder)/\(name)"
    let file = try ONNXModel.read(path: "\(folder)/model.onnx")
    var inputs: [String: Tensor] = [:]
    for input in file.graph.inputs { inputs[input.name] = try NPYFile.read(path: "\(folder)/input.\(input.name).npy") }
    var expected: [String: Tensor] = [:]
    for output in file.graph.outputs {
      expected[output.name] = try NPYFile.read(path: "\(folder)/output.\(output.name).npy")
    }
    try #require(!expected.isEmpty)
    for runsPasses in [false, true] {
      for isa in ISALevel.availableOperatorTables {
        let way = "\(name), \(isa) \(runsPasses ? "with" : "without") passes"
        let outputs = try run(file, inputs, engine: engine, runsPasses: runsPasses, isa: isa)
        #expect(Set(outputs.keys) == Set(expected.keys), "\(way)")
        for (output, value) in expected {
          try expectEqual(value, try #require(outputs[output]), "\(output) of \(way)")
        }
      }
    }
  }

  /// Otherwise running the passes would say nothing of what they make.
  @Test(arguments: [
    ("attention", ["linear", "attentionScores", "softmax", "attentionContext", "layerNorm"]),
    ("residual-block", ["convolution"]),
    ("quantised-pairs", ["QLinearConv"]),
    ("convolutions", ["convolution"]),
    ("pools", ["maxPool", "globalAveragePool"]),
    ("products", ["matMul"]),
  ])
  func passesMakeEngineOperatorsOfIt(_ name: String, _ operators: [String]) throws {
    let imported = try ONNXImporter.makeModel(ONNXModel.read(path: "\(Self.folder)/\(name)/model.onnx"))
    #expect(Set(operators).subtracting(imported.operators) == [], "\(imported.operators)")
  }

  // MARK: Running

  private func run(
    _ file: ONNXModel, _ inputs: [String: Tensor], engine: String, runsPasses: Bool, isa: ISALevel
  ) throws -> [String: Tensor] {
    var options = ImportOptions()
    options.runsPasses = runsPasses
    let imported = try ONNXImporter.makeModel(file, options: options)
    let model = try ExecutableModel(
      graph: imported.graph, parameters: try imported.loadParameters(),
      engine: try #require(EngineRegistry.engine(named: engine)), precision: .fp32,
      team: ThreadTeam(unpinnedThreads: 2), features: isa.features)
    for (buffer, id) in zip(model.inputs, imported.graph.inputs) {
      let tensor = try #require(inputs[imported.graph[id].name])
      try #require(tensor.type == imported.graph[id].type)
      withExtendedLifetime(tensor) { buffer.copyMemory(from: tensor.bytes) }
    }
    model.run()
    try model.check()
    // The model owns the memory that its outputs are in.
    return try withExtendedLifetime(model) {
      var outputs: [String: Tensor] = [:]
      for (port, view) in zip(imported.outputs, model.outputViews) {
        outputs[port.name] = try Tensor(TensorType(view.info.elementType, view.shape)) {
          $0.copyMemory(from: view.bytes)
        }
      }
      return outputs
    }
  }

  private func expectEqual(_ expected: Tensor, _ actual: Tensor, _ what: String) throws {
    try #require(expected.type == actual.type, "\(what)")
    guard expected.elementType == .float32 else {
      let isEqual = withExtendedLifetime((expected, actual)) { expected.bytes.elementsEqual(actual.bytes) }
      #expect(isEqual, "\(what)")
      return
    }
    let (right, found) = (expected.copy(as: Float.self), actual.copy(as: Float.self))
    let largest = right.reduce(0) { max($0, $1.isFinite ? Double($1.magnitude) : 0) }
    let worst =
      zip(right, found).map { right, found in
        right == found || right.isNaN && found.isNaN ? 0 : abs(Double(right) - Double(found))
      }.max() ?? 0
    #expect(worst <= Self.tolerance * largest, "\(what) is off by \(worst)")
  }
}
