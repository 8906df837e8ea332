import ArgumentParser
import Records
import Workloads

/// The inputs of a model that an argument names. Shared by `attribute` and `calibrate`.
struct ModelInputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Extents of a file's input, or the value of a symbolic extent; may be repeated.", valueName: "name=1x3x8x8"))
  var shape: [String] = []

  @Option(
    help: ArgumentHelp(
      "Samples of a file's input, along the first dimension; may be repeated. Others are made from a seed.",
      valueName: "name=x.npy"))
  var input: [String] = []

  /// The files that are read and what names them.
  var files: [OutputFile.Named] {
    get throws(CommandFailure) {
      try TensorArguments.paths(input, option: "--input").values.sorted().map { ("--input", $0) }
    }
  }

  /// The options that complete figures of the same inputs.
  var again: String {
    (shape.map { " --shape \(UserModel.word($0))" } + input.map { " --input \(UserModel.word($0))" }).joined()
  }

  /// The workload of that name, or the user's ONNX file with these inputs.
  func workload(_ model: String) throws -> any Workload {
    try ModelArgument.workload(model, shapes: shape, inputs: input)
  }
}
