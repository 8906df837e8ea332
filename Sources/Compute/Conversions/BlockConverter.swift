import CKernels
import NumericFormats

/// A conversion of FP32 arrays to blocks of elements that share a scale, and back.
///
/// An array is lines of `depth` elements; a line's last block may be shorter than the others.
public struct BlockConverter: Sendable {
  /// The format of elements, and how values are rounded to it.
  public let conversion: Conversion
  /// Elements of a block.
  public let size: Int
  /// Bytes of a block's scale: 1 (E8M0) or 4 (FP32).
  public let scaleByteCount: Int
  private let scaling: Scaling
  private let kind: ckernels_block_scale
  private let kernel: ckernels_conversion

  /// Makes a converter; nil where the format's blocks share no scale.
  public init?(_ format: OperandFormat) {
    guard let blocks = format.scaling.blocks, blocks.size > 0 else { return nil }
    (conversion, scaling) = (format.conversion, format.scaling)
    size = blocks.size
    kind = blocks.kind
    scaleByteCount = kind == CKERNELS_BLOCK_E8M0 ? 1 : 4
    kernel = format.conversion.kernel()
  }

  /// Bytes of a code in memory.
  public var codeByteCount: Int { conversion.element.storedByteCount }

  /// Scale `index` of an array of them.
  ///
  /// - Precondition: there are so many.
  public func scale(_ index: Int, of scales: UnsafeRawBufferPointer) -> Float {
    if scaleByteCount == 4 { return scales.loadUnaligned(fromByteOffset: 4 * index, as: Float.self) }
    let code = scales[index]
    return code == 255 ? .nan : Float(sign: .plus, exponent: Int(code) - 127, significand: 1)
  }

  /// Blocks of a line.
  public func blockCount(depth: Int) -> Int { scaling.blockCount(in: DepthLines(count: 1, depth: depth)) }

  /// Encodes one line into codes and the scales of its blocks.
  ///
  /// A block with NaN or infinity gets a NaN for its scale.
  ///
  /// - Precondition: `codes` and `scales` have room for all of them.
  public func encode(
    _ line: UnsafeBufferPointer<Float>, codes: UnsafeMutableRawBufferPointer, scales: UnsafeMutableRawBufferPointer,
    first: UInt64 = 0
  ) {
    precondition(codes.count >= line.count * codeByteCount)
    precondition(scales.count >= blockCount(depth: line.count) * scaleByteCount)
    guard let source = line.baseAddress, let codes = codes.baseAddress, let scales = scales.baseAddress else { return }
    withUnsafePointer(to: kernel) { ckernels_encode_blocks($0, kind, size, source, codes, scales, line.count, first) }
  }

  /// The real values of one line.
  ///
  /// - Precondition: there are as many codes, and as many scales, as the line needs.
  public func decode(
    codes: UnsafeRawBufferPointer, scales: UnsafeRawBufferPointer, into line: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(codes.count >= line.count * codeByteCount)
    precondition(scales.count >= blockCount(depth: line.count) * scaleByteCount)
    guard let codes = codes.baseAddress, let scales = scales.baseAddress, let destination = line.baseAddress else {
      return
    }
    withUnsafePointer(to: kernel) { ckernels_decode_blocks($0, kind, size, codes, scales, destination, line.count) }
  }
}
