extension NumericsContract {
  /// Unsigned activations times signed weights of 7 bits, whose pairs VPMADDUBSW adds without saturation.
  public static let u8s7MADDUBS = NumericsContract(
    "u8s7-maddubs", .int8, left: OperandFormat(.u8, scaling: .perTensor),
    right: OperandFormat(.signed(bits: 8, limit: 64), scaling: .perChannel), storage: .operands,
    accumulation: .s16SaturatingPairs, instruction: Instruction("VPMADDUBSW", "AVX2"),
    summary: "u8 activations (asymmetric per tensor) times s8 weights within -64 ... 64 (symmetric per output "
      + "channel), so that sums of two products never saturate at 16 bits; 32-bit sums, exact.",
    source: "Intel SDM, VPMADDUBSW and VPMADDWD")
}
