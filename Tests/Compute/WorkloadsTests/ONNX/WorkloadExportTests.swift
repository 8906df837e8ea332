import Engines
import ModelGraph
import ONNX
import Tensors
import Testing

@testable import Workloads

/// The built-in workloads as files: what the importer makes of them is what was exported.
@Suite struct WorkloadExportTests {
  private func exported(_ workload: any Workload) throws -> ModelFile {
    let graph = try workload.graph(batch: 1)
    return try ModelFile(
      try ONNXExporter.model(
        of: graph, parameters: try workload.parameters(for: graph), isBatchSymbolic: true, producerVersion: "1"))
  }

  /// The operators whose spelling is only ONNX's: everything else is found again, in the same order.
  private static let spelled: [String: [String]] = [
    "embedding": ["Gather", "Gather", "Add"], "maskedSoftmax": ["softmax"],
  ]

  @Test(arguments: ["resnet-small", "bert-small", "minilm-small"], [1, 2])
  func everyFusedNodeComesBack(name: String, batch: Int) throws {
    let workload = try WorkloadRegistry.workload(named: name)
    let graph = try workload.graph(batch: batch)
    let file = try exported(workload)
    let imported = try ONNXWorkload(ModelSource(path: file.path)).graph(batch: batch)
    let isMask = Set(["Cast", "Where", "Unsqueeze"])
    let expected = graph.nodes.flatMap { Self.spelled[$0.op.name] ?? [$0.op.name] }
    let found = imported.nodes.map(\.op.name).filter { !isMask.contains($0) }
    #expect(found == expected)
    // One mask for all layers.
    #expect(imported.nodes.count - found.count == (expected.contains("softmax") ? 3 : 0))
    #expect(imported.multiplyAccumulates == graph.multiplyAccumulates)
    // With their attributes: windows, activations, heads, scales.
    #expect(
      imported.nodes.map(\.op).filter(\.isMultiplyAccumulate) == graph.nodes.map(\.op).filter(\.isMultiplyAccumulate))
  }

  /// The reference engine rounds an embedding's sum once, and the three look-ups that spell it twice.
  @Test(arguments: [
    ("resnet-small", "reference"), ("resnet-small", "openblas"), ("bert-small", "openblas"),
    ("minilm-small", "openblas"), ("resnet-small", "native"), ("bert-small", "native"), ("minilm-small", "native"),
  ])
  func computesTheSameBitForBit(name: String, engine: String) throws {
    let workload = try WorkloadRegistry.workload(named: name)
    let file = try exported(workload)
    let (built, imported) = (
      try WorkloadRunner(workload, engine: engine),
      try WorkloadRunner(try ONNXWorkload(ModelSource(path: file.path)), engine: engine)
    )
    for sample in 0..<3 {
      try workload.writeSample(sample, of: .evaluation, into: built.model.inputs)
      try workload.writeSample(sample, of: .evaluation, into: imported.model.inputs)
      built.model.run()
      imported.model.run()
      let expected = Array(built.model.outputs[0])
      #expect(Set(expected).count > 10, "the outputs say something")
      #expect(Array(imported.model.outputs[0]).map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }
}
