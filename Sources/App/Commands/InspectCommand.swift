import ArgumentParser
import ONNX
import Reports

/// `assay inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what an ONNX model holds, what it costs, and what of it is not supported.",
    discussion: """
      Costs need fixed shapes: open first extents count 1 as the batch, others must be given. Exit codes: 0 the model can be \
      run, perhaps with shapes that are still to be given; 64 usage, 65 damaged, 66 not found, 69 not supported.

      Examples:
        assay inspect resnet50.onnx
        assay inspect model.onnx --shape tokens=1x128 --json
        assay inspect --operators              every ONNX operator that is supported
      """)

  @Argument(help: ArgumentHelp("The ONNX file.", valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Extents of an input, or the value of a symbolic extent; may be repeated.", valueName: "name=1x3x8x8"))
  var shape: [String] = []

  @Option(
    help: ArgumentHelp(
      "An input's values as a .npy file, where they decide shapes; may be repeated.", valueName: "name=x.npy"))
  var input: [String] = []

  @Flag(help: "List the supported operators instead.")
  var operators = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if operators {
      guard model == nil, shape.isEmpty, input.isEmpty else {
        throw CommandFailure(
          "--operators lists what this build supports; leave the file and --shape out.", exitCode: 64)
      }
      if json { return try Terminal.write(json: ONNXImporter.operatorNames) }
      return try Terminal.write(ONNXImporter.operatorNames.joined(separator: "\n") + "\n")
    }
    guard let model else { throw CommandFailure("assay inspect needs an ONNX file.", exitCode: 64) }
    let file = try ONNXModel.read(path: model)
    var options = ImportOptions()
    for argument in shape { try options.addShape(argument, for: file) }
    options.bindings = try TensorArguments.read(input, option: "--input")
    let inspection = try ONNXInspection(file, options: options)
    if json {
      try Terminal.write(json: inspection)
    } else {
      try Terminal.write(InspectReport(inspection, path: model, style: Terminal.style).text)
    }
    if inspection.exitCode != 0 { throw ExitCode(inspection.exitCode) }
  }
}
