import CKernels
import Conversions
import ModelGraph
import NumericFormats
import Tensors

/// A model's parameters as its contracts store them, of which it keeps only what runs read.
///
/// Weights are read in one of two ways: ``withValues(_:_:)`` lends them to a step that packs them in an order of its own,
/// ``values(_:)`` keeps a copy for runs. What neither a run nor a later node reads is let go after each step
/// (``finish(_:)``). Weights with a scale for each output channel are held as floats before the scale, integers among
/// them; their real values are those times the channel's scale.
///
/// Used while a model is prepared, by one thread; later only what it keeps is read.
final class PreparedParameters: @unchecked Sendable {
  private let graph: ModelGraph
  /// How the weights of products are stored; nil for other parameters and for FP32.
  private let formats: [OperandFormat?]
  private let isa: ckernels_isa
  private let kernels: UnsafePointer<ckernels_operator_table>
  /// The values as the model's maker gave them; nil where nobody reads them any more.
  private var originals: [Tensor?]
  /// Nodes that are still to be prepared, by parameter.
  private var readers: [Int]
  private var isKept: [Bool]
  /// Room for the weights at the model's precision. What is never written takes no memory.
  private let copies: AlignedBuffer
  private let offsets: [Int?]
  private var isCopied: [Bool]
  private let channelScales: [[Float]?]
  /// Weights with rows and columns exchanged, which nodes that share weights share too.
  private var transposed: [TransposedKey: FloatConstants] = [:]

  private struct TransposedKey: Hashable {
    let weights: UnsafePointer<Float>
    let groups, m, k: Int
  }

  /// Bytes kept so far: parameters as they were given, copies, and turned weights.
  private(set) var byteCount = 0

  /// Parameters of `model`, whose weights are rounded or quantised as it asks when they are read.
  ///
  /// - Throws: ``AllocationError``, and ``UnpreparedNodeError`` where INT8 would have to hold NaN or infinity.
  init(_ originals: ParameterStore, for model: LoweredModel, kernels: UnsafePointer<ckernels_operator_table>) throws {
    graph = model.graph
    formats = graph.parameters.indices.map { index in
      model.contract(ofWeights: ParameterID(index: index)).flatMap { $0.right == .fp32 ? nil : $0.right }
    }
    isa = model.target.features.operatorTable
    self.kernels = kernels
    var end = 0
    var offsets: [Int?] = []
    for parameter in graph.parameters {
      offsets.append(parameter.role == .weights ? end : nil)
      if parameter.role == .weights { end += roundedToCacheLines(parameter.type.byteCount) }
    }
    self.offsets = offsets
    copies = try AlignedBuffer(byteCount: end)
    var readers = [Int](repeating: 0, count: graph.parameters.count)
    for node in graph.nodes { for id in Set(node.parameters) { readers[id.index] += 1 } }
    // Constants that nodes read like activations are read by every run.
    for tensor in graph.tensors { if let id = tensor.parameter { readers[id.index] += 1 } }
    self.originals = zip(originals.tensors, readers).map { $1 > 0 ? $0 : nil }
    self.readers = readers
    isKept = [Bool](repeating: false, count: readers.count)
    isCopied = isKept
    channelScales = try zip(graph.parameters.indices, formats).map { index, format in
      guard let format, readers[index] > 0, format.needsFiniteValues else { return nil }
      let id = ParameterID(index: index)
      try Self.requireFinite(id, originals, model)
      return format.scaling == .perChannel ? Self.scales(id, originals, model.graph, format, kernels) : nil
    }
  }

  // MARK: Reading

  /// The values of a parameter at the model's precision, kept for runs.
  func values(_ id: ParameterID) -> UnsafePointer<Float> { address(id).assumingMemoryBound(to: Float.self) }

  /// Where the values of a parameter of any element type are, kept for runs.
  func address(_ id: ParameterID) -> UnsafeRawPointer {
    guard let offset = offsets[id.index] else {
      let tensor = original(id)
      if !isKept[id.index] { byteCount += roundedToCacheLines(tensor.bytes.count) }
      isKept[id.index] = true
      return tensor.bytes.baseAddress!
    }
    if !isCopied[id.index] {
      isCopied[id.index] = true
      byteCount += roundedToCacheLines(graph[id].type.byteCount)
      convert(id, into: copies.floats(at: offset))
    }
    return UnsafeRawPointer(copies.baseAddress + offset)
  }

  /// Lends the values of weights at the model's precision, which are gone afterwards.
  func withValues<Result>(_ id: ParameterID, _ body: (UnsafePointer<Float>) throws -> Result) throws -> Result {
    if let offset = offsets[id.index], isCopied[id.index] { return try body(copies.floats(at: offset)) }
    let tensor = original(id)
    guard formats[id.index] != nil, offsets[id.index] != nil else {
      return try withExtendedLifetime(tensor) { try body(tensor.elements(as: Float.self).baseAddress!) }
    }
    let buffer = try AlignedBuffer(byteCount: tensor.bytes.count)
    convert(id, into: buffer.floats())
    return try body(buffer.floats())
  }

