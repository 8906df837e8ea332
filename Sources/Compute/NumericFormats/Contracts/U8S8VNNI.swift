extension NumericsContract {
  /// Unsigned activations times signed weights, exact 32-bit sums as VPDPBUSD makes them.
  public static let u8s8VNNI = NumericsContract(
    "u8s8-vnni", .int8, left: OperandFormat(.u8, scaling: .perTensor),
    right: OperandFormat(.s8, scaling: .perChannel), storage: .operands, accumulation: .s32Wrapping,
    instruction: Instruction("VPDPBUSD", "AVX512_VNNI"),
    summary: "u8 activations (asymmetric per tensor) times s8 weights (symmetric per output channel); four "
      + "products at a time added to 32 bits, wrapping: exact for any depth that models have.",
    source: "Intel SDM, VPDPBUSD")
}
