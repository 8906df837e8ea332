extension NumericsContract {
  /// FP32 activations, weights of 4 bits in groups of 32.
  public static let w4FP32Acc = NumericsContract(
    "w4-g32-fp32acc", .int4, left: .fp32,
    right: OperandFormat(Conversion(.signed(bits: 4, limit: 7)), scaling: .group(size: 32)), storage: .operands,
    accumulation: .fp32Chain,
    summary: "FP32 activations times weights of 4 bits (symmetric, -7 ... 7, one FP32 scale for each 32 along "
      + "the depth, products of two activations in FP32); FP32 fused multiply-adds in index order.",
    source: "this contract's own; weight-only quantisation as in GPTQ (Frantar et al. 2022) without its optimisation")
}
