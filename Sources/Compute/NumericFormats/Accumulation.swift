/// How the products of a dot product are added: in which order, in which width, with which roundings.
///
/// Order is along the depth of the product: for a convolution over images with channels last that is window row, window
/// column, channel.
public enum Accumulation: String, Hashable, Codable, Sendable, CaseIterable {
  /// One FP32 fused multiply-add after the other, in index order.
  case fp32Chain
  /// FP32, in an order that a BLAS library chooses.
  case fp32Library
  /// Exact products added in FP64 in index order, rounded once to FP32.
  case fp64Chain
  /// Of each pair of elements two FP32 fused multiply-adds into the destination, the odd element first; subnormals
  /// count as
  /// zero on the way in and out (VDPBF16PS).
  case fp32OddEvenPairs
  /// Of each block of 32 elements the odd and the even ones in sums of their own, fused, from zero; the two are added,
  /// then
  /// added to the destination; subnormals count as zero (TDPBF16PS).
  case fp32OddEvenTiles
  /// One FP16 fused multiply-add after the other, each rounded once to FP16 (VFMADDPH).
  case fp16Chain
  /// Of each block of 32 elements a chain of FP32 fused multiply-adds from zero, which is then added to the destination
  /// (OCP MX dot product).
  case fp32Blocks
  /// u8 x s8: sums of two products that saturate at 16 bits (VPMADDUBSW), two of which are added (VPMADDWD) to 32 bits.
  case s16SaturatingPairs
  /// Sums of four products of 8-bit integers, added to 32 bits, wrapping (VPDPBUSD, SDOT, TDPBSSD).
  case s32Wrapping
  /// Sums of four products of u8 and s8, added to 32 bits with saturation (VPDPBUSDS).
  case s32Saturating

  /// Whether sums are integers.
  public var isInteger: Bool {
    switch self {
    case .s16SaturatingPairs, .s32Wrapping, .s32Saturating: true
    case .fp32Chain, .fp32Library, .fp64Chain, .fp32OddEvenPairs, .fp32OddEvenTiles, .fp16Chain, .fp32Blocks: false
    }
  }

  /// Whether subnormal operands and sums count as zero.
  public var flushesSubnormals: Bool { self == .fp32OddEvenPairs || self == .fp32OddEvenTiles }
}
