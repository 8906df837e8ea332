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
  public var svg: String {
    let height = Self.panelHeight * Double(max(panels.count, 1))
    var canvas = SVGCanvas()
    for (index, comparison) in panels.enumerated() {
      PrecisionPanel(comparison, record: record, maxError: maxError, top: Double(index) * Self.panelHeight).draw(
        on: &canvas)
    }
    return canvas.document(width: Self.width, height: height, title: "Error against bytes", style: Self.style)
  }

  /// What this picture draws beside what all do.
  private static let style = SVGStyle(
    light: """
      .front { stroke: #111827; stroke-width: 1.6; }
      .budget { stroke: #b91c1c; stroke-width: 1.4; stroke-dasharray: 7 4; }
      .budget-text { fill: #b91c1c; }
      .best { font-weight: 600; }
      .point { stroke-width: 2.4; }
      .emulated { fill: #ffffff; }
      .fp32 { stroke: #1d4ed8; } .tf32 { stroke: #0369a1; } .bf16 { stroke: #7e22ce; } .fp16 { stroke: #0f766e; }
      .fp8 { stroke: #be185d; } .mx { stroke: #4d7c0f; } .int8 { stroke: #c2410c; } .int4 { stroke: #57534e; }
      .native.fp32 { fill: #1d4ed8; } .native.tf32 { fill: #0369a1; } .native.bf16 { fill: #7e22ce; }
      .native.fp16 { fill: #0f766e; } .native.fp8 { fill: #be185d; } .native.mx { fill: #4d7c0f; }
      .native.int8 { fill: #c2410c; } .native.int4 { fill: #57534e; }
      """,
    dark: """
      .front { stroke: #f9fafb; }
      .budget { stroke: #f87171; }
      .budget-text { fill: #f87171; }
      .emulated { fill: #111827; }
      .fp32 { stroke: #60a5fa; } .tf32 { stroke: #38bdf8; } .bf16 { stroke: #c084fc; } .fp16 { stroke: #2dd4bf; }
      .fp8 { stroke: #f472b6; } .mx { stroke: #a3e635; } .int8 { stroke: #fb923c; } .int4 { stroke: #d6d3d1; }
      .native.fp32 { fill: #60a5fa; } .native.tf32 { fill: #38bdf8; } .native.bf16 { fill: #c084fc; }
      .native.fp16 { fill: #2dd4bf; } .native.fp8 { fill: #f472b6; } .native.mx { fill: #a3e635; }
      .native.int8 { fill: #fb923c; } .native.int4 { fill: #d6d3d1; }
      """)
}
