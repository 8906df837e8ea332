/// A named promise about how a precision computes: operand rounding, product and accumulation order, saturation.
///
/// "BF16" and "INT8" mean different bits on different machines; the contract says which one was used.
public struct NumericsContract: Codable, Hashable, Sendable {
  /// The name under which records and tables show it, for example `bf16-rne-sgemm`.
  public let name: String
  /// The precision that it specifies.
  public let precision: Precision
  /// How operands are stored and rounded, in one phrase.
  public let operands: String
  /// How products are accumulated, in one phrase.
  public let accumulation: String

  /// FP32 operands, FP32 fused multiply-add GEMM in the order the BLAS library chooses.
  public static let fp32SGEMM = NumericsContract(
    name: "fp32-sgemm", precision: .fp32, operands: "FP32", accumulation: "FP32, order chosen by the BLAS library")
  /// FP32 operands, exact products summed in index order in FP64, rounded once: the oracle.
  public static let fp32FP64 = NumericsContract(
    name: "fp32-fp64acc", precision: .fp32, operands: "FP32", accumulation: "FP64 in index order, rounded once to FP32")
  /// Operands rounded to BF16 (nearest even, subnormals kept), then the engine's FP32 GEMM.
  public static let bf16RNESGEMM = NumericsContract(
    name: "bf16-rne-sgemm", precision: .bf16, operands: "BF16, nearest even, subnormals kept",
    accumulation: "FP32 of the engine")
  /// Operands rounded to BF16 (nearest even, subnormals kept), products summed in index order in FP64.
  public static let bf16FP64 = NumericsContract(
    name: "bf16-rne-fp64acc", precision: .bf16, operands: "BF16, nearest even, subnormals kept",
    accumulation: "FP64 in index order, rounded once to FP32")
  /// FP32 operands, fused multiply-adds in index order within blocks of the depth.
  public static let fp32FMA = NumericsContract(
    name: "fp32-fma", precision: .fp32, operands: "FP32",
    accumulation: "FP32 fused multiply-add, block by block of the depth; some 3x3 convolutions by Winograd")
  /// Operands rounded to BF16 (nearest even), products accumulated by VDPBF16PS.
  ///
  /// Each FP32 lane adds two products by fused multiply-adds, odd element first; subnormal operands and results count as
  /// zero, rounding is to nearest even whatever MXCSR says (Intel SDM, VDPBF16PS).
  public static let bf16VDPBF16PS = NumericsContract(
    name: "bf16-vdpbf16ps", precision: .bf16, operands: "BF16, nearest even",
    accumulation: "FP32, pairs of fused multiply-adds, subnormals flushed")
  /// Unsigned activations times signed weights of 7 bits, whose pairs VPMADDUBSW adds without saturation.
  public static let u8s7MADDUBS = NumericsContract(
    name: "u8s7-maddubs", precision: .int8,
    operands:
      "u8 asymmetric per tensor x s8 symmetric within -64 ... 64 (weights per output channel, attention operands "
      + "per tensor)",
    accumulation: "s16 pairs, then s32, exact")
  /// Unsigned activations times signed weights, exact 32-bit sums as VPDPBUSD makes them.
  public static let u8s8VNNI = NumericsContract(
    name: "u8s8-vnni", precision: .int8,
    operands: "u8 asymmetric per tensor x s8 symmetric (weights per output channel, attention operands per tensor)",
    accumulation: "s32, exact")
}
