import NumericFormats

extension LoweredModel {
  /// Sums of more products of u8 and s8 could pass 2^31.
  private static let deepest = 66_000

  /// Why a product of `depth` elements has no exact sums in 32 bits at INT8; nil where it has, and at other precisions.
  func integerSumRefusal(depth: Int) -> String? {
    precision == .int8 && depth > Self.deepest
      ? "integer sums of more than \(Self.deepest) products could overflow" : nil
  }
}
