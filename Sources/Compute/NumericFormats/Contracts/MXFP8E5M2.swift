extension NumericsContract {
  private static let mxfp8E5M2Operand = OperandFormat(
    Conversion(.float(.e5m2), overflow: .saturate), scaling: .block(size: 32))

  /// Operands in blocks of 32 FP8 E5M2 elements that share a power of two.
  public static let mxfp8E5M2 = NumericsContract(
    "mxfp8-e5m2", .mx, left: mxfp8E5M2Operand, right: mxfp8E5M2Operand, storage: .operands, accumulation: .fp32Blocks,
    summary: "Operands of products in blocks of 32 FP8 E5M2 elements (nearest even, saturating) that share a "
      + "power of two; each block's products added in FP32, fused, then the block to the sum.",
    source: "OCP Microscaling Formats (MX) Specification 1.0; the order of sums within a block is this contract's own")
}
