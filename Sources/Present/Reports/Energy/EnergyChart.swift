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
  public var svg: String {
    var canvas = SVGCanvas()
    for (index, panel) in panels.enumerated() {
      EnergyPanel(panel, record: record, top: Double(index) * Self.panelHeight).draw(on: &canvas)
    }
    if panels.isEmpty { canvas.text("No cell has energy.", 40, 60, "title") }
    return canvas.document(
      width: Self.width, height: Self.panelHeight * Double(max(panels.count, 1)), title: "Energy against throughput",
      style: Self.style)
  }

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
      .fp32 { stroke: #1d4ed8; } .tf32 { stroke: #0369a1; } .bf16 { stroke: #7e22ce; } .fp16 { stroke: #0f766e; }
      .fp8 { stroke: #be185d; } .mx { stroke: #4d7c0f; } .int8 { stroke: #c2410c; } .int4 { stroke: #57534e; }
      .measured.fp32 { fill: #1d4ed8; } .measured.tf32 { fill: #0369a1; } .measured.bf16 { fill: #7e22ce; }
      .measured.fp16 { fill: #0f766e; } .measured.fp8 { fill: #be185d; } .measured.mx { fill: #4d7c0f; }
      .measured.int8 { fill: #c2410c; } .measured.int4 { fill: #57534e; }
      """,
    dark: """
      .watts { stroke: #6b7280; }
      .modelled { fill: #111827; }
      .cross { stroke: #f87171; }
      .plain { stroke: #d1d5db; } .measured.plain { fill: #d1d5db; }
      .fp32 { stroke: #60a5fa; } .tf32 { stroke: #38bdf8; } .bf16 { stroke: #c084fc; } .fp16 { stroke: #2dd4bf; }
      .fp8 { stroke: #f472b6; } .mx { stroke: #a3e635; } .int8 { stroke: #fb923c; } .int4 { stroke: #d6d3d1; }
      .measured.fp32 { fill: #60a5fa; } .measured.tf32 { fill: #38bdf8; } .measured.bf16 { fill: #c084fc; }
      .measured.fp16 { fill: #2dd4bf; } .measured.fp8 { fill: #f472b6; } .measured.mx { fill: #a3e635; }
      .measured.int8 { fill: #fb923c; } .measured.int4 { fill: #d6d3d1; }
      """)
}
