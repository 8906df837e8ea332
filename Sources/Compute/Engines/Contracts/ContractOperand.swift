import CKernels
import Conversions
import NumericFormats
import Tensors

/// One operand of a product as a contract holds it: lines of codes along the depth, with the scales of their values.
public struct ContractOperand {
  /// Which operand it is.
  public enum Side: String, Sendable {
    /// The first: activations.
    case left
    /// The second: weights.
    case right
  }

  /// Lines: rows of the first operand, columns of the second.
  public let lines: Int
  /// Elements of a line.
  public let depth: Int
  /// What products multiply, line after line; elements of ``ContractOracle/operandBytes``.
  let codes: [UInt8]
  /// What the sums are to be multiplied by: one for all lines, or one for each; empty where elements are the values
  /// themselves or hold the scales of their blocks.
  public let scales: [Float]
  /// The code that stands for 0, which sums are still to be corrected for; 0 where there is none.
  public let zeroPoint: Int32

  /// Makes an operand of a two-dimensional tensor with lines along its rows.
  ///
  /// FP32 is converted as the contract says. Codes are taken as they are, without scales: bfloat16 or uint16 for BF16,
  /// float16 or uint16 for FP16, uint8 for FP8 and u8, int8 for s8.
  ///
  /// - Throws: ``ContractOperandError``.
  public init(_ tensor: Tensor, _ side: Side, of contract: NumericsContract) throws(ContractOperandError) {
    guard let oracle = ContractOracle(contract) else {
      throw ContractOperandError(
        side, "the contract \(contract.name) leaves the order of sums to a library, so that no result is the exact one")
    }
    let format = side == .left ? contract.left : contract.right
    lines = tensor.shape[0]
    depth = tensor.shape[1]
    guard tensor.elementType == .float32 else {
      codes = try Self.given(tensor, side, format, oracle)
      (scales, zeroPoint) = ([], 0)
      return
    }
    var maker = Maker(
      values: Array(tensor.elements(as: Float.self)), lines: lines, depth: depth, side: side, format: format,
      multipliesCodes: oracle.multipliesCodes)
    try maker.make()
    (codes, scales, zeroPoint) = (maker.codes, maker.scales, maker.zeroPoint)
  }

  /// The bytes of codes that the user has made.
  private static func given(
    _ tensor: Tensor, _ side: Side, _ format: OperandFormat, _ oracle: ContractOracle
  ) throws(ContractOperandError) -> [UInt8] {
    let accepted = codeTypes(of: format)
    guard accepted.contains(tensor.elementType) else {
      let names = ([.float32] + accepted).map(\.rawValue).joined(separator: ", ")
      throw ContractOperandError(side, "its elements are \(tensor.elementType.rawValue) and must be one of: \(names)")
    }
    if oracle.multipliesCodes { return Array(tensor.bytes) }
    let values = [Float](unsafeUninitializedCapacity: tensor.shape.count) { values, count in
      Converter(format.conversion).decode(
        tensor.bytes, into: UnsafeMutableBufferPointer(rebasing: values[..<tensor.shape.count]))
      count = tensor.shape.count
    }
    return values.withUnsafeBytes(Array.init)
  }

  /// The element types that hold codes of a format; none where codes alone do not say what they stand for.
  private static func codeTypes(of format: OperandFormat) -> [ElementType] {
    switch format.scaling {
    case .block, .group: return []
    case .none, .perTensor, .perChannel: break
    }
    switch format.conversion.element {
    case .float(.bf16): return [.bfloat16, .uint16]
    case .float(.fp16): return [.float16, .uint16]
    case .float(let float) where float.bitCount == 8: return [.uint8]
    case .unsigned(bits: 8): return [.uint8]
    case .signed(bits: 8, _): return [.int8]
    case .float, .unsigned, .signed, .fixedPoint: return []
    }
  }

