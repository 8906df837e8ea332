import ArgumentParser
import CLinux
import Engines
import Foundation
import Harness
import ModelGraph
import NumericFormats
import ONNX
import Records
import Tensors
import Topology
import Workloads

/// `assay infer`.
struct InferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Runs one inference and writes every output as a NumPy file, to compare with anything.",
    discussion: """
      MODEL is an ONNX file or a workload's name. Inputs that are not given take the workload's own sample; all inputs are \
      written too, as input.NAME.npy; inputs.json and outputs.json say which file, type and shape each name has. Inputs \
      whose values decide shapes are bound to what --input gives. INT8 ranges come from the very inputs that are run, \
      unless --calibration-input gives others, one sample of each input's own shape, or --calibration ranges that assay \
      calibrate chose; other precisions need none.

      Examples:
        assay infer resnet50.onnx --input image=image.npy --output-dir out
        assay infer model.onnx --shape tokens=1x128 --precision bf16 --threads 2 \\
          --output-dir out
        assay infer resnet50 --precision int8 \\
          --calibration resnet50.calibration.json --output-dir out
        assay infer minilm-l6 --sample 3 \\
          --tap encoder.layer.0.attention.output.LayerNorm --output-dir out --json
      """)

  @Argument(help: ArgumentHelp("An ONNX file, or a workload; see assay list.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("An input's values as a .npy file; may be repeated.", valueName: "name=file"))
  var input: [String] = []

  @Option(
    help: ArgumentHelp(
      "Extents of an ONNX model's input, or the value of a symbolic extent; may be repeated.", valueName: "name=1x3x8x8"
    ))
  var shape: [String] = []

  @Option(help: ArgumentHelp("INT8 ranges as assay calibrate wrote them.", valueName: "file"))
  var calibration: String?

  @Option(help: ArgumentHelp("Values to take INT8 ranges from; may be repeated.", valueName: "name=file"))
  var calibrationInput: [String] = []

  @Option(
    help: ArgumentHelp(
      "How INT8 ranges are chosen: \(CalibrationMethod.names); min-max unless given.", valueName: "method"))
  var calibrationMethod: String?

  @Option(help: ArgumentHelp("The workload's sample for inputs that are not given.", valueName: "n"))
  var sample = 0

  @Option(help: ArgumentHelp("The folder for the results; made if missing.", valueName: "folder"))
  var outputDir: String

  @Option(
    help: ArgumentHelp("Also write an inner tensor, by its or its node's name; may be repeated.", valueName: "name"))
  var tap: [String] = []

  @Option(help: "The precision: \(Precision.measurable.map(\.rawValue).joined(separator: ", ")).")
  var precision = Precision.fp32.rawValue

  @Option(help: "The engine: \(EngineRegistry.names.joined(separator: ", ")).")
  var engine = EngineRegistry.defaultEngine.name

  @Option(help: "The number of threads, each on a core of its own.")
  var threads = 1

  @OptionGroup var cap: MaxISAOption

  @Flag(help: "Run the graph as it was imported, without the passes that fuse its nodes.")
  var noPasses = false

  @Flag(help: "Print what was run and written as JSON.")
  var json = false

  func run() throws {
    let engine = try KnownNames.engine(engine)
    let precision = try KnownNames.precision(precision)
    let features = try KnownNames.features(cappedAt: cap.maxISA)
    let method = try calibrationMethod.map(KnownNames.calibrationMethod) ?? .minMax
    try requireEffect(at: precision)
    let file = try calibration.map { try CalibrationFile(path: $0) }
    let topology = try Topology.discover()
    let pus = try topology.placement(threads: threads)
    let caches = CacheSizes(of: pus, in: topology)
    let given = try TensorArguments.read(input, option: "--input")
    let ranges = try TensorArguments.read(calibrationInput, option: "--calibration-input")

    let clock = ContinuousClock()
    let start = clock.now
    let source = try InferenceSource(model: model, shapes: shape, given: given, taps: tap, runsPasses: !noPasses)
    let team = try ThreadTeam(pus: pus)
    let graph = source.graph
    let parameters = try source.parameters()
    let inputs = try source.inputs(given: given, sample: sample)
    var calibration: Calibration?
    if precision == .int8 {
      calibration =
        try file.map { try chosenRanges(of: $0, source, parameters) }
        ?? calibrate(
          graph, parameters, engine: engine, inputs: calibrationInputs(ranges, source, given: given), team, features,
          method)
    }
    let executable = try ExecutableModel(
      graph: graph, parameters: consume parameters, engine: engine, precision: precision, calibration: calibration,
      team: team, features: features, caches: caches, keeping: source.keptTensors)
    let loaded = clock.now
    Self.fill(executable.inputs, inputs)
    try InputCheck(executable).requireFinite(executable.inputs)
    executable.run()
    let finished = clock.now
    try executable.check()

    var folder = try OutputFolder(path: outputDir, inputs: filesRead)
    let named = zip(graph.inputs, inputs).map { (name: graph[$0].name, tensor: $1) }
    let inputFiles = try folder.write(named, prefix: "input.", index: "inputs.json")
    let outputFiles = try folder.write(source.outputs(of: executable), index: "outputs.json")
    let report = Report(
      model: model, precision: precision, execution: engine.execution(of: precision, on: features),
      contract: engine.contract(for: precision, on: features).name, engine: engine.name, isa: features.level.rawValue,
      blasCore: engine.name.hasPrefix("openblas") ? BLASLibrary.coreName : nil, pus: pus,
      loadSeconds: (loaded - start).seconds, firstInferenceSeconds: (finished - loaded).seconds,
      warnings: source.warnings, folder: outputDir, inputs: inputFiles, outputs: outputFiles)
    if json { return try Terminal.write(json: report) }
    try Terminal.write(report.text)
  }

  /// The files that are read and what names them; of a workload's name there is none.
  private var filesRead: [OutputFile.Named] {
    get throws(CommandFailure) {
      var files: [OutputFile.Named] = [("the model", model)]
      for (option, arguments) in [("--input", input), ("--calibration-input", calibrationInput)] {
        for path in try TensorArguments.paths(arguments, option: option).values.sorted() {
          files.append((option, path))
        }
      }
      return files + [("--calibration", calibration)]
    }
  }

  /// Refuses options that would do nothing: whoever gave them expects otherwise.
  private func requireEffect(at precision: Precision) throws(CommandFailure) {
    let given = [
      ("--calibration", calibration != nil), ("--calibration-input", !calibrationInput.isEmpty),
      ("--calibration-method", calibrationMethod != nil),
    ].filter(\.1).map(\.0)
    if precision != .int8, let first = given.first {
      throw CommandFailure(
        "\(first) is about INT8 ranges, which \(precision.rawValue) does not have; add --precision int8 or leave it out.",
        exitCode: 64)
    }
    if calibration != nil, given.count > 1 {
      throw CommandFailure("--calibration gives ranges that are chosen already; leave \(given[1]) out.", exitCode: 64)
    }
    if let calibration, calibration.contains("="), !FileManager.default.fileExists(atPath: calibration) {
      throw CommandFailure(
        "There is no calibration file \(calibration); values to take ranges from go with --calibration-input.",
        exitCode: 66)
    }
  }

  /// The ranges of a calibration file, which must be the model's.
  private func chosenRanges(
    of file: CalibrationFile, _ source: InferenceSource, _ parameters: ParameterStore
  ) throws -> Calibration {
    let path = calibration ?? ""
    try file.require(path, fits: source.workloadName, source.graph)
    try file.require(path, fits: parameters, of: source.graph)
    return file.calibration
  }

  /// The inputs that INT8 ranges come from: those of --calibration over those that are run.
  private func calibrationInputs(
    _ ranges: [String: Tensor], _ source: InferenceSource, given: [String: Tensor]
  ) throws -> [Tensor] {
    try source.inputs(given: given.merging(ranges) { $1 }, sample: sample)
  }

  private func calibrate(
    _ graph: ModelGraph, _ parameters: ParameterStore, engine: any Engine, inputs: [Tensor], _ team: ThreadTeam,
    _ features: CPUFeatures, _ method: CalibrationMethod
  ) throws -> Calibration {
    try Calibration.measure(
      graph, parameters: parameters, team: team, samples: 1, method: method,
      integerLimit: engine.integerLimit(on: features)
    ) { _, places in Self.fill(places, inputs) }
  }

  private static func fill(_ places: [UnsafeMutableRawBufferPointer], _ inputs: [Tensor]) {
    for (place, tensor) in zip(places, inputs) { place.copyMemory(from: tensor.bytes) }
  }

  /// What was run and written.
  private struct Report: Encodable {
    let model: String
    let precision: Precision
    let execution: Execution
    let contract: String
    let engine: String
    let isa: String
    /// Whose kernels OpenBLAS runs, as it chose them or as OPENBLAS_CORETYPE says; nil where nothing calls it.
    let blasCore: String?
    let pus: [Int]
    /// From opening the model to its being ready to run.
    let loadSeconds: Double
    /// The first inference, which also touches memory for the first time.
    let firstInferenceSeconds: Double
    let warnings: [String]
    let folder: String
    let inputs: [String: OutputFolder.File]
    let outputs: [String: OutputFolder.File]

    var text: String {
      var lines = [
        "\(Terminal.harmless(model)) · \(engine) · \(precision.rawValue) (\(execution.rawValue), \(contract)) · PUs \(pus)"
      ]
      lines += warnings.map { "Warning: \(Terminal.harmless($0))" }
      for file in (Array(inputs.values) + outputs.values).sorted(by: { $0.file < $1.file }) {
        let shape = file.shape.isEmpty ? "scalar" : file.shape.map(String.init).joined(separator: "x")
        lines.append(Terminal.harmless("\(folder)/\(file.file)  \(file.type.rawValue) \(shape)"))
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }
}

extension Duration {
  /// In seconds.
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
