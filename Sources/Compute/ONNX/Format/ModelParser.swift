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
  private var externalFiles: [String: ExternalUse] = [:]

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
    let functions = proto.functions.map {
      ONNXModel.functionName(domain: Self.domain($0.domain), name: $0.name)
    }
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
    // Each is bounded by a multiple of a file's size.
    let external = externalFiles.values.reduce(into: 0) { $0 = $0.addingReportingOverflow($1.claimed).partialValue }
    return ONNXFileFacts(
      path: path, byteCount: source.byteCount, externalByteCount: external, externalFiles: externalFiles.keys.sorted())
  }

  /// The domain by its one name: the default domain has two.
  static func domain(_ name: String) -> String { name == "ai.onnx" ? "" : name }

  private static func shown(_ domain: String) -> String { (domain.isEmpty ? "ai.onnx" : domain).quoted }

  /// Checks that the file has the external data, and that tensors do not claim its bytes over and over: then their size in
  /// memory would not be bounded by that of the files.
  mutating func claim(_ data: ExternalData, _ type: TensorType, named name: String) throws(ONNXError) {
    var use = externalFiles[data.location]
    if use == nil || use.map({ !Self.contains($0.fileByteCount, data.offset, type.byteCount) }) == true {
      use = ExternalUse(fileByteCount: try data.open(type, named: name).byteCount, claimed: use?.claimed ?? 0)
    }
    guard var use else { return }
    // No overflow: both are at most about 2^62.
    use.claimed += type.byteCount
    guard use.claimed / Self.externalSharingLimit <= use.fileByteCount else {
      throw ONNXError(
        .damaged,
        "the tensors up to \(name.quoted) claim \(use.claimed) bytes of \(data.location.quoted), which has only \(use.fileByteCount)"
      )
    }
    externalFiles[data.location] = use
  }

  private static func contains(_ fileByteCount: Int, _ offset: Int, _ byteCount: Int) -> Bool {
    byteCount <= fileByteCount && offset <= fileByteCount - byteCount
  }
}
