import ONNX
import Tensors
import Testing

@testable import Reports

@Suite struct InspectReportTests {
  /// A convolution with what passes fuse into it, over images whose size is open.
  private static func model(last: String = "Relu") throws -> ONNXModel {
    let kernel = try Tensor(.float32, [4, 3, 3, 3], [Float](repeating: 0.5, count: 108))
    let rows = try Tensor(.float32, [4], [Float](repeating: 1, count: 4))
    return ONNXModel(
      irVersion: 8, opsets: ["": 17], producerName: "maker", producerVersion: "1.2",
      graph: ONNXGraph(
        name: "small",
        inputs: [
          ONNXValueInfo(
            name: "image", elementType: .float32, dims: [.symbol("n"), .fixed(3), .symbol("height"), .symbol("width")])
        ], outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)],
        initializers: [ONNXTensor(name: "kernel", kernel), ONNXTensor(name: "rows", rows)],
        nodes: [
          ONNXNode(
            name: "conv", opType: "Conv", inputs: ["image", "kernel"], outputs: ["c"],
            attributes: ["pads": .ints([1, 1, 1, 1])]),
          ONNXNode(
            name: "norm", opType: "BatchNormalization", inputs: ["c", "rows", "rows", "rows", "rows"], outputs: ["b"]),
          ONNXNode(name: "end", opType: last, inputs: ["b"], outputs: ["y"]),
        ]))
  }

  private static func inspection(shape: String?, last: String = "Relu") throws -> ONNXInspection {
    let model = try Self.model(last: last)
    var options = ImportOptions()
    if let shape { try options.addShape(shape, for: model) }
    return try ONNXInspection(model, options: options)
  }

  @Test(arguments: [("image=1x3x16x8", "fixed"), (nil, "open")])
  func report(shape: String?, name: String) throws {
    let inspection = try Self.inspection(shape: shape)
    let report = InspectReport(inspection, path: "small.onnx", style: ReportStyle(width: 90))
    try expectSnapshot(report.text, "inspect-\(name)-90")
    #expect(report.text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 90 })
    #expect(inspection.exitCode == 0)
  }

  /// Asking for shapes of a model that no shape makes run would waste the user's time.
  @Test func whatIsNotSupportedIsSaidBeforeShapesAreAskedFor() throws {
    let inspection = try Self.inspection(shape: nil, last: "If")
    #expect(inspection.exitCode == 69)
    try expectSnapshot(
      InspectReport(inspection, path: "small.onnx", style: ReportStyle(width: 90)).text, "inspect-unsupported-90")
  }

  @Test func whatIsWrongHasItsExitCode() throws {
    #expect(try Self.inspection(shape: "image=1x3x2x8", last: "MatMul").exitCode == 65)
    #expect(try Self.inspection(shape: "image=1x4x2x8").exitCode == 64)
  }
}
