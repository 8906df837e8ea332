import Analysis
import Energy
import Records

/// Energy against throughput as a picture for a browser: SVG without scripts, readable on light and on dark backgrounds.
///
/// Both axes are logarithmic, so that equal power lies on straight lines. One panel shows one workload by one meter or one
/// model: joules of different origins are never held against each other.
public struct EnergyChart {
  private let record: Record
  private let panels: [EnergyPanel.Content]

  static let width = 1120.0
  static let panelHeight = 640.0

  /// Makes a chart of all cells that have a speed and energy. `summary` must be the record's own.
  public init(record: Record, summary: RunSummary) {
    self.record = record
    let points = summary.cells.compactMap(EnergyPoint.init)
    let groups = points.grouped { "\($0.isModelled ? 1 : 0) \($0.origin) \($0.cell.cell.workload)" }
    // Measured panels first.
    panels = [false, true].flatMap { isModelled in
      groups.filter { $0.members.first?.isModelled == isModelled }.flatMap { EnergyPanel.Content.all(of: $0.members) }
    }
  }

  /// Whether there is anything to draw.
  public var hasPoints: Bool { !panels.isEmpty }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    var canvas = SVGCanvas()
    for (index, panel) in panels.enumerated() {
      EnergyPanel(panel, record: record, top: Double(index) * Self.panelHeight).draw(on: &canvas)
    }
    if panels.isEmpty { canvas.text("No cell has energy.", 40, 60, "title") }
    return canvas.picture(
      "energy", width: Self.width, height: Self.panelHeight * Double(max(panels.count, 1)),
      title: "Energy against throughput",
      style: Self.style)
  }

  private static let colours = SVGStyle.precisions(filled: "measured")

  /// What this picture draws beside what all do.
  private static let style = SVGStyle(
    light: """
      .watts { stroke: #9ca3af; stroke-width: 1; stroke-dasharray: 2 5; }
      .bar { stroke-width: 1.4; }
      .point { stroke-width: 2.2; }
      .modelled { fill: #ffffff; }
      .cross { stroke: #b91c1c; stroke-width: 1.8; }
      .name { font-weight: 600; }
      .plain { stroke: #4b5563; } .measured.plain { fill: #4b5563; }
      \(colours.light)
      """,
    dark: """
      .watts { stroke: #6b7280; }
      .modelled { fill: #111827; }
      .cross { stroke: #f87171; }
      .plain { stroke: #d1d5db; } .measured.plain { fill: #d1d5db; }
      \(colours.dark)
      """)
}
