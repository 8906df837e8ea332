extension NumericsContract {
  /// Operands scaled and rounded to FP8 E5M2, FP32 sums.
  public static let fp8E5M2FP32Acc = NumericsContract(
    "fp8-e5m2-fp32acc", .fp8,
    left: OperandFormat(Conversion(.float(.e5m2), overflow: .saturate), scaling: .perTensor),
    right: OperandFormat(Conversion(.float(.e5m2), overflow: .saturate), scaling: .perChannel), storage: .operands,
    accumulation: .fp32Chain,
    summary: "Operands of products divided by a scale that maps their greatest magnitude to 57344, rounded to "
      + "FP8 E5M2 (nearest even, subnormals kept, saturating); FP32 fused multiply-adds in index order, "
      + "then the scales.",
    source: "OCP 8-bit Floating Point Specification 1.0; the scales are this contract's own")
}
