extension NumericsContract {
  private static let truncated = OperandFormat(Conversion(.float(.bf16), rounding: .towardZero))

  /// The lower half of every FP32 value cut off, then FP32 products and sums.
  public static let bf16Truncate = NumericsContract(
    "bf16-truncate", .bf16, left: truncated, right: truncated, storage: .everywhere, accumulation: .fp32Chain,
    summary: "The lower 16 bits of every FP32 value cut off (toward zero), then FP32 products and sums: a short "
      + "cut that biases every value toward zero.",
    source: "IEEE 754-2019, roundTowardZero")
}
