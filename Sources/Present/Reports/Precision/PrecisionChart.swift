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
    canvas.rectangle(0, 0, width: Self.width, height: height, "background")
    for (index, comparison) in panels.enumerated() {
      PrecisionPanel(comparison, record: record, maxError: maxError, top: Double(index) * Self.panelHeight).draw(
        on: &canvas)
    }
    let size =
      "width=\"\(Int(Self.width))\" height=\"\(Int(height))\" viewBox=\"0 0 \(Int(Self.width)) \(Int(height))\""
    return
      (["<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) role=\"img\">", "<title>Error against bytes</title>"]
      + [Self.style] + canvas.elements + ["</svg>", ""]).joined(separator: "\n")
  }

  /// Colours for light backgrounds, and others where the reader prefers dark ones.
  private static let style = """
    <style>
    text { font-family: system-ui, "DejaVu Sans", Arial, sans-serif; font-size: 12px; fill: #1f2937; }
    .background { fill: #ffffff; }
    .title { font-size: 17px; font-weight: 600; }
    .axis { font-size: 13px; }
    .small { font-size: 11px; fill: #6b7280; }
    .frame { fill: none; stroke: #6b7280; stroke-width: 1; }
    .grid { stroke: #e5e7eb; stroke-width: 1; }
    .leader { stroke: #9ca3af; stroke-width: 0.75; }
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
    @media (prefers-color-scheme: dark) {
    text { fill: #e5e7eb; }
    .background { fill: #111827; }
    .small { fill: #9ca3af; }
    .frame { stroke: #9ca3af; }
    .grid { stroke: #1f2937; }
    .leader { stroke: #6b7280; }
    .front { stroke: #f9fafb; }
    .budget { stroke: #f87171; }
    .budget-text { fill: #f87171; }
    .emulated { fill: #111827; }
    .fp32 { stroke: #60a5fa; } .tf32 { stroke: #38bdf8; } .bf16 { stroke: #c084fc; } .fp16 { stroke: #2dd4bf; }
    .fp8 { stroke: #f472b6; } .mx { stroke: #a3e635; } .int8 { stroke: #fb923c; } .int4 { stroke: #d6d3d1; }
    .native.fp32 { fill: #60a5fa; } .native.tf32 { fill: #38bdf8; } .native.bf16 { fill: #c084fc; }
    .native.fp16 { fill: #2dd4bf; } .native.fp8 { fill: #f472b6; } .native.mx { fill: #a3e635; }
    .native.int8 { fill: #fb923c; } .native.int4 { fill: #d6d3d1; }
    }
    </style>
    """
}
