import Glibc

/// The geometric mean of one metric's ratios over cells: each counts alike, whatever its unit.
public struct MeanChange: Codable, Hashable, Sendable {
  /// The metric.
  public let metric: Metric
  /// Candidate over base.
  public let ratio: Double
  /// Cells behind it.
  public let cells: Int
  /// Cells that have no ratio, with the reason.
  public let leftOut: [LeftOut]

  /// A cell that a mean could not take.
  public struct LeftOut: Codable, Hashable, Sendable {
    /// The cell's id.
    public let id: String
    /// Why, as a sentence.
    public let why: String
  }

  /// nil for a metric that is not compared by ratios, and where no cell has one.
  init?(_ metric: Metric, of cells: [CellComparison]) {
    guard metric.scale == .ratio else { return nil }
    var logarithms: [Double] = []
    var leftOut: [LeftOut] = []
    for cell in cells {
      guard let entry = cell.metrics.first(where: { $0.metric == metric }) else { continue }
      if let ratio = entry.ratio {
        logarithms.append(log(ratio.ratio))
      } else {
        leftOut.append(LeftOut(id: cell.id, why: entry.why ?? "There is no ratio."))
      }
    }
    guard !logarithms.isEmpty else { return nil }
    ratio = exp(logarithms.reduce(0, +) / Double(logarithms.count))
    self.metric = metric
    self.cells = logarithms.count
    self.leftOut = leftOut
  }
}
