import ArgumentParser
import Engines
import Harness
import ModelGraph
import NumericFormats
import Records
import Reports
import Topology
import Workloads

/// `assay explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Shows which implementation runs each node of a model, what was fused into it, and why others declined.",
    discussion: """
      Examples:
        assay explain resnet50
        assay explain bert-base-384 --precision int8 --engine openblas --json
        assay explain model.onnx --shape tokens=1x128
      """)

  @Argument(help: ArgumentHelp("The workload, see assay list; or an ONNX file.", valueName: "workload|file"))
  var workload: String

  @Option(
    help: ArgumentHelp(
      "Extents of a file's input, or the value of a symbolic extent; may be repeated.", valueName: "name=1x3x8x8"))
  var shape: [String] = []

  @Option(help: ArgumentHelp("Values of a file's input that decide shapes; may be repeated.", valueName: "name=x.npy"))
  var input: [String] = []

  @Option(help: "The engine: \(EngineRegistry.names.joined(separator: ", ")).")
  var engine = EngineRegistry.defaultEngine.name

  @Option(help: "The precision: \(Precision.measurable.map(\.rawValue).joined(separator: ", ")).")
  var precision = Precision.fp32.rawValue

  @Option(help: "Samples per inference.")
  var batch = 1

  @Option(help: "The number of threads that the work is divided for.")
  var threads = 1

  @OptionGroup var cap: MaxISAOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let found = try ModelArgument.workload(workload, shapes: shape, inputs: input)
    let engine = try KnownNames.engine(engine)
    let precision = try KnownNames.precision(precision)
    guard (1...1024).contains(batch) else {
      throw PlanError(reason: "a batch of \(batch) samples is outside 1 to 1024")
    }
    let graph = try found.graph(batch: batch)
    let features = try KnownNames.features(cappedAt: cap.maxISA)
    guard RunFigure.threads.contains(threads) else {
      throw PlanError(reason: "\(threads) threads are outside \(RunFigure.threads)")
    }
    // Those of the threads that a run would take, as far as this machine has so many.
    let topology = try? Topology.discover()
    let caches = CacheSizes(of: (try? topology?.placement(threads: threads)) ?? [], in: topology)
    let assignments = try NodeAssignment.explain(
      graph, engine: engine, precision: precision,
      target: Target(features: features, threads: threads, caches: caches))
    let execution = engine.execution(of: precision, on: features)
    let contract = engine.contract(for: precision, on: features).name
    if json {
      return try Terminal.write(
        json: Output(
          workload: found.name, engine: engine.name, precision: precision, execution: execution, contract: contract,
          batch: batch, nodes: assignments))
    }
    try Terminal.write(
      ExplainReport(
        workload: found.name, engine: engine.name, precision: precision, execution: execution, contract: contract,
        batch: batch, assignments: assignments, style: Terminal.style
      ).text)
  }

  /// What `--json` prints.
  private struct Output: Encodable {
    let workload: String
    let engine: String
    let precision: Precision
    let execution: Execution
    let contract: String
    let batch: Int
    let nodes: [NodeAssignment]
  }
}
