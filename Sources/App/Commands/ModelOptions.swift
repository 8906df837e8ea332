import ArgumentParser
import Harness
import Records
import Workloads

/// Models that the user brings. Shared by `run` and `plan`.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An ONNX file to measure like a workload; may be repeated; see assay inspect.", valueName: "file"))
  var model: [String] = []

  @Option(
    help: ArgumentHelp(
      "Extents of an input of --model, or the value of a symbolic extent; may be repeated.",
      valueName: "name=1x3x224x224"))
  var shape: [String] = []

  @Option(
    help: ArgumentHelp(
      "Samples of an input of --model, along the first dimension; may be repeated. Others are made from a seed.",
      valueName: "name=x.npy"))
  var input: [String] = []

  /// The options that are given, as the user wrote them.
  var given: [String] {
    [("--model", model), ("--shape", shape), ("--input", input)].filter { !$0.1.isEmpty }.map(\.0)
  }

  /// The files that are read and what names them.
  var files: [OutputFile.Named] {
    get throws(CommandFailure) {
      let inputs = try TensorArguments.paths(input, option: "--input").sorted { $0.key < $1.key }
      return model.map { ("--model", $0) } + inputs.map { ("--input", $0.value) }
    }
  }

  /// The options that complete a record of these models.
  var again: String {
    (model.map { " --model \(UserModel.word($0))" } + input.map { " --input \(UserModel.word($0))" }).joined()
  }

  /// The models, read and imported.
  ///
  /// - Parameter recorded: the models of a record to complete; their shapes hold where none are given.
  func workloads(recorded: [UserModel] = []) throws -> [ONNXWorkload] {
    guard !model.isEmpty || (shape.isEmpty && input.isEmpty) else {
      throw CommandFailure("--shape and --input describe the inputs of a --model; give one.", exitCode: 64)
    }
    guard model.count < 2 || (shape.isEmpty && input.isEmpty) else {
      throw CommandFailure("--shape and --input go with one --model; measure these models one by one.", exitCode: 64)
    }
    let files = try TensorArguments.paths(input, option: "--input")
    return try model.map { path in
      guard !path.isEmpty else { throw CommandFailure("--model needs the path of an ONNX file.", exitCode: 64) }
      var source = ModelSource(path: path, shapes: shape, inputs: files)
      if shape.isEmpty, let known = recorded.first(where: { $0.workload == source.workloadName }) {
        source.shapes = known.shapes
      }
      return try ONNXWorkload(source)
    }
  }
}
