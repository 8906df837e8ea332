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

  @Option(
    help:
      "The precision: \(Precision.measurable.map(\.rawValue).joined(separator: ", ")) (default: \(usual.precision)).")
  var precision: String?

  @Option(help: "The engine: native or openblas (default: \(usual.engine)).")
  var engine: String?

  @OptionGroup var cap: MaxISAOption

  @Option(help: ArgumentHelp("Server and Offline: copies of the model, each with threads of its own.", valueName: "n"))
  var instances: Int?

  @Option(help: ArgumentHelp("Threads of each instance; all cores together unless given.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Where threads run, in the placement language; see assay placement --help (default: \(usual.placement)).",
      valueName: "words"))
  var placement: String?

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

  /// What a model is run with where nothing else is said; a stand-in has none of it.
  private static let usual = (
    precision: Precision.fp32.rawValue, engine: EngineRegistry.defaultEngine.name, placement: "compact"
  )

  /// What user files call the model.
  var name: String { model ?? "stand-in" }

  /// What is tested, for the user.
  var description: String {
    guard let model else { return "stand-in \(system ?? "")" }
    return "\(model) \(precision ?? Self.usual.precision)"
  }

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

  /// Whether a model is tested in FP32, which others are held against.
  var isReference: Bool {
    model != nil && (try? KnownNames.precision(precision ?? Self.usual.precision)) == .fp32
  }

  /// The same model in FP32; nil for stand-ins, and where it is in FP32 already.
  var fp32: MLPerfSystemOptions? {
    guard model != nil, !isReference else { return nil }
    var copy = self
    copy.precision = Precision.fp32.rawValue
    return copy
  }

  /// What the model's outputs decide.
  func scoring() throws -> Scoring {
    guard let model else { return .similarity }
    return try ModelArgument.workload(model, shapes: shape, inputs: input).scoring
  }

  private func standIn(_ standIn: StandIn, _ settings: TestSettings) throws -> TestBench {
    let given = [
      ("--precision", precision != nil), ("--engine", engine != nil), ("--max-isa", cap.maxISA != nil),
      ("--instances", instances != nil), ("--threads", threads != nil), ("--placement", placement != nil),
      ("--max-batch", maxBatch != nil), ("--max-wait", maxWait != nil), ("--shape", !shape.isEmpty),
      ("--input", !input.isEmpty),
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

  /// Where the model's threads run; nothing for a stand-in.
  func placedPUs(_ topology: Topology) throws -> Set<Int> {
    guard model != nil else { return [] }
    return Set(try layout(topology).instances.flatMap(\.pus))
  }

  private func layout(_ topology: Topology) throws -> PlacementLayout {
    let instances = instances ?? 1
    guard instances >= 1 else { throw CommandFailure("--instances must be at least 1.", exitCode: 64) }
    let words = PlacementRequest(
      words: placement ?? Self.usual.placement, instances: instances,
      threads: threads ?? max(1, topology.usableCores / instances), oversubscribe: false)
    return try Placer(topology).layout(words)
  }

  private func served(_ model: String, _ settings: TestSettings) throws -> ServedModelSettings {
    let isInline = settings.scenario == .singleStream || settings.scenario == .multiStream
    let batching = [("--max-batch", maxBatch != nil), ("--max-wait", maxWait != nil)].filter(\.1).map(\.0)
    if isInline, let first = batching.first {
      throw CommandFailure(
        "\(settings.scenario.rawValue) issues one query at a time, so nothing is batched; leave \(first) out.",
        exitCode: 64)
    }
    let layout = try layout(try Topology.discover())
    var served = ServedModelSettings(
      workload: try ModelArgument.workload(model, shapes: shape, inputs: input),
      precision: try KnownNames.precision(precision ?? Self.usual.precision),
      engine: try KnownNames.engine(engine ?? Self.usual.engine).name,
      layout: layout, scenario: settings.scenario)
    if let maxBatch { served.policy.maxBatch = maxBatch }
    if let maxWait { served.policy.maxWait = maxWait.nanoseconds }
    guard served.policy.maxBatch >= 1 else { throw CommandFailure("--max-batch must be at least 1.", exitCode: 64) }
    served.maxISA = cap.maxISA
    served.sampleCount = totalSampleCount
    served.performanceSampleCount = settings.performanceSampleCount
    return served
  }
}
