import Analysis

/// Effects with their intervals as a picture (a forest plot): SVG without scripts, legible without colour, on light and on dark
/// backgrounds. A filled square is a change that was told, an open one was not; words say which way is better.
public struct ComparisonChart {
  private let title: String
  private let facts: String
  private let panels: [ForestPanel]

  private static let width = 1080.0
  /// More rows than this are not drawn, and counted in the picture.
  private static let mostRows = 400

  /// Two runs.
  public init(_ comparison: RunComparison, base: String, candidate: String) {
    title = "\(candidate.shortenedAtStart(to: 48)) against \(base.shortenedAtStart(to: 48))"
    facts = "\(comparison.level) intervals · \(comparison.tally)"
    let names = CellNames(comparison.cells.map(\.id))
    panels = comparison.metrics.compactMap { metric in
      ForestPanel(metric, comparison.rows(of: metric).compactMap { ForestRow(names.name($0.cell.id), $0.entry) })
    }
  }

  /// Cells of one run: speed of every family.
  public init(_ comparison: ModeComparison, record: String) {
    title = "\(record.shortenedAtStart(to: 60)) by \(comparison.dimension.rawValue)"
    facts = "speed over that of each family's first · \(Figure.plain(comparison.confidence * 100)) % intervals"
    let rows = comparison.families.flatMap { family in
      family.modes.dropFirst().compactMap { mode in
        mode.comparison(of: .throughput).flatMap { ForestRow("\(mode.label) · \(family.name)", $0) }
      }
    }
    panels = [ForestPanel(.throughput, rows)].compactMap(\.self)
  }

  /// The picture.
  public var svg: String {
    var canvas = SVGCanvas()
    canvas.text(title, ForestPanel.names, 32, "title")
    canvas.text(facts.shortened(to: 140), ForestPanel.names, 51, "small")
    var top = 62.0
    var room = Self.mostRows
    var hidden = 0
    for panel in panels {
      let shown = ForestPanel(title: panel.title, sides: panel.sides, rows: Array(panel.rows.prefix(room)))
      hidden += panel.rows.count - shown.rows.count
      room -= shown.rows.count
      guard !shown.rows.isEmpty else { continue }
      shown.draw(on: &canvas, top: top)
      top += shown.height
    }
    if panels.isEmpty { canvas.text("Nothing has a ratio.", ForestPanel.names, top + 24, "name") }
    let rest = hidden > 0 ? "; \(hidden) more rows are not drawn" : ""
    canvas.text(
      "filled: a change was told · open: cannot be told, in brackets what could have been seen\(rest)",
      ForestPanel.names,
      top + 24, "small")
    return canvas.picture(
      "forest", width: Self.width, height: top + 44, title: title, style: Self.style
    ).document
  }

  private static let style = SVGStyle(
    light: """
      .panel { font-size: 14px; font-weight: 600; }
      .none { stroke: #111827; stroke-width: 1.4; }
      .whisker { stroke: #111827; stroke-width: 1.6; }
      .told { fill: #111827; stroke: #111827; stroke-width: 1.6; }
      .open { fill: #ffffff; stroke: #111827; stroke-width: 1.6; }
      """,
    dark: """
      .none { stroke: #f9fafb; }
      .whisker { stroke: #f9fafb; }
      .told { fill: #f9fafb; stroke: #f9fafb; }
      .open { fill: #111827; stroke: #f9fafb; }
      """)
}

extension ForestPanel {
  /// nil for no rows.
  fileprivate init?(_ metric: Metric, _ rows: [ForestRow]) {
    guard !rows.isEmpty else { return nil }
    title = "\(metric.title) (\(metric.better.rawValue) is better)"
    sides = metric.better == .higher ? ("worse", "better") : ("better", "worse")
    self.rows = rows
  }
}
