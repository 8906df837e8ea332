import CKernels
import Testing

/// Records an issue for the first element that is farther from the wanted one than `bound(index)`; NaN and infinities
/// must be where they are wanted.
func expectClose(
  _ got: [Float], _ want: [Float], _ what: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation,
  bound: (Int) -> Double
) {
  #expect(got.count == want.count, "\(what()): number of elements", sourceLocation: sourceLocation)
  for index in 0..<min(got.count, want.count) {
    let (a, b) = (got[index], want[index])
    let matches: Bool
    if b.isNaN || a.isNaN || b.isInfinite || a.isInfinite {
      matches = (a.isNaN && b.isNaN) || a == b
    } else {
      matches = abs(Double(a) - Double(b)) <= bound(index)
    }
    if !matches {
      let reason = "\(what()): element \(index) is \(a), wanted \(b) within \(bound(index))"
      Issue.record(Comment(rawValue: reason), sourceLocation: sourceLocation)
      return
    }
  }
}

/// The same bits, but any NaN for a NaN.
func expectSame(
  _ got: [Float], _ want: [Float], _ what: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(got.count == want.count, "\(what()): number of elements", sourceLocation: sourceLocation)
  for index in 0..<min(got.count, want.count) {
    let (a, b) = (got[index], want[index])
    guard a.bitPattern != b.bitPattern, !(a.isNaN && b.isNaN) else { continue }
    let reason = "\(what()): element \(index) is \(a), wanted exactly \(b)"
    Issue.record(Comment(rawValue: reason), sourceLocation: sourceLocation)
    return
  }
}

extension ckernels_format {
  static let fp32 = ckernels_format(kind: CKERNELS_FORMAT_FP32, scale: 1, zero_point: 0)
  static let bf16 = ckernels_format(kind: CKERNELS_FORMAT_BF16, scale: 1, zero_point: 0)
  static func u8(_ scale: Float, _ zeroPoint: Int32) -> ckernels_format {
    ckernels_format(kind: CKERNELS_FORMAT_U8, scale: scale, zero_point: zeroPoint)
  }
  static func s8(_ scale: Float, _ bound: Int32 = 0) -> ckernels_format {
    ckernels_format(kind: CKERNELS_FORMAT_S8, scale: scale, zero_point: bound)
  }

  /// One of each kind.
  static let all: [ckernels_format] = [.fp32, .bf16, .u8(0.013, 77), .s8(0.021)]

  /// What a kernel with this format must store where the same kernel stores `values` in FP32.
  func of(_ values: [Float]) -> [Float] { values.map { ckernels_reference_format(self, $0) } }
}
