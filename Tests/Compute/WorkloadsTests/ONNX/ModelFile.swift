import Foundation
import ONNX
import Tensors

/// A folder with a small model in it, gone with its owner.
final class ModelFile {
  let folder: URL
  let path: String

  init(_ model: ONNXModel, name: String = "user-model.onnx") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "assay-model-\(UUID().uuidString)")
    path = folder.appending(path: name).path
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try ONNXWriter().write(model, to: path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ tensor: Tensor, to name: String) throws -> String {
    let path = folder.appending(path: name).path
    try NPYFile.write(tensor, to: path)
    return path
  }

  /// One layer: x (n, 3) times w (3, 4).
  static func classifier(scale: Float = 1) throws -> ONNXModel {
    let weights = try Tensor(.float32, [3, 4], (0..<12).map { Float($0) * scale })
    return ONNXModel(
      irVersion: 8, opsets: ["": 17],
      graph: ONNXGraph(
        name: "g", inputs: [ONNXValueInfo(name: "x", elementType: .float32, dims: [.symbol("n"), .fixed(3)])],
        outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)],
        initializers: [ONNXTensor(name: "w", weights)],
        nodes: [ONNXNode(name: "product", opType: "MatMul", inputs: ["x", "w"], outputs: ["y"])]))
  }

  /// Rows of a table with 7 rows, times a mask, plus the type ids; of sequences whose length is open.
  static func lookup() throws -> ONNXModel {
    let table = try Tensor(.float32, [7], (0..<7).map { Float($0) })
    let open: [ONNXValueInfo.Dimension] = [.symbol("n"), .symbol("s")]
    return ONNXModel(
      irVersion: 8, opsets: ["": 17],
      graph: ONNXGraph(
        name: "g",
        inputs: [
          ONNXValueInfo(name: "input_ids", elementType: .int64, dims: open),
          ONNXValueInfo(name: "attention_mask", elementType: .int64, dims: open),
          ONNXValueInfo(name: "token_type_ids", elementType: .int64, dims: open),
        ], outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)],
        initializers: [ONNXTensor(name: "table", table)],
        nodes: [
          ONNXNode(name: "cast", opType: "Cast", inputs: ["input_ids"], outputs: ["ids"], attributes: ["to": .int(6)]),
          ONNXNode(name: "gather", opType: "Gather", inputs: ["table", "ids"], outputs: ["rows"]),
          ONNXNode(name: "mul", opType: "Mul", inputs: ["attention_mask", "token_type_ids"], outputs: ["m"]),
          ONNXNode(name: "float", opType: "Cast", inputs: ["m"], outputs: ["f"], attributes: ["to": .int(1)]),
          ONNXNode(name: "add", opType: "Add", inputs: ["rows", "f"], outputs: ["y"]),
        ]))
  }
}
