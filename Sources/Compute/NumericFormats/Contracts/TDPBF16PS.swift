extension NumericsContract {
  /// Values rounded to BF16, products accumulated by AMX tiles.
  public static let tdpbf16ps = NumericsContract(
    "tdpbf16ps", .bf16, left: OperandFormat(.float(.bf16)), right: OperandFormat(.float(.bf16)), storage: .everywhere,
    accumulation: .fp32OddEvenTiles, instruction: Instruction("TDPBF16PS", "AMX-BF16"),
    summary: "Values rounded to BF16, nearest even; the odd and the even elements of each 32 in FP32 sums of "
      + "their own, added together and then to the destination, subnormals as zero.",
    source: "Intel SDM, TDPBF16PS")
}
