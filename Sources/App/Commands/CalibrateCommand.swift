import ArgumentParser
import Engines
import Harness
import ModelGraph
import NumericFormats
import Records
import Reports
import Topology
import Workloads

/// `assay calibrate`.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Chooses the ranges of a model's activations over calibration samples and writes them to a file.",
    discussion: """
      The file is what run, plan, infer and precision take with --calibration: JSON that names the model, the SHA-256 of its \
      weights, the method, the number of samples, and the range of every tensor that formats with scales hold. The ranges are \
      the same bits at any number of threads and on any CPU with FMA. Of eight or more samples given with --input the last \
      quarter chooses the ranges; the others are for measuring fidelity on.

      Examples:
        assay calibrate resnet50 --output resnet50.calibration.json
        assay calibrate minilm-l6 --calibration-method percentile:99.99 \\
          --calibration-samples 32 --output minilm.json
        assay calibrate model.onnx --input image=images.npy \\
          --output model.calibration.json
        assay run --workload resnet50 --precision int8 \\
          --calibration resnet50.calibration.json
      """)

  @Argument(help: ArgumentHelp("A workload, see assay list; or an ONNX file.", valueName: "model"))
  var model: String

  @OptionGroup var inputs: ModelInputOptions

  @OptionGroup var ranges: CalibrationOptions

  @Option(help: ArgumentHelp("Where the ranges go.", valueName: "file"))
  var output: String

  @Flag(help: "Replace an existing file at --output.")
  var overwrite = false

  @Option(help: "The number of threads, each on a core of its own.")
  var threads = 1

  @Flag(help: "Print what was written as JSON.")
  var json = false

  func run() throws {
    let method = try ranges.method.map(KnownNames.calibrationMethod) ?? .minMax
    let pus = try Topology.discover().placement(threads: threads)
    let file = try OutputFile(output, option: "--output")
    try OutputFile.requireDistinct([("--output", output)], from: [("the model", model)] + inputs.files)
    try OutputFile.requireNew(output, overwrite: overwrite)
    try file.requireWritable()
    let workload = try inputs.workload(model)
    let graph = try workload.graph(batch: 1)
    let samples = try CalibrationSamples.count(ranges.samples, of: workload)
    let parameters = try workload.parameters(for: graph)
    // Of files that any machine may use, all of s8.
    let limit = 127
    let calibration = try Calibration.measure(
      graph, parameters: parameters, team: ThreadTeam(pus: pus), samples: samples, method: method, integerLimit: limit
    ) { index, places in try workload.writeSample(index, of: .calibration, into: places) }
    let contents = CalibrationFile(
      calibration, model: workload.name, graph: graph, parameters: parameters, method: method, integerLimit: limit)
    try file.write(contents.encoded(path: output))
    if json { return try Terminal.write(json: contents) }
    let kept = (workload as? ONNXWorkload)?.samplesKeptFromCalibration ?? 0
    try Terminal.write(CalibrationReport(contents, path: output, kept: kept, style: Terminal.style).text)
  }
}
