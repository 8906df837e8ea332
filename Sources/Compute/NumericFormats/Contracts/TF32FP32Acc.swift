extension NumericsContract {
  /// Operands rounded to TF32, FP32 fused multiply-adds in index order.
  public static let tf32FP32Acc = NumericsContract(
    "tf32-fp32acc", .tf32, left: OperandFormat(.float(.tf32)), right: OperandFormat(.float(.tf32)), storage: .operands,
    accumulation: .fp32Chain,
    summary: "Operands of products rounded to TF32, nearest even; FP32 fused multiply-adds in index order.",
    source: "NVIDIA A100 Tensor Core GPU Architecture, 2020, for the format; the order of sums is this contract's own")
}
