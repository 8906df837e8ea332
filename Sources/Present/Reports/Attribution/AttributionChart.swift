import Analysis

/// Where accuracy is lost, as a picture for a browser: the error of each node alone, and of all nodes up to it.
public struct AttributionChart {
  private let summary: AttributionSummary
  private let maxError: Double?

  private static let (width, height) = (1120.0, 560.0)
  private static let (left, right, top, bottom) = (80.0, 1090.0, 70.0, 500.0)

  /// Makes a chart.
  ///
  /// - Parameter maxError: the budget, drawn as a line; nil for none.
  public init(_ summary: AttributionSummary, maxError: Double? = nil) {
    self.summary = summary
    self.maxError = maxError
  }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    var canvas = SVGCanvas()
    canvas.text("\(summary.model) under \(summary.contract): error of the outputs", Self.left, 34, "title")
    draw(on: &canvas)
    return canvas.picture(
      "attribution", width: Self.width, height: Self.height, title: "Attribution", style: Self.style)
  }

  private func draw(on canvas: inout SVGCanvas) {
    // The least harmful first, as they are lowered one after the other.
    let nodes = Array(summary.nodes.reversed())
    let errors = nodes.flatMap { [$0.error, $0.cumulativeError] } + [maxError]
    let positive = errors.compactMap { $0 }.filter { $0 > 0 }
    guard let least = positive.min(), let greatest = positive.max() else {
      return canvas.text("No error was measured.", Self.left, Self.top + 20, "axis")
    }
    let scale = LogScale(around: least * 100, greatest * 100, start: Self.bottom, end: Self.top)
    for tick in scale.ticks(room: 24) {
      let y = scale.place(tick)
      canvas.line(Self.left, y, Self.right, y, "grid")
      canvas.text("\(Figure.plain(tick)) %", Self.left - 8, y + 4, "small", anchor: .end)
    }
    let step = (Self.right - Self.left) / Double(max(nodes.count, 1))
    func x(_ index: Int) -> Double { Self.left + (Double(index) + 0.5) * step }
    var last: (x: Double, y: Double)?
    for (index, node) in nodes.enumerated() {
      if let error = node.cumulativeError, error > 0 {
        let point = (x: x(index), y: scale.place(error * 100))
        if let last { canvas.line(last.x, last.y, point.x, point.y, "so-far") }
        last = point
      }
    }
    let radius = min(max(step / 3, 2), 6)
    for (index, node) in nodes.enumerated() {
      guard let error = node.error, error > 0 else { continue }
      let y = scale.place(error * 100)
      canvas.line(x(index), Self.bottom, x(index), y, "stem")
      canvas.circle(
        x(index), y, radius: radius, "alone",
        hint: "\(node.name): alone \(Figure.plain(error * 100)) %, so far "
          + "\(node.cumulativeError.map { Figure.plain($0 * 100) + " %" } ?? "not measured")")
    }
    if let maxError, maxError > 0 {
      let y = scale.place(maxError * 100)
      canvas.line(Self.left, y, Self.right, y, "budget")
      canvas.text("budget \(Figure.plain(maxError * 100)) %", Self.right, y - 6, "small", anchor: .end)
    }
    drawLabels(nodes, on: &canvas)
  }

  private func drawLabels(_ nodes: [AttributionSummary.Row], on canvas: inout SVGCanvas) {
    canvas.line(Self.left, Self.bottom, Self.right, Self.bottom, "frame")
    canvas.text("nodes, from the least to the most harmful", (Self.left + Self.right) / 2, 528, "axis", anchor: .middle)
    canvas.circle(Self.left + 6, 52, radius: 5, "alone")
    canvas.text("one node lowered, everything else FP32", Self.left + 18, 56, "axis")
    canvas.line(Self.left + 300, 52, Self.left + 330, 52, "so-far")
    canvas.text("all nodes up to here lowered", Self.left + 338, 56, "axis")
    if let first = nodes.first?.name, let last = nodes.last?.name, nodes.count > 1 {
      canvas.text(first, Self.left, 546, "small")
      canvas.text(last, Self.right, 546, "small", anchor: .end)
    }
  }

  /// What this picture draws beside what all do.
  private static let style = SVGStyle(
    light: """
      .stem { stroke: #93c5fd; stroke-width: 1; }
      .alone { fill: #1d4ed8; }
      .so-far { stroke: #c2410c; stroke-width: 2; }
      .budget { stroke: #0f766e; stroke-width: 1.5; stroke-dasharray: 7 4; }
      """,
    dark: """
      .stem { stroke: #1e3a8a; }
      .alone { fill: #60a5fa; }
      .so-far { stroke: #fb923c; }
      .budget { stroke: #2dd4bf; }
      """)
}
