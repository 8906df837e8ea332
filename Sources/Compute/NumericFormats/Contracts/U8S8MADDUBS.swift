extension NumericsContract {
  /// Unsigned activations times signed weights of 8 bits, whose pairs VPMADDUBSW adds with saturation.
  public static let u8s8MADDUBS = NumericsContract(
    "u8s8-maddubs", .int8, left: OperandFormat(.u8, scaling: .perTensor),
    right: OperandFormat(.s8, scaling: .perChannel), storage: .operands,
    accumulation: .s16SaturatingPairs, instruction: Instruction("VPMADDUBSW", "AVX2"),
    summary: "u8 activations (asymmetric per tensor) times s8 weights (symmetric per output channel); sums of "
      + "two products saturate at 16 bits, then 32-bit sums: INT8 before VNNI.",
    source: "Intel SDM, VPMADDUBSW and VPMADDWD")
}
