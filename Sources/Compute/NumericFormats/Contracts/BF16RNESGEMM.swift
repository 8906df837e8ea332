extension NumericsContract {
  /// Values rounded to BF16 (nearest even, subnormals kept), then FP32 products and sums.
  public static let bf16RNESGEMM = NumericsContract(
    "bf16-rne-sgemm", .bf16, left: OperandFormat(.float(.bf16)), right: OperandFormat(.float(.bf16)),
    storage: .everywhere, accumulation: .fp32Chain,
    summary: "Values rounded to BF16, nearest even, subnormals kept; FP32 products and sums: what frameworks "
      + "fall back to where the CPU has no BF16.",
    source: "IEEE 754-2019 for the operations; the engine openblas adds in its library's order")
}
