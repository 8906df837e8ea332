import Crypto
import GraphPasses
import ModelGraph
import ONNX
import Synchronization
import Tensors

/// A user's model as a workload: its graph from an ONNX file, its inputs seeded or from the user's files.
///
/// The file is parsed once, and imported once for each batch; weights are read when parameters are asked for.
public final class ONNXWorkload: Workload {
  /// The file's name without its extension.
  public let name: String
  /// One line for listings.
  public let summary: String
  /// The file and the first digits of its SHA-256.
  public let source: String
  /// Classes where the model has one output (n, classes); else only the likeness of outputs counts.
  public let scoring: Scoring
  /// What the workload was made from; `sha256` is that of the file.
  public let model: ModelSource
  /// The SHA-256 of the model's file, followed by its external data where it has any, in hexadecimal.
  public let sha256: String
  /// Bytes of the model's file and its external data.
  public let byteCount: Int

  private let file: ONNXModel
  private let options: ImportOptions
  private let samples: ModelSamples
  private let imports = Mutex<[Int: ImportedModel]>([:])

  /// Reads a model and imports it at batch 1.
  ///
  /// - Throws: ``WorkloadError`` where the file is not the one that is meant, `ONNXError`, `ImportError`, `NPYError`.
  public init(_ source: ModelSource) throws {
    let file = try ONNXModel.read(path: source.path)
    let digest = try Self.digest(source.path, file)
    if let expected = source.sha256, expected != digest {
      throw WorkloadError(
        .modelDamaged,
        "The model \(source.fileName) has the SHA-256 \(digest.prefix(16))… and is not the one that is meant, "
          + "\(expected.prefix(16))….")
    }
    var options = ImportOptions()
    options.name = source.workloadName
    for argument in source.shapes { try options.addShape(argument, for: file) }
    let names = Set(file.graph.inputs.map(\.name))
    if let unknown = source.inputs.keys.sorted().first(where: { !names.contains($0) }) {
      throw ImportError(
        .options,
        "there is no input `\(unknown)`; the model's inputs are \(names.sorted().joined(separator: ", "))")
    }
    for input in file.graph.inputs where options.shapes[input.name] == nil {
      guard let path = source.inputs[input.name], let shape = input.sampleShape(of: try NPYFile.read(path: path).shape)
      else { continue }
      options.shapes[input.name] = shape
    }
    // Inputs that decide shapes are constants, with all that their files hold.
    let imported = try ONNXImporter.makeModel(file, options: &options) { name in
      try source.inputs[name].map { try NPYFile.read(path: $0) }
    }
    name = source.workloadName
    self.source = "\(source.fileName), SHA-256 \(digest.prefix(12))"
    self.file = file
    self.options = options
    sha256 = digest
    byteCount = (file.file?.byteCount ?? 0) + (file.file?.externalByteCount ?? 0)
    var described = source
    described.sha256 = digest
    model = described
    samples = try ModelSamples(name: source.workloadName, files: source.inputs, for: imported)
    scoring = Self.scoring(of: imported)
    summary =
      "user's model, "
      + imported.inputs.map { "\($0.name) \($0.type.shape.rank == 0 ? "scalar" : $0.type.shape.description)" }
      .joined(separator: ", ")
    imports.withLock { $0[1] = imported }
  }

  /// The model at a batch, with the names and declared types of its inputs and outputs.
  public func imported(batch: Int) throws -> ImportedModel {
    try SeededSamples.check(batch: batch)
    return try imports.withLock { imports in
      if let known = imports[batch] { return known }
      var options = options
      options.batch = batch
      let model = try ONNXImporter.makeModel(file, options: options)
      imports[batch] = model
      return model
    }
  }

  /// How each of the model's inputs gets its values: the graph's in its order, then those that decide shapes by name.
  ///
  /// - Throws: ``WorkloadError`` where a file can no longer be read.
  public var inputs: [Input] {
    get throws {
      let ports = try imported(batch: 1).inputs.map { (name: $0.name, type: $0.type) }
      let bound = options.bindings.sorted { $0.key < $1.key }.map { (name: $0.key, type: $0.value.type) }
      return try (ports + bound).map { port in
        guard let path = model.inputs[port.name] else {
          return Input(name: port.name, type: port.type, file: nil, sha256: nil)
        }
        guard let digest = ModelFetcher.sha256(of: path) else {
          throw WorkloadError(.modelMissing, "The file \(path) of input \(port.name) can no longer be read.")
        }
        return Input(name: port.name, type: port.type, file: ModelSource(path: path).fileName, sha256: digest)
      }
    }
  }

