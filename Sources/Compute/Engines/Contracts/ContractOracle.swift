import CKernels
import NumericFormats

/// Dot products under a contract, bit for bit what its accumulation gives: slow, by integer arithmetic alone, and the
/// measure of everything faster.
public struct ContractOracle: Hashable, Sendable {
  /// How products are added, in the words of C.
  public let accumulation: ckernels_accumulation

  /// The oracle of a contract; nil where the contract leaves the order of sums to a library.
  public init?(_ contract: NumericsContract) {
    switch contract.accumulation {
    case .fp32Library: return nil
    case .fp32Chain: accumulation = CKERNELS_ACCUMULATION_FP32_CHAIN
    case .fp64Chain: accumulation = CKERNELS_ACCUMULATION_FP64_CHAIN
    case .fp32OddEvenPairs: accumulation = CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS
    case .fp32OddEvenTiles: accumulation = CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES
    case .fp16Chain: accumulation = CKERNELS_ACCUMULATION_FP16_CHAIN
    case .fp32Blocks: accumulation = CKERNELS_ACCUMULATION_FP32_BLOCKS
    case .s16SaturatingPairs: accumulation = CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS
    case .s32Wrapping:
      accumulation =
        contract.left.conversion.element == .u8
        ? CKERNELS_ACCUMULATION_U8S8_WRAPPING : CKERNELS_ACCUMULATION_S8S8_WRAPPING
    case .s32Saturating: accumulation = CKERNELS_ACCUMULATION_U8S8_SATURATING
    }
  }

  /// Elements of each operand that one step takes.
  public var group: Int { ckernels_accumulation_group(accumulation) }
  /// Bytes of an operand's element: FP32 4, BF16 and FP16 2, integers 1.
  public var operandBytes: Int { ckernels_accumulation_operand_bytes(accumulation) }

  /// Whether products multiply codes of the operands' formats; otherwise the FP32 values that codes stand for.
  var multipliesCodes: Bool { operandBytes < MemoryLayout<Float>.size }

  /// The contracts of this build that add products so and say which instruction does.
  public static func contracts(of accumulation: ckernels_accumulation) -> [NumericsContract] {
    NumericsContract.all.filter { $0.instruction != nil && ContractOracle($0)?.accumulation == accumulation }
  }

  /// A dot product of `count` elements, `aStride` and `bStride` elements apart.
  ///
  /// - Parameters:
  ///   - accumulator: The code that the sum starts from: FP32, FP16 or s32, as the accumulation says.
  ///   - a: Codes of the first operand.
  ///   - b: Codes of the second.
  public func dot(
    _ accumulator: UInt32, _ a: UnsafeRawPointer, stride aStride: Int, _ b: UnsafeRawPointer, stride bStride: Int,
    count: Int
  ) -> UInt32 {
    ckernels_accumulation_strided_dot(accumulation, accumulator, a, aStride, b, bStride, count)
  }
}

extension ContractOracle {
  /// What each form of the accumulation's instruction needs, one of which is enough; nil where this build knows none for
  /// this architecture.
  public var instructionFeatures: [CPUFeatures]? {
    var count: Int32 = 0
    let rows = UnsafeBufferPointer(start: ckernels_step_instructions(&count), count: Int(count))
    let needed = rows.filter { $0.accumulation == accumulation }.map { CPUFeatures(rawValue: $0.features) }
    return needed.isEmpty ? nil : needed
  }
}
