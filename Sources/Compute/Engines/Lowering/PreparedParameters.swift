import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// A model's parameters at its precision: the originals at FP32, rounded or quantised copies of the weights otherwise.
///
/// Quantised weights are integers held as floats; their real values are the integers times the output channel's scale.
final class PreparedParameters: @unchecked Sendable {
  private let originals: ParameterStore
  private let copies: AlignedBuffer
  private let offsets: [Int?]
  private let channelScales: [[Float]?]
  /// Weights with rows and columns exchanged, which nodes that share weights share too. Used while a model is prepared, by
  /// one thread.
  private var transposed: [TransposedKey: FloatConstants] = [:]

  private struct TransposedKey: Hashable {
    let weights: UnsafePointer<Float>
    let groups, m, k: Int
  }

  /// Rounds or quantises the weights of convolutions and inner products as `model` asks.
  init(_ originals: ParameterStore, for model: LoweredModel, kernels: UnsafePointer<ckernels_operator_table>) throws {
    self.originals = originals
    let copied = model.graph.parameters.map { $0.role == .weights && model.precision != .fp32 }
    var end = 0
    var offsets: [Int?] = []
    for (parameter, isCopied) in zip(model.graph.parameters, copied) {
      offsets.append(isCopied ? end : nil)
      if isCopied { end += roundedToCacheLines(parameter.shape.count * 4) }
    }
    self.offsets = offsets
    let buffer = try AlignedBuffer(byteCount: end)
    var scales: [[Float]?] = []
    for (index, parameter) in model.graph.parameters.enumerated() {
      guard let offset = offsets[index] else {
        scales.append(nil)
        continue
      }
      let source = originals[ParameterID(index: index)]
      scales.append(
        Self.convert(
          source, channels: parameter.shape[0], model.precision, limit: model.target.integerLimit,
          into: buffer.floats(at: offset), kernels))
    }
    self.copies = buffer
    self.channelScales = scales
  }

  /// Bytes held, originals included.
  var byteCount: Int { originals.byteCount + copies.byteCount }

  /// Weights (groups, m, k) as (groups, k, m).
  func transposed(
    _ weights: UnsafePointer<Float>, groups: Int, m: Int, k: Int, _ kernels: UnsafePointer<ckernels_operator_table>
  ) -> FloatConstants {
    let key = TransposedKey(weights: weights, groups: groups, m: m, k: k)
    if let known = transposed[key] { return known }
    let made = FloatConstants(count: groups * m * k) { result in
      for group in 0..<groups { kernels.pointee.transpose(weights + group * m * k, m, k, result + group * m * k) }
    }
    transposed[key] = made
    return made
  }

  /// The values of a parameter at the model's precision.
  func values(_ id: ParameterID) -> UnsafePointer<Float> {
    if let offset = offsets[id.index] { return UnsafePointer(copies.floats(at: offset)) }
    return originals[id].baseAddress!
  }

  /// Where the values of a parameter of any element type are.
  func address(_ id: ParameterID) -> UnsafeRawPointer {
    if let offset = offsets[id.index] { return UnsafeRawPointer(copies.baseAddress + offset) }
    return originals.bytes(id).baseAddress!
  }

  /// The scale of each output channel of quantised weights; nil for everything else.
  func scales(_ id: ParameterID) -> [Float]? { channelScales[id.index] }

  private static func convert(
    _ source: UnsafeBufferPointer<Float>, channels: Int, _ precision: Precision, limit: Int,
    into destination: UnsafeMutablePointer<Float>, _ kernels: UnsafePointer<ckernels_operator_table>
  ) -> [Float]? {
    let table = kernels.pointee
    guard precision == .int8 else {
      table.convert(
        ckernels_format(kind: CKERNELS_FORMAT_BF16, scale: 1, zero_point: 0), source.baseAddress!, destination,
        source.count)
      return nil
    }
    let row = channels > 0 ? source.count / channels : 0
    return (0..<channels).map { channel in
      let values = source.baseAddress! + channel * row
      var (least, greatest) = (Float.infinity, -Float.infinity)
      table.min_max(values, row, &least, &greatest)
      let scale =
        ValueRange(least: least, greatest: greatest).map { NumberFormat.s8(covering: $0, limit: limit).scale } ?? 1
      table.convert(
        ckernels_format(kind: CKERNELS_FORMAT_S8, scale: scale, zero_point: Int32(limit)), values,
        destination + channel * row,
        row)
      return scale
    }
  }
}
