import Foundation
import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines
@testable import Workloads

/// Runs a workload's samples, one at a time, at FP32 on one unpinned thread.
///
/// Whoever looks at inner tensors wants every node in a step of its own: steps of several keep some results to themselves.
struct WorkloadRunner {
  let workload: any Workload
  let model: ExecutableModel

  init(
    _ workload: any Workload, engine name: String = EngineRegistry.defaultEngine.name, fusesNodes: Bool = true
  ) throws {
    self.workload = workload
    let engine = try #require(EngineRegistry.engine(named: name))
    let graph = try workload.graph(batch: 1)
    model = try ExecutableModel(
      graph: graph, parameters: try workload.parameters(for: graph), engine: engine, precision: .fp32,
      team: try ThreadTeam(unpinnedThreads: 1), fusesNodes: fusesNodes)
  }

  /// The outputs of a sample; `observe` sees every node's result while it is in memory.
  func run(
    _ index: Int, of set: SampleSet = .evaluation, observe: (Node, UnsafeBufferPointer<Float>) -> Void = { _, _ in }
  ) throws -> [Float] {
    try workload.writeSample(index, of: set, into: model.inputs)
    model.runNodeByNode { observe($0, model.values(of: $0.output)) }
    return Array(model.outputs[0])
  }

  /// The buffers that a sample is written into, filled, as bytes.
  static func sample(_ index: Int, of set: SampleSet, _ workload: any Workload) throws -> [[UInt8]] {
    let graph = try workload.graph(batch: 1)
    var buffers = graph.inputs.map { [UInt8](repeating: 0xFF, count: graph[$0].shape.count * 4) }
    let raw = buffers.indices.map { index in
      UnsafeMutableRawBufferPointer.allocate(byteCount: buffers[index].count, alignment: 64)
    }
    defer { raw.forEach { $0.deallocate() } }
    raw.forEach { _ = $0.initializeMemory(as: UInt8.self, repeating: 0xFF) }
    try workload.writeSample(index, of: set, into: raw)
    for index in buffers.indices { buffers[index] = Array(raw[index]) }
    return buffers
  }

  /// A sample's inputs as 32-bit integers.
  static func tokens(_ index: Int, of set: SampleSet, _ workload: any Workload) throws -> [[Int]] {
    try sample(index, of: set, workload).map { bytes in
      bytes.withUnsafeBytes { $0.bindMemory(to: Int32.self).map(Int.init) }
    }
  }

  static func deviation(_ values: some Collection<Float>) -> Double {
    var sum = 0.0
    var squares = 0.0
    for value in values {
      sum += Double(value)
      squares += Double(value) * Double(value)
    }
    let mean = sum / Double(values.count)
    return max(squares / Double(values.count) - mean * mean, 0).squareRoot()
  }
}

/// Files under Tests/Fixtures/golden.
enum Golden {
  static func load<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try JSONDecoder().decode(type, from: Data(contentsOf: tests.appending(path: "Fixtures/golden/\(name)")))
  }
}
