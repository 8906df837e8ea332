extension NumericsContract {
  private static let mxint8Operand = OperandFormat(
    Conversion(.fixedPoint(bits: 8), overflow: .saturate), scaling: .block(size: 32))

  /// Operands in blocks of 32 INT8 elements that share a power of two.
  public static let mxint8 = NumericsContract(
    "mxint8", .mx, left: mxint8Operand, right: mxint8Operand, storage: .operands, accumulation: .fp32Blocks,
    summary: "Operands of products in blocks of 32 INT8 elements (nearest even, saturating) that share a power "
      + "of two; each block's products added in FP32, fused, then the block to the sum.",
    source: "OCP Microscaling Formats (MX) Specification 1.0; the order of sums within a block is this contract's own")
}
