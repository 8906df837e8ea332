extension NumericsContract {
  /// FP16 values and FP16 sums.
  public static let fp16FMA = NumericsContract(
    "fp16-fma", .fp16, left: OperandFormat(.float(.fp16)), right: OperandFormat(.float(.fp16)), storage: .everywhere,
    accumulation: .fp16Chain, instruction: Instruction("VFMADD231PH", "AVX512_FP16"),
    summary: "Values rounded to FP16, nearest even, subnormals kept; one FP16 fused multiply-add after the "
      + "other, each rounded once to FP16.",
    source: "Intel SDM, VFMADD231PH; IEEE 754-2019, fusedMultiplyAdd")
}
