import CLinux
import Engines
import NumericFormats
import Placements
import Serving
import Synchronization
import Testing
import Workloads

@testable import Harness
@testable import LoadGen

/// Runs real models, small ones.
@Suite(.timeLimit(.minutes(10))) struct ServedModelTests {
  private static func layout(_ instances: Int) -> PlacementLayout {
    PlacementLayout(
      instances: Array(repeating: .init(pus: [0], nodes: []), count: instances), words: "compact", departures: [])
  }

  private func settings(
    _ workload: String, _ scenario: TestScenario, instances: Int = 1, maxBatch: Int = 4, maxWait: Int64 = 0,
    edit: (inout ServedModelSettings) -> Void = { _ in }
  ) throws -> ServedModelSettings {
    var settings = ServedModelSettings(
      workload: try KnownNames.workload(workload), layout: Self.layout(instances), scenario: scenario,
      policy: BatchPolicy(maxBatch: maxBatch, maxWait: maxWait))
    settings.sampleCount = 20
    edit(&settings)
    return settings
  }

  /// The response to each sample of queries, by sample.
  private func responses(_ model: ServedModel, queries: [[Int32]]) throws -> [Int32: [[UInt8]]] {
    let count = queries.joined().count
    let collector = ResponseCollector(
      clock: SystemClock(), latencies: try LatencyStore(capacity: 1024), bound: nil, room: 1024)
    var samples: [QuerySample] = []
    for index in queries.joined() {
      collector.open(UInt64(samples.count), index: index, due: 0, isLogged: true)
      samples.append(QuerySample(id: UInt64(samples.count), index: index))
    }
    collector.announce(UInt64(count))
    var begin = 0
    for query in queries {
      try samples[begin..<(begin + query.count)].withUnsafeBufferPointer { try model.system.issue($0, to: collector) }
      begin += query.count
    }
    model.system.flush()
    while collector.outstanding > 0 { clinux_sleep_ns(50_000) }
    #expect(collector.faults.errorCount == 0, "\(collector.faults.reasons)")
    return Dictionary(grouping: collector.responses, by: \.index).mapValues { $0.map(\.data) }
  }

  /// What the model itself makes of a sample alone.
  private func outputs(_ settings: ServedModelSettings, of index: Int) throws -> [UInt8] {
    let team = try ThreadTeam(pus: [0])
    let graph = try settings.workload.graph(batch: 1)
    let features = CPUFeatures.detect()
    let model = try Numerics(try KnownNames.engine(settings.engine), settings.precision).model(
      graph, parameters: { try settings.workload.parameters(for: graph) }, calibration: nil, team: team,
      features: features, caches: CacheSizes(of: [0], in: nil))
    try settings.workload.writeSample(index, of: .evaluation, into: model.inputs)
    model.run()
    return model.outputViews.flatMap { Array($0.bytes) }
  }

  @Test(arguments: ["resnet-small", "bert-small"], TestScenario.allCases)
  func responsesAreTheModelsOutputs(workload: String, scenario: TestScenario) throws {
    let settings = try settings(workload, scenario, instances: scenario == .server ? 2 : 1)
    let model = try ServedModel(settings)
    try model.library.load((0..<20).map { $0 })
    let size = scenario == .multiStream ? 8 : 1
    // Batches of 7 have parts of 4, 2 and 1.
    let queries: [[Int32]] =
      scenario == .offline
      ? [[0, 1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11]]
      : (0..<2).map { query in (0..<Int32(size)).map { $0 + Int32(query * size) } }
    let found = try responses(model, queries: queries)
    #expect(found.count == Set(queries.joined()).count)
    for (index, all) in found {
      let expected = try outputs(settings, of: Int(index))
      #expect(all == [expected], "sample \(index)")
    }
    #expect(model.description.responseBytes == found.values.first?.first?.count)
    #expect((model.batcher == nil) == (scenario == .singleStream || scenario == .multiStream))
  }

  @Test func descriptionsSayWhatIsServed() throws {
    let model = try ServedModel(try settings("resnet-small", .server, instances: 2, maxBatch: 6))
    let description = model.description
    #expect(description.batchSizes == [1, 2, 4])
    #expect(description.instances == [[0], [0]])
    #expect(description.memory.count == 2)
    #expect(description.sampleBytes == 3 * 64 * 64 * 4)
    #expect(description.sampleCount == 20)
    #expect(!description.isInline)
    #expect(description.name == "resnet-small fp32, native, 2 x 1 threads, batches up to 4")
    #expect(model.system.name == description.name)
    #expect(model.batcher?.policy.maxBatch == 4)
  }

  @Test func batchSizesShareTheirWeights() throws {
    let one = try ServedModel(try settings("bert-small", .offline, maxBatch: 1)).description.memory[0]
    let many = try ServedModel(try settings("bert-small", .offline, maxBatch: 16)).description.memory[0]
    #expect(many.activations > 10 * one.activations)
    // Five models; what is not packed, such as embeddings and biases, each has for itself.
    #expect(many.weights < 4 * one.weights)
  }

  @Test func lowerPrecisionsAreServed() throws {
    var progress: [ServingProgress] { seen.withLock { $0 } }
    let seen = Mutex<[ServingProgress]>([])
    guard try KnownNames.engine("native").execution(of: .int8, on: .detect()) == .native else { return }
    let settings = try settings("resnet-small", .offline) {
      $0.precision = .int8
      $0.calibrationSamples = 3
    }
    let model = try ServedModel(settings) { step in seen.withLock { $0.append(step) } }
    try model.library.load([0, 1])
    let found = try responses(model, queries: [[0, 1, 0]])
    #expect(found[0]?.count == 2)
    #expect(found[0]?[0] == found[0]?[1])
    #expect(found[0]?[0] != found[1]?[0])
    #expect(model.description.calibrationSamples == 3)
    #expect(
      progress.prefix(4) == [
        .parameters, .calibration(sample: 0, of: 3), .calibration(sample: 1, of: 3),
        .calibration(sample: 2, of: 3),
      ])
    #expect(progress.contains(.preparation(instance: 0, batch: 4)))
    #expect(progress.last == .sample(1, of: 2))
  }

  @Test(arguments: [TestScenario.multiStream, .server])
  func samplesThatAreNotLoadedFail(scenario: TestScenario) throws {
    let model = try ServedModel(try settings("resnet-small", scenario, maxBatch: 4, maxWait: 1_000_000_000))
    try model.library.load([0, 1, 2, 3, 4])
    let collector = ResponseCollector(
      clock: SystemClock(), latencies: try LatencyStore(capacity: 1024), bound: nil, room: 1024)
    // 4 together are good; the fifth is not.
    let samples = [0, 1, 2, 3, 9].enumerated().map { QuerySample(id: UInt64($0.offset), index: $0.element) }
    for sample in samples { collector.open(sample.id, index: sample.index, due: 0, isLogged: false) }
    collector.announce(5)
    try samples.withUnsafeBufferPointer { try model.system.issue($0, to: collector) }
    model.system.flush()
    while collector.outstanding > 0 { clinux_sleep_ns(50_000) }
    #expect(collector.completed == 4)
    #expect(collector.faults.failed == 1)
    #expect(collector.faults.duplicates == 0)
    #expect(collector.faults.reasons == ["sample 9 of resnet-small is not loaded"])
  }

  @Test func whatCannotBeServedIsRefused() throws {
    func reason(_ settings: ServedModelSettings) -> String? {
      do { _ = try ServedModel(settings) } catch let error as ServingError { return error.reason } catch {
        return "\(error)"
      }
      return nil
    }
    #expect(try reason(settings("resnet-small", .singleStream, instances: 2))?.contains("place one instance") == true)
    #expect(try reason(settings("resnet-small", .server, maxBatch: 2000))?.contains("at most 1024") == true)
    #expect(
      try reason(settings("resnet-small", .server) { $0.layout = Self.layout(0) })?.contains("without threads") == true)
    #expect(try reason(settings("resnet-small", .server) { $0.engine = "nativ" })?.contains("native") == true)
    #expect(try reason(settings("resnet-small", .server) { $0.sampleCount = 0 })?.contains("0 were asked") == true)
  }
}
