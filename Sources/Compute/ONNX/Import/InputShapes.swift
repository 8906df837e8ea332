import Tensors

/// Finds the extents of a model's inputs from what the file declares and the user says.
///
/// In this order: the shape or the value given for the input; for each symbolic extent the value given for it, or the one
/// that shapes given for other inputs agree on; for an open first extent the batch; else the extent must be given.
struct InputShapes {
  private let inputs: [ONNXValueInfo]
  private let options: ImportOptions
  private var symbols: [String: Int] = [:]
  /// The names of first extents.
  private let batchSymbols: Set<String>

  init(_ model: ONNXModel, _ options: ImportOptions) throws(ImportError) {
    inputs = model.graph.inputs
    self.options = options
    batchSymbols = Set(
      inputs.compactMap { input in
        if case .symbol(let name) = input.dims?.first { return name }
        return nil
      })
    try checkNames()
    if let batch = options.batch, !(1...65536).contains(batch) {
      throw ImportError(.options, "a batch of \(batch) is not between 1 and 65536")
    }
    symbols = try knownSymbols()
  }

  /// The type of each input, in the model's order.
  func resolve() throws(ImportError) -> [TensorType] {
    var types: [TensorType] = []
    for input in inputs { types.append(try type(of: input)) }
    return types
  }

  private func checkNames() throws(ImportError) {
    let names = Set(inputs.map(\.name))
    let given = Array(options.shapes.keys) + Array(options.bindings.keys)
    for name in given.sorted() where !names.contains(name) {
      throw ImportError(
        .options, "there is no input \(name.quoted); the model's inputs are \(inputs.map(\.name).quotedList)")
    }
    let known = Set(inputs.flatMap(\.symbols))
    for (name, extent) in options.symbols.sorted(by: { $0.key < $1.key }) {
      guard known.contains(name) else {
        throw ImportError(
          .options, "no input has an extent \(name.quoted); there are \(known.sorted().quotedList)")
      }
      guard extent >= 0 else { throw ImportError(.options, "the extent \(name.quoted) cannot be \(extent)") }
    }
  }

  /// The values of symbols: as given, or as all shapes that are given say.
  private func knownSymbols() throws(ImportError) -> [String: Int] {
    var found: [String: Set<Int>] = [:]
    for input in inputs {
      guard let dims = input.dims, let shape = givenShape(input), shape.rank == dims.count else { continue }
      for (dimension, extent) in zip(dims, shape.dims) {
        if case .symbol(let name) = dimension { found[name, default: []].insert(extent) }
      }
    }
    // Exporters use one name, such as `?`, for unlike extents; two values for a name therefore say nothing.
    let agreed = found.compactMapValues { $0.count == 1 ? $0.first : nil }
    return agreed.merging(options.symbols) { _, given in given }
  }

  private func givenShape(_ input: ONNXValueInfo) -> Shape? {
    options.bindings[input.name]?.shape ?? options.shapes[input.name]
  }

  private func type(of input: ONNXValueInfo) throws(ImportError) -> TensorType {
    let name = input.name.quoted
    guard let elementType = input.elementType else {
      let reason = "input \(name) is of type \(input.elementTypeName.shown), which is not supported"
      throw ImportError(
        .unsupported([UnsupportedOperator(name: "input", reason: reason, firstNode: input.name)]), reason)
    }
    if let value = options.bindings[input.name], value.elementType != elementType {
      throw ImportError(
        .options,
        "input \(name) is of type \(elementType.rawValue) and its given value of type \(value.elementType.rawValue)")
    }
    guard let dims = input.dims else {
      guard let shape = givenShape(input) else {
        throw ImportError(
          .needsShape(input: input.name),
          "the file does not say how many dimensions input \(name) has; give its shape, for example with "
            + "--shape \(input.name.shown)=1x8")
      }
      return TensorType(elementType, try scaled(shape, input, isOpen: shape.rank > 0))
    }
    if let given = givenShape(input) {
      try check(given, against: dims, of: input)
      return TensorType(elementType, try scaled(given, input, isOpen: dims.first?.isOpen ?? false))
    }
    var extents: [Int] = []
    for (index, dimension) in dims.enumerated() { extents.append(try extent(dimension, index, of: input, dims)) }
    return TensorType(elementType, try scaled(Shape(extents), input, isOpen: dims.first?.isOpen ?? false))
  }

  private func check(
    _ given: Shape, against dims: [ONNXValueInfo.Dimension], of input: ONNXValueInfo
  ) throws(ImportError) {
    let declared = dims.isEmpty ? "a scalar" : dims.map(\.description).joined(separator: "x")
    var fits = given.rank == dims.count
    for (extent, dimension) in zip(given.dims, dims) {
      if case .fixed(let wanted) = dimension, wanted != extent { fits = false }
    }
    guard fits else {
      throw ImportError(
        .options,
        "input \(input.name.quoted) is declared as \(declared.shown), which the given shape "
          + "\(given.rank == 0 ? "of a scalar" : given.description) does not fit")
    }
  }

  private func extent(
    _ dimension: ONNXValueInfo.Dimension, _ index: Int, of input: ONNXValueInfo, _ dims: [ONNXValueInfo.Dimension]
  ) throws(ImportError) -> Int {
    switch dimension {
    case .fixed(let extent): return extent
    case .symbol(let name):
      if let known = symbols[name] { return known }
      if index == 0 { return 1 }
      // Where another input's batch has this name, as in the (layers, batch, features) of a recurrent state.
      if batchSymbols.contains(name), !name.isEmpty, name != "?" { return 1 }
    case .unknown: if index == 0 { return 1 }
    }
    let example = dims.enumerated().map { place, dimension in
      if case .fixed(let extent) = dimension { return String(extent) }
      let isImage = dims.count == 4 && (dims[1] == .fixed(3) || dims[1] == .fixed(1))
      return place == 0 ? "1" : isImage ? "224" : "8"
    }
    throw ImportError(
      .needsShape(input: input.name),
      "extent \(index) (\(dimension.description.quoted)) of input \(input.name.quoted) is not fixed in the model; give the "
        + "input's shape, for example with --shape \(input.name.shown)=\(example.joined(separator: "x"))")
  }

  /// The shape for the batch; a bound input is a constant, which no batch changes.
  private func scaled(_ shape: Shape, _ input: ONNXValueInfo, isOpen: Bool) throws(ImportError) -> Shape {
    let name = input.name.quoted
    var dims = shape.dims
    if let batch = options.batch, batch > 1, options.bindings[input.name] == nil {
      guard isOpen, !dims.isEmpty else {
        throw ImportError(
          .options,
          "the first extent of input \(name) is fixed (\(shape.rank == 0 ? "a scalar" : shape.description)), so the model "
            + "cannot run a batch of \(batch)")
      }
      if let symbol = input.symbols.first, input.dims?.dropFirst().contains(.symbol(symbol)) ?? false {
        throw ImportError(
          .options, "input \(name) has the extent \(symbol.quoted) twice, so the model cannot run a batch of \(batch)")
      }
      let (product, overflow) = dims[0].multipliedReportingOverflow(by: batch)
      dims[0] = overflow ? -1 : product
    }
    guard let result = Shape(checking: dims) else {
      throw ImportError(.options, "input \(name) would have more elements than memory can be addressed")
    }
    return result
  }
}

extension ONNXValueInfo.Dimension {
  /// Whether the file leaves the extent to the caller.
  var isOpen: Bool {
    if case .fixed = self { return false }
    return true
  }
}
