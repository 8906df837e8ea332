import Analysis
import NumericFormats
import Records

/// One cell with the figures that other programs may compare, and why others are not there.
struct ExportCell {
  let result: Record.CellResult
  let summary: CellSummary
  /// Figures that hold, in the order of ``ExportFigure/Kind``.
  let figures: [ExportFigure]
  /// Figures that people expect of such a cell and that are not there.
  let missing: [(kind: ExportFigure.Kind, reason: String)]

  init(_ result: Record.CellResult, _ summary: CellSummary) {
    self.result = result
    self.summary = summary
    var figures: [ExportFigure] = []
    var missing: [(kind: ExportFigure.Kind, reason: String)] = []
    for kind in Self.expected(of: result.cell) {
      switch Self.read(kind, result, summary) {
      case .success(let figure): figures.append(figure)
      case .failure(let gap): missing.append((kind, gap.reason))
      }
    }
    self.figures = figures
    self.missing = missing
  }

  var id: String { result.id }
  var cell: Cell { result.cell }

  /// The figure of a kind; nil where it is missing.
  func figure(_ kind: ExportFigure.Kind) -> ExportFigure? { figures.first { $0.kind == kind } }

  /// The values of a figure's rounds; empty where the figure itself is missing: what does not hold as a whole is not handed out
  /// in pieces.
  func points(_ kind: ExportFigure.Kind) -> [MetricSeries.Point] {
    guard figure(kind) != nil, kind != .modelledEnergy else { return [] }
    let points = MetricSeries(kind.metric, of: result).points
    guard kind == .tailLatency else { return points }
    // A round may have too few queries of its own.
    let counts = Dictionary(
      (summary.latency?.rounds ?? []).map { ($0.index, $0.count) }, uniquingKeysWith: { first, _ in first })
    let least = summary.latency?.p99.minimumCount ?? .max
    return points.filter { counts[$0.round].map { $0 >= least } ?? false }
  }

  /// The precision, or the contract where that was chosen by name.
  var precision: String { cell.isOfContract ? cell.contract : cell.precision.rawValue }

  /// What sets the cell apart beyond its columns, for example `entropy` or `scatter`.
  var variations: [String] {
    let own =
      cell.numerics.hasPrefix(cell.contract + ", ") ? [String(cell.numerics.dropFirst(cell.contract.count + 2))] : []
    return own + cell.placement.variations
  }
}
