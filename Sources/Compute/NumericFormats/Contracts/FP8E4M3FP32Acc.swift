extension NumericsContract {
  /// Operands scaled and rounded to FP8 E4M3, FP32 sums.
  public static let fp8E4M3FP32Acc = NumericsContract(
    "fp8-e4m3-fp32acc", .fp8,
    left: OperandFormat(Conversion(.float(.e4m3), overflow: .saturate), scaling: .perTensor),
    right: OperandFormat(Conversion(.float(.e4m3), overflow: .saturate), scaling: .perChannel), storage: .operands,
    accumulation: .fp32Chain,
    summary: "Operands of products divided by a scale that maps their greatest magnitude to 448, rounded to FP8 "
      + "E4M3 (nearest even, subnormals kept, saturating); FP32 fused multiply-adds in index order, then "
      + "the scales.",
    source: "OCP 8-bit Floating Point Specification 1.0; the scales are this contract's own")
}
