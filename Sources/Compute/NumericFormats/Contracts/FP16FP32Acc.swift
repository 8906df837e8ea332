extension NumericsContract {
  /// FP16 values, FP32 sums.
  public static let fp16FP32Acc = NumericsContract(
    "fp16-fp32acc", .fp16, left: OperandFormat(.float(.fp16)), right: OperandFormat(.float(.fp16)),
    storage: .everywhere, accumulation: .fp32Chain,
    summary: "Values rounded to FP16, nearest even, subnormals kept; FP32 fused multiply-adds in index order.",
    source: "IEEE 754-2019")
}
