import Foundation
import ModelGraph
import ONNX
import Tensors
import Testing

@testable import Workloads

@Suite struct ONNXWorkloadTests {
  /// The bytes of a sample's inputs.
  private func sample(_ index: Int, _ set: SampleSet = .evaluation, of workload: ONNXWorkload) throws -> [[UInt8]] {
    let buffers = try workload.inputs.map { input in
      UnsafeMutableRawBufferPointer.allocate(byteCount: input.type.byteCount, alignment: 64)
    }
    defer { buffers.forEach { $0.deallocate() } }
    // Whatever is not written must show.
    buffers.forEach { _ = $0.initializeMemory(as: UInt8.self, repeating: 0xFF) }
    try workload.writeSample(index, of: set, into: buffers)
    return buffers.map { Array($0) }
  }

  private func numbers<Number: BitwiseCopyable>(_ bytes: [UInt8], _: Number.Type) -> [Number] {
    bytes.withUnsafeBytes { Array($0.bindMemory(to: Number.self)) }
  }

  @Test func describesItself() throws {
    let file = try ModelFile(try ModelFile.classifier())
    let workload = try ONNXWorkload(ModelSource(path: file.path))
    #expect(workload.name == "user-model")
    #expect(workload.summary == "user's model, x 1x3")
    #expect(workload.scoring == .classification(classes: 4))
    #expect(workload.sha256.count == 64)
    #expect(workload.source == "user-model.onnx, SHA-256 \(workload.sha256.prefix(12))")
    #expect(workload.model.sha256 == workload.sha256)
    #expect(workload.byteCount == (try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int))
    #expect(try workload.inputs == [.init(name: "x", type: TensorType(.float32, [1, 3]), file: nil, sha256: nil)])
  }

  @Test(arguments: [1, 5]) func makesGraphsOfEveryBatch(batch: Int) throws {
    let file = try ModelFile(try ModelFile.classifier())
    let workload = try ONNXWorkload(ModelSource(path: file.path))
    let graph = try workload.graph(batch: batch)
    #expect(graph.name == "user-model")
    #expect(graph[graph.inputs[0]].shape == [batch, 3])
    #expect(graph[graph.outputs[0]].shape == [batch, 4])
    #expect(graph.multiplyAccumulates == batch * 12)
    // The weights of all batches are the same, and every value of the file is among them.
    let parameters = try workload.parameters(for: graph)
    let weights = try #require(graph.parameters.indices.first { graph.parameters[$0].shape.count == 12 })
    #expect(Set(parameters[ParameterID(index: weights)]) == Set((0..<12).map { Float($0) }))
  }

  @Test func refusesOtherGraphs() throws {
    let file = try ModelFile(try ModelFile.classifier())
    let workload = try ONNXWorkload(ModelSource(path: file.path))
    let other = ModelGraph(name: "user-model", tensors: [], parameters: [], nodes: [], inputs: [], outputs: [])
    #expect(throws: WorkloadError.self) { try workload.parameters(for: other) }
    #expect(throws: WorkloadError.self) { try workload.graph(batch: 0) }
  }

  // MARK: Identity

