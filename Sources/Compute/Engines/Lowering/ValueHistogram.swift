import CKernels
import NumericFormats

/// How often a tensor's values fell into bins of equal width around zero.
///
/// Bins go from minus to plus the greatest magnitude, so that one edge is zero and the same histogram serves ranges that
/// contain zero and symmetric ones.
struct ValueHistogram: Hashable, Sendable {
  /// Bins on each side of zero: as many as in the method by Migacz. 32 KB a tensor.
  static let half = 2048

  /// The least and the greatest finite value, widened to contain zero.
  let least: Double
  let greatest: Double
  /// Counts of bins, ascending, 2 * ``half`` of them, and of values that are not finite.
  private(set) var counts: [UInt64]
  private let binsPerUnit: Float

  /// An empty histogram for values of `range`; nil where the range is too narrow to be divided.
  init?(range: ValueRange) {
    least = Double(min(range.least, 0))
    greatest = Double(max(range.greatest, 0))
    let magnitude = max(abs(range.least), abs(range.greatest))
    binsPerUnit = Float(Self.half) / magnitude
    guard binsPerUnit.isFinite else { return nil }
    counts = [UInt64](repeating: 0, count: 2 * Self.half + 1)
  }

  /// The greatest magnitude: where the outermost bins end.
  var magnitude: Double { max(-least, greatest) }

  /// Counts further values.
  mutating func add(_ values: UnsafeBufferPointer<Float>, _ isa: ckernels_isa) {
    guard let base = values.baseAddress else { return }
    counts.withUnsafeMutableBufferPointer {
      ckernels_histogram(isa, base, values.count, binsPerUnit, Int32(Self.half), $0.baseAddress)
    }
  }

  /// The range for u8, zero included, or the greatest magnitude for s8 as a range from minus to plus it.
  ///
  /// - Parameter levels: magnitudes that s8 can hold, zero included: 128, or 65 where it is held to -64 ... 64.
  func range(_ method: CalibrationMethod, isSymmetric: Bool, levels: Int = 128) -> ValueRange? {
    let sums = HistogramSums(
      counts.dropLast().map { Double($0) }, width: magnitude / Double(Self.half), folds: isSymmetric)
    let ends = isSymmetric ? (0, magnitude) : (least, greatest)
    let clipped = sums.clipped(to: ends, method, levels: isSymmetric ? levels : 256)
    return isSymmetric
      ? ValueRange(least: -Float(clipped.greatest), greatest: Float(clipped.greatest))
      : ValueRange(least: Float(clipped.least), greatest: Float(clipped.greatest))
  }
}
