extension NumericsContract {
  /// The same with a final addition that saturates.
  public static let u8s8VNNISat = NumericsContract(
    "u8s8-vnni-sat", .int8, left: OperandFormat(.u8, scaling: .perTensor),
    right: OperandFormat(.s8, scaling: .perChannel), storage: .operands, accumulation: .s32Saturating,
    instruction: Instruction("VPDPBUSDS", "AVX512_VNNI"),
    summary: "u8 activations (asymmetric per tensor) times s8 weights (symmetric per output channel); four "
      + "products at a time added to 32 bits with saturation.",
    source: "Intel SDM, VPDPBUSDS")
}
