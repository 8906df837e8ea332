extension NumericsContract {
  /// Signed activations times signed weights, 32-bit sums.
  public static let s8s8Dot = NumericsContract(
    "s8s8-dot", .int8, left: OperandFormat(.s8, scaling: .perTensor),
    right: OperandFormat(.s8, scaling: .perChannel), storage: .operands, accumulation: .s32Wrapping,
    instruction: Instruction("VPDPBSSD", "AVX-VNNI-INT8"),
    summary: "s8 activations (symmetric per tensor) times s8 weights (symmetric per output channel); four "
      + "products at a time added to 32 bits, wrapping: Arm SDOT, AMX TDPBSSD, AVX-VNNI-INT8.",
    source: "Intel SDM, VPDPBSSD and TDPBSSD; Arm ARM, SDOT")
}
