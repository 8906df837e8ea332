import Engines
import LoadGen
import NumericFormats
import Placements
import Serving
import Synchronization
import Workloads

/// A model behind everything that a load test needs: a system under test and a sample library.
///
/// SingleStream and MultiStream are computed by the thread that issues, which must be the one that made this; Server and
/// Offline by a dynamic batcher with one instance for each of the layout's.
public final class ServedModel {
  /// What is tested.
  public let system: any SystemUnderTest
  /// Where samples come from.
  public let library: ModelSampleLibrary
  /// What is served.
  public let description: ServedModelDescription

  /// The batcher, where there is one: its report says how samples waited.
  public var batcher: DynamicBatcher? { system as? DynamicBatcher }

  /// Reads and prepares the model; takes from seconds to minutes.
  ///
  /// - Parameter progress: told what happens, from several threads.
  /// - Throws: ``ServingError``, and whatever making the model or starting threads throws: each one sentence.
  public init(_ settings: ServedModelSettings, progress: @escaping @Sendable (ServingProgress) -> Void = { _ in })
    throws
  {
    try Self.check(settings)
    let library = try ModelSampleLibrary(
      settings.workload, total: settings.sampleCount, performance: settings.performanceSampleCount,
      bytes: settings.libraryBytes, progress: progress)
    let parts = try ServedModelParts(settings, progress: progress)
    // Whatever the environment asks of a library, every one of our threads calls it alone.
    try LibraryThreads(pus: parts.pus[0], blasThreads: 1, engine: parts.numerics.engine).start()
    var description = ServedModelDescription(
      workload: settings.workload.name, precision: settings.precision.rawValue,
      contract: parts.numerics.engine.contract(for: settings.precision, on: parts.features).name,
      engine: parts.numerics.engine.name, isa: parts.features.level.rawValue, isInline: settings.isInline,
      instances: parts.pus, batchSizes: parts.sizes, maxWait: settings.isInline ? 0 : settings.policy.maxWait,
      sampleBytes: library.sampleBytes, responseBytes: 0, isFP32Response: false,
      sampleCount: library.totalSampleCount,
      performanceSampleCount: library.performanceSampleCount, calibrationSamples: parts.calibration?.samples,
      memory: [])
    let name = description.name
    if settings.isInline {
      let instance = try InstanceModel(parts, instance: 0, library: library, progress: progress)
      system = InlineModelSystem(name: name, instance: instance)
      library.check = instance.inputCheck
      description.memory = [instance.facts]
      description.responseBytes = instance.responseBytes
      description.isFP32Response = instance.isFP32Response
    } else {
      let made = MadeInstances()
      system = try DynamicBatcher(name: name, policy: settings.policy, instances: parts.pus.count) { instance in
        let model = try InstanceModel(parts, instance: instance, library: library, progress: progress)
        made.add(model, number: instance)
        return model
      }
      library.check = made.inputCheck
      description.memory = made.memory
      description.responseBytes = made.responseBytes
      description.isFP32Response = made.isFP32Response
    }
    self.library = library
    self.description = description
  }

  /// What instances say of themselves from their threads.
  private final class MadeInstances: Sendable {
    private struct Facts {
      var memory: [Int: ServedModelDescription.Memory] = [:]
      var responseBytes = 0
      var isFP32Response = false
      var inputCheck: InputCheck?
    }

    private let facts = Mutex(Facts())

    func add(_ model: InstanceModel, number: Int) {
      facts.withLock {
        $0.memory[number] = model.facts
        $0.responseBytes = model.responseBytes
        $0.isFP32Response = model.isFP32Response
        $0.inputCheck = model.inputCheck
      }
    }

    var memory: [ServedModelDescription.Memory] {
      facts.withLock { facts in facts.memory.sorted { $0.key < $1.key }.map(\.value) }
    }

    var responseBytes: Int { facts.withLock { $0.responseBytes } }
    var isFP32Response: Bool { facts.withLock { $0.isFP32Response } }
    var inputCheck: InputCheck? { facts.withLock { $0.inputCheck } }
  }

  private static func check(_ settings: ServedModelSettings) throws(ServingError) {
    let count = settings.layout.instances.count
    guard count > 0, settings.layout.instances.allSatisfy({ !$0.pus.isEmpty }) else {
      throw ServingError(reason: "the placement has an instance without threads")
    }
    guard !settings.isInline || count == 1 else {
      throw ServingError(
        reason: "\(settings.scenario.rawValue) issues one query at a time, which one instance computes, and the "
          + "placement has \(count); place one instance")
    }
    guard settings.largestBatch <= ServedModelSettings.batchLimit else {
      throw ServingError(
        reason: "batches of \(settings.largestBatch) are too large; take at most \(ServedModelSettings.batchLimit)")
    }
  }
}
