import Glibc

/// A logarithmic axis of ratios around 1: a doubling and a halving are as long.
struct RatioAxis: Hashable {
  /// The least ratio shown; below 1.
  let least: Double
  /// The greatest ratio shown; above 1.
  let greatest: Double
  private let start: Double
  private let end: Double

  /// Ratios beyond these are drawn at the edge.
  static let limits = 1e-3...1e3

  /// An axis that holds the given ratios, 1, and a little room on both sides.
  init(_ ratios: [Double], start: Double, end: Double) {
    let inside = ratios.map { min(max($0, Self.limits.lowerBound), Self.limits.upperBound) } + [1]
    let (low, high) = (log(inside.min() ?? 1), log(inside.max() ?? 1))
    // Where nothing changed at all, one percent on either side.
    let room = max((high - low) * 0.06, 0.01)
    least = exp(low - room)
    greatest = exp(high + room)
    self.start = start
    self.end = end
  }

  /// The place of a ratio; of those beyond the ends, the end.
  func place(_ ratio: Double) -> Double {
    let inside = min(max(ratio, least), greatest)
    return start + (end - start) * (log(inside) - log(least)) / (log(greatest) - log(least))
  }

  /// Round ratios on the axis, 1 among them: even steps in percent of the base while the axis is short, else 1, 2 and 5 times powers
  /// of ten.
  var ticks: [Double] {
    guard greatest / least < 5 else {
      return (-3...3).flatMap { power in [1.0, 2, 5].map { $0 * pow(10, Double(power)) } }
        .filter { (least...greatest).contains($0) }
    }
    let steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
    let step = steps.first { (greatest - least) / $0 <= 8 } ?? 1
    let (first, last) = (Int(((least - 1) / step).rounded(.up)), Int(((greatest - 1) / step).rounded(.down)))
    return first <= last ? (first...last).map { 1 + Double($0) * step } : [1]
  }
}
