import Analysis
import Glibc
import HostState
import NumericFormats
import Records
import Statistics

/// Some curves of one workload, with axes and a legend.
struct ScalingPanel {
  private let curves: [ScalingCurve]
  private let record: Record
  private let top: Double
  private let x: ScalingAxis
  private let y: ScalingAxis

  private static let left = 96.0
  private static let right = 740.0
  private static let labels = 772.0

  init(_ curves: [ScalingCurve], record: Record, top: Double) {
    self.curves = curves
    self.record = record
    self.top = top
    let points = curves.flatMap(\.points)
    let most = Double(points.map(\.threads).max() ?? 1)
    let values = points.flatMap { [$0.throughput.mean, $0.throughput.interval?.upper ?? 0] }.filter(\.isFinite)
    let greatest = max(values.max() ?? 1, 1e-12)
    let (bottom, ceiling) = (top + 540, top + 66)
    if most <= Double(ScalingAxis.mostLinear) {
      x = .linear(greatest: most * 1.08, start: Self.left, end: Self.right)
      y = .linear(greatest: greatest * 1.18, start: bottom, end: ceiling)
    } else {
      let least = points.map(\.throughput.mean).filter { $0 > 0 }.min() ?? 1
      x = .logarithmic(LogScale(around: 1, most, start: Self.left, end: Self.right))
      y = .logarithmic(LogScale(around: least, greatest * 1.1, start: bottom, end: ceiling))
    }
  }

  private var bottom: Double { top + 540 }
  private var ceiling: Double { top + 66 }

  func draw(on canvas: inout SVGCanvas) {
    let workload = curves.first?.workload ?? ""
    canvas.text("\(workload): throughput against threads of one instance", Self.left, top + 32, "title")
    let facts = [
      record.machine.cpuModel.shortened(to: 60), record.createdAt.shortened(to: 30), "95 % intervals over processes",
    ]
    canvas.text(facts.joined(separator: " · "), Self.left, top + 51, "small")
    drawAxes(on: &canvas)
    for (index, curve) in curves.enumerated() { drawLines(curve, series: index, on: &canvas) }
    for (index, curve) in curves.enumerated() { drawPoints(curve, series: index, on: &canvas) }
    drawSeries(on: &canvas)
    drawLegend(on: &canvas)
  }

  private func drawAxes(on canvas: inout SVGCanvas) {
    for value in x.ticks(room: 34, whole: true) {
      canvas.line(x.place(value), ceiling, x.place(value), bottom, "grid")
      canvas.text(Figure.plain(value), x.place(value), bottom + 18, "tick", anchor: .middle)
    }
    for value in y.ticks(room: 34) {
      canvas.line(Self.left, y.place(value), Self.right, y.place(value), "grid")
      canvas.text(Figure.plain(value), Self.left - 8, y.place(value) + 4, "tick", anchor: .end)
    }
    canvas.rectangle(Self.left, ceiling, width: Self.right - Self.left, height: bottom - ceiling, "frame")
    canvas.text("threads", (Self.left + Self.right) / 2, bottom + 40, "axis", anchor: .middle)
    canvas.text("samples per second", 26, (bottom + ceiling) / 2, "axis", anchor: .middle, degrees: -90)
  }

  /// The ideal line, the law, and where the law has its knee.
  private func drawLines(_ curve: ScalingCurve, series: Int, on canvas: inout SVGCanvas) {
    guard let first = curve.points.first else { return }
    // Straight on either kind of axes, from one thread to the frame.
    let end = min(x.range.upperBound, y.range.upperBound / first.throughput.mean)
    canvas.line(
      x.place(1), y.place(first.throughput.mean), x.place(end), y.place(end * first.throughput.mean),
      "ideal s\(series)")
    // Not beyond what it was fitted to.
    guard let law = curve.universal.law, let last = curve.points.last(where: \.isFitted) else { return }
    let most = Double(last.threads)
    let path = (0...64).map { step -> (x: Double, y: Double) in
      let part = Double(step) / 64
      let threads =
        switch x {
        case .linear: 1 + (most - 1) * part
        case .logarithmic: pow(most, part)
        }
      return (x.place(threads), clipped(law.throughput(threads: threads)))
    }
    canvas.polyline(path, "law s\(series)")
    if let knee = law.knee.threads, law.knee.interval?.upper != nil, knee > 1, knee <= most {
      let place = x.place(knee)
      canvas.line(place, clipped(law.throughput(threads: knee)), place, bottom, "knee s\(series)")
      canvas.text(
        "knee \(ScalingWords.threads(knee))", place - 4, bottom - 6 - 14 * Double(series), "small", anchor: .end)
    }
  }

  private func clipped(_ throughput: Double) -> Double { min(max(y.place(throughput), ceiling), bottom) }

