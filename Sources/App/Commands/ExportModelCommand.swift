import ArgumentParser
import Harness
import ModelGraph
import ONNX
import Reports
import Workloads

/// `assay export-model`.
struct ExportModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-model",
    abstract: "Writes a built-in workload as an ONNX file that any runtime reads.",
    discussion: """
      Operator set \(ONNXExporter.opset). The first dimension is called batch, unless --batch fixes it. Models above 2 GB keep \
      their weights beside the file, in FILE.data; --external-data asks for that at any size.

      Examples:
        assay export-model resnet50 -o resnet50.onnx
        assay export-model bert-large-384 -o bert.onnx --batch 1
      """)

  @Argument(help: "The workload; see assay list.")
  var workload: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("Fix the batch to so many samples.", valueName: "n"))
  var batch: Int?

  @Flag(help: "Keep the weights beside the file, in FILE.data, whatever the model's size.")
  var externalData = false

  @Flag(help: "Replace an existing file.")
  var overwrite = false

  @Flag(help: "Print what was written as JSON.")
  var json = false

  func run() throws {
    let found = try KnownNames.workload(workload)
    if let batch, !(1...1024).contains(batch) {
      throw CommandFailure("A batch of \(batch) samples is outside 1 to 1024.", exitCode: 64)
    }
    // Whether there will be a file of weights is known only later.
    for file in [output, "\(output).data"] { try OutputFile.requireNew(file, overwrite: overwrite) }
    let graph = try found.graph(batch: batch ?? 1)
    let model = try ONNXExporter.model(
      of: graph, parameters: try found.parameters(for: graph), isBatchSymbolic: batch == nil,
      producerVersion: AssayVersion.current)
    let facts = try ONNXWriter(usesExternalData: externalData).write(model, to: output)
    let report = Report(
      workload: found.name, file: output, bytes: facts.byteCount, externalFiles: facts.externalFiles,
      externalBytes: facts.externalByteCount, opset: ONNXExporter.opset, nodes: model.graph.nodes.count)
    if json { return try Terminal.write(json: report) }
    let beside = facts.externalFiles.map { ", weights in \($0)" }.joined()
    try Terminal.write("\(output): \(found.name), \(model.graph.nodes.count) nodes, opset \(report.opset)\(beside)\n")
  }

  /// What was written.
  private struct Report: Encodable {
    let workload: String
    let file: String
    let bytes: Int
    let externalFiles: [String]
    let externalBytes: Int
    let opset: Int
    let nodes: Int
  }
}
