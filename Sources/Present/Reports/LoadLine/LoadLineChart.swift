import Analysis
import Energy
import HostState
import Records

/// A load line as a picture for a browser: power over load with its error bars beside the line of a machine that draws in
/// proportion, and latency over load below it.
public struct LoadLineChart {
  private let line: LoadLine
  private let score: LoadLineScore

  private static let width = 900.0
  private static let left = 96.0
  private static let right = 860.0
  private static let panelHeight = 380.0

  /// Makes a chart.
  public init(_ line: LoadLine) {
    self.line = line
    score = LoadLineScore(line)
  }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    var canvas = SVGCanvas()
    canvas.text("Load line of \(line.system)".shortened(to: 80), Self.left, 32, "title")
    let facts = [line.machine.cpuModel.shortened(to: 60), line.createdAt.shortened(to: 30), origin]
    canvas.text(facts.compactMap { $0 }.joined(separator: " · "), Self.left, 51, "small")
    canvas.text(scores, Self.left, 68, "small")
    let top = 78.0
    let latencyTop = drawPower(on: &canvas, top: top) ? top + Self.panelHeight : top + 50
    drawLatency(on: &canvas, top: latencyTop)
    return canvas.picture(
      "load-line", width: Self.width, height: latencyTop + Self.panelHeight + 10, title: "Load line", style: Self.style)
  }

  private var isModelled: Bool { score.steps.contains { if case .modelled = $0.watts { true } else { false } } }

  /// Whose watts they are; nil where there are none.
  private var origin: String? {
    for step in score.steps {
      switch step.watts {
      case .measured(let watts): return "measured by \(watts.source.shortened(to: 30))"
      case .modelled(let watts): return "modelled by \(watts.source.shortened(to: 30)), not measured"
      case .unavailable: continue
      }
    }
    return nil
  }

  private var scores: String {
    func text(_ figure: Provenance<LoadLineScore.Bounded, LoadLineScore.Bounded>, _ unit: String) -> String? {
      switch figure {
      case .measured(let bounded): "\(unit) \(Figure.significant(bounded.value))"
      case .modelled(let bounded): "\(unit) ~\(Figure.significant(bounded.value))"
      case .unavailable: nil
      }
    }
    return [
      "maximum \(Figure.significant(line.maximum)) samples/s", text(score.overall, "overall samples/J"),
      text(score.proportionality, "proportionality"),
    ].compactMap { $0 }.joined(separator: " · ")
  }

  private typealias Point = (load: Double, value: Double, lower: Double, upper: Double)

  /// Whether there was any power to draw.
  private func drawPower(on canvas: inout SVGCanvas, top: Double) -> Bool {
    let points = zip(line.steps, score.steps).compactMap { step, figures -> Point? in
      switch figures.watts {
      case .measured(let watts), .modelled(let watts): (step.load, watts.value, watts.lower, watts.upper)
      case .unavailable: nil
      }
    }
    guard let full = points.max(by: { $0.load < $1.load }) else {
      canvas.text("Power is unavailable: no meter could be read.", Self.left, top + 30, "axis")
      return false
    }
    let axes = draw(
      points, title: isModelled ? "watts (modelled)" : "watts", sign: isModelled ? "sign modelled" : "sign", top: top,
      greatest: points.map(\.upper).max() ?? 1,
      on: &canvas)
    canvas.line(axes.x.place(0), axes.y.place(0), axes.x.place(full.load), axes.y.place(full.value), "ideal")
    canvas.text("in proportion to load", axes.x.place(full.load * 0.52), axes.y.place(full.value * 0.46), "small")
    return true
  }

  private func drawLatency(on canvas: inout SVGCanvas, top: Double) {
    let points = line.steps.compactMap { step -> Point? in
      step.p99.map { (step.load, $0 * 1e3, $0 * 1e3, $0 * 1e3) }
    }
    guard !points.isEmpty else { return }
    _ = draw(
      points, title: "p99 latency, ms", sign: "sign", top: top, greatest: points.map(\.value).max() ?? 1, on: &canvas)
  }

  private func draw(
    _ points: [Point], title: String, sign: String, top: Double, greatest: Double, on canvas: inout SVGCanvas
  ) -> (x: ScalingAxis, y: ScalingAxis) {
    let (ceiling, bottom) = (top + 16, top + Self.panelHeight - 70)
    // Active idle does not lie on the frame.
    let x = ScalingAxis.linear(greatest: 1.04, start: Self.left + 30, end: Self.right)
    let y = ScalingAxis.linear(greatest: max(greatest, 1e-9) * 1.12, start: bottom, end: ceiling)
    for tenth in 0...10 {
      let place = x.place(Double(tenth) / 10)
      canvas.line(place, ceiling, place, bottom, "grid")
      canvas.text(tenth == 0 ? "idle" : "\(tenth * 10) %", place, bottom + 18, "tick", anchor: .middle)
    }
    for value in y.ticks(room: 34) {
      canvas.line(Self.left, y.place(value), Self.right, y.place(value), "grid")
      canvas.text(Figure.plain(value), Self.left - 8, y.place(value) + 4, "tick", anchor: .end)
    }
    canvas.rectangle(Self.left, ceiling, width: Self.right - Self.left, height: bottom - ceiling, "frame")
    canvas.text("load, of the maximum", (Self.left + Self.right) / 2, bottom + 40, "axis", anchor: .middle)
    canvas.text(title, 26, (bottom + ceiling) / 2, "axis", anchor: .middle, degrees: -90)
    let sorted = points.sorted { $0.load < $1.load }
    canvas.polyline(sorted.map { (x.place($0.load), y.place($0.value)) }, "curve")
    for point in sorted {
      let place = x.place(point.load)
      if point.upper > point.lower {
        let ends = (y.place(max(point.lower, 0)), y.place(point.upper))
        canvas.line(place, ends.0, place, ends.1, "bar")
        for end in [ends.0, ends.1] { canvas.line(place - 5, end, place + 5, end, "bar") }
      }
      canvas.circle(
        place, y.place(point.value), radius: 5, sign,
        hint:
          "\(point.load == 0 ? "active idle" : Figure.percent(point.load, decimals: 0)): "
          + "\(Figure.significant(point.value)) \(title)"
      )
    }
    return (x, y)
  }

  private static let style = SVGStyle(
    light: """
      .ideal { stroke: #4b5563; stroke-width: 1.2; stroke-dasharray: 2 5; }
      .curve { stroke: #1d4ed8; stroke-width: 2; fill: none; }
      .bar { stroke: #1d4ed8; stroke-width: 1.4; }
      .sign { stroke: #1d4ed8; stroke-width: 1.8; fill: #1d4ed8; }
      .modelled { fill: #ffffff; }
      """,
    dark: """
      .ideal { stroke: #d1d5db; }
      .curve { stroke: #60a5fa; } .bar { stroke: #60a5fa; } .sign { stroke: #60a5fa; fill: #60a5fa; }
      .modelled { fill: #111827; }
      """)
}