  /// Weights (groups, m, k) as (groups, k, m).
  func transposed(
    _ weights: UnsafePointer<Float>, groups: Int, m: Int, k: Int, _ kernels: UnsafePointer<ckernels_operator_table>
  ) -> FloatConstants {
    let key = TransposedKey(weights: weights, groups: groups, m: m, k: k)
    if let known = transposed[key] { return known }
    let made = FloatConstants(count: groups * m * k) { result in
      for group in 0..<groups { kernels.pointee.transpose(weights + group * m * k, m, k, result + group * m * k) }
    }
    byteCount += made.byteCount
    transposed[key] = made
    return made
  }

  /// The scale of each output channel of quantised weights; nil for everything else.
  func scales(_ id: ParameterID) -> [Float]? { channelScales[id.index] }

  /// Lets go of what these nodes, whose steps are ready, were the last to read.
  func finish(_ nodes: ArraySlice<Node>) {
    for node in nodes {
      for id in Set(node.parameters) {
        readers[id.index] -= 1
        if readers[id.index] == 0, !isKept[id.index] { originals[id.index] = nil }
      }
    }
  }

  /// The values as they were given, of a parameter that a node still to be prepared reads.
  private func original(_ id: ParameterID) -> Tensor {
    guard let tensor = originals[id.index] else { preconditionFailure("read after the last of its nodes was ready") }
    return tensor
  }

  // MARK: Converting

  private func convert(_ id: ParameterID, into destination: UnsafeMutablePointer<Float>) {
    let source = original(id).elements(as: Float.self)
    guard let first = source.baseAddress else { return }
    guard let format = formats[id.index] else { return destination.update(from: first, count: source.count) }
    switch format.scaling {
    case .none, .perTensor: quantise(format.conversion, scale: 1, first, destination, source.count)
    case .perChannel:
      let scales = channelScales[id.index] ?? []
      let row = scales.isEmpty ? 0 : source.count / scales.count
      for (channel, scale) in scales.enumerated() {
        quantise(format.conversion, scale: scale, first + channel * row, destination + channel * row, row)
      }
    case .block(let size): quantiseBlocks(format.conversion, CKERNELS_BLOCK_E8M0, size, id, first, destination)
    case .group(let size): quantiseBlocks(format.conversion, CKERNELS_BLOCK_FP32, size, id, first, destination)
    }
  }

  private func quantise(
    _ conversion: Conversion, scale: Float, _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    let kernel = conversion.kernel(scale: scale)
    withUnsafePointer(to: kernel) { ckernels_quantise(isa, $0, source, destination, count, 0) }
  }

  /// Blocks run along each of ``Shape/weightLines``.
  private func quantiseBlocks(
    _ conversion: Conversion, _ kind: ckernels_block_scale, _ size: Int, _ id: ParameterID,
    _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>
  ) {
    let lines = graph[id].shape.weightLines
    let (rows, depth) = (graph[id].shape[0], lines.depth)
    let taps = rows > 0 ? lines.count / rows : 0
    let kernel = conversion.kernel()
    for row in 0..<rows {
      withUnsafePointer(to: kernel) {
        ckernels_quantise_blocks(
          isa, $0, kind, size, source + row * depth * taps, destination + row * depth * taps, taps, 1, depth, taps, 0)
      }
    }
  }

  private static func requireFinite(_ id: ParameterID, _ originals: ParameterStore, _ model: LoweredModel) throws {
    guard !originals[id].allSatisfy(\.isFinite), let contract = model.contract(ofWeights: id) else { return }
    let node = model.graph.nodes.first { $0.parameters.contains(id) }
    throw UnpreparedNodeError(
      node: node?.name ?? "", op: node?.op.name ?? "",
      reason:
        "its weights \(model.graph[id].name) hold NaN or infinity, which \(contract.right.conversion.element.name) "
        + "of \(contract.name) cannot; fp32 and bf16 can")
  }

  /// The scale of each output channel, by its greatest magnitude.
  private static func scales(
    _ id: ParameterID, _ originals: ParameterStore, _ graph: ModelGraph, _ format: OperandFormat,
    _ kernels: UnsafePointer<ckernels_operator_table>
  ) -> [Float] {
    let source = originals[id]
    let channels = graph[id].shape[0]
    let row = channels > 0 ? source.count / channels : 0
    return (0..<channels).map { channel in
      var (least, greatest) = (Float.infinity, -Float.infinity)
      kernels.pointee.min_max(source.baseAddress! + channel * row, row, &least, &greatest)
      return ValueRange(least: least, greatest: greatest).map(format.conversion.element.scale) ?? 1
    }
  }
}

extension OperandFormat {
  /// Whether NaN and infinity have no meaning: integers, elements without them, and what shares a scale with them.
  fileprivate var needsFiniteValues: Bool {
    guard scaling == .none, case .float(let format) = conversion.element else { return true }
    return format.specials == .none
  }
}

extension ElementFormat {
  /// The scale with which the greatest magnitude of a range becomes the element's greatest.
  fileprivate func scale(covering range: ValueRange) -> Float {
    switch self {
    case .signed(_, let limit): NumberFormat.s8(covering: range, limit: limit).scale
    case .float(let format): EmulatedFormat.scale(covering: range, in: format)
    case .unsigned, .fixedPoint: 1
    }
  }
}
