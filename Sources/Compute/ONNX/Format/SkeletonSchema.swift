/// What the scanner does to each field of each message: the fields of `onnx.proto`, and everything else is left out.
///
/// No message contains itself, directly or through others, so that what follows this schema nests at most as deep as it does.
enum SkeletonSchema: String, CaseIterable {
  case model, operatorSetId, stringStringEntry, function, graph, node, attribute, tensor
  case sparseTensor, valueInfo, valueType, tensorType, tensorShape, dimension

  /// What the scanner does to a field.
  enum Rule: Hashable {
    /// Copies an integer.
    case varint
    /// Copies integers, one a field or packed.
    case varints
    /// Copies a float.
    case float
    /// Copies floats, one a field or packed.
    case floats
    /// Copies a text, which must be UTF-8.
    case text
    /// Copies bytes.
    case bytes
    /// Scans a message.
    case message(SkeletonSchema)
    /// Copies that it is there, without its contents.
    case marker
    /// Remembers where elements of a tensor are.
    case payload(WireReader.WireType?)
  }

  /// What to do to a field; nil where it is left out.
  func rule(_ field: Int) -> Rule? {
    switch (self, field) {
    case (.model, 1), (.model, 5): .varint
    case (.model, 2...4): .text
    case (.model, 7): .message(.graph)
    case (.model, 8): .message(.operatorSetId)
    case (.model, 14): .message(.stringStringEntry)
    case (.model, 25): .message(.function)
    case (.operatorSetId, 1): .text
    case (.operatorSetId, 2): .varint
    case (.stringStringEntry, 1...2): .text
    case (.function, 1), (.function, 10): .text
    case (.graph, 1): .message(.node)
    case (.graph, 2): .text
    case (.graph, 5): .message(.tensor)
    case (.graph, 11...13): .message(.valueInfo)
    case (.graph, 15): .message(.sparseTensor)
    case (.node, 1...4), (.node, 7): .text
    case (.node, 5): .message(.attribute)
    case (.attribute, _): attributeRule(field)
    case (.tensor, _): tensorRule(field)
    case (.sparseTensor, 1): .message(.tensor)
    case (.sparseTensor, 3): .varints
    case (.valueInfo, 1): .text
    case (.valueInfo, 2): .message(.valueType)
    case (.valueType, 1), (.valueType, 8): .message(.tensorType)
    case (.valueType, 4...5), (.valueType, 7), (.valueType, 9): .marker
    case (.tensorType, 1): .varint
    case (.tensorType, 2): .message(.tensorShape)
    case (.tensorShape, 1): .message(.dimension)
    case (.dimension, 1): .varint
    case (.dimension, 2): .text
    default: nil
    }
  }

  private func attributeRule(_ field: Int) -> Rule? {
    switch field {
    case 1, 21: .text
    case 2: .float
    case 3, 20: .varint
    case 4, 9: .bytes
    case 5, 10: .message(.tensor)
    case 6, 11, 14, 15, 22, 23: .marker
    case 7: .floats
    case 8: .varints
    default: nil
    }
  }

  private func tensorRule(_ field: Int) -> Rule? {
    switch field {
    case 1: .varints
    case 2, 14: .varint
    case 3: .marker
    case 8: .text
    case 13: .message(.stringStringEntry)
    case 4: .payload(.fixed32)
    case 5, 7, 11: .payload(.varint)
    case 9: .payload(nil)
    case 10: .payload(.fixed64)
    default: nil
    }
  }
}
