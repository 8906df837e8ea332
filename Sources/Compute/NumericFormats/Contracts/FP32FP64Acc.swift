extension NumericsContract {
  /// FP32 operands, exact products summed in index order in FP64, rounded once: the oracle.
  public static let fp32FP64 = NumericsContract(
    "fp32-fp64acc", .fp32, left: .fp32, right: .fp32, storage: .operands, accumulation: .fp64Chain,
    summary: "FP32 operands, products added in FP64 in index order and rounded once to FP32; the oracle.",
    source: "IEEE 754-2019")
}
