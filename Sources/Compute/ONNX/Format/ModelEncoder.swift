import SwiftProtobuf
import Tensors

/// Encodes a model in pieces, so that weights never lie in memory together.
///
/// A message's fields may come in any order. So the graph is written as everything but its initialisers, encoded at once,
/// followed by the initialisers one by one, each with its elements last.
struct ModelEncoder {
  /// A model laid out for a file.
  struct Layout {
    /// Each initialiser's message up to its elements.
    fileprivate(set) var tensorHeads: [[UInt8]] = []
    /// Where each initialiser starts in external data; nil where its elements lie in the model.
    fileprivate(set) var externalOffsets: [Int?] = []
    /// Bytes of the graph's message.
    fileprivate(set) var graphByteCount = 0
    /// Bytes of the model's file.
    fileprivate(set) var byteCount = 0
    /// Whether some tensors lie in external data.
    fileprivate(set) var hasExternalData = false
  }

  private static let graphTag: [UInt8] = [7 << 3 | 2]
  private static let initializerTag: [UInt8] = [5 << 3 | 2]
  private static let rawDataTag: [UInt8] = [9 << 3 | 2]

  private let initializers: [(tensor: ONNXTensor, type: TensorType)]
  private let modelHead: [UInt8]
  private let graphHead: [UInt8]

  /// Encodes everything but the initialisers.
  init(_ model: ONNXModel) throws {
    guard model.functionNames.isEmpty else {
      throw ONNXError(.unsupported, "the model defines functions of its own, which are not written")
    }
    initializers = try model.graph.initializers.map { ($0, try $0.type) }
    modelHead = try Self.bytes(ProtoModel(head: model))
    graphHead = try Self.bytes(ProtoGraph(head: model.graph))
  }

  /// Lays the model out.
  ///
  /// - Parameter externalLocation: the file's name for all but the smallest tensors; nil keeps them in the model.
  func layout(externalLocation: String?) throws -> Layout {
    var layout = Layout()
    var external = 0
    var graph = graphHead.count
    for (tensor, type) in initializers {
      var proto = ProtoTensor(head: tensor, type)
      var offset: Int?
      if let externalLocation, type.byteCount >= ONNXWriter.externalThreshold {
        let start =
          (external + ONNXWriter.externalAlignment - 1) / ONNXWriter.externalAlignment * ONNXWriter.externalAlignment
        proto.dataLocation = 1
        proto.externalData = [
          ProtoStringStringEntry("location", externalLocation), ProtoStringStringEntry("offset", "\(start)"),
          ProtoStringStringEntry("length", "\(type.byteCount)"),
        ]
        external = start + type.byteCount
        layout.hasExternalData = true
        offset = start
      }
      let head = try Self.bytes(proto)
      let size = Self.tensorByteCount(head, type, isExternal: offset != nil)
      graph += Self.initializerTag.count + Self.varint(size).count + size
      layout.tensorHeads.append(head)
      layout.externalOffsets.append(offset)
    }
    layout.graphByteCount = graph
    layout.byteCount = modelHead.count + Self.graphTag.count + Self.varint(graph).count + graph
    return layout
  }

  /// Writes the model as laid out, and external data into `data`.
  func write(_ layout: Layout, to file: FileSink, data: FileSink?) throws {
    try file.write(modelHead)
    try file.write(Self.graphTag)
    try file.write(Self.varint(layout.graphByteCount))
    try file.write(graphHead)
    for (index, (tensor, type)) in initializers.enumerated() {
      let (head, offset) = (layout.tensorHeads[index], layout.externalOffsets[index])
      try file.write(Self.initializerTag)
      try file.write(Self.varint(Self.tensorByteCount(head, type, isExternal: offset != nil)))
      try file.write(head)
      if let offset, let data {
        try data.pad(to: offset)
        try Self.write(tensor, to: data)
      } else {
        try file.write(Self.rawDataTag)
        try file.write(Self.varint(type.byteCount))
        try Self.write(tensor, to: file)
      }
    }
  }

  private static func write(_ tensor: ONNXTensor, to file: FileSink) throws {
    let elements = try tensor.load()
    // The pointer alone would not keep the memory.
    try withExtendedLifetime(elements) { try file.write(payload: elements.bytes) }
  }

  private static func tensorByteCount(_ head: [UInt8], _ type: TensorType, isExternal: Bool) -> Int {
    isExternal ? head.count : head.count + rawDataTag.count + varint(type.byteCount).count + type.byteCount
  }

  private static func bytes(_ message: some Message) throws(ONNXError) -> [UInt8] {
    do { return try message.serializedBytes() } catch {
      throw ONNXError(.unsupported, "the model cannot be encoded (\(error))")
    }
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = UInt64(value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
    return bytes
  }
}
