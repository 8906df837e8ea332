import Analysis
import HostState
import NumericFormats
import Records

/// Throughput by instances and threads as a picture for a browser: SVG without scripts, readable on light and on dark
/// backgrounds. Every place has its number, so that nothing depends on telling shades apart.
public struct HeatMapChart {
  private let record: Record
  private let maps: [SweepHeatMap]

  private static let width = 1120.0
  private static let left = 96.0
  private static let rowHeight = 34.0
  /// Space above the first row of a map and below its last one.
  private static let (above, below) = (96.0, 40.0)
  private static let widestColumn = 110.0
  /// Shades, the lightest first.
  static let shades = 8

  /// Makes a chart of all maps with more than one place.
  public init(record: Record, maps: [SweepHeatMap]) {
    self.record = record
    self.maps = maps.filter { $0.instances.count * $0.threads.count > 1 }
  }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    var canvas = SVGCanvas()
    var top = 0.0
    for map in maps {
      draw(map, top: top, on: &canvas)
      top += Self.above + Self.below + Self.rowHeight * Double(map.instances.count)
    }
    if maps.isEmpty { canvas.text("No configurations with different counts were measured.", 40, 60, "title") }
    return canvas.picture(
      "heat-map", width: Self.width, height: max(top, 100), title: "Throughput by instances and threads",
      style: Self.style)
  }

  private func draw(_ map: SweepHeatMap, top: Double, on canvas: inout SVGCanvas) {
    let name = [map.workload, map.precision.rawValue, map.engine, "batch \(map.batch)"].joined(separator: " · ")
    canvas.text("\(name.shortened(to: 80)): samples per second", Self.left, top + 32, "title")
    let facts = [
      record.machine.cpuModel.shortened(to: 60), "the best configuration of each pair of counts",
      "stronger is nearer to the best of the workload (framed)", "dashed: ran elsewhere than asked for",
    ]
    canvas.text(facts.joined(separator: " · "), Self.left, top + 51, "small")
    let first = top + Self.above
    let column = min(Self.widestColumn, (Self.width - Self.left - 24) / Double(map.threads.count))
    canvas.text("threads of each instance", Self.left, first - 24, "small")
    canvas.text("instances", Self.left - 10, first - 8, "small", anchor: .end)
    for (index, threads) in map.threads.enumerated() {
      canvas.text("\(threads)", Self.left + column * (Double(index) + 0.5), first - 8, "tick", anchor: .middle)
    }
    for (row, instances) in map.instances.enumerated() {
      let place = first + Self.rowHeight * Double(row)
      canvas.text("\(instances)", Self.left - 10, place + Self.rowHeight / 2 + 4, "tick", anchor: .end)
      for (index, value) in map.values[row].enumerated() {
        guard let value else { continue }
        draw(value, x: Self.left + column * Double(index), y: place, width: column, on: &canvas)
      }
    }
  }

  private func draw(
    _ value: SweepHeatMap.Value, x: Double, y: Double, width: Double, on canvas: inout SVGCanvas
  ) {
    let shade = min(Self.shades - 1, max(0, Int(min(value.share, 1) * Double(Self.shades))))
    let hint =
      "\(value.id): \(Figure.significant(value.throughput)) samples/s, "
      + "\(Figure.percent(value.share, decimals: 0)) of the best"
      + (value.isMarked ? "; ran elsewhere than asked for" : "")
    canvas.rectangle(
      x + 1, y + 1, width: width - 2, height: Self.rowHeight - 2, value.isMarked ? "place marked" : "place h\(shade)",
      hint: hint)
    // Where a column is narrow the number in full is in the hint.
    let text = width >= 56 ? Figure.significant(value.throughput) : Figure.percent(value.share, decimals: 0)
    canvas.text(
      text + (value.isMarked ? " !" : ""), x + width / 2, y + Self.rowHeight / 2 + 4,
      value.isMarked || shade < 4 ? "number" : "number-on-dark", anchor: .middle)
    if value.share >= 1, !value.isMarked {
      canvas.rectangle(x + 2.5, y + 2.5, width: width - 5, height: Self.rowHeight - 5, "best")
    }
  }

  /// What this picture draws beside what all do.
  private static let style = SVGStyle(
    light: """
      .marked { fill: none; stroke: #6b7280; stroke-dasharray: 4 3; }
      .best { fill: none; stroke: #f59e0b; stroke-width: 3; }
      .number-on-dark { fill: #ffffff; }
      .h0 { fill: #eff6ff; } .h1 { fill: #dbeafe; } .h2 { fill: #bfdbfe; } .h3 { fill: #93c5fd; }
      .h4 { fill: #2563eb; } .h5 { fill: #1d4ed8; } .h6 { fill: #1e40af; } .h7 { fill: #1e3a8a; }
      """,
    dark: """
      .marked { stroke: #9ca3af; }
      .number-on-dark { fill: #111827; }
      .h0 { fill: #172036; } .h1 { fill: #1b2a4d; } .h2 { fill: #1f3464; } .h3 { fill: #24407f; }
      .h4 { fill: #60a5fa; } .h5 { fill: #7db6fb; } .h6 { fill: #a5cdfd; } .h7 { fill: #dbeafe; }
      """)
}
