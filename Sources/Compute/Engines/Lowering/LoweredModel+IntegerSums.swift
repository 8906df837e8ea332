import ModelGraph
import NumericFormats

extension LoweredModel {
  /// Sums of more products of u8 and s8 could pass 2^31.
  private static let deepest = 66_000

  /// Why a node's sums of `depth` products of integers are not exact in 32 bits; nil where they are, and for floats.
  func integerSumRefusal(of node: Node, depth: Int) -> String? {
    contract(of: node).accumulation.isInteger && depth > Self.deepest ? Self.overflow : nil
  }

  /// What ``integerSumRefusal(of:depth:)`` says.
  static let overflow = "integer sums of more than \(deepest) products could overflow"
}
