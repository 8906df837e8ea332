import NumericFormats
import Testing
import Workloads

@testable import Engines

@Suite struct SharedPackingTests {
  private func model(
    _ name: String, batch: Int, _ precision: Precision, sharing: SharedWeights?, _ team: ThreadTeam
  ) throws -> ExecutableModel {
    let workload = try WorkloadRegistry.workload(named: name)
    let graph = try workload.graph(batch: batch)
    let engine = try #require(EngineRegistry.engine(named: "native"))
    let model = try ExecutableModel(
      graph: graph, parameters: workload.parameters(for: graph), engine: engine,
      numerics: NumericsAssignment(engine.contract(for: precision, on: .detect())), team: team, sharing: sharing)
    for sample in 0..<batch {
      let places = model.inputs.map { input in
        let bytes = input.count / batch
        return UnsafeMutableRawBufferPointer(rebasing: input[(sample * bytes)..<((sample + 1) * bytes)])
      }
      try workload.writeSample(sample, of: .evaluation, into: places)
    }
    return model
  }

  @Test(arguments: ["resnet-small", "bert-small"], [Precision.fp32, .bf16])
  func aSecondBatchSizePacksNothingAnew(name: String, precision: Precision) throws {
    let team = try ThreadTeam(unpinnedThreads: 1)
    let shared = SharedWeights()
    let first = try model(name, batch: 1, precision, sharing: shared, team)
    let packed = shared.byteCount
    let second = try model(name, batch: 4, precision, sharing: shared, team)
    #expect(packed > 0)
    #expect(shared.byteCount == packed)
    let alone = try model(name, batch: 4, precision, sharing: nil, team)
    #expect(second.memory.weights < alone.memory.weights)
    let elsewhere = try model(name, batch: 4, precision, sharing: SharedWeights(), team)
    for one in [first, second, elsewhere] { one.run() }
    #expect(second.outputValues == elsewhere.outputValues)
    // A sample's result does not depend on the batch.
    #expect(Array(second.outputValues.prefix(first.outputValues.count)) == first.outputValues)
  }

  @Test func otherNumericsShareNothing() throws {
    let team = try ThreadTeam(unpinnedThreads: 1)
    let shared = SharedWeights()
    _ = try model("bert-small", batch: 1, .fp32, sharing: shared, team)
    let packed = shared.byteCount
    let other = try model("bert-small", batch: 1, .bf16, sharing: shared, team)
    let alone = try model("bert-small", batch: 1, .bf16, sharing: nil, team)
    #expect(shared.byteCount == packed)
    other.run()
    alone.run()
    #expect(other.outputValues == alone.outputValues)
  }
}
