import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// A model's parameters at its precision, of which it keeps only what runs read.
///
/// Weights are read in one of two ways: ``withValues(_:_:)`` lends them to a step that packs them in an order of its own,
/// ``values(_:)`` keeps a copy for runs. What neither a run nor a later node reads is let go after each step
/// (``finish(_:)``). Quantised weights are integers held as floats; their real values are the integers times the output
/// channel's scale.
///
/// Used while a model is prepared, by one thread; later only what it keeps is read.
final class PreparedParameters: @unchecked Sendable {
  private let graph: ModelGraph
  private let precision: Precision
  private let limit: Int
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
    precision = model.precision
    limit = model.target.integerLimit
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
    channelScales = try graph.parameters.indices.map { index in
      guard model.precision == .int8, model.graph.parameters[index].role == .weights, readers[index] > 0 else {
        return nil
      }
      return try Self.scales(ParameterID(index: index), originals, model, kernels)
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
    guard precision != .fp32, offsets[id.index] != nil else {
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
    switch precision {
    case .fp32: destination.update(from: first, count: source.count)
    case .bf16:
      kernels.pointee.convert(
        ckernels_format(kind: CKERNELS_FORMAT_BF16, scale: 1, zero_point: 0), first, destination, source.count)
    default:
      let scales = channelScales[id.index] ?? []
      let row = scales.isEmpty ? 0 : source.count / scales.count
      for (channel, scale) in scales.enumerated() {
        kernels.pointee.convert(
          ckernels_format(kind: CKERNELS_FORMAT_S8, scale: scale, zero_point: Int32(limit)), first + channel * row,
          destination + channel * row, row)
      }
    }
  }

  /// The scale of each output channel, by its greatest magnitude.
  private static func scales(
    _ id: ParameterID, _ originals: ParameterStore, _ model: LoweredModel,
    _ kernels: UnsafePointer<ckernels_operator_table>
  ) throws -> [Float] {
    let source = originals[id], info = model.graph[id]
    guard source.allSatisfy(\.isFinite) else {
      let node = model.graph.nodes.first { $0.parameters.contains(id) }
      throw UnpreparedNodeError(
        node: node?.name ?? "", op: node?.op.name ?? "",
        reason: "its weights \(info.name) hold NaN or infinity, which 8-bit integers cannot; fp32 and bf16 can")
    }
    let channels = info.shape[0]
    let row = channels > 0 ? source.count / channels : 0
    return (0..<channels).map { channel in
      var (least, greatest) = (Float.infinity, -Float.infinity)
      kernels.pointee.min_max(source.baseAddress! + channel * row, row, &least, &greatest)
      let range = ValueRange(least: least, greatest: greatest)
      return range.map { NumberFormat.s8(covering: $0, limit: model.target.integerLimit).scale } ?? 1
    }
  }
}
