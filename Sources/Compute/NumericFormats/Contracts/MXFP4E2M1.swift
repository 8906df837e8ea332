extension NumericsContract {
  private static let mxfp4E2M1Operand = OperandFormat(
    Conversion(.float(.e2m1), overflow: .saturate), scaling: .block(size: 32))

  /// Operands in blocks of 32 FP4 E2M1 elements that share a power of two.
  public static let mxfp4E2M1 = NumericsContract(
    "mxfp4-e2m1", .mx, left: mxfp4E2M1Operand, right: mxfp4E2M1Operand, storage: .operands, accumulation: .fp32Blocks,
    summary: "Operands of products in blocks of 32 FP4 E2M1 elements (nearest even, saturating) that share a "
      + "power of two; each block's products added in FP32, fused, then the block to the sum.",
    source: "OCP Microscaling Formats (MX) Specification 1.0; the order of sums within a block is this contract's own")
}
