import SwiftProtobuf
import Tensors

/// Makes a checked ``ONNXModel`` of a file's bytes.
struct ModelParser {
  /// More dimensions than any tensor has.
  static let rankLimit = 64
  /// How often, on average, each byte of an external file may be claimed: more than models that share weights do.
  static let externalSharingLimit = 4

  let source: any ByteSource
  /// Where external data may lie; nil for a model in memory.
  let folder: ModelFolder?
  private var externalUses: [FileSource.Identity: ExternalUse] = [:]
  /// The files by location; several locations may be one file.
  private var externalFiles: [String: FileSource.Identity] = [:]

  /// What tensors claim of one external file.
  private struct ExternalUse {
    let fileByteCount: Int
    var claimed = 0
  }

  init(source: any ByteSource, folder: ModelFolder?) {
    self.source = source
    self.folder = folder
  }

  /// Reads the model.
  ///
  /// - Parameter path: for the facts of the file.
  mutating func model(path: String?) throws(ONNXError) -> ONNXModel {
    let proto = try decodeSkeleton()
    guard proto.hasIrVersion else {
      throw ONNXError(.damaged, "it says no version of the ONNX format: it is no ONNX model, or it is cut short")
    }
    let versions = ONNXModel.oldestIRVersion...ONNXModel.newestIRVersion
    guard versions.contains(Int(proto.irVersion)) else {
      throw ONNXError(
        .unsupported,
        "it is of version \(proto.irVersion) of the ONNX format; versions \(versions.lowerBound) to \(versions.upperBound) are read"
      )
    }
    guard proto.hasGraph else { throw ONNXError(.damaged, "the model has no graph") }
    let functions = Set(
      proto.functions.map { ONNXModel.functionName(domain: Self.domain($0.domain), name: $0.name) })
    let opsets = try opsets(proto)
    let graph = try graph(proto.graph)
    for node in graph.nodes where opsets[node.domain] == nil {
      throw ONNXError(
        .damaged,
        "node \(node.name.quoted) is of domain \(Self.shown(node.domain)), of which the model says no operator set version"
      )
    }
    return ONNXModel(
      irVersion: Int(proto.irVersion), opsets: opsets, producerName: proto.producerName,
      producerVersion: proto.producerVersion, domain: proto.domain, modelVersion: Int(proto.modelVersion),
      metadata: Dictionary(proto.metadataProps.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }),
      functionNames: functions, graph: graph, file: facts(path))
  }

  private func decodeSkeleton() throws(ONNXError) -> ProtoModel {
    guard source.byteCount > 0 else { throw ONNXError(.damaged, "it is empty; an ONNX model was expected") }
    let skeleton = try SkeletonScanner.skeleton(of: source)
    // The scanner has left out what is not in the schema, so that this nests no deeper than that.
    var options = BinaryDecodingOptions()
    options.messageDepthLimit = SkeletonSchema.allCases.count
    do { return try ProtoModel(serializedBytes: skeleton, options: options) } catch {
      throw ONNXError(.damaged, "it is no valid protobuf (\(error))")
    }
  }

  private func opsets(_ proto: ProtoModel) throws(ONNXError) -> [String: Int] {
    var opsets: [String: Int] = [:]
    for opset in proto.opsetImport {
      let domain = Self.domain(opset.domain)
      guard opset.version >= 1 else {
        throw ONNXError(
          .damaged, "the operator set of domain \(Self.shown(domain)) has version \(opset.version); versions start at 1"
        )
      }
      if let other = opsets.updateValue(Int(opset.version), forKey: domain), other != Int(opset.version) {
        throw ONNXError(
          .damaged, "the operator set of domain \(Self.shown(domain)) has two versions, \(other) and \(opset.version)")
      }
    }
    guard !opsets.isEmpty else { throw ONNXError(.damaged, "the model says no operator set version") }
    return opsets
  }

  private func facts(_ path: String?) -> ONNXFileFacts {
    let external = externalUses.values.reduce(0) { $0.addingSaturated($1.fileByteCount) }
    return ONNXFileFacts(
      path: path, byteCount: source.byteCount, externalByteCount: external, externalFiles: externalFiles.keys.sorted())
  }

  /// The domain by its one name: the default domain has two.
  static func domain(_ name: String) -> String { name == "ai.onnx" ? "" : name }

  private static func shown(_ domain: String) -> String { (domain.isEmpty ? "ai.onnx" : domain).quoted }

  /// Checks that the file has the external data, and that tensors do not claim its bytes over and over: then their size in
  /// memory would not be bounded by that of the files.
  mutating func claim(_ data: ExternalData, _ type: TensorType, named name: String) throws(ONNXError) {
    var identity = externalFiles[data.location]
    if identity.flatMap({ externalUses[$0] }).map({ Self.contains($0.fileByteCount, data.offset, type.byteCount) })
      != true
    {
      let file = try data.open(type, named: name)
      identity = file.identity
      externalFiles[data.location] = file.identity
      if externalUses[file.identity] == nil {
        externalUses[file.identity] = ExternalUse(fileByteCount: file.byteCount)
      }
    }
    guard let identity, var use = externalUses[identity] else { return }
    // No overflow: both are at most about 2^62.
    use.claimed += type.byteCount
    guard use.claimed / Self.externalSharingLimit <= use.fileByteCount else {
      throw ONNXError(
        .damaged,
        "the tensors up to \(name.quoted) claim \(use.claimed) bytes of \(data.location.quoted), which has only \(use.fileByteCount)"
      )
    }
    externalUses[identity] = use
  }

  private static func contains(_ fileByteCount: Int, _ offset: Int, _ byteCount: Int) -> Bool {
    byteCount <= fileByteCount && offset <= fileByteCount - byteCount
  }
}
