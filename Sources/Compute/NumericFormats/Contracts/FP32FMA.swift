extension NumericsContract {
  /// FP32 operands, fused multiply-adds in index order.
  public static let fp32FMA = NumericsContract(
    "fp32-fma", .fp32, left: .fp32, right: .fp32, storage: .operands, accumulation: .fp32Chain,
    instruction: Instruction("VFMADD231PS", "FMA"),
    summary: "FP32 operands and one FP32 fused multiply-add after the other, in the order of the depth; the "
      + "native engine computes some 3x3 convolutions by Winograd's algorithm instead.",
    source: "IEEE 754-2019, fusedMultiplyAdd; Intel SDM, VFMADD231PS")
}
