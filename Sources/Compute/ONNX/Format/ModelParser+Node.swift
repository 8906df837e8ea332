extension ModelParser {
  /// Reads the nodes in the file's order and gives each a name of its own.
  mutating func nodes(_ protos: [ProtoNode]) throws(ONNXError) -> [ONNXNode] {
    // Names of the file come first, so that no made-up name takes one.
    var taken = Set(protos.lazy.map(\.name))
    var seen: Set<String> = []
    var nodes: [ONNXNode] = []
    nodes.reserveCapacity(protos.count)
    for (index, proto) in protos.enumerated() {
      var name = proto.name
      if name.isEmpty || !seen.insert(name).inserted {
        let stem = "\(name.isEmpty ? proto.opType : name)_\(index)"
        name = stem
        var number = 1
        while !taken.insert(name).inserted {
          number += 1
          name = "\(stem)_\(number)"
        }
      }
      nodes.append(try node(proto, name: name))
    }
    return nodes
  }

  private mutating func node(_ proto: ProtoNode, name: String) throws(ONNXError) -> ONNXNode {
    guard !proto.opType.isEmpty else {
      throw ONNXError(.damaged, "node \(name.quoted) does not say which operator it is")
    }
    var attributes: [String: ONNXAttribute] = [:]
    for attribute in proto.attribute {
      guard !attribute.name.isEmpty else {
        throw ONNXError(.damaged, "node \(name.quoted) has an attribute without a name")
      }
      let value = try value(attribute, of: name)
      guard attributes.updateValue(value, forKey: attribute.name) == nil else {
        throw ONNXError(.damaged, "node \(name.quoted) has two attributes \(attribute.name.quoted)")
      }
    }
    return ONNXNode(
      name: name, opType: proto.opType, domain: Self.domain(proto.domain), inputs: proto.input, outputs: proto.output,
      attributes: attributes)
  }

  private mutating func value(_ proto: ProtoAttribute, of node: String) throws(ONNXError) -> ONNXAttribute {
    if proto.hasRefAttrName, !proto.refAttrName.isEmpty { return .other("reference to an attribute of a function") }
    let place = "\(node).\(proto.name)"
    switch AttributeKind(proto) {
    case .float: return .float(proto.f)
    case .int: return .int(Int(proto.i))
    case .string: return Self.text(proto.s).map(ONNXAttribute.string) ?? .other("string that is not UTF-8")
    case .tensor:
      guard proto.hasT else {
        throw ONNXError(.damaged, "attribute \(proto.name.quoted) of node \(node.quoted) has no value")
      }
      return .tensor(try tensor(proto.t, place: place))
    case .graph, .graphs: return .graph
    case .floats: return .floats(proto.floats)
    case .ints: return .ints(proto.ints.map { Int($0) })
    case .strings:
      let texts = proto.strings.compactMap(Self.text)
      return texts.count == proto.strings.count ? .strings(texts) : .other("list of strings that are not UTF-8")
    case .tensors:
      var tensors: [ONNXTensor] = []
      for (index, tensor) in proto.tensors.enumerated() {
        tensors.append(try self.tensor(tensor, place: "\(place).\(index)"))
      }
      return .tensors(tensors)
    case .sparseTensor, .sparseTensors: return .other("sparse tensor")
    case .typeProto, .typeProtos: return .other("type")
    case nil:
      throw ONNXError(
        .damaged, "attribute \(proto.name.quoted) of node \(node.quoted) has the unknown type \(proto.type)")
    }
  }

  private static func text(_ bytes: some Collection<UInt8>) -> String? { String(validating: bytes, as: UTF8.self) }
}

/// The types of attributes, by the numbers of `AttributeProto.AttributeType`.
enum AttributeKind: Int32 {
  case float = 1, int, string, tensor, graph, floats, ints, strings, tensors, graphs
  case sparseTensor, sparseTensors, typeProto, typeProtos

  /// The type that an attribute says, or else, as the oldest writers said none, the type of the value that it has; nil where
  /// it is none of the known.
  init?(_ proto: ProtoAttribute) {
    guard proto.type == 0 else {
      self.init(rawValue: proto.type)
      return
    }
    let present: [(Bool, AttributeKind)] = [
      (proto.hasF, .float), (proto.hasI, .int), (proto.hasS, .string), (proto.hasT, .tensor), (proto.hasG, .graph),
      (!proto.floats.isEmpty, .floats), (!proto.ints.isEmpty, .ints), (!proto.strings.isEmpty, .strings),
      (!proto.tensors.isEmpty, .tensors), (!proto.graphs.isEmpty, .graphs),
    ]
    guard let kind = present.first(where: \.0)?.1 else { return nil }
    self = kind
  }
}
