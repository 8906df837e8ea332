import Glibc

/// An axis of a scaling picture: linear from 0 for few threads, where the ideal is best seen; logarithmic for many,
/// where the first points would lie on each other.
enum ScalingAxis {
  case linear(greatest: Double, start: Double, end: Double)
  case logarithmic(LogScale)

  /// Up to so many threads both axes are linear.
  static let mostLinear = 24

  /// The place of a value.
  func place(_ value: Double) -> Double {
    switch self {
    case .linear(let greatest, let start, let end): start + (end - start) * value / greatest
    case .logarithmic(let scale): scale.place(value)
    }
  }

  /// The values at the ends.
  var range: ClosedRange<Double> {
    switch self {
    case .linear(let greatest, _, _): 0...greatest
    case .logarithmic(let scale): scale.least...scale.greatest
    }
  }

  /// Round values within the axis, not closer than `room`; only whole ones of what can be counted.
  func ticks(room: Double, whole: Bool = false) -> [Double] {
    switch self {
    case .linear(let greatest, let start, let end):
      let rough = greatest * room / max(abs(end - start), 1)
      guard rough > 0, rough.isFinite else { return [] }
      let power = pow(10, log10(rough).rounded(.up) - 1)
      let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
      let stride = Swift.stride(from: 0, through: greatest * 1.0001, by: whole ? max(1, step.rounded(.up)) : step)
      // At most the length over the room of them.
      return Array(stride.prefix(200))
    case .logarithmic(let scale): return scale.ticks(room: room)
    }
  }
}
