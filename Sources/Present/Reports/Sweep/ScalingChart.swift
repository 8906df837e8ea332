import Analysis
import Records

/// Throughput against threads as a picture for a browser: SVG without scripts, readable on light and on dark
/// backgrounds, and without colours too, since each series has a sign of its own.
///
/// Every curve has error bars (95 % intervals), the ideal line through its one-thread point and the fitted universal
/// scalability law. One panel shows up to six curves of one workload.
public struct ScalingChart {
  private let panels: [[ScalingCurve]]
  private let record: Record

  static let width = 1120.0
  static let panelHeight = 640.0
  /// Curves of a panel: as many as there are signs.
  static let mostSeries = 6

  /// Makes a chart of all curves that have more than one point.
  public init(record: Record, curves: [ScalingCurve]) {
    self.record = record
    panels = curves.filter { $0.points.count > 1 }.grouped(by: \.workload).flatMap { group in
      stride(from: 0, to: group.members.count, by: Self.mostSeries).map {
        Array(group.members[$0..<min($0 + Self.mostSeries, group.members.count)])
      }
    }
  }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    var canvas = SVGCanvas()
    for (index, curves) in panels.enumerated() {
      ScalingPanel(curves, record: record, top: Double(index) * Self.panelHeight).draw(on: &canvas)
    }
    if panels.isEmpty { canvas.text("No curve of more than one thread count was measured.", 40, 60, "title") }
    return canvas.picture(
      "scaling", width: Self.width, height: Self.panelHeight * Double(max(panels.count, 1)), title: "Scaling",
      style: Self.style)
  }

  /// What this picture draws beside what all do.
  private static let style = SVGStyle(
    light: """
      .ideal { stroke-width: 1.2; stroke-dasharray: 2 5; fill: none; }
      .law { stroke-width: 2; fill: none; }
      .bar { stroke-width: 1.4; }
      .sign { stroke-width: 1.8; }
      .open { fill: #ffffff; }
      .cross { stroke-width: 1.8; }
      .knee { stroke-width: 1; stroke-dasharray: 7 4; }
      .legend { font-weight: 600; }
      .plain { stroke: #4b5563; } .plain.full { fill: #4b5563; }
      .s0 { stroke: #1d4ed8; } .s1 { stroke: #c2410c; } .s2 { stroke: #0f766e; }
      .s3 { stroke: #7e22ce; } .s4 { stroke: #be185d; } .s5 { stroke: #4d7c0f; }
      .s0.full { fill: #1d4ed8; } .s1.full { fill: #c2410c; } .s2.full { fill: #0f766e; }
      .s3.full { fill: #7e22ce; } .s4.full { fill: #be185d; } .s5.full { fill: #4d7c0f; }
      """,
    dark: """
      .open { fill: #111827; }
      .plain { stroke: #d1d5db; } .plain.full { fill: #d1d5db; }
      .s0 { stroke: #60a5fa; } .s1 { stroke: #fb923c; } .s2 { stroke: #2dd4bf; }
      .s3 { stroke: #c084fc; } .s4 { stroke: #f472b6; } .s5 { stroke: #a3e635; }
      .s0.full { fill: #60a5fa; } .s1.full { fill: #fb923c; } .s2.full { fill: #2dd4bf; }
      .s3.full { fill: #c084fc; } .s4.full { fill: #f472b6; } .s5.full { fill: #a3e635; }
      """)
}
