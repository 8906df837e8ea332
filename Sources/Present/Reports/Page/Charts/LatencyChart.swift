import Analysis
import NumericFormats
import Records

/// Latencies of some cells as a picture: a row each, with a histogram of all queries and signs for p50, p90 and p99. Readable
/// without colours.
///
/// The axis is logarithmic and counts in medians of each cell's own, so that cells of any speed lie side by side at a scale
/// at which their tails can be seen; milliseconds stand beside each row.
/// What a histogram is made of is counted in bins of the axis, so that a million queries take no more space than a hundred.
struct LatencyChart {
  private let rows: [LatencyDistribution]
  private let names: [String]

  /// Rows of a picture.
  static let mostRows = 24
  /// Elements that stand for data in each row: the histogram and three percentiles.
  static let marksOfRow = 4

  private static let width = 760.0
  private static let left = 20.0
  private static let right = 740.0
  private static let top = 34.0
  private static let rowHeight = 62.0
  private static let barHeight = 32.0
  /// Units of length of a bin.
  private static let bin = 3.0

  /// Makes a chart; `names` has what tells each row from the others.
  init(_ rows: [LatencyDistribution], names: [String]) {
    self.rows = rows
    self.names = names
  }

  /// The picture.
  var picture: SVGPicture {
    var canvas = SVGCanvas()
    let axis = TightLogAxis(
      (rows.map { Double($0.least) / $0.unit }.min() ?? 1) / 1.005, (rows.map(\.end).max() ?? 1) * 1.005,
      start: Self.left, end: Self.right)
    let bottom = Self.top + Self.rowHeight * Double(rows.count)
    for tick in axis.ticks(room: 46) {
      let place = axis.place(tick)
      canvas.line(place, Self.top, place, bottom, "grid")
      for y in [Self.top - 8, bottom + 16] {
        canvas.text("\(Figure.plain(tick))×", place, y, "tick", anchor: .middle)
      }
    }
    for (index, row) in rows.enumerated() {
      draw(row, name: names[index], axis, top: Self.top + Self.rowHeight * Double(index), on: &canvas)
    }
    canvas.text(
      "latency of a query, in medians of its cell", (Self.left + Self.right) / 2, bottom + 36, "axis", anchor: .middle)
    drawLegend(top: bottom + 58, on: &canvas)
    return canvas.picture("latency", width: Self.width, height: bottom + 74, title: "Latency", style: Self.style)
  }

  private func draw(
    _ row: LatencyDistribution, name: String, _ axis: TightLogAxis, top: Double, on canvas: inout SVGCanvas
  ) {
    let base = top + Self.rowHeight - 10
    let beyond = row.count(above: axis.greatest)
    let figures = [("p50", row.latency.p50), ("p90", row.latency.p90), ("p99", row.latency.p99)]
    let text = figures.map { "\($0) \(RunReport.latency($1))" }.joined(separator: " · ") + " ms · n \(row.sorted.count)"
    canvas.line(Self.left, base, Self.right, base, "base")
    let bins = row.bins(axis, count: Int((Self.right - Self.left) / Self.bin))
    canvas.polygon(
      outline(bins, base: base), "histogram",
      hint:
        "\(name): \(Figure.counted(row.sorted.count, "query", "queries")) from \(Figure.milliseconds(row.least)) to "
        + "\(Figure.milliseconds(row.greatest)) ms")
    // Over the histograms, which are low where labels are.
    for style in ["halo", "name"] { canvas.text(name.shortened(to: 58), Self.left, top + 13, style) }
    for style in ["halo small", "small"] { canvas.text(text, Self.right, top + 13, style, anchor: .end) }
    for (index, figure) in figures.enumerated() {
      let place = axis.place(Double(figure.1.nanoseconds) / row.unit)
      canvas.line(place, base - Self.barHeight * 0.45, place, base, "stem")
      Self.drawSign(
        index, place, base, figure.1.isTrustworthy ? "sign full" : "sign open",
        hint: "\(name): \(figure.0) \(Figure.milliseconds(figure.1.nanoseconds)) ms"
          + (figure.1.isTrustworthy ? "" : ", of too few queries to be relied on"), on: &canvas)
    }
    if beyond > 0 {
      canvas.text(
        "\(beyond) slower, up to \(Figure.milliseconds(row.greatest)) ms →", Self.right, base - 12, "small",
        anchor: .end)
    }
  }

  /// The histogram's corners, its highest bin as high as the row allows.
  private func outline(_ bins: [Int], base: Double) -> [(x: Double, y: Double)] {
    let most = Double(max(bins.max() ?? 1, 1))
    var corners: [(x: Double, y: Double)] = [(Self.left, base)]
    var height = base
    for (index, count) in bins.enumerated() {
      // A single query must be seen beside thousands.
      let next = count == 0 ? base : base - max(Double(count) / most * Self.barHeight, 1)
      guard next != height else { continue }
      let place = Self.left + Double(index) * Self.bin
      corners += [(place, height), (place, next)]
      height = next
    }
    return corners + [(Self.right, height), (Self.right, base)]
  }

  private static func drawSign(
    _ index: Int, _ x: Double, _ y: Double, _ style: String, hint: String? = nil, on canvas: inout SVGCanvas
  ) {
    switch index {
    case 0: canvas.circle(x, y, radius: 4.5, style, hint: hint)
    case 1: canvas.rectangle(x - 4, y - 4, width: 8, height: 8, style, hint: hint)
    default: canvas.polygon([(x, y - 5.5), (x + 5.5, y + 4.5), (x - 5.5, y + 4.5)], style, hint: hint)
    }
  }

  private func drawLegend(top: Double, on canvas: inout SVGCanvas) {
    var place = Self.left + 6
    for (index, name) in ["p50", "p90", "p99"].enumerated() {
      Self.drawSign(index, place, top, "sign full", on: &canvas)
      canvas.text(name, place + 12, top + 4, "tick")
      place += 62
    }
    let latencies = rows.map(\.latency)
    if latencies.contains(where: { !$0.p50.isTrustworthy || !$0.p90.isTrustworthy || !$0.p99.isTrustworthy }) {
      Self.drawSign(0, place, top, "sign open", on: &canvas)
      canvas.text("open, ?: of too few queries", place + 12, top + 4, "tick")
      place += 190
    }
    canvas.text("height: share of the cell's queries", place, top + 4, "tick")
  }

  private static let style = SVGStyle(
    light: """
      .name { font-weight: 600; }
      .halo { fill: #ffffff; stroke: #ffffff; stroke-width: 4px; font-weight: 600; }
      .halo.small { fill: #ffffff; font-weight: 400; }
      .base { stroke: #6b7280; stroke-width: 1; }
      .histogram { fill: #93c5fd; stroke: #1d4ed8; stroke-width: 1; stroke-linejoin: round; }
      .stem { stroke: #111827; stroke-width: 1.2; }
      .sign { stroke: #111827; stroke-width: 1.6; }
      .full { fill: #111827; }
      .open { fill: #ffffff; }
      """,
    dark: """
      .halo { fill: #111827; stroke: #111827; }
      .halo.small { fill: #111827; }
      .base { stroke: #9ca3af; }
      .histogram { fill: #1e40af; stroke: #60a5fa; }
      .stem { stroke: #f9fafb; }
      .sign { stroke: #f9fafb; }
      .full { fill: #f9fafb; }
      .open { fill: #111827; }
      """)
}
