extension NumericsContract {
  private static let mxfp6E3M2Operand = OperandFormat(
    Conversion(.float(.e3m2), overflow: .saturate), scaling: .block(size: 32))

  /// Operands in blocks of 32 FP6 E3M2 elements that share a power of two.
  public static let mxfp6E3M2 = NumericsContract(
    "mxfp6-e3m2", .mx, left: mxfp6E3M2Operand, right: mxfp6E3M2Operand, storage: .operands, accumulation: .fp32Blocks,
    summary: "Operands of products in blocks of 32 FP6 E3M2 elements (nearest even, saturating) that share a "
      + "power of two; each block's products added in FP32, fused, then the block to the sum.",
    source: "OCP Microscaling Formats (MX) Specification 1.0; the order of sums within a block is this contract's own")
}
