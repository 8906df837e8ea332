import Analysis
import NumericFormats
import Records

/// The roofline as a picture for a browser: SVG without scripts, readable on light and on dark backgrounds.
///
/// Both axes are logarithmic. One panel shows one thread, another the most threads that were measured.
public struct RooflineChart {
  private let record: RooflineRecord
  private let panels: [(model: RooflineModel, cell: CellNodes?)]

  static let width = 1120.0
  static let panelHeight = 640.0

  /// Makes a chart of a measured roofline.
  public init(_ record: RooflineRecord) {
    self.record = record
    let all = RooflineModel.all(record.roofline)
    panels = (all.count > 2 ? [all[0], all[all.count - 1]] : all).map { ($0, nil) }
  }

  /// Makes a chart with a panel for each cell: its nodes as points under the ceilings of its thread count.
  public init(_ record: RooflineRecord, cells: [CellNodes]) {
    self.record = record
    panels = cells.compactMap { cell in RooflineModel(record.roofline, threads: cell.threads).map { ($0, cell) } }
  }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    let height = Self.panelHeight * Double(max(panels.count, 1))
    var canvas = SVGCanvas()
    for (index, panel) in panels.enumerated() {
      RooflinePanel(panel.model, record: record, cell: panel.cell, top: Double(index) * Self.panelHeight).draw(
        on: &canvas)
    }
    if panels.isEmpty { canvas.text("No ceilings were measured.", 40, 60, "title") }
    return canvas.picture("roofline", width: Self.width, height: height, title: "Roofline", style: Self.style)
  }

  /// What this picture draws beside what all do.
  private static let style = SVGStyle(
    light: """
      .bandwidth { stroke: #0f766e; stroke-width: 1.8; }
      .bandwidth-text { fill: #0f766e; }
      .halo { fill: #ffffff; stroke: #ffffff; stroke-width: 4px; }
      .drop { stroke-width: 1; stroke-dasharray: 2 4; }
      .ridge { fill: #ffffff; stroke-width: 1.6; }
      .fp32 { stroke: #1d4ed8; } .bf16 { stroke: #7e22ce; } .int8 { stroke: #c2410c; }
      .fp32-text { fill: #1d4ed8; } .bf16-text { fill: #7e22ce; } .int8-text { fill: #c2410c; }
      .fp32-point { fill: #1d4ed8; } .bf16-point { fill: #7e22ce; } .int8-point { fill: #c2410c; }
      .number { font-weight: 600; }
      .point { fill-opacity: 0.55; stroke: #ffffff; stroke-width: 0.8; }
      .high { stroke-width: 2.6; }
      .low { stroke-width: 1.2; stroke-dasharray: 7 4; }
      """,
    dark: """
      .bandwidth { stroke: #2dd4bf; }
      .bandwidth-text { fill: #2dd4bf; }
      .halo { fill: #111827; stroke: #111827; }
      .ridge { fill: #111827; }
      .fp32 { stroke: #60a5fa; } .bf16 { stroke: #c084fc; } .int8 { stroke: #fb923c; }
      .fp32-text { fill: #60a5fa; } .bf16-text { fill: #c084fc; } .int8-text { fill: #fb923c; }
      .fp32-point { fill: #60a5fa; } .bf16-point { fill: #c084fc; } .int8-point { fill: #fb923c; }
      .point { stroke: #111827; }
      """)
}