  private func drawPoints(_ curve: ScalingCurve, series: Int, on canvas: inout SVGCanvas) {
    for point in curve.points {
      let (place, height) = (x.place(Double(point.threads)), clipped(point.throughput.mean))
      if let interval = point.throughput.interval {
        let ends = (clipped(max(interval.lower, y.range.lowerBound)), clipped(interval.upper))
        canvas.line(place, ends.0, place, ends.1, "bar s\(series)")
        for end in [ends.0, ends.1] { canvas.line(place - 5, end, place + 5, end, "bar s\(series)") }
      }
      var hint =
        "\(Figure.counted(point.threads, "thread")): \(Figure.withSpread(point.throughput)) samples/s, "
        + "efficiency \(Figure.percent(point.efficiency, decimals: 0))"
      if point.usesSiblings { hint += ", two threads a core" }
      if point.isMarked { hint += ", ran elsewhere than asked for" }
      let fill = point.isFitted ? "full" : "open"
      Self.drawSign(series, place, height, "sign \(fill) s\(series)", hint: hint, on: &canvas)
      if point.isMarked { Self.drawCross(place, height, "cross s\(series)", on: &canvas) }
    }
  }

  /// Each series has a sign of its own: a circle, a square, a triangle, a diamond, a triangle on its tip, a hexagon.
  static func drawSign(
    _ series: Int, _ x: Double, _ y: Double, _ style: String, hint: String? = nil, on canvas: inout SVGCanvas
  ) {
    let turns: [(corners: Int, turn: Double)] = [(0, 0), (4, 0.125), (3, -0.25), (4, 0), (3, 0.25), (6, 0)]
    let (corners, turn) = turns[series % turns.count]
    guard corners > 0 else { return canvas.circle(x, y, radius: 5, style, hint: hint) }
    let points = (0..<corners).map { corner -> (x: Double, y: Double) in
      let angle = 2 * Double.pi * (Double(corner) / Double(corners) + turn)
      return (x + 6.5 * cos(angle), y + 6.5 * sin(angle))
    }
    canvas.polygon(points, style, hint: hint)
  }

  /// A cross over what belongs to no ranking.
  static func drawCross(_ x: Double, _ y: Double, _ style: String, on canvas: inout SVGCanvas) {
    canvas.line(x - 9, y - 9, x + 9, y + 9, style)
    canvas.line(x - 9, y + 9, x + 9, y - 9, style)
  }

  /// The series at the right: what they are, and what the law says of them.
  private func drawSeries(on canvas: inout SVGCanvas) {
    var line = ceiling + 14
    for (index, curve) in curves.enumerated() {
      Self.drawSign(index, Self.labels + 8, line - 4, "sign full s\(index)", on: &canvas)
      let name = [
        curve.precision.rawValue, curve.engine, "batch \(curve.batch)", curve.words,
        curve.memory.flatMap(SweepRow.words),
      ].compactMap { $0 }.joined(separator: " · ")
      canvas.text(name.shortened(to: 48), Self.labels + 24, line, "legend")
      for text in law(of: curve) {
        line += 16
        canvas.text(text.shortened(to: 56), Self.labels + 24, line, "small")
      }
      line += 30
    }
  }

  private func law(of curve: ScalingCurve) -> [String] {
    switch curve.universal {
    case .refused(let reason): return reason.wrapped(to: 54)
    case .fitted(let fit):
      var lines = ["σ \(ScalingWords.text(fit.sigma))", "κ \(ScalingWords.text(fit.kappa))"]
      if let interval = fit.knee.interval {
        let lower = ScalingWords.threads(interval.lower)
        lines.append(
          interval.upper.map { "knee \(lower) to \(ScalingWords.threads($0)) threads" }
            ?? "no knee seen; beyond \(lower) threads, if anywhere")
      }
      if fit.quality.departs == true { lines.append("the points depart from the law") }
      return lines
    }
  }

  private func drawLegend(on canvas: inout SVGCanvas) {
    let line = bottom + 68
    let points = curves.flatMap(\.points)
    canvas.line(Self.left, line, Self.left + 28, line, "ideal plain")
    canvas.text("ideal: one thread's throughput times threads", Self.left + 36, line + 4, "tick")
    canvas.line(Self.left + 330, line, Self.left + 358, line, "law plain")
    canvas.text("universal scalability law", Self.left + 366, line + 4, "tick")
    if points.contains(where: { !$0.isFitted && !$0.isMarked }) {
      canvas.circle(Self.left + 552, line, radius: 5, "sign open plain")
      canvas.text("not fitted: two threads a core", Self.left + 564, line + 4, "tick")
    }
    if points.contains(where: \.isMarked) {
      Self.drawCross(Self.left + 770, line, "cross plain", on: &canvas)
      canvas.text("not fitted: ran elsewhere than asked", Self.left + 786, line + 4, "tick")
    }
  }
}
