import CKernels
import ModelGraph
import Tensors

/// Operators that compute a line of results, or one result, from each line of elements along an axis.
struct LineOperators: OperatorDefinition {
  /// One operator: its function, the standard's default axis, and the element types it takes.
  private struct Entry {
    let function: ckernels_line
    var axis = -1
    var types = ElementTypes.floats
    /// Whether each line gives the place of an element instead of a line.
    var givesPlace = false
    /// Whether versions before 13 flatten to a matrix at the axis, of which each row is one line.
    var flattens = false
  }

  private static let entries: [String: Entry] = [
    "Softmax": Entry(function: CKERNELS_SOFTMAX, flattens: true),
    "LogSoftmax": Entry(function: CKERNELS_LOG_SOFTMAX, flattens: true),
    "Hardmax": Entry(function: CKERNELS_HARDMAX, flattens: true),
    "LpNormalization": Entry(function: CKERNELS_L2_NORMALIZE),
    "ArgMax": Entry(function: CKERNELS_ARG_MAX, axis: 0, types: ElementTypes.numbers, givesPlace: true),
    "ArgMin": Entry(function: CKERNELS_ARG_MIN, axis: 0, types: ElementTypes.numbers, givesPlace: true),
  ]

  var names: [String] { Self.entries.keys.sorted() }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let entry = try entry(of: call)
    let input = try call.required(0).type
    try call.check(input.elementType, in: entry.types)
    let lines = try lines(of: call, entry)
    _ = try function(of: call, entry)
    guard entry.givesPlace else { return [input] }
    let axis = try axis(of: call, entry)
    guard lines.extent > 0 || lines.count == 0 else { throw .invalid("it seeks among the 0 elements of axis \(axis)") }
    var extents = input.shape.dims
    if try call.int("keepdims") ?? 1 != 0 { extents[axis] = 1 } else { extents.remove(at: axis) }
    return [TensorType(.int64, try call.shape(checking: extents))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let entry = try entry(of: call)
    let type = try outputTypes(call)[0].elementType
    let input = try call.required(0)
    let element = input.type.elementType
    guard
      let function = ckernels_line_function(
        try function(of: call, entry), element.kernel, call.resources.level, call.resources.isExact ? 1 : 0)
    else { throw .unsupported("\(call.op.name) of \(element.rawValue) elements is not supported") }
    let source = try input.source().address
    let result = outputs[0]
    let lines = try lines(of: call, entry)
    let selectsLast = try call.op.opset >= 12 ? call.int("select_last_index") ?? 0 : 0
    let flags = ckernels_line_flags(exclusive: 0, reverse: 0, last: selectsLast != 0 ? 1 : 0)
    return Computation(isDivisible: true) { share in
      let range = share.range(of: lines.count)
      var flags = flags
      ckernels_lines_range(
        function, &flags, source, result, element.byteCount, type.byteCount, lines.extent, lines.inner,
        entry.givesPlace ? 1 : lines.extent, range.lowerBound, range.upperBound)
    }
  }

  private func entry(of call: OperatorCall) throws(OperatorError) -> Entry {
    guard let entry = Self.entries[call.op.name] else { throw .unsupported("\(call.op.name) has no axis") }
    return entry
  }

  private func function(of call: OperatorCall, _ entry: Entry) throws(OperatorError) -> ckernels_line {
    guard call.op.name == "LpNormalization" else { return entry.function }
    switch try call.int("p") ?? 2 {
    case 1: return CKERNELS_L1_NORMALIZE
    case 2: return CKERNELS_L2_NORMALIZE
    case let order: throw .invalid("attribute p is \(order) and must be 1 or 2")
    }
  }

  private func flattens(_ call: OperatorCall, _ entry: Entry) -> Bool { entry.flattens && call.op.opset < 13 }

  private func axis(of call: OperatorCall, _ entry: Entry) throws(OperatorError) -> Int {
    let standard = flattens(call, entry) ? 1 : entry.axis
    return try call.axis(try call.int("axis") ?? standard, rank: try call.shape(0).rank)
  }

  private func lines(of call: OperatorCall, _ entry: Entry) throws(OperatorError) -> Lines {
    let axis = try axis(of: call, entry)
    let shape = try call.shape(0)
    return flattens(call, entry)
      ? Lines(outer: shape.dims[..<axis].reduce(1, *), extent: shape.dims[axis...].reduce(1, *), inner: 1)
      : Lines(shape, axis: axis)
  }
}

/// A dense array seen as lines along one axis: (outer, extent, inner).
struct Lines {
  let outer: Int
  let extent: Int
  let inner: Int
  /// The number of lines.
  var count: Int { outer * inner }

  init(outer: Int, extent: Int, inner: Int) {
    self.outer = outer
    self.extent = extent
    self.inner = inner
  }

  init(_ shape: Shape, axis: Int) {
    self.init(
      outer: shape.dims[..<axis].reduce(1, *), extent: shape[axis], inner: shape.dims[(axis + 1)...].reduce(1, *))
  }
}