  /// An input of one sample; of an input that decides shapes, all of its file.
  public struct Input: Hashable, Codable, Sendable {
    /// Its name in the model.
    public let name: String
    /// Its type for one sample.
    public let type: TensorType
    /// The name of the file that its values come from; nil for seeded values.
    public let file: String?
    /// The SHA-256 of that file, in hexadecimal.
    public let sha256: String?
  }

  // MARK: Workload

  /// 64 and 256, or as many as the user's files hold.
  public func sampleCount(in set: SampleSet) -> Int { samples.count(in: set) }

  /// Of the samples in files, how many calibration does not see because figures are measured on them.
  public var samplesKeptFromCalibration: Int { samples.keptFromCalibration }

  /// The model's graph for a batch of `batch` samples.
  public func graph(batch: Int) throws -> ModelGraph { try imported(batch: batch).graph }

  /// The weights, read from the file at each call.
  public func parameters(for graph: ModelGraph) throws -> ParameterStore {
    let known = imports.withLock { Array($0.values) }
    let inputTypes = graph.inputs.map { graph[$0].type }
    guard graph.name == name,
      let found = known.first(where: { $0.inputTypes == inputTypes && $0.graph == graph })
    else { throw WorkloadError.foreign(graph, to: name) }
    return try found.loadParameters()
  }

  /// Writes one sample: the user's values where there are some, else seeded ones.
  public func writeSample(_ index: Int, of set: SampleSet, into inputs: [UnsafeMutableRawBufferPointer]) throws {
    try samples.write(index, of: set, into: inputs)
  }

  // MARK: Making

  private static func scoring(of model: ImportedModel) -> Scoring {
    guard model.outputs.count == 1, let output = model.outputs.first, let id = model.graph.outputs.first,
      !output.isDynamic, output.type.elementType.isFloatingPoint
    else { return .similarity }
    let shape = output.type.shape
    guard shape.rank >= 2, shape[-1] > 1 else { return .similarity }
    // What a softmax ends with are classes; so are, most likely, the elements of a single row.
    let isRow = shape.rank == 2 && shape[0] == 1
    let endsWithClasses = model.graph.nodes.contains { $0.outputs.contains(id) && $0.op.isSoftmaxOfRows(of: shape) }
    return isRow || endsWithClasses ? .classification(classes: shape[-1]) : .similarity
  }

  private static func digest(_ path: String, _ model: ONNXModel) throws(WorkloadError) -> String {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let files = [path] + (model.file?.externalFiles ?? []).map { folder + $0 }
    guard let digest = ModelFetcher.sha256(of: files) else {
      throw WorkloadError(.modelMissing, "The model \(path) or its external data can no longer be read.")
    }
    return digest
  }
}

extension ImportedModel {
  /// What tells the graphs of different batches apart at a glance.
  fileprivate var inputTypes: [TensorType] { graph.inputs.map { graph[$0].type } }
}

extension Operator {
  /// Whether results of `shape` are probabilities along their last dimension.
  fileprivate func isSoftmaxOfRows(of shape: Shape) -> Bool {
    switch self {
    case .softmax: return true
    case .general(let op) where op.name == "Softmax" || op.name == "LogSoftmax":
      guard case .int(let axis) = op.attributes["axis"] ?? .int(op.opset < 13 ? 1 : -1) else { return false }
      return axis == -1 || Int(axis) == shape.rank - 1
    default: return false
    }
  }
}

extension ONNXValueInfo {
  /// The extents of one sample out of a file of samples; nil where the declaration says them all, or says too little.
  fileprivate func sampleShape(of samples: Shape) -> Shape? {
    guard let dims, dims.count == samples.rank, dims.count > 1 else { return nil }
    func isFixed(_ dimension: Dimension) -> Bool {
      if case .fixed = dimension { return true }
      return false
    }
    guard !dims.dropFirst().allSatisfy(isFixed) else { return nil }
    if case .fixed(let batch) = dims[0] { return Shape([batch] + samples.dims.dropFirst()) }
    return Shape([1] + samples.dims.dropFirst())
  }
}