  /// Converts FP32 values.
  private struct Maker {
    var values: [Float]
    let lines: Int
    let depth: Int
    let side: Side
    let format: OperandFormat
    let multipliesCodes: Bool
    var codes: [UInt8] = []
    var scales: [Float] = []
    var zeroPoint: Int32 = 0

    mutating func make() throws(ContractOperandError) {
      switch format.scaling {
      case .none:
        // FP32 keeps every bit of its NaNs.
        if format != .fp32 { convert(0..<values.count, scale: 1) } else { take() }
      case .perTensor, .perChannel:
        let notFinite = values.count { !$0.isFinite }
        guard notFinite == 0 else {
          throw ContractOperandError(
            side,
            "\(notFinite) of its values \(notFinite == 1 ? "is" : "are") NaN or infinite, which "
              + "\(format.conversion.element.name) with a scale cannot hold")
        }
        let perLine = format.scaling == .perChannel
        let parts = perLine ? (0..<lines).map { ($0 * depth)..<(($0 + 1) * depth) } : [0..<values.count]
        for part in parts {
          let scale = scale(of: part)
          scales.append(scale)
          convert(part, scale: scale)
        }
      case .block(let size): block(size, CKERNELS_BLOCK_E8M0)
      case .group(let size):
        let notFinite = values.count { !$0.isFinite }
        guard notFinite == 0 else {
          throw ContractOperandError(
            side, "\(notFinite) of its values \(notFinite == 1 ? "is" : "are") NaN or infinite, which no group can hold"
          )
        }
        block(size, CKERNELS_BLOCK_FP32)
      }
    }

    /// The scale of a part, and the zero point of unsigned integers.
    private mutating func scale(of part: Range<Int>) -> Float {
      guard let range = ValueRange(ofFinite: values[part]) else { return 1 }
      switch format.conversion.element {
      case .unsigned:
        guard case .u8(let scale, let zero) = NumberFormat.u8(covering: range) else { return 1 }
        zeroPoint = zero
        return scale
      case .signed(_, let limit): return NumberFormat.s8(covering: range, limit: limit).scale
      case .float(let float): return EmulatedFormat.scale(covering: range, in: float)
      case .fixedPoint: return 1
      }
    }

    /// Appends the codes of a part, or the numbers that they stand for where products multiply those.
    private mutating func convert(_ part: Range<Int>, scale: Float) {
      let converter = Converter(format.conversion, scale: scale, zeroPoint: zeroPoint)
      if multipliesCodes {
        let bytes = part.count * converter.codeByteCount
        codes += [UInt8](unsafeUninitializedCapacity: bytes) { codes, count in
          values[part].withUnsafeBufferPointer { values in
            converter.encode(values, into: UnsafeMutableRawBufferPointer(codes))
          }
          count = bytes
        }
      } else {
        values[part].withUnsafeMutableBufferPointer { converter.quantise($0, first: UInt64(part.lowerBound)) }
        values[part].withUnsafeBytes { codes += $0 }
      }
    }

    /// Values are those of elements that share a scale with others of their line.
    private mutating func block(_ size: Int, _ kind: ckernels_block_scale) {
      let isa = ckernels_isa_for_features(ckernels_cpu_features())
      withUnsafePointer(to: format.conversion.kernel()) { conversion in
        values.withUnsafeMutableBufferPointer { values in
          guard let start = values.baseAddress else { return }
          ckernels_quantise_blocks(isa, conversion, kind, size, start, start, lines, depth, depth, 1, 0)
        }
      }
      take()
    }

    private mutating func take() { codes = values.withUnsafeBytes(Array.init) }
  }
}

/// An operand that a contract cannot hold.
public struct ContractOperandError: Error, Hashable, CustomStringConvertible {
  /// Which operand it is.
  public let side: ContractOperand.Side
  /// What is wrong, as a clause.
  public let reason: String

  init(_ side: ContractOperand.Side, _ reason: String) {
    self.side = side
    self.reason = reason
  }

  /// One sentence for the user.
  public var description: String {
    "The \(side == .left ? "first" : "second") operand cannot be used: \(reason)."
  }
}
