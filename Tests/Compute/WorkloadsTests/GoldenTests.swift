import ModelGraph
import Tensors
import Testing

@testable import Workloads

/// The small variants against an independent implementation; see Tests/Fixtures/golden/README.md.
@Suite struct GoldenTests {
  private struct Record: Decodable {
    struct Parameter: Decodable {
      let name: String
      let shape: [Int]
      let fnv1a: String
    }
    let parameters: [Parameter]
    let evaluation: [[String]]
    let calibration: [[String]]
    let outputs: [[Float]]
    let deviations: [String: Double]
  }

  private static let models = ["resnet-small", "bert-small", "minilm-small"]

  @Test(arguments: models) func hasTheSameWeightBits(model: String) throws {
    let golden = try Golden.load("\(model).json", as: Record.self)
    let workload = try WorkloadRegistry.workload(named: model)
    let graph = try workload.graph(batch: 1)
    let store = try workload.parameters(for: graph)
    #expect(Set(graph.parameters.map(\.name)) == Set(golden.parameters.map(\.name)))
    let expected = Dictionary(uniqueKeysWithValues: golden.parameters.map { ($0.name, $0) })
    for (index, parameter) in graph.parameters.enumerated() {
      #expect(parameter.shape.dims == expected[parameter.name]?.shape, "\(parameter.name)")
      let bytes = UnsafeRawBufferPointer(store[ParameterID(index: index)])
      #expect(checksum(bytes) == expected[parameter.name]?.fnv1a, "\(parameter.name)")
    }
  }

  @Test(arguments: models) func hasTheSameInputBits(model: String) throws {
    let golden = try Golden.load("\(model).json", as: Record.self)
    let workload = try WorkloadRegistry.workload(named: model)
    for (set, samples) in [(SampleSet.evaluation, golden.evaluation), (.calibration, golden.calibration)] {
      #expect(samples.count == 2)
      for (index, checksums) in samples.enumerated() {
        #expect(try WorkloadRunner.sample(index, of: set, workload).map(checksum) == checksums, "\(set) \(index)")
      }
    }
  }

  /// The golden values were computed in FP64. The oracle sums in FP64 and rounds each activation to FP32; OpenBLAS and our
  /// own kernels also sum in FP32. The largest error seen was 7e-7 of the largest output for the one and 4e-6 for the others
  /// (2026-11-21); 2e-5 allows for other orders of summation, and BF16 operands would cause 100 times as much.
  @Test(arguments: models, ["reference", "openblas", "native"])
  func computesTheSameOutputs(model: String, engine: String) throws {
    let golden = try Golden.load("\(model).json", as: Record.self)
    let workload = try WorkloadRegistry.workload(named: model)
    let whole = try WorkloadRunner(workload, engine: engine)
    // A step of several nodes shows only what it hands on.
    let apart = try WorkloadRunner(workload, engine: engine, fusesNodes: false)
    var values: [String: [Float]] = [:]
    #expect(golden.outputs.count == 2)
    for (index, expected) in golden.outputs.enumerated() {
      let observed = try apart.run(index) { node, result in
        if golden.deviations[node.name] != nil { values[node.name, default: []] += result }
      }
      for actual in [try whole.run(index), observed] {
        try #require(actual.count == expected.count)
        let scale = expected.map(abs).max() ?? 0
        let error = zip(actual, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(error <= 2e-5 * scale, "sample \(index): error \(error) beside values up to \(scale)")
      }
    }
    for (name, expected) in golden.deviations {
      let actual = WorkloadRunner.deviation(values[name] ?? [])
      #expect(abs(actual - expected) <= 1e-4 * expected, "\(name): \(actual) instead of \(expected)")
    }
  }

  private func checksum(_ bytes: some Sequence<UInt8>) -> String {
    let digits = String(SeededStream.fnv1a(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
