import Glibc

/// A linear axis around values that may lie close together: changes of some percent must be seen, so it need not begin at 0.
struct TrendAxis {
  /// The round values along it, ascending.
  let ticks: [Double]
  private let least: Double
  private let greatest: Double
  private let start: Double
  private let end: Double
  private let decimals: Int

  /// An axis that holds the values with room around them.
  init(around values: [Double], start: Double, end: Double) {
    let finite = values.filter { $0.isFinite && abs($0) < 1e30 }
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    // Noise of a tenth of a percent is not to fill the picture.
    let extent = max(high - low, max(abs(high), abs(low)) * 0.01)
    let spread = extent > 1e-12 ? extent : 1
    let power = pow(10, log10(spread / 4).rounded(.down))
    let step = ([1.0, 2, 5].map { $0 * power }.first { $0 >= spread / 6 }) ?? power * 10
    let first = ((low - spread * 0.08) / step).rounded(.down)
    let last = ((high + spread * 0.08) / step).rounded(.up)
    // What is never below 0 has no axis below it.
    let begin = low >= 0 ? max(first, 0) : first
    let count = min(max(last - begin, 1), 40)
    ticks = (0...Int(count)).map { (begin + Double($0)) * step }
    least = begin * step
    greatest = (begin + count) * step
    decimals = min(max(0, Int(-log10(step).rounded(.down))), 9)
    self.start = start
    self.end = end
  }

  /// The place of a value.
  func place(_ value: Double) -> Double { start + (end - start) * (value - least) / (greatest - least) }

  /// A tick's text: all have the same decimals.
  func text(_ tick: Double) -> String { Figure.fixed(tick, decimals) }
}
