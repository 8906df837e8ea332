import CLinux
import Engines
import Harness
import ModelGraph
import ONNX
import Tensors
import Workloads

/// What `assay infer` runs: a graph with its weights and inputs, from an ONNX file or from a built-in workload.
struct InferenceSource {
  /// The graph at batch 1, inner tensors that are asked for among its outputs where it was imported.
  let graph: ModelGraph
  /// What the user should know of the model.
  let warnings: [String]
  private let origin: Origin
  private let path: String
  private let taps: [TensorID]

  private enum Origin {
    case file(ImportedModel)
    case workload(any Workload)
  }

  /// Reads a file, or builds a workload's graph.
  ///
  /// - Parameters:
  ///   - shapes: `--shape` arguments, for files only.
  ///   - given: inputs' values; they fix shapes, and are bound where they decide them.
  init(model: String, shapes: [String], given: [String: Tensor], taps: [String], runsPasses: Bool) throws {
    path = model
    guard ModelArgument.isFile(model) else {
      let found = try ModelArgument.builtIn(model, shapes: shapes)
      origin = .workload(found)
      graph = try found.graph(batch: 1)
      warnings = []
      self.taps = try Self.find(taps, in: graph)
      return
    }
    let file = try ONNXModel.read(path: model)
    var options = ImportOptions()
    options.taps = taps
    options.runsPasses = runsPasses
    for (name, tensor) in given { options.shapes[name] = tensor.shape }
    for argument in shapes { try options.addShape(argument, for: file) }
    let names = Set(file.graph.inputs.map(\.name))
    if let unknown = given.keys.sorted().first(where: { !names.contains($0) }) {
      throw CommandFailure(
        "There is no input \(unknown); the model's inputs are \(names.sorted().joined(separator: ", ")).", exitCode: 64)
    }
    let imported = try ONNXImporter.makeModel(file, options: &options) { given[$0] }
    origin = .file(imported)
    graph = imported.graph
    warnings = imported.warnings
    self.taps = []
  }

  private static func find(_ taps: [String], in graph: ModelGraph) throws -> [TensorID] {
    try taps.map { name in
      guard let index = graph.tensors.firstIndex(where: { $0.name == name }) else {
        throw CommandFailure("There is no node or tensor \(name); see assay explain for the nodes.", exitCode: 64)
      }
      return TensorID(index: index)
    }
  }

  /// The name of the workload that the model is.
  var workloadName: String {
    switch origin {
    case .file: ModelSource(path: path).workloadName
    case .workload(let workload): workload.name
    }
  }

  /// The values of the graph's parameters.
  func parameters() throws -> ParameterStore {
    switch origin {
    case .file(let imported): try imported.loadParameters()
    case .workload(let workload): try workload.parameters(for: graph)
    }
  }

  /// Inner tensors whose memory must last until the end of a run.
  var keptTensors: Set<String> { Set(taps.map { graph[$0].name }) }

  /// The values of all inputs in the graph's order: given ones, else the workload's sample.
  func inputs(given: [String: Tensor], sample: Int) throws -> [Tensor] {
    for name in given.keys.sorted() {
      if case .workload(let workload) = origin, !graph.inputs.contains(where: { graph[$0].name == name }) {
        let names = graph.inputs.map { graph[$0].name }.joined(separator: ", ")
        throw CommandFailure("There is no input \(name); the inputs of \(workload.name) are \(names).", exitCode: 64)
      }
    }
    let missing = graph.inputs.contains { given[graph[$0].name] == nil }
    let samples = missing ? try self.sample(sample) : []
    return try graph.inputs.enumerated().map { index, id in
      let info = graph[id]
      guard let tensor = given[info.name] else { return samples[index] }
      guard tensor.type == info.type else {
        throw CommandFailure(
          "Input \(info.name) takes \(info.type) and its file holds \(tensor.type).", exitCode: 65)
      }
      return tensor
    }
  }

  private func sample(_ index: Int) throws -> [Tensor] {
    let buffers = graph.inputs.map { id in
      UnsafeMutableRawBufferPointer.allocate(byteCount: max(graph[id].type.byteCount, 1), alignment: 64)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    let places = zip(buffers, graph.inputs).map { buffer, id in
      UnsafeMutableRawBufferPointer(rebasing: buffer[..<graph[id].type.byteCount])
    }
    switch origin {
    case .workload(let workload): try workload.writeSample(index, of: .evaluation, into: places)
    case .file(let imported):
      try ModelSamples(name: ModelSource(path: path).workloadName, for: imported)
        .write(index, of: .evaluation, into: places)
    }
    return try zip(places, graph.inputs).map { place, id in
      try Tensor(graph[id].type) { $0.copyMemory(from: UnsafeRawBufferPointer(place)) }
    }
  }

  /// Everything to write after a run: outputs, then inner tensors.
  func outputs(of model: ExecutableModel) throws -> [(name: String, tensor: Tensor)] {
    let named: [String]? =
      if case .file(let imported) = origin { imported.outputs.map(\.name) } else { nil }
    var outputs = try model.outputViews.enumerated().map { index, view in
      (name: named?[index] ?? view.info.name, tensor: try view.tensor())
    }
    outputs += try taps.map { (name: graph[$0].name, tensor: try model.view(of: graph[$0].name).tensor()) }
    return outputs
  }
}

extension TensorView {
  /// A copy of the values; real ones where a number format holds integers.
  fileprivate func tensor() throws -> Tensor {
    let type = TensorType(info.elementType, shape)
    guard info.elementType == .float32 else { return try Tensor(type) { $0.copyMemory(from: bytes) } }
    return try Tensor(.float32, shape, floats)
  }
}
