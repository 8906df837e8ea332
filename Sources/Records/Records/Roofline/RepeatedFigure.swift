/// One figure measured again and again: the best that was seen and how the repetitions spread.
///
/// A ceiling is what the machine does when nothing disturbs it, and disturbance only ever slows down: so the best
/// repetition is the figure, and the median says how far from it the usual one was.
public struct RepeatedFigure: Codable, Hashable, Sendable {
  /// The best repetition: the highest rate, the shortest time.
  public var best: Double
  /// The repetition in the middle.
  public var median: Double
  /// One repetition in ten was this bad or worse.
  public var worstDecile: Double
  /// How many repetitions there were.
  public var repetitions: Int

  /// Makes a figure from its parts.
  public init(best: Double, median: Double, worstDecile: Double, repetitions: Int) {
    self.best = best
    self.median = median
    self.worstDecile = worstDecile
    self.repetitions = repetitions
  }

  /// How far the median stays behind the best, as a share of the better one: 0 for a quiet machine.
  public var spread: Double {
    let (low, high) = (min(best, median), max(best, median))
    return high > 0 ? 1 - low / high : 0
  }

  /// Whether all parts are within what can be.
  func isSound(within range: ClosedRange<Double>) -> Bool {
    [best, median, worstDecile].allSatisfy(range.contains) && repetitions > 0
  }
}
