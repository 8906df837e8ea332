import CKernels
import NumericFormats

/// A conversion of arrays between FP32 and an element format, on the kernels of one instruction-set level.
///
/// Every level gives the same bits. How an array is split over calls does not matter either, as long as each says with
/// `first` where in the array it starts.
public struct Converter: Sendable {
  /// The format, and how values are rounded to it.
  public let conversion: Conversion
  /// The factor from stored to real values.
  public let scale: Float
  /// The stored integer that stands for 0.
  public let zeroPoint: Int32
  private let isa: ckernels_isa
  private let kernel: ckernels_conversion

  /// Makes a converter.
  ///
  /// - Parameter isa: the level whose kernels are used; the best one of this CPU where none is given.
  /// - Precondition: `scale` is finite and at least 2^-126, and `zeroPoint` one of the element's integers (0 for floats).
  public init(_ conversion: Conversion, scale: Float = 1, zeroPoint: Int32 = 0, isa: ckernels_isa? = nil) {
    self.conversion = conversion
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.isa = isa ?? ckernels_isa_for_features(ckernels_cpu_features())
    kernel = conversion.kernel(scale: scale, zeroPoint: zeroPoint)
  }

  /// Bytes of a code in memory.
  public var codeByteCount: Int { conversion.element.storedByteCount }

  /// codes[i] = encode(values[i]); the codes lie in the low bits of little-endian integers of ``codeByteCount`` bytes.
  ///
  /// - Precondition: `codes` has room for all of them.
  public func encode(
    _ values: UnsafeBufferPointer<Float>, into codes: UnsafeMutableRawBufferPointer, first: UInt64 = 0
  ) {
    precondition(codes.count >= values.count * codeByteCount)
    guard let source = values.baseAddress, let destination = codes.baseAddress else { return }
    withUnsafePointer(to: kernel) { ckernels_encode(isa, $0, source, destination, values.count, first) }
  }

  /// values[i] = decode(codes[i]) * scale.
  ///
  /// - Precondition: there are as many codes as values.
  public func decode(_ codes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    precondition(codes.count >= values.count * codeByteCount)
    guard let source = codes.baseAddress, let destination = values.baseAddress else { return }
    withUnsafePointer(to: kernel) { ckernels_decode(isa, $0, source, destination, values.count) }
  }

  /// values[i] = decode(encode(values[i])), before the scale.
  public func quantise(_ values: UnsafeMutableBufferPointer<Float>, first: UInt64 = 0) {
    guard let start = values.baseAddress else { return }
    withUnsafePointer(to: kernel) { ckernels_quantise(isa, $0, start, start, values.count, first) }
  }

  /// How many of the values are NaN or infinite.
  public static func countNotFinite(_ values: UnsafeBufferPointer<Float>) -> Int {
    guard let start = values.baseAddress else { return 0 }
    return ckernels_count_not_finite(ckernels_isa_for_features(ckernels_cpu_features()), start, values.count)
  }
}