  @Test func theHashIsThatOfTheFile() throws {
    let file = try ModelFile(try ModelFile.classifier())
    let digest = try ONNXWorkload(ModelSource(path: file.path)).sha256
    #expect(try ONNXWorkload(ModelSource(path: file.path, sha256: digest)).sha256 == digest)
    let other = try ModelFile(try ModelFile.classifier(scale: 2))
    let error = #expect(throws: WorkloadError.self) {
      try ONNXWorkload(ModelSource(path: other.path, sha256: digest))
    }
    #expect(error?.code == .modelDamaged)
  }

  @Test func saysWhatIsNotThere() {
    let error = #expect(throws: ONNXError.self) { try ONNXWorkload(ModelSource(path: "/nonexistent.onnx")) }
    #expect(error?.exitCode == 66)
  }

  // MARK: Seeded samples

  @Test func seededSamplesDifferAndRepeat() throws {
    let file = try ModelFile(try ModelFile.classifier())
    let workload = try ONNXWorkload(ModelSource(path: file.path))
    #expect(workload.sampleCount(in: .evaluation) == 64)
    #expect(workload.sampleCount(in: .calibration) == 256)
    #expect(try sample(3, of: workload) == sample(3, of: workload))
    #expect(try sample(3, of: workload) != sample(4, of: workload))
    #expect(try sample(3, of: workload) != sample(3, .calibration, of: workload))
    #expect(numbers(try sample(3, of: workload)[0], Float.self).allSatisfy { abs($0) < 10 })
    #expect(throws: WorkloadError.self) { try sample(64, of: workload) }
  }

  @Test func indicesLieInsideTheirTables() throws {
    let file = try ModelFile(try ModelFile.lookup())
    let workload = try ONNXWorkload(ModelSource(path: file.path, shapes: ["s=200"]))
    let inputs = try sample(0, of: workload).map { numbers($0, Int64.self) }
    #expect(inputs.map(\.count) == [200, 200, 200])
    #expect(Set(inputs[0]) == Set(0..<7))
    #expect(Set(inputs[1]) == [1])
    #expect(Set(inputs[2]) == [0])
    #expect(workload.scoring == .classification(classes: 200))
  }

  @Test func buffersMustFit() throws {
    let file = try ModelFile(try ModelFile.classifier())
    let workload = try ONNXWorkload(ModelSource(path: file.path))
    var bytes: [UInt8] = [0]
    _ = bytes.withUnsafeMutableBytes { buffer in
      #expect(throws: WorkloadError.self) { try workload.writeSample(0, of: .evaluation, into: [buffer]) }
    }
    #expect(throws: WorkloadError.self) { try workload.writeSample(0, of: .evaluation, into: []) }
  }

  // MARK: The user's samples

  @Test func samplesComeFromTheUsersFile() throws {
    let file = try ModelFile(try ModelFile.classifier())
    let values = try Tensor(.float32, [8, 3], (0..<24).map { Float($0) })
    let path = try file.write(values, to: "x.npy")
    let workload = try ONNXWorkload(ModelSource(path: file.path, inputs: ["x": path]))
    #expect(workload.sampleCount(in: .evaluation) == 6)
    #expect(workload.sampleCount(in: .calibration) == 2)
    #expect(numbers(try sample(1, of: workload)[0], Float.self) == [3, 4, 5])
    #expect(numbers(try sample(1, .calibration, of: workload)[0], Float.self) == [21, 22, 23])
    #expect(try workload.inputs.map(\.file) == ["x.npy"])
  }

  @Test func fewSamplesAreAllEvaluated() throws {
    let file = try ModelFile(try ModelFile.classifier())
    let path = try file.write(try Tensor(.float32, [2, 3], (0..<6).map { Float($0) }), to: "x.npy")
    let workload = try ONNXWorkload(ModelSource(path: file.path, inputs: ["x": path]))
    #expect(workload.sampleCount(in: .evaluation) == 2)
    #expect(workload.sampleCount(in: .calibration) == 2)
  }

  @Test(arguments: [
    TensorType(.float64, [1, 3]), TensorType(.float32, [3]), TensorType(.float32, [1, 4]),
    TensorType(.float32, [0, 3]),
  ])
  func refusesFilesThatDoNotFit(type: TensorType) throws {
    let file = try ModelFile(try ModelFile.classifier())
    let path = try file.write(try Tensor(type) { _ in }, to: "x.npy")
    let error = #expect(throws: WorkloadError.self) {
      try ONNXWorkload(ModelSource(path: file.path, inputs: ["x": path]))
    }
    #expect(error?.description.contains("x.npy") == true)
  }

  @Test func refusesFilesForInputsThatAreNotThere() throws {
    let file = try ModelFile(try ModelFile.classifier())
    let error = #expect(throws: ImportError.self) {
      try ONNXWorkload(ModelSource(path: file.path, inputs: ["z": "/z.npy"]))
    }
    #expect(error?.exitCode == 64)
  }

  /// Samples say the extents that the file leaves open.
  @Test func samplesGiveOpenExtents() throws {
    let file = try ModelFile(try ModelFile.lookup())
    let ids = try file.write(try Tensor(.int64, [3, 5], [Int64](repeating: 1, count: 15)), to: "ids.npy")
    let workload = try ONNXWorkload(ModelSource(path: file.path, inputs: ["input_ids": ids]))
    #expect(try workload.inputs.map(\.type.shape) == [[1, 5], [1, 5], [1, 5]])
    #expect(workload.sampleCount(in: .evaluation) == 3)
  }

  @Test func filesDifferingInSamplesAreRefused() throws {
    let file = try ModelFile(try ModelFile.lookup())
    let two = try file.write(try Tensor(.int64, [2, 5], [Int64](repeating: 1, count: 10)), to: "two.npy")
    let three = try file.write(try Tensor(.int64, [3, 5], [Int64](repeating: 1, count: 15)), to: "three.npy")
    let error = #expect(throws: WorkloadError.self) {
      try ONNXWorkload(
        ModelSource(path: file.path, shapes: ["s=5"], inputs: ["input_ids": two, "attention_mask": three]))
    }
    #expect(error?.code == .outOfRange)
  }

  /// An input whose values decide shapes is bound to its file, and no longer an input.
  @Test func bindsInputsThatDecideShapes() throws {
    let model = ONNXModel(
      irVersion: 8, opsets: ["": 17],
      graph: ONNXGraph(
        name: "g",
        inputs: [
          ONNXValueInfo(name: "x", elementType: .float32, dims: [.symbol("n"), .fixed(6)]),
          ONNXValueInfo(name: "target", elementType: .int64, dims: [.fixed(3)]),
        ], outputs: [ONNXValueInfo(name: "y", elementType: .float32, dims: nil)],
        nodes: [
          ONNXNode(name: "reshape", opType: "Reshape", inputs: ["x", "target"], outputs: ["r"]),
          ONNXNode(name: "relu", opType: "Relu", inputs: ["r"], outputs: ["y"]),
        ]))
    let file = try ModelFile(model)
    #expect(throws: ImportError.self) { try ONNXWorkload(ModelSource(path: file.path)) }
    let path = try file.write(try Tensor(.int64, [3], [Int64(-1), 2, 3]), to: "target.npy")
    let workload = try ONNXWorkload(ModelSource(path: file.path, inputs: ["target": path]))
    #expect(try workload.inputs.map(\.name) == ["x", "target"])
    #expect(try workload.inputs.map { $0.sha256?.count } == [nil, 64])
    #expect(try workload.imported(batch: 2).outputs.map(\.type.shape) == [[2, 2, 3]])
    #expect(workload.scoring == .similarity)
    #expect(workload.sampleCount(in: .evaluation) == 64)
  }
}
