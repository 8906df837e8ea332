import Foundation
import Harness
import Workloads

/// An argument that names a built-in workload or the user's ONNX file.
enum ModelArgument {
  /// Whether a name means a file: it ends like one or there is one, and no workload is called so.
  static func isFile(_ model: String) -> Bool {
    if model.hasSuffix(".onnx") || model.contains("/") { return true }
    return !WorkloadRegistry.names.contains(model) && WorkloadRegistry.aliases[model] == nil
      && FileManager.default.fileExists(atPath: model)
  }

  /// The workload, built in or made from the file.
  ///
  /// - Parameters:
  ///   - shapes: `--shape` arguments, for files only.
  ///   - inputs: `--input` arguments, for files only.
  static func workload(_ model: String, shapes: [String], inputs: [String]) throws -> any Workload {
    let files = try TensorArguments.paths(inputs, option: "--input")
    if isFile(model) { return try ONNXWorkload(ModelSource(path: model, shapes: shapes, inputs: files)) }
    guard files.isEmpty else { throw CommandFailure("--input is for ONNX files.", exitCode: 64) }
    return try builtIn(model, shapes: shapes)
  }

  /// The built-in workload of that name, which takes no shapes.
  static func builtIn(_ name: String, shapes: [String]) throws -> any Workload {
    let workload = try KnownNames.workload(name)
    guard shapes.isEmpty else {
      throw CommandFailure("--shape is for ONNX files; \(workload.name) has its own shapes.", exitCode: 64)
    }
    return workload
  }
}
