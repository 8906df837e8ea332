import ArgumentParser
import Engines
import Harness
import LoadGen
import NumericFormats
import Placements
import Serving
import Topology
import Workloads

/// What is tested: a model, or a stand-in. Shared by the commands of `assay mlperf`.
struct MLPerfSystemOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("A workload (see assay list) or an ONNX file.", valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "A stand-in instead of a model: \(StandIn.forms.map(\.pattern).joined(separator: ", ")).", valueName: "words"))
  var system: String?

  @Option(help: "The precision: \(Precision.measurable.map(\.rawValue).joined(separator: ", ")).")
  var precision = Precision.fp32.rawValue

  @Option(help: "The engine: native or openblas.")
  var engine = EngineRegistry.defaultEngine.name

  @OptionGroup var cap: MaxISAOption

  @Option(help: ArgumentHelp("Server and Offline: copies of the model, each with threads of its own.", valueName: "n"))
  var instances: Int?

  @Option(help: ArgumentHelp("Threads of each instance; all cores together unless given.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp("Where threads run, in the placement language; see assay placement --help.", valueName: "words"))
  var placement = "compact"

  @Option(help: ArgumentHelp("Server and Offline: samples that are computed together at most.", valueName: "n"))
  var maxBatch: Int?

  @Option(help: ArgumentHelp("Server and Offline: how long a sample may wait for others.", valueName: "time"))
  var maxWait: TimeArgument?

  @Option(help: ArgumentHelp("Samples of the library.", valueName: "n"))
  var totalSampleCount: Int?

  @Option(help: ArgumentHelp("Extents of an ONNX model's input; may be repeated.", valueName: "name=1x3x8x8"))
  var shape: [String] = []

  @Option(help: ArgumentHelp("Values of an ONNX model's input; may be repeated.", valueName: "name=file"))
  var input: [String] = []

  /// What user files call the model.
  var name: String { model ?? "stand-in" }

  /// What is tested, for the user.
  var description: String { model ?? "stand-in \(system ?? "")" }

  /// The samples that a stand-in's library has unless something else is said: as many as MLPerf keeps of ImageNet.
  private static let standInSamples = ServedModelSettings.usualSampleCount

  /// Makes the system on a thread of its own.
  ///
  /// - Parameters:
  ///   - settings: what will be asked of it: which scenario, how many samples have to be in memory.
  ///   - progress: told what happens while a model is made, from several threads.
  func bench(_ settings: TestSettings, progress: @escaping @Sendable (ServingProgress) -> Void) throws -> TestBench {
    switch (model, system) {
    case (nil, nil):
      throw CommandFailure("Name a workload (see assay list), or a stand-in with --system.", exitCode: 64)
    case (.some, .some): throw CommandFailure("Give a workload or --system, not both.", exitCode: 64)
    case (nil, let words?): return try standIn(StandIn(words), settings)
    case (let model?, nil):
      let served = try served(model, settings)
      return try TestBench {
        let made = try ServedModel(served, progress: progress)
        return TestBench.Subject(system: made.system, library: made.library, description: made.description)
      }
    }
  }

  private func standIn(_ standIn: StandIn, _ settings: TestSettings) throws -> TestBench {
    let given = [
      ("--instances", instances != nil), ("--threads", threads != nil), ("--max-batch", maxBatch != nil),
      ("--max-wait", maxWait != nil), ("--shape", !shape.isEmpty), ("--input", !input.isEmpty),
    ].filter(\.1).map(\.0)
    guard given.isEmpty else {
      throw CommandFailure("A stand-in's words say how it behaves; leave \(given[0]) out.", exitCode: 64)
    }
    let total = totalSampleCount ?? settings.performanceSampleCount ?? Self.standInSamples
    let inMemory = min(settings.performanceSampleCount ?? Self.standInSamples, total)
    guard total >= 1, inMemory >= 1 else {
      throw CommandFailure("--total-sample-count and --performance-sample-count must be at least 1.", exitCode: 64)
    }
    // A stand-in that computes nothing has no reason to keep a call for longer than an answer may take.
    return try TestBench(patience: 0) {
      try TestBench.Subject(
        system: standIn.system(),
        library: NamedLibrary(name: "stand-in", totalSampleCount: total, performanceSampleCount: inMemory))
    }
  }

  private func served(_ model: String, _ settings: TestSettings) throws -> ServedModelSettings {
    let isInline = settings.scenario == .singleStream || settings.scenario == .multiStream
    let batching = [("--max-batch", maxBatch != nil), ("--max-wait", maxWait != nil)].filter(\.1).map(\.0)
    if isInline, let first = batching.first {
      throw CommandFailure(
        "\(settings.scenario.rawValue) issues one query at a time, so nothing is batched; leave \(first) out.",
        exitCode: 64)
    }
    let topology = try Topology.discover()
    let instances = instances ?? 1
    guard instances >= 1 else { throw CommandFailure("--instances must be at least 1.", exitCode: 64) }
    let words = PlacementRequest(
      words: placement, instances: instances, threads: threads ?? max(1, topology.usableCores / instances),
      oversubscribe: false)
    var served = ServedModelSettings(
      workload: try ModelArgument.workload(model, shapes: shape, inputs: input),
      precision: try KnownNames.precision(precision), engine: try KnownNames.engine(engine).name,
      layout: try Placer(topology).layout(words), scenario: settings.scenario)
    if let maxBatch { served.policy.maxBatch = maxBatch }
    if let maxWait { served.policy.maxWait = maxWait.nanoseconds }
    guard served.policy.maxBatch >= 1 else { throw CommandFailure("--max-batch must be at least 1.", exitCode: 64) }
    served.maxISA = cap.maxISA
    served.sampleCount = totalSampleCount
    served.performanceSampleCount = settings.performanceSampleCount
    return served
  }
}
