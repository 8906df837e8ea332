import Foundation
import ONNX
import Tensors
import Testing

@Suite struct ONNXInspectionTests {
  static let model = ModelMaker().input("x", .float32, [.symbol("n"), .fixed(4)])
    .constant("w", .float32, [4, 8], [Float](repeating: 1, count: 32)).constant(
      "b", .float32, [8], [Float](repeating: 0, count: 8)
    )
    .node("MatMul", ["x", "w"], ["p"]).node("Add", ["p", "b"], ["s"]).node("Relu", ["s"], ["y"])
    .output("y", .float32, [.symbol("n"), .unknown])

  @Test func describesAModelThatRuns() throws {
    var options = ImportOptions()
    options.runsPasses = false
    options.batch = 2
    let inspection = try ONNXInspection(Self.model.model, options: options)
    #expect(inspection.name == "small")
    #expect(inspection.producer == "maker 1")
    #expect(inspection.opsets == ["ai.onnx": 17])
    #expect(inspection.inputs.map(\.dims) == [["n", "4"]])
    #expect(inspection.outputs.map(\.dims) == [["n", "?"]])
    #expect(inspection.operators.map(\.name) == ["Add", "MatMul", "Relu"])
    #expect(inspection.operators.map(\.count) == [1, 1, 1])
    #expect(inspection.parameterElements == 40)
    #expect(inspection.parameterBytes == 160)
    #expect(inspection.problem == nil)
    let imported = try #require(inspection.imported)
    #expect(imported.multiplyAccumulates == 2 * 4 * 8)
    #expect(imported.activationBytes == 4 * (2 * 4 + 3 * 2 * 8))
    #expect(imported.inputs.map(\.type.shape) == [[2, 4]])
    #expect(imported.dynamicNodes == 0)
    let decoded = try JSONDecoder().decode(ONNXInspection.self, from: JSONEncoder().encode(inspection))
    #expect(decoded == inspection)
  }

  /// Figures beyond any machine stop at the largest integer instead of the process.
  @Test func costsOfAbsurdExtentsSaturate() throws {
    let open = [ONNXValueInfo.Dimension](repeating: .symbol("n"), count: 2)
    var maker = ModelMaker().input("a", .float32, open).input("b", .float32, open)
    for index in 0..<20 { maker = maker.node("MatMul", ["a", "b"], ["p\(index)"]).output("p\(index)") }
    var options = ImportOptions()
    options.symbols = ["n": 1 << 19]
    let inspection = try ONNXInspection(maker.model, options: options)
    #expect(inspection.imported?.multiplyAccumulates == 20 << 57 || inspection.imported?.multiplyAccumulates == .max)
    options.symbols = ["n": 1 << 18]
    #expect(try ONNXInspection(maker.model, options: options).imported?.multiplyAccumulates == 20 << 54)
  }

  @Test func countsWhatIsHeldInConstantNodes() throws {
    let tensor = ONNXTensor(name: "", try Tensor(.float16, [10], [UInt16](repeating: 0, count: 10)))
    let inspection = try ONNXInspection(
      ModelMaker().input("x", .float16, [.fixed(10)]).node("Constant", [], ["c"], ["value": .tensor(tensor)])
        .node("Add", ["x", "c"], ["y"]).output("y", .float16).model)
    #expect(inspection.parameterElements == 10)
    #expect(inspection.parameterBytes == 20)
  }

  @Test func listsWhatIsNotSupported() throws {
    let inspection = try ONNXInspection(
      ModelMaker().input("x", .float32, [.fixed(1)]).node("Loop", ["x"], ["a"]).node("Loop", ["x"], ["b"])
        .node("Fancy", ["x"], ["c"], domain: "com.other").node("Sum", ["a", "b", "c"], ["y"]).output("y").model)
    #expect(inspection.imported == nil)
    #expect(inspection.unsupported.map(\.name) == ["Loop", "com.other.Fancy"])
    #expect(inspection.unsupported.map(\.count) == [2, 1])
    #expect(inspection.problem?.contains("Loop") == true)
    #expect(inspection.operators.map(\.name) == ["Loop", "Sum", "com.other.Fancy"])
  }

  @Test func saysWhatMustBeGiven() throws {
    let inspection = try ONNXInspection(DynamicPartTests.reshape.model)
    #expect(inspection.inputsToBind == ["target"])
    #expect(inspection.imported == nil)
    #expect(inspection.problem?.contains("'target'") == true)
    let open = try ONNXInspection(
      ModelMaker().input("x", .float32, [.fixed(1), .symbol("s")]).node("Relu", ["x"], ["y"]).output("y").model)
    #expect(open.problem?.contains("--shape x=1x8") == true)
  }

  @Test func describesWhatIsMalformed() throws {
    let inspection = try ONNXInspection(
      ModelMaker().input("x", .float32, [.fixed(2)]).constant("b", .float32, [3], [Float(1), 2, 3])
        .node("Add", ["x", "b"], ["y"]).output("y").model)
    #expect(inspection.problem != nil)
    #expect(inspection.imported == nil)
    #expect(inspection.parameterElements == 3)
  }

  @Test func countsDynamicNodes() throws {
    let imported = try #require(try ONNXInspection(DynamicPartTests.model.model).imported)
    #expect(imported.dynamicNodes == 3)
    #expect(imported.operators.map(\.name).contains("NonZero"))
    #expect(!imported.operators.map(\.name).contains("dynamic"))
  }
}
