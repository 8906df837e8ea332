import Tensors

/// A tensor's elements as they lie in the model's file, and what is needed for decoding them.
struct StoredElements: Sendable {
  /// The field of `TensorProto` that holds them.
  enum Field: Int32 {
    case float = 4, int32 = 5, int64 = 7, raw = 9, double = 10, uint64 = 11

    /// Its name in the format.
    var name: String {
      switch self {
      case .float: "float_data"
      case .int32: "int32_data"
      case .int64: "int64_data"
      case .raw: "raw_data"
      case .double: "double_data"
      case .uint64: "uint64_data"
      }
    }

    /// Whether elements of a type may be there.
    func holds(_ type: ElementType) -> Bool {
      switch (self, type) {
      case (.raw, _), (.float, .float32), (.double, .float64), (.int64, .int64): true
      case (.uint64, .uint64), (.uint64, .uint32): true
      case (.int32, .int32), (.int32, .int16), (.int32, .int8), (.int32, .uint16), (.int32, .uint8), (.int32, .bool),
        (.int32, .float16), (.int32, .bfloat16):
        true
      default: false
      }
    }

    /// Bytes of an element without its tag: exactly for fixed widths, at least and at most for others.
    var elementBytes: ClosedRange<Int> {
      switch self {
      case .raw: 1...1
      case .float: 4...4
      case .double: 8...8
      case .int32, .int64, .uint64: 1...10
      }
    }
  }

  /// A run of bytes with elements.
  struct Run: Hashable {
    let offset: Int
    let byteCount: Int
    /// Whether each element has the field's tag before it.
    let isTagged: Bool
  }

  let source: any ByteSource
  let field: Field
  let runs: [Run]

  /// Checks that the field may hold elements of the type, and that the bytes may be as many elements as the shape has.
  ///
  /// The exact number is known here for fixed widths, and when they are decoded for integers of variable length. So nobody
  /// allocates memory for a shape that the file's size cannot fill.
  init(
    _ source: any ByteSource, field: Field, runs: [Run], type: TensorType, named name: String
  ) throws(ONNXError) {
    guard field.holds(type.elementType) else {
      throw ONNXError(
        .damaged,
        "tensor \(name.quoted) has its \(type.elementType.rawValue) elements in \(field.name), where they cannot be")
    }
    guard field != .raw || runs.count == 1 else {
      throw ONNXError(.damaged, "tensor \(name.quoted) has \(runs.count) fields raw_data instead of one")
    }
    guard runs.allSatisfy({ source.contains($0.offset, $0.byteCount) }) else {
      throw ONNXError(.damaged, "tensor \(name.quoted) has its elements outside the file")
    }
    var (fewest, most) = (0, 0)
    for run in runs {
      // Both the sum and the quotient are bounded by the file's size. A tag takes one byte, but may be written in five.
      let (least, greatest) = (field.elementBytes.lowerBound, field.elementBytes.upperBound)
      fewest += run.byteCount / (run.isTagged ? greatest + 5 : greatest)
      most += run.byteCount / (run.isTagged ? least + 1 : least)
    }
    let wanted = field == .raw ? type.byteCount : type.shape.count
    guard (fewest...most).contains(wanted) else {
      let found = fewest == most ? "\(most)" : "at most \(most)"
      let unit = field == .raw ? "bytes" : "elements"
      throw ONNXError(
        .damaged, "tensor \(name.quoted) is \(type), that is \(wanted) \(unit), but its \(field.name) has \(found)")
    }
    let width = field.elementBytes.lowerBound
    guard runs.allSatisfy({ $0.isTagged || $0.byteCount.isMultiple(of: width) })
    else {
      throw ONNXError(.damaged, "the \(field.name) of tensor \(name.quoted) ends in the middle of an element")
    }
    self.source = source
    self.field = field
    self.runs = runs
  }

  /// Decodes the elements into exactly as many bytes as the type has.
  func write(_ type: TensorType, named name: String, into destination: UnsafeMutableRawBufferPointer) throws(ONNXError)
  {
    switch field {
    case .raw:
      guard let run = runs.first, run.byteCount == destination.count else {
        throw ONNXError(.damaged, "tensor \(name.quoted) has not the bytes that its type wants")
      }
      try source.read(at: run.offset, into: destination)
      if type.elementType == .bool { BooleanBytes.normalize(destination) }
    case .float: try writeFixed(UInt32.self, .fixed32, named: name, into: destination)
    case .double: try writeFixed(UInt64.self, .fixed64, named: name, into: destination)
    case .int32, .int64, .uint64: try writeIntegers(type, named: name, into: destination)
    }
  }
}

/// The one representation of truth values that tensors have.
enum BooleanBytes {
  /// Makes 1 of every byte that is not 0.
  static func normalize(_ bytes: UnsafeMutableRawBufferPointer) {
    for index in bytes.indices where bytes[index] > 1 { bytes[index] = 1 }
  }
}
