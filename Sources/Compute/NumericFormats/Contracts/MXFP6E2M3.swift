extension NumericsContract {
  private static let mxfp6E2M3Operand = OperandFormat(
    Conversion(.float(.e2m3), overflow: .saturate), scaling: .block(size: 32))

  /// Operands in blocks of 32 FP6 E2M3 elements that share a power of two.
  public static let mxfp6E2M3 = NumericsContract(
    "mxfp6-e2m3", .mx, left: mxfp6E2M3Operand, right: mxfp6E2M3Operand, storage: .operands, accumulation: .fp32Blocks,
    summary: "Operands of products in blocks of 32 FP6 E2M3 elements (nearest even, saturating) that share a "
      + "power of two; each block's products added in FP32, fused, then the block to the sum.",
    source: "OCP Microscaling Formats (MX) Specification 1.0; the order of sums within a block is this contract's own")
}
