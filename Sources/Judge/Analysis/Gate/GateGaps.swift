import Records

/// What limits ask for and nobody measured, told once for all cells.
struct GateGaps {
  private var gaps: [(metric: Metric, reason: String, cells: Int)] = []

  /// Takes note of a cell without values of a metric.
  mutating func add(_ metric: Metric, _ reason: String) {
    if let index = gaps.firstIndex(where: { $0.metric == metric && $0.reason == reason }) {
      gaps[index].cells += 1
    } else {
      gaps.append((metric, reason, 1))
    }
  }

  /// A sentence for each metric and reason.
  var notes: [String] {
    gaps.map { "No \($0.metric.title) is judged in \($0.cells) cell\($0.cells == 1 ? "" : "s"): \($0.reason)" }
  }
}
