import Foundation

/// What a conversion did to the values of an array, added up piece by piece.
public struct ConversionLoss: Sendable {
  /// Values that were seen.
  public private(set) var count = 0
  /// Values that are others now; NaN that stays NaN is not.
  public private(set) var changed = 0
  /// Values beyond the greatest finite one that became it.
  public private(set) var saturated = 0
  /// Finite values that became infinite or NaN.
  public private(set) var overflowed = 0
  /// Values other than 0 that became 0.
  public private(set) var zeroed = 0
  /// The greatest distance of a finite value from what it became, where that is finite too.
  public private(set) var largestError = 0.0
  private var signal = 0.0, noise = 0.0

  /// Nothing yet.
  public init() {}

  /// Adds values and what they became.
  ///
  /// - Parameter range: the least and the greatest real value that the format holds there; what lies beyond and comes to
  ///   lie within counts as saturated.
  public mutating func add(
    _ values: UnsafeBufferPointer<Float>, became results: UnsafeBufferPointer<Float>,
    range: ClosedRange<Float>
  ) {
    precondition(values.count == results.count)
    count += values.count
    for (value, result) in zip(values, results) where value != result {
      if value.isNaN && result.isNaN { continue }
      changed += 1
      if value != 0 && result == 0 { zeroed += 1 }
      if !range.contains(value) && range.contains(result) { saturated += 1 }
      guard value.isFinite else { continue }
      guard result.isFinite else {
        overflowed += 1
        continue
      }
      let error = Double(value) - Double(result)
      largestError = max(largestError, abs(error))
      noise += error * error
    }
    for (value, result) in zip(values, results) where value.isFinite && result.isFinite {
      signal += Double(value) * Double(value)
    }
  }

  /// Signal to quantisation noise in dB: 10 log10 of the power of the values over that of their errors, over values that
  /// were finite and stayed so; nil where there is no error.
  public var sqnr: Double? { noise > 0 ? 10 * log10(signal / noise) : nil }
}
