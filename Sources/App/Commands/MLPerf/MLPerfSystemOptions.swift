import ArgumentParser
import Harness
import LoadGen
import Serving

/// What is tested: a model, or a stand-in. Shared by the commands of `assay mlperf`.
struct MLPerfSystemOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("A workload (see assay list).", valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "A stand-in instead of a model: null, sleep:2ms, stall:every=1000,for=50ms ...; --system help lists them.",
      valueName: "words"))
  var system: String?

  @Option(help: ArgumentHelp("Samples of the library.", valueName: "n"))
  var totalSampleCount: Int?

  /// What user files call the model.
  var name: String { model ?? "stand-in" }

  /// What is tested, for the user.
  var description: String { model ?? "stand-in \(system ?? "")" }

  /// Makes the system on a thread of its own.
  ///
  /// - Parameter settings: what will be asked of it: how many samples have to be in memory.
  func bench(_ settings: TestSettings) throws -> TestBench {
    switch (model, system) {
    case (nil, nil):
      throw CommandFailure("Name a workload (see assay list), or a stand-in with --system.", exitCode: 64)
    case (.some, .some): throw CommandFailure("Give a workload or --system, not both.", exitCode: 64)
    case (nil, let words?): return try bench(StandIn(words), settings)
    case (let model?, nil): throw CommandFailure("\(model)?", exitCode: 70)
    }
  }

  private func bench(_ standIn: StandIn, _ settings: TestSettings) throws -> TestBench {
    let inMemory = settings.performanceSampleCount ?? Self.standInSamples
    let total = totalSampleCount ?? inMemory
    return try TestBench {
      try TestBench.Subject(
        system: standIn.system(),
        library: NamedLibrary(name: "stand-in", totalSampleCount: total, performanceSampleCount: inMemory))
    }
  }

  private static let standInSamples = 1024
}
