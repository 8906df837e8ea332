extension NumericsContract {
  private static let mxfp8E4M3Operand = OperandFormat(
    Conversion(.float(.e4m3), overflow: .saturate), scaling: .block(size: 32))

  /// Operands in blocks of 32 FP8 E4M3 elements that share a power of two.
  public static let mxfp8E4M3 = NumericsContract(
    "mxfp8-e4m3", .mx, left: mxfp8E4M3Operand, right: mxfp8E4M3Operand, storage: .operands, accumulation: .fp32Blocks,
    summary: "Operands of products in blocks of 32 FP8 E4M3 elements (nearest even, saturating) that share a "
      + "power of two; each block's products added in FP32, fused, then the block to the sum.",
    source: "OCP Microscaling Formats (MX) Specification 1.0; the order of sums within a block is this contract's own")
}
