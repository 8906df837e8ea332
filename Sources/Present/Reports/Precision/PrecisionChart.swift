import Analysis
import Records

/// Error against bytes as a picture for a browser: SVG without scripts, readable on light and on dark backgrounds.
///
/// Both axes are logarithmic. One panel shows one workload.
public struct PrecisionChart {
  private let record: Record
  private let panels: [ContractComparison]
  private let maxError: Double?

  static let width = 1120.0
  static let panelHeight = 640.0

  /// Makes a chart; `maxError` is drawn as a line.
  public init(record: Record, comparisons: [ContractComparison], maxError: Double? = nil) {
    self.record = record
    self.panels = comparisons
    self.maxError = maxError
  }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    let height = Self.panelHeight * Double(max(panels.count, 1))
    var canvas = SVGCanvas()
    for (index, comparison) in panels.enumerated() {
      PrecisionPanel(comparison, record: record, maxError: maxError, top: Double(index) * Self.panelHeight).draw(
        on: &canvas)
    }
    return canvas.picture(
      "precision", width: Self.width, height: height, title: "Error against bytes", style: Self.style)
  }

  private static let colours = SVGStyle.precisions(filled: "native")

  /// What this picture draws beside what all do.
  private static let style = SVGStyle(
    light: """
      .front { stroke: #111827; stroke-width: 1.6; }
      .budget { stroke: #b91c1c; stroke-width: 1.4; stroke-dasharray: 7 4; }
      .budget-text { fill: #b91c1c; }
      .best { font-weight: 600; }
      .point { stroke-width: 2.4; }
      .emulated { fill: #ffffff; }
      \(colours.light)
      """,
    dark: """
      .front { stroke: #f9fafb; }
      .budget { stroke: #f87171; }
      .budget-text { fill: #f87171; }
      .emulated { fill: #111827; }
      \(colours.dark)
      """)
}
