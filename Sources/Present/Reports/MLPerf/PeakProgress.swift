import LoadGen

/// Where a search for the largest valid rate stands, as one line.
public struct PeakProgress: Hashable, Sendable {
  private let text: String

  /// Before a run.
  ///
  /// - Parameters:
  ///   - number: of the run, from 1.
  ///   - interval: the largest rate that looks valid and the smallest that looks invalid.
  ///   - elapsed: seconds since the search began.
  public init(
    _ step: PeakStep, number: Int, interval: (valid: Double?, invalid: Double?), elapsed: Double, budget: Double
  ) {
    let kind = step.isConfirming ? "full run" : "probe"
    let bounds = [
      interval.valid.map { "valid up to \(Figure.significant($0))" },
      interval.invalid.map { "invalid from \(Figure.significant($0))" },
    ]
    .compactMap(\.self).joined(separator: ", ")
    text =
      "run \(number), \(kind) of at most \(Figure.clock(step.seconds)) at \(Figure.significant(step.rate)) queries/s, "
      + "\(Figure.clock(elapsed)) of \(Figure.clock(budget))\(bounds.isEmpty ? "" : "; so far \(bounds)")"
  }

  /// For files and pipes: the line without line feed.
  public var plain: String { text }

  /// For a terminal: in at most `width - 1` columns.
  public func live(width: Int) -> String { text.shortened(to: max(0, width - 1)) }
}
