extension NumericsContract {
  /// Values rounded to BF16 (nearest even, subnormals kept), products summed in index order in FP64.
  public static let bf16FP64 = NumericsContract(
    "bf16-rne-fp64acc", .bf16, left: OperandFormat(.float(.bf16)), right: OperandFormat(.float(.bf16)),
    storage: .everywhere, accumulation: .fp64Chain,
    summary: "Values rounded to BF16, nearest even, subnormals kept; products added in FP64 in index order and "
      + "rounded once to FP32.",
    source: "IEEE 754-2019")
}
