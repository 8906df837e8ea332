extension NumericsContract {
  /// Values rounded to BF16, products accumulated by VDPBF16PS.
  public static let vdpbf16ps = NumericsContract(
    "vdpbf16ps", .bf16, left: OperandFormat(.float(.bf16)), right: OperandFormat(.float(.bf16)), storage: .everywhere,
    accumulation: .fp32OddEvenPairs, instruction: Instruction("VDPBF16PS", "AVX512_BF16"),
    summary: "Values rounded to BF16, nearest even; of each pair two FP32 fused multiply-adds into the sum, the "
      + "odd element first, subnormals as zero, nearest even whatever MXCSR says.",
    source: "Intel SDM, VDPBF16PS; held against the instruction by `assay conformance`")
}
