import Foundation
import SwiftProtobuf
import Tensors

extension ProtoModel {
  /// Everything but the graph.
  init(head model: ONNXModel) {
    self.init()
    irVersion = Int64(model.irVersion)
    producerName = model.producerName
    producerVersion = model.producerVersion
    domain = model.domain
    modelVersion = Int64(model.modelVersion)
    opsetImport = model.opsets.sorted { $0.key < $1.key }.map { domain, version in
      var opset = ProtoOperatorSetId()
      opset.domain = domain
      opset.version = Int64(version)
      return opset
    }
    metadataProps = model.metadata.sorted { $0.key < $1.key }.map { ProtoStringStringEntry($0.key, $0.value) }
  }
}

extension ProtoGraph {
  /// Everything but the initialisers.
  init(head graph: ONNXGraph) throws {
    self.init()
    name = graph.name
    input = try (graph.inputs + graph.defaultedInputs).map { try ProtoValueInfo($0) }
    output = try graph.outputs.map { try ProtoValueInfo($0) }
    valueInfo = try graph.valueInfos.values.sorted { $0.name < $1.name }.map { try ProtoValueInfo($0) }
    node = try graph.nodes.map { try ProtoNode($0) }
  }
}

extension ProtoNode {
  init(_ node: ONNXNode) throws {
    self.init()
    name = node.name
    opType = node.opType
    domain = node.domain
    input = node.inputs
    output = node.outputs
    // Sorted, so that a model is written the same way every time.
    attribute = try node.attributes.sorted { $0.key < $1.key }.map {
      try ProtoAttribute($0.key, $0.value, of: node.name)
    }
  }
}

extension ProtoAttribute {
  init(_ name: String, _ value: ONNXAttribute, of node: String) throws {
    self.init()
    self.name = name
    let kind: AttributeKind
    switch value {
    case .float(let value): (kind, f) = (.float, value)
    case .int(let value): (kind, i) = (.int, Int64(value))
    case .string(let value): (kind, s) = (.string, Data(value.utf8))
    case .tensor(let value): (kind, t) = (.tensor, try ProtoTensor(whole: value))
    case .floats(let values): (kind, floats) = (.floats, values)
    case .ints(let values): (kind, ints) = (.ints, values.map { Int64($0) })
    case .strings(let values): (kind, strings) = (.strings, values.map { Data($0.utf8) })
    case .tensors(let values): (kind, tensors) = (.tensors, try values.map { try ProtoTensor(whole: $0) })
    case .graph, .other:
      throw ONNXError(
        .unsupported,
        "attribute \(name.quoted) of node \(node.quoted) is a \(value.kindName), which is not written")
    }
    type = kind.rawValue
  }
}

extension ProtoTensor {
  /// Everything but the elements.
  init(head tensor: ONNXTensor, _ type: TensorType) {
    self.init()
    name = tensor.name
    dims = type.shape.dims.map { Int64($0) }
    dataType = type.elementType.onnxDataType
  }

  /// The tensor with its elements, for attributes.
  init(whole tensor: ONNXTensor) throws {
    self.init(head: tensor, try tensor.type)
    let elements = try tensor.load()
    rawData = withExtendedLifetime(elements) { Data(elements.bytes) }
  }
}

extension ProtoValueInfo {
  init(_ info: ONNXValueInfo) throws {
    self.init()
    guard let elementType = info.elementType else {
      throw ONNXError(
        .unsupported, "value \(info.name.quoted) is of type \(info.elementTypeName), which is not written")
    }
    name = info.name
    type.tensorType.elemType = elementType.onnxDataType
    guard let dims = info.dims else { return }
    // Also of a scalar, which has a shape without dimensions.
    type.tensorType.shape = ProtoTensorShape()
    type.tensorType.shape.dim = dims.map { dim in
      var proto = ProtoDimension()
      switch dim {
      case .fixed(let extent): proto.dimValue = Int64(extent)
      case .symbol(let name): proto.dimParam = name
      case .unknown: break
      }
      return proto
    }
  }
}

extension ProtoStringStringEntry {
  init(_ key: String, _ value: String) {
    self.init()
    self.key = key
    self.value = value
  }
}
